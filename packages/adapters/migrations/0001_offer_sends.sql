CREATE TABLE "notification" (
	"id" uuid PRIMARY KEY NOT NULL,
	"event_id" uuid NOT NULL,
	"recipient_id" uuid NOT NULL,
	"company_id" uuid,
	"channel" text NOT NULL,
	"template" text NOT NULL,
	"data" jsonb NOT NULL,
	"status" text NOT NULL,
	"error" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"read_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "offer_sent" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"company_id" uuid NOT NULL,
	"offer_id" uuid NOT NULL,
	"term" integer NOT NULL,
	"candidate_id" uuid NOT NULL,
	"sender_id" uuid NOT NULL,
	"title" text NOT NULL,
	"message" text,
	"status" text NOT NULL,
	"sent_at" timestamp (3) with time zone NOT NULL,
	"viewed_at" timestamp (3) with time zone,
	"responded_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outgoing_mail" (
	"notification_id" uuid PRIMARY KEY NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"attempts" integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "notification_once" ON "notification" USING btree ("event_id","recipient_id","channel");--> statement-breakpoint
CREATE INDEX "notification_recipient" ON "notification" USING btree ("recipient_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "notification_unread" ON "notification" USING btree ("recipient_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE read_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "offer_sent_once" ON "offer_sent" USING btree ("offer_id","candidate_id","term");--> statement-breakpoint
CREATE INDEX "offer_sent_company" ON "offer_sent" USING btree ("company_id","sent_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "offer_sent_company_status" ON "offer_sent" USING btree ("company_id","status","sent_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "offer_sent_offer" ON "offer_sent" USING btree ("offer_id","term","sent_at" DESC NULLS FIRST,"id" DESC NULLS FIRST,"status");--> statement-breakpoint
CREATE INDEX "offer_sent_offer_status" ON "offer_sent" USING btree ("offer_id","term","status","sent_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "offer_sent_candidate" ON "offer_sent" USING btree ("candidate_id","sent_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "offer_sent_respondents" ON "offer_sent" USING btree ("offer_id","term","responded_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE status = 'responded';--> statement-breakpoint
CREATE INDEX "outgoing_mail_due" ON "outgoing_mail" USING btree ("due_at");