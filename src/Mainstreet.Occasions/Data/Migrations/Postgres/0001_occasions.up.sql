CREATE SCHEMA IF NOT EXISTS occasions;

CREATE TABLE occasions.recipients (
  id uuid PRIMARY KEY,
  business_id uuid NOT NULL,
  first_name text NOT NULL,
  last_name text NOT NULL,
  email text,
  phone text,
  birthday text,
  birthday_day integer,
  anniversary text,
  anniversary_day integer,
  time_zone text NOT NULL,
  language text,
  channels text NOT NULL,
  paused boolean NOT NULL DEFAULT false,
  search text NOT NULL DEFAULT '',
  version integer NOT NULL,
  synthetic boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX recipients_business ON occasions.recipients (business_id, id);
CREATE INDEX recipients_birthday ON occasions.recipients (birthday_day, business_id) WHERE birthday_day IS NOT NULL;
CREATE INDEX recipients_anniversary ON occasions.recipients (anniversary_day, business_id) WHERE anniversary_day IS NOT NULL;

CREATE TABLE occasions.messages (
  id uuid PRIMARY KEY,
  business_id uuid NOT NULL,
  recipient_id uuid NOT NULL,
  occasion text NOT NULL,
  local_year integer NOT NULL,
  local_date text NOT NULL,
  time_zone text NOT NULL,
  due_at timestamptz NOT NULL,
  send_by timestamptz NOT NULL,
  status text NOT NULL,
  reason text,
  work_at timestamptz,
  in_flight boolean NOT NULL DEFAULT false,
  fence bigint NOT NULL DEFAULT 0,
  attempts integer NOT NULL DEFAULT 0,
  attempts_before integer NOT NULL DEFAULT 0,
  uncertain boolean NOT NULL DEFAULT false,
  channel text,
  provider text,
  provider_reference text,
  last_error text,
  sent_at timestamptz,
  receipt text,
  receipt_at timestamptz,
  history text,
  synthetic boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX messages_key ON occasions.messages (recipient_id, occasion, local_year);
CREATE INDEX messages_due ON occasions.messages (due_at) WHERE status = 'Scheduled';
CREATE INDEX messages_work ON occasions.messages (work_at) WHERE work_at IS NOT NULL;
CREATE INDEX messages_list ON occasions.messages (business_id, due_at, id);
CREATE INDEX messages_dead ON occasions.messages (business_id, due_at, id) WHERE status = 'Dead';
CREATE INDEX messages_reference ON occasions.messages (provider, provider_reference) WHERE provider_reference IS NOT NULL;

CREATE TABLE occasions.settings (
  business_id uuid PRIMARY KEY,
  send_at text NOT NULL,
  leap_day text NOT NULL,
  misfire text NOT NULL,
  late_limit_minutes integer NOT NULL,
  quiet_from text,
  quiet_until text,
  default_time_zone text,
  language text NOT NULL,
  channels text NOT NULL,
  paused boolean NOT NULL DEFAULT false,
  birthday_paused boolean NOT NULL DEFAULT false,
  anniversary_paused boolean NOT NULL DEFAULT false,
  version integer NOT NULL
);

CREATE TABLE occasions.templates (
  business_id uuid NOT NULL,
  occasion text NOT NULL,
  language text NOT NULL,
  subject text NOT NULL,
  body text NOT NULL,
  version integer NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (business_id, occasion, language)
);

CREATE TABLE occasions.suppressions (
  business_id uuid NOT NULL,
  channel text NOT NULL,
  address text NOT NULL,
  reason text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (business_id, channel, address)
);

CREATE TABLE occasions.imports (
  id uuid PRIMARY KEY,
  business_id uuid NOT NULL,
  account_id uuid NOT NULL,
  key text,
  fence integer NOT NULL,
  line bigint NOT NULL,
  digest text NOT NULL,
  accepted bigint NOT NULL,
  rejected bigint NOT NULL,
  bytes bigint NOT NULL,
  total_bytes bigint,
  finished_at timestamptz,
  touched_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX imports_key ON occasions.imports (account_id, key) WHERE key IS NOT NULL;
CREATE INDEX imports_business ON occasions.imports (business_id, created_at);

CREATE TABLE occasions.plan_state (
  id integer PRIMARY KEY,
  planned_until timestamptz NOT NULL,
  complete_until timestamptz NOT NULL,
  clock_offset bigint NOT NULL DEFAULT 0
);
INSERT INTO occasions.plan_state (id, planned_until, complete_until) VALUES (1, '1970-01-01T00:00:00Z', '1970-01-01T00:00:00Z');
