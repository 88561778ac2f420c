import { instance } from "@viz-js/viz"
import type { AnyStateMachine } from "xstate"

/** One legal move; `when` is its condition in words, empty if there is none. */
interface Move {
  readonly from: string
  readonly to: string
  readonly command: string
  readonly when: string
}

/** As much of a lifecycle as its picture shows. */
interface Drawn {
  readonly machine: AnyStateMachine
  /** What happens, by the names that the chart uses. */
  readonly decisions: object
}

const ink = "#1f2937"
const faint = "#6b7280"
const line = "#4b5563"

/**
 * Draws a lifecycle's chart as SVG: its states, and an arrow for each legal move, labelled with its command. Moves that
 * stay where they are stand in the state's box. What time does is dashed. Refusals and repetitions are not moves.
 */
export const drawChart = async ({ machine, decisions }: Drawn): Promise<string> => {
  const states = Object.keys(machine.states)
  const moves = states.flatMap((from) => movesFrom(machine, from, decisions))
  const initial = String(machine.config.initial)
  const arrows = Map.groupBy(
    moves.filter(({ from, to }) => from !== to),
    ({ from, to }) => `${from} ${to}`
  )
  const dot = [
    "digraph {",
    `graph [rankdir=LR, bgcolor=white, pad=0.3, nodesep=0.45, ranksep=0.7, fontname="Helvetica"]`,
    `node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=14, fontcolor="${ink}", color="${line}", fillcolor="#eef2ff", margin="0.2,0.12"]`,
    `edge [fontname="Helvetica", fontsize=11, fontcolor="${ink}", color="${line}", arrowsize=0.7]`,
    ...states.map((state) => {
      const stays = moves.filter(({ from, to }) => from === state && to === state)
      const isEnd = machine.states[state]?.type === "final"
      const look = isEnd || state === initial ? `, fillcolor=white${isEnd ? ", peripheries=2" : ""}` : ""
      return `${quoted(state)} [label=<${[`<B>${escaped(state)}</B>`, ...stays.map(worded)].join("<BR/>")}>${look}]`
    }),
    ...[...arrows.values()].map((between) => {
      const [{ from, to }] = between as [Move]
      const byTime = between.every(({ command }) => command === "Expire")
      return `${quoted(from)} -> ${quoted(to)} [label=<${between.map(worded).join("<BR/>")}>${byTime ? ", style=dashed" : ""}]`
    }),
    "}"
  ].join("\n")
  const viz = await instance()
  return (
    viz
      .renderString(dot, { format: "svg" })
      .replace("<title>%3</title>", `<title>${escaped(machine.id)}</title>`)
      // Graphviz measures with Helvetica: where there is none, a font as wide.
      .replaceAll('"Helvetica,sans-Serif"', '"Helvetica,Arial,Liberation Sans,DejaVu Sans Condensed,sans-serif"')
  )
}

/** A move goes somewhere or changes facts; what does neither is a refusal or a repetition. */
function movesFrom(machine: AnyStateMachine, from: string, decisions: object): ReadonlyArray<Move> {
  return Object.entries(machine.states[from]?.on ?? {}).flatMap(([command, transitions]) =>
    transitions
      .filter(({ target, actions }) => target !== undefined || actions.some((action) => nameOf(action) in decisions))
      .map(({ target, guard, description }) => ({
        from,
        to: target?.[0]?.key ?? from,
        command,
        when: description ?? (guard === undefined ? "" : nameOf(guard))
      }))
  )
}

const nameOf = (named: unknown): string =>
  typeof named === "string"
    ? named
    : typeof named === "object" && named !== null && "type" in named
      ? String(named.type)
      : ""

const worded = ({ command, when }: Move): string =>
  `<FONT POINT-SIZE="11">${escaped(command)}${when === "" ? "" : ` <FONT COLOR="${faint}"><I>&#160;if ${escaped(when)}</I></FONT>`}</FONT>`

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")

const quoted = (name: string): string => JSON.stringify(name)
