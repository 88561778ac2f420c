import type { AddressInfo } from "node:net"
import PostalMime, { type Email } from "postal-mime"
import { SMTPServer } from "smtp-server"

/** What a client does that a server may object to, in the order in which it does it. */
export type SmtpStep = "CONNECT" | "AUTH" | "MAIL FROM" | "RCPT TO" | "DATA"

/** A reply other than that all is well. `NaN` for a code breaks the connection off instead. */
export interface SmtpReply {
  readonly at: SmtpStep
  readonly code: number
  readonly says?: string
}

/** An SMTP server of a test's own: it takes every mail, unless it is given another reply. */
export interface TestSmtpServer {
  readonly port: number
  /** The mails that were taken, oldest first, each with its envelope. */
  readonly mails: ReadonlyArray<{ readonly mail: Email; readonly from: string; readonly to: ReadonlyArray<string> }>
  /** Who logged in, and whether by TLS. */
  readonly logins: ReadonlyArray<{ readonly username: string | undefined; readonly secure: boolean }>
  /** How many connections were opened. */
  readonly connections: number
  /** How many of them are open. */
  readonly open: number
  reply: SmtpReply | undefined
  readonly clear: () => void
  readonly stop: () => Promise<void>
}

export const startSmtpServer = async (
  /** Whether it speaks TLS, with a certificate that nobody vouches for: never, when asked to (STARTTLS), or always. */
  tls: "never" | "asked" | "always" = "never"
): Promise<TestSmtpServer> => {
  const mails: Array<TestSmtpServer["mails"][number]> = []
  const logins: Array<TestSmtpServer["logins"][number]> = []
  const state = { connections: 0, open: 0, reply: undefined as SmtpReply | undefined }
  const objection = (at: SmtpStep) => {
    const { reply } = state
    if (reply?.at !== at) return null
    if (Number.isNaN(reply.code)) for (const connection of server.connections) connection._socket.destroy()
    return Object.assign(new Error(reply.says ?? "no"), { responseCode: reply.code })
  }
  const server = new SMTPServer({
    authOptional: true,
    closeTimeout: 1,
    disableReverseLookup: true,
    disabledCommands: tls === "never" ? ["STARTTLS"] : [],
    allowInsecureAuth: true,
    secure: tls === "always",
    // It would warn of its own certificate.
    logger: false,
    onConnect: (_session, done) => {
      state.connections++
      state.open++
      done(objection("CONNECT"))
    },
    onClose: (_session, done) => {
      state.open--
      done()
    },
    onAuth: ({ username }, { secure }, done) => {
      logins.push({ username, secure })
      done(objection("AUTH"), { user: username })
    },
    onMailFrom: (_address, _session, done) => done(objection("MAIL FROM")),
    onRcptTo: (_address, _session, done) => done(objection("RCPT TO")),
    onData: async (stream, { envelope: { mailFrom, rcptTo } }, done) => {
      const mail = await PostalMime.parse(Buffer.concat(await stream.toArray()))
      const objected = objection("DATA")
      if (objected !== null) return done(objected)
      const from = mailFrom === false ? "" : mailFrom.address
      mails.push({ mail, from, to: rcptTo.map(({ address }) => address) })
      done()
    }
  })
  // A client that breaks off is no failure of a test's.
  server.on("error", () => {})
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))

  return Object.assign(state, {
    port: (server.server.address() as AddressInfo).port,
    mails,
    logins,
    clear: () => {
      mails.length = 0
      logins.length = 0
      Object.assign(state, { connections: 0, reply: undefined })
    },
    stop: () => new Promise<void>((closed) => server.close(closed))
  })
}
