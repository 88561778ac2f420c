import type { Statement } from "../apps/local/src/neon-endpoint.ts"
import type { Stage } from "./stage.ts"

export interface Plan {
  readonly what: string
  readonly lines: ReadonlyArray<string>
}

/** The statements that reach PostgreSQL while something is done. */
export const sentDuring = async (stage: Stage, work: () => Promise<unknown>): Promise<ReadonlyArray<Statement>> => {
  const sent: Array<Statement> = []
  stage.neon.onRequest = (statements) => {
    sent.push(...statements)
    return undefined
  }
  await work()
  stage.neon.onRequest = undefined
  return sent
}

/** Runs the statement for its plan and takes it back. */
export const explain = async ({ pool }: Stage, what: string, statement: Statement | undefined): Promise<Plan> => {
  if (statement === undefined) throw new Error(`Nothing was asked for: ${what}`)
  const client = await pool.connect()
  try {
    await client.query("begin")
    const { rows } = await client.query<{ "QUERY PLAN": string }>(`explain (analyze, buffers) ${statement.query}`, [
      ...(statement.params ?? [])
    ])
    await client.query("rollback")
    return { what, lines: rows.map((row) => row["QUERY PLAN"]) }
  } finally {
    client.release()
  }
}

/** The plan of a statement, and how often it was sent. */
interface SentPlan extends Plan {
  readonly times: number
}

/**
 * The plans of what is sent while something is done, each made just before the statement runs for the first time: of those
 * that have what is looked for in their text. It may be written otherwise by now; that is to be seen in the plans, and no
 * reason to lose all the figures.
 */
export const explainDuring = async (
  stage: Stage,
  wanted: Readonly<Record<string, RegExp>>,
  work: () => Promise<unknown>
): Promise<ReadonlyArray<SentPlan>> => {
  const found = Object.entries(wanted).map(([what, text]) => ({ what, text, lines: ["No such statement."], times: 0 }))
  stage.neon.onRequest = async (statements) => {
    for (const statement of statements) {
      const plan = found.find(({ text }) => text.test(statement.query))
      if (plan !== undefined && plan.times++ === 0) plan.lines = [...(await explain(stage, plan.what, statement)).lines]
    }
    return undefined
  }
  await work()
  stage.neon.onRequest = undefined
  return found
}

export const executionTime = ({ lines }: Plan): number =>
  Number(/^Execution Time: ([\d.]+) ms/.exec(lines.find((line) => line.startsWith("Execution")) ?? "")?.[1])
