/** Whether Neon's driver can ask a database by this address: it needs a user, a host and the name of a database. */
export const isDatabaseUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const { protocol, username, hostname, pathname } = new URL(text)
  return /^postgres(ql)?:$/.test(protocol) && username !== "" && hostname !== "" && pathname.length > 1
}

/** How such an address is written. */
export const databaseUrlExample = "postgresql://user:password@host/database"
