export { emptyTables, tablesOfEvents } from "./empty-tables.ts"
export { postgresStore } from "./postgres-store.ts"
