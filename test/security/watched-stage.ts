import { aCompany, type CompanyWithPeople, everybodyOf } from "@treff/contract-tests/fixtures"
import type { CallOptions } from "../stage.ts"
import { openManualStage } from "../workers/manual-queue.ts"

/** What was said somewhere; of an answer `of` is its status and code. */
export interface Said {
  readonly of: string
  readonly text: string
}

/** What came out of Treff somewhere, each with where. */
export interface Traces {
  /** Bodies and headers of answers; of a page without the hidden fields that carry its token on. */
  readonly answers: Array<Said>
  /** Every row of every table, but for the columns where sealed tokens lie. */
  readonly rows: Array<Said>
  /** What was sent over the queue. */
  readonly messages: Array<Said>
  /** Every line that a worker logged. */
  readonly logs: Array<Said>
  /** Every statement that the database was sent, with its values. */
  readonly statements: Array<Said>
  /** What was mailed, but for the bodies that the link stands in. */
  readonly mails: Array<Said>
}

/** A page carries the token of its link on in hidden fields, and in nothing else. */
const withoutHiddenToken = (html: string): string =>
  html.replaceAll(/<input type="hidden" name="token" value="[\w-]*"\/?>/g, "")

/** A stage of which everything that comes out is kept. */
export const openWatchedStage = async () => {
  const logs: Array<Said> = []
  const manual = await openManualStage({ onLog: ({ level, message }) => logs.push({ of: level, text: message }) })
  const { stage, queue, mailer } = manual
  const answers: Array<Said> = []
  const messages: Array<Said> = []
  const statements: Array<Said> = []
  /** What goes wrong with the database, while it is watched. */
  const faults: { next: typeof stage.neon.onRequest } = { next: undefined }
  stage.neon.onRequest = (asked) => {
    for (const statement of asked) statements.push({ of: "statement", text: JSON.stringify(statement) })
    return faults.next?.(asked)
  }
  const keep = (status: number, headers: Headers, body: string) => {
    const code = /"code":"([\w-]+)"/.exec(body)?.[1]
    const of = code === undefined ? `${status}` : `${status} ${code}`
    answers.push({ of, text: `${withoutHiddenToken(body)}\n${JSON.stringify([...headers])}` })
  }
  return {
    ...manual,
    faults,

    call: async (method: string, path: string, options: CallOptions = {}) => {
      const answer = await stage.call(method, path, options)
      keep(answer.status, answer.headers, answer.text)
      return answer
    },

    /** What a browser does with our pages. */
    visit: async (
      method: string,
      path: string,
      {
        form,
        headers,
        cookie = ""
      }: { readonly form?: object; readonly headers?: object; readonly cookie?: string } = {}
    ) => {
      const response = await fetch(`${stage.platform.apiUrl}${path}`, {
        method,
        redirect: "manual",
        headers: {
          Cookie: cookie,
          ...(form && {
            Origin: "null",
            "Sec-Fetch-Site": "same-origin",
            "Content-Type": "application/x-www-form-urlencoded"
          }),
          ...headers
        },
        ...(form && { body: new URLSearchParams({ ...form }).toString() })
      })
      const html = await response.text()
      keep(response.status, response.headers, html)
      return { status: response.status, headers: response.headers, html }
    },

    /** What was published and not taken yet; it is kept, too. */
    take: () => {
      const taken = queue.take()
      for (const message of taken) messages.push({ of: message.type, text: JSON.stringify(message) })
      return taken
    },

    /** A company of people with names of their own. */
    addCompany: async (
      name: string,
      named: (account: CompanyWithPeople["manager"], role: string) => CompanyWithPeople["manager"]
    ) => {
      const supplied = aCompany()
      const company = {
        ...supplied,
        manager: named(supplied.manager, "manager"),
        recruiter: named(supplied.recruiter, "recruiter"),
        colleague: named(supplied.colleague, "colleague"),
        admin: named(supplied.admin, "admin")
      }
      await stage.pool.query("insert into company (id, name, creator_id, created_at) values ($1, $2, $3, now())", [
        company.id,
        name,
        company.manager.id
      ])
      for (const account of everybodyOf(company)) await stage.addAccount(account)
      return company
    },

    /** Keeps what lies in the database now. */
    readTables: async (): Promise<ReadonlyArray<Said>> => {
      const { rows: tables } = await stage.pool.query(
        "select table_name as name from information_schema.tables where table_schema = 'public' order by 1"
      )
      const found: Array<Said> = []
      for (const { name } of tables) {
        const { rows } = await stage.pool.query(`select (to_jsonb(t) - 'sealed_token')::text as text from ${name} t`)
        found.push(...rows.map(({ text }) => ({ of: name, text })))
      }
      return found
    },

    traces: (rows: ReadonlyArray<Said>): Traces => ({
      answers,
      rows: [...rows],
      messages,
      logs,
      statements,
      mails: mailer.mails.map(({ mail: { text: _, html: __, ...mail }, headers }) => ({
        of: mail.tags[0]?.value ?? "",
        text: JSON.stringify([mail, headers])
      }))
    })
  }
}

export type WatchedStage = Awaited<ReturnType<typeof openWatchedStage>>
