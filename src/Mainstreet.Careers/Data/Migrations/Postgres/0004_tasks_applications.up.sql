-- Background tasks. Their queue rows are in foundation.jobs; what they were asked, got done so far and came to is text, read and written whole.
CREATE TABLE careers.tasks (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL,
  type text NOT NULL,
  state text NOT NULL,
  input text NOT NULL,
  checkpoint text,
  result text,
  done integer NOT NULL DEFAULT 0,
  total integer,
  note text,
  attempts integer NOT NULL DEFAULT 0,
  run integer NOT NULL DEFAULT 1,
  fence integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz,
  error_code text,
  error_detail text,
  synthetic boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  started_at timestamptz,
  ended_at timestamptz,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL
);
CREATE INDEX ix_tasks_account ON careers.tasks (account_id, created_at DESC, id DESC);
CREATE INDEX ix_tasks_ended ON careers.tasks (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE careers.applications (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL,
  job_id uuid,
  posting_title text NOT NULL,
  company text,
  place text,
  posting_url text,
  state text NOT NULL,
  archived_from text,
  method text,
  delivery text NOT NULL,
  delivery_error text,
  sender text,
  reference text,
  resume_id uuid,
  letter_id uuid,
  package text,
  digest text,
  consent text,
  consented_at timestamptz,
  sendings integer NOT NULL DEFAULT 0,
  checklist text NOT NULL DEFAULT '[]',
  submitted_at timestamptz,
  quota_day date,
  remind_at timestamptz,
  reminders integer NOT NULL DEFAULT 0,
  follow_up text,
  notes text NOT NULL DEFAULT '',
  synthetic boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL
);
CREATE UNIQUE INDEX ux_applications_job ON careers.applications (account_id, job_id);
CREATE INDEX ix_applications_account ON careers.applications (account_id, created_at DESC, id DESC);

CREATE TABLE careers.application_days (
  account_id uuid NOT NULL,
  day date NOT NULL,
  used integer NOT NULL,
  PRIMARY KEY (account_id, day)
);
