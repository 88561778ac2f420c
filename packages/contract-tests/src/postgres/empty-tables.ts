import type { Pool } from "pg"

/** The tables of all that happens, which are all but those of people and companies. See docs/operating.md. */
export const tablesOfEvents: ReadonlyArray<string> = [
  "invitation",
  "sign_in",
  "offer",
  "offer_sent",
  "event",
  "delivery",
  "receipt",
  "dead_letter",
  "notification",
  "notification_delivery",
  "outgoing_mail"
]

/**
 * Empties tables, in this order. `truncate` makes new files for each of them, which takes fifty times as long as to
 * delete the few rows of a test: it is kept for when there are many. Like it, this waits for whoever is writing. See
 * docs/writing-an-adapter.md.
 */
export const emptyTables = async (pool: Pool, tables: ReadonlyArray<string>): Promise<void> => {
  const all = tables.join(", ")
  await pool.query(`do $$ begin
    lock table ${all} in access exclusive mode;
    if (select sum(pg_total_relation_size(name::regclass)) from unnest('{${all}}'::text[]) name) > 2000000 then
      truncate ${all};
    else
      ${tables.map((table) => `delete from ${table};`).join(" ")}
    end if;
  end $$`)
}
