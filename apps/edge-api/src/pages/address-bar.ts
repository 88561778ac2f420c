/** Once the form holds the token, it need not stay where it is seen, copied and kept in the browser's history. */
export const addressBarScript = `if (location.search !== "") history.replaceState(null, "", location.pathname)
`
