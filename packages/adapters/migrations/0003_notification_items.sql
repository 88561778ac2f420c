-- Workers of the version before still run: what one of them wrote between the copy and the drop would get no delivery.
LOCK TABLE "outgoing_mail", "notification" IN ACCESS EXCLUSIVE MODE;--> statement-breakpoint
CREATE TABLE "notification_delivery" (
	"id" uuid PRIMARY KEY NOT NULL,
	"notification_id" uuid NOT NULL,
	"channel" text NOT NULL,
	"status" text NOT NULL,
	"error" text,
	"sent_at" timestamp (3) with time zone
);
--> statement-breakpoint
-- The rows of an event and recipient become one notification: that of the inbox, or of the mail where there is no inbox.
-- Each row becomes a delivery of it and keeps its id, by which a mail that still waits is known to its mailer.
INSERT INTO "notification_delivery" ("id", "notification_id", "channel", "status", "error", "sent_at")
SELECT "id", first_value("id") OVER (PARTITION BY "event_id", "recipient_id" ORDER BY "channel"), "channel",
	CASE WHEN "status" = 'failed' AND "error" = 'by now there is nothing to tell' THEN 'skipped' ELSE "status" END,
	"error", "sent_at"
FROM "notification";--> statement-breakpoint
-- It was read when the first of them was.
UPDATE "notification" inbox SET "read_at" = mail."read_at" FROM "notification" mail
WHERE mail."event_id" = inbox."event_id" AND mail."recipient_id" = inbox."recipient_id"
	AND inbox."channel" = 'inbox' AND mail."channel" = 'mail'
	AND (inbox."read_at" IS NULL OR mail."read_at" < inbox."read_at");--> statement-breakpoint
DELETE FROM "notification" mail USING "notification" inbox
WHERE mail."event_id" = inbox."event_id" AND mail."recipient_id" = inbox."recipient_id"
	AND inbox."channel" = 'inbox' AND mail."channel" = 'mail';--> statement-breakpoint
ALTER TABLE "outgoing_mail" RENAME COLUMN "notification_id" TO "delivery_id";--> statement-breakpoint
DROP INDEX "notification_once";--> statement-breakpoint
CREATE UNIQUE INDEX "notification_delivery_once" ON "notification_delivery" USING btree ("notification_id","channel");--> statement-breakpoint
CREATE UNIQUE INDEX "notification_once" ON "notification" USING btree ("event_id","recipient_id");--> statement-breakpoint
ALTER TABLE "notification" DROP COLUMN "channel";--> statement-breakpoint
ALTER TABLE "notification" DROP COLUMN "status";--> statement-breakpoint
ALTER TABLE "notification" DROP COLUMN "error";--> statement-breakpoint
ALTER TABLE "notification" DROP COLUMN "sent_at";
