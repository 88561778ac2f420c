CREATE TABLE "account" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"role" text NOT NULL,
	"sub_role" text,
	"company_id" uuid,
	"email" text NOT NULL,
	"username" text,
	"first_name" text NOT NULL,
	"last_name" text NOT NULL,
	"locale" text,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "company" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"creator_id" uuid,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "dead_letter" (
	"id" uuid PRIMARY KEY NOT NULL,
	"event_id" uuid,
	"message" json NOT NULL,
	"error" text NOT NULL,
	"failed_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "delivery" (
	"event_id" uuid PRIMARY KEY NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"attempts" integer NOT NULL,
	"last_error" text
);
--> statement-breakpoint
CREATE TABLE "event" (
	"id" uuid PRIMARY KEY NOT NULL,
	"subject_type" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"sequence" integer NOT NULL,
	"type" text NOT NULL,
	"data" jsonb NOT NULL,
	"actor" jsonb NOT NULL,
	"company_id" uuid,
	"occurred_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "offer" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"company_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"title" text NOT NULL,
	"description" text NOT NULL,
	"employment_type" text NOT NULL,
	"salary" text NOT NULL,
	"attachment_url" text,
	"job_starts_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"contract_ends_at" timestamp (3) with time zone,
	"quiz_id" uuid,
	"quiz_required" boolean NOT NULL,
	"status" text NOT NULL,
	"term" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"ends_at" timestamp (3) with time zone GENERATED ALWAYS AS (least(job_starts_at, expires_at)) STORED NOT NULL
);
--> statement-breakpoint
CREATE TABLE "receipt" (
	"event_id" uuid PRIMARY KEY NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "account" ADD CONSTRAINT "account_company_id_company_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."company"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "account_email" ON "account" USING btree (lower("email"));--> statement-breakpoint
CREATE UNIQUE INDEX "account_username" ON "account" USING btree (lower("username"));--> statement-breakpoint
CREATE INDEX "account_company" ON "account" USING btree ("company_id");--> statement-breakpoint
CREATE UNIQUE INDEX "dead_letter_event" ON "dead_letter" USING btree ("event_id");--> statement-breakpoint
CREATE INDEX "delivery_due" ON "delivery" USING btree ("due_at");--> statement-breakpoint
CREATE UNIQUE INDEX "event_subject_sequence" ON "event" USING btree ("subject_id","sequence");--> statement-breakpoint
CREATE INDEX "offer_company" ON "offer" USING btree ("company_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "offer_company_status" ON "offer" USING btree ("company_id","status","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST,"ends_at");--> statement-breakpoint
CREATE INDEX "offer_owner" ON "offer" USING btree ("company_id","owner_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "offer_owner_status" ON "offer" USING btree ("company_id","owner_id","status","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST,"ends_at");--> statement-breakpoint
CREATE INDEX "offer_job_due" ON "offer" USING btree ("job_starts_at","id") WHERE status in ('active', 'disabled');--> statement-breakpoint
CREATE INDEX "offer_expiry_due" ON "offer" USING btree ("expires_at","id") WHERE status in ('active', 'disabled');--> statement-breakpoint
CREATE INDEX "offer_company_due" ON "offer" USING btree ("company_id","ends_at","owner_id") WHERE status in ('active', 'disabled');