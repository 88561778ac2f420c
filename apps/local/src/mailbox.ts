import type { Instant } from "@treff/domain/kernel"
import type { Mail } from "@treff/domain/notifications"
import type { ClientBase, Pool } from "pg"

/**
 * The mails that were sent, in a table of the sandbox's own, made like its marker: they survive a restart, and no
 * deployment ever has such a table. Its key is the mail's id, which is that of its delivery.
 */
export const mailbox = "treff_sandbox_mail"

/** A mail that was sent, in the sandbox's time. */
export interface SentMail extends Mail {
  readonly sentAt: Instant
}

/** How many mails one look shows at the most. */
const mailsAtOnce = 10_000

export const makeMailbox = async (database: Pool | ClientBase): Promise<void> => {
  await database.query(
    `create table if not exists ${mailbox} (
       id uuid primary key, recipient text not null, subject text not null, "text" text not null, html text not null,
       template text not null, sent_at timestamptz(3) not null
     )`
  )
}

/**
 * Keeps mails; one that is there already stays as it is. One whose delivery is gone was on its way while everything was
 * replaced: it doesn't belong to what is there now.
 */
export const keepMails = async (database: Pool | ClientBase, mails: ReadonlyArray<SentMail>): Promise<void> => {
  await database.query(
    `insert into ${mailbox}
     select id, "to", subject, "text", html, template, to_timestamp("sentAt" / 1000)
     from json_to_recordset($1)
       as mail (id uuid, "to" text, subject text, "text" text, html text, template text, "sentAt" numeric)
     where exists (select from notification_delivery d where d.id = mail.id)
     on conflict (id) do nothing`,
    [JSON.stringify(mails)]
  )
}

/** Whether this mail was sent. */
export const hasMail = async (database: Pool, id: string): Promise<boolean> => {
  const { rowCount } = await database.query(`select from ${mailbox} where id = $1`, [id])
  return rowCount === 1
}

/** The newest mails, newest first: all, or those to one address, in whatever case it is written. */
export const findMails = async (
  database: Pool,
  to: string | undefined
): Promise<ReadonlyArray<Omit<SentMail, "id" | "sentAt"> & { readonly sentAt: Date }>> => {
  const { rows } = await database.query(
    `select recipient as "to", subject, "text", html, template, sent_at as "sentAt" from ${mailbox}
     where $1::text is null or lower(recipient) = lower($1) order by sent_at desc, id desc limit ${mailsAtOnce}`,
    [to || null]
  )
  return rows
}
