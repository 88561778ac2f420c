// The paths of the pages, and of the files that they load: nothing comes from another origin.

export const invitationPath = "/accept-invitation"
export const declinePath = `${invitationPath}/decline`
export const donePath = `${invitationPath}/done`

export const signInPath = "/sign-in"
export const linkRequestedPath = `${signInPath}/done`
export const signOutPath = "/sign-out"

export const stylePath = "/pages/style.css"
export const scriptPath = "/pages/address-bar.js"
