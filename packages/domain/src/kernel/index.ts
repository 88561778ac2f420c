export { countedAtMost, type Page, type PageRequest } from "./page.ts"
export { day, daysBetween, type Instant } from "./time.ts"
