CREATE TABLE "invitation" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"company_id" uuid NOT NULL,
	"inviter_id" uuid NOT NULL,
	"email" text NOT NULL,
	"personal_message" text,
	"locale" text,
	"token_hash" text NOT NULL,
	"sealed_token" text,
	"resends" integer NOT NULL,
	"status" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sign_in" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"token_hash" text NOT NULL,
	"sealed_token" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone
);
--> statement-breakpoint
DROP INDEX "account_company";--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "contact_number" text;--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "email_verified" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "profile_complete" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "company" ADD COLUMN "version" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "invitation_token" ON "invitation" USING btree ("token_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "invitation_pending" ON "invitation" USING btree ("company_id",lower("email")) WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX "invitation_open" ON "invitation" USING btree ("company_id","expires_at") WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX "invitation_created" ON "invitation" USING btree ("company_id","created_at","id");--> statement-breakpoint
CREATE INDEX "invitation_expires" ON "invitation" USING btree ("company_id","expires_at","id");--> statement-breakpoint
CREATE INDEX "invitation_email" ON "invitation" USING btree ("company_id",lower("email") collate "C","id");--> statement-breakpoint
CREATE INDEX "invitation_status_created" ON "invitation" USING btree ("company_id","status","created_at","id","expires_at");--> statement-breakpoint
CREATE INDEX "invitation_status_expires" ON "invitation" USING btree ("company_id","status","expires_at","id");--> statement-breakpoint
CREATE INDEX "invitation_status_email" ON "invitation" USING btree ("company_id","status",lower("email") collate "C","id");--> statement-breakpoint
CREATE INDEX "invitation_status" ON "invitation" USING btree ("company_id","status","id","expires_at");--> statement-breakpoint
CREATE INDEX "invitation_due" ON "invitation" USING btree ("expires_at","id") WHERE status = 'pending';--> statement-breakpoint
CREATE UNIQUE INDEX "sign_in_token" ON "sign_in" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "sign_in_email" ON "sign_in" USING btree (lower("email"),"created_at");--> statement-breakpoint
CREATE INDEX "sign_in_created" ON "sign_in" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "event_invitations_sent" ON "event" USING btree ((actor->>'id'),"occurred_at") WHERE type in ('invitation.created', 'invitation.resent');--> statement-breakpoint
CREATE INDEX "offer_sent_unanswered" ON "offer_sent" USING btree ("candidate_id","id") WHERE status in ('sent', 'viewed');--> statement-breakpoint
CREATE INDEX "account_company" ON "account" USING btree ("company_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
-- The version is the sequence of the last event, and accounts had none so far.
UPDATE "account" SET "version" = 0;
