import type { Pool } from "pg"

/** Whether a call failed because the database is out of reach: its error says so, or the database doesn't answer now either. */
export const isStoreDown = async (pool: Pool, error: unknown): Promise<boolean> =>
  saysSo(error) ||
  pool.query("select").then(
    () => false,
    () => true
  )

/** The error, or what it was made of: drizzle wraps what comes from the driver. */
const saysSo = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false
  const { code, message, cause } = error as Error & { readonly code?: unknown }
  return (
    isUnreachable(String(code)) ||
    /^Connection terminated|exceeded when trying to connect/.test(message) ||
    saysSo(cause)
  )
}

/** PostgreSQL's classes for a broken connection, too little of something, and a server that stops; then the network's own codes. */
const isUnreachable = (code: string) =>
  /^(08|53|57P)/.test(code) || /^E(CONN\w+|PIPE|HOSTUNREACH|NETUNREACH|TIMEDOUT|NOTFOUND|AI_AGAIN)$/.test(code)
