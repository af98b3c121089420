-- Background tasks. Their queue rows are in foundation_jobs; what they were asked, got done so far and came to is text, read and written whole.
CREATE TABLE careers_tasks (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  type TEXT NOT NULL,
  state TEXT NOT NULL,
  input TEXT NOT NULL,
  checkpoint TEXT,
  result TEXT,
  done INTEGER NOT NULL DEFAULT 0,
  total INTEGER,
  note TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  run INTEGER NOT NULL DEFAULT 1,
  fence INTEGER NOT NULL DEFAULT 0,
  next_attempt_at INTEGER,
  error_code TEXT,
  error_detail TEXT,
  synthetic INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
);
CREATE INDEX ix_careers_tasks_account ON careers_tasks (account_id, created_at DESC, id DESC);
CREATE INDEX ix_careers_tasks_ended ON careers_tasks (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE careers_applications (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  job_id TEXT,
  posting_title TEXT NOT NULL,
  company TEXT,
  place TEXT,
  posting_url TEXT,
  state TEXT NOT NULL,
  archived_from TEXT,
  method TEXT,
  delivery TEXT NOT NULL,
  delivery_error TEXT,
  sender TEXT,
  reference TEXT,
  resume_id TEXT,
  letter_id TEXT,
  package TEXT,
  digest TEXT,
  consent TEXT,
  consented_at INTEGER,
  sendings INTEGER NOT NULL DEFAULT 0,
  checklist TEXT NOT NULL DEFAULT '[]',
  submitted_at INTEGER,
  quota_day TEXT,
  remind_at INTEGER,
  reminders INTEGER NOT NULL DEFAULT 0,
  follow_up TEXT,
  notes TEXT NOT NULL DEFAULT '',
  synthetic INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
);
CREATE UNIQUE INDEX ux_careers_applications_job ON careers_applications (account_id, job_id);
CREATE INDEX ix_careers_applications_account ON careers_applications (account_id, created_at DESC, id DESC);

CREATE TABLE careers_application_days (
  account_id TEXT NOT NULL,
  day TEXT NOT NULL,
  used INTEGER NOT NULL,
  PRIMARY KEY (account_id, day)
);
