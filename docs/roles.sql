-- What each worker's database role needs, and no more. Run it as the owner of the tables, after every migration:
--   psql "$DATABASE_URL" --file docs/roles.sql
-- The roles are made before, each with a password of its own:
--   create role treff_api login password '…'; create role treff_consumer login password '…';

-- The API never reads a sealed token, nor ever deletes what it could not have made.
grant select, insert, update on company, account, notification to treff_api;
grant select, insert, update, delete on offer, offer_sent to treff_api;
grant select (id, version, company_id, inviter_id, email, personal_message, locale, token_hash, resends, status,
  created_at, expires_at, updated_at), insert, update on invitation to treff_api;
grant select (id, email, token_hash, created_at, expires_at, used_at), insert, update on sign_in to treff_api;
grant select, insert on event, notification_delivery to treff_api;
grant insert on delivery, outgoing_mail to treff_api;

-- The consumer opens sealed tokens for mails, sweeps, and forgets what counts no more.
grant select on company, account to treff_consumer;
grant select, update on offer, invitation to treff_consumer;
grant select, update, delete on offer_sent, sign_in to treff_consumer;
grant select, insert, update, delete on notification, notification_delivery, outgoing_mail, delivery to treff_consumer;
grant select, insert on event, receipt, dead_letter to treff_consumer;

-- A worker gives up after ten seconds; what it gave up must not be written later, and a commit may take two statements.
alter role treff_api set statement_timeout = '4s';
alter role treff_consumer set statement_timeout = '4s';

-- Who counts under a lock sees what was written while it waited.
alter role treff_api set default_transaction_isolation = 'read committed';
alter role treff_consumer set default_transaction_isolation = 'read committed';
