export type {
  ChartOf,
  Command,
  CommandOfRules,
  Happened,
  InStatus,
  NeverRefused,
  OutcomeRow,
  OutcomesOf,
  Refusal,
  Rule,
  Rules,
  State
} from "./chart.ts"
export { type Decision, type IllegalTransition, type Unchanged, unchanged } from "./decision.ts"
export { type AnyEvent, type DeclaredEvents, declareEvents, type EventDeclaration, type EventOf } from "./events.ts"
export {
  count,
  type DataOf,
  documented,
  type Field,
  type Fields,
  fieldName,
  flag,
  id,
  instant,
  listOf,
  oneOf,
  orNull,
  record,
  text,
  type ValueOf
} from "./fields.ts"
export { type Lifecycle, lifecycle, rulesOn } from "./lifecycle.ts"
export { countedAtMost, type Page, type PageRequest } from "./page.ts"
export { refuse } from "./refuse.ts"
export { isLine, isText, lineRule, textRule } from "./text.ts"
export { day, daysBetween, type Instant } from "./time.ts"
export type { Versioned } from "./versioned.ts"
