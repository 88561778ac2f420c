// Where the pages are, and what they load. All of it is ours.

export const invitationPath = "/accept-invitation"
export const declinePath = `${invitationPath}/decline`
export const donePath = `${invitationPath}/done`

export const signInPath = "/sign-in"
export const askedPath = `${signInPath}/done`
export const signOutPath = "/sign-out"

export const stylePath = "/pages/style.css"
export const scriptPath = "/pages/address-bar.js"
