CREATE TABLE foundation_outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  event_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  module TEXT NOT NULL,
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  payload TEXT NOT NULL,
  topics TEXT,
  at INTEGER NOT NULL,
  trace_parent TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  not_before INTEGER,
  last_error TEXT
);
-- Aggregates that wait after a failure: few.
CREATE INDEX foundation_outbox_waiting ON foundation_outbox (key) WHERE not_before IS NOT NULL;

-- What a consumer has done, so that a second delivery does nothing.
CREATE TABLE foundation_inbox (
  consumer TEXT NOT NULL,
  event_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (consumer, event_id)
);
CREATE INDEX foundation_inbox_at ON foundation_inbox (at);

-- Events that a consumer refused too often; kept for people to look at.
CREATE TABLE foundation_outbox_dead (
  event_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  key TEXT NOT NULL,
  payload TEXT NOT NULL,
  topics TEXT,
  kind TEXT NOT NULL,
  module TEXT NOT NULL,
  at INTEGER NOT NULL,
  dead_at INTEGER NOT NULL,
  last_error TEXT
);

CREATE TABLE foundation_audit (
  stream TEXT NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor_id TEXT,
  action TEXT NOT NULL,
  "from" TEXT,
  "to" TEXT,
  detail TEXT,
  hash TEXT NOT NULL,
  PRIMARY KEY (stream, seq)
);
CREATE INDEX foundation_audit_at ON foundation_audit (at, stream, seq);

CREATE TABLE foundation_jobs (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  payload TEXT,
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  fence INTEGER NOT NULL DEFAULT 0,
  owner TEXT,
  lease_until INTEGER,
  dead INTEGER NOT NULL DEFAULT 0,
  last_error TEXT
);
CREATE UNIQUE INDEX foundation_jobs_kind_key ON foundation_jobs (kind, key) WHERE dead = 0;
CREATE INDEX foundation_jobs_due ON foundation_jobs (due_at) WHERE dead = 0;

CREATE TABLE foundation_recurring_jobs (
  name TEXT PRIMARY KEY,
  next_due INTEGER NOT NULL,
  last_started INTEGER,
  last_finished INTEGER,
  last_error TEXT
);

CREATE TABLE foundation_leases (
  name TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  until INTEGER NOT NULL,
  fence INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE foundation_idempotency_keys (
  account_id TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  running_until INTEGER,
  fence INTEGER NOT NULL DEFAULT 0,
  status INTEGER,
  location TEXT,
  body TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (account_id, key)
);
CREATE INDEX foundation_idempotency_keys_created ON foundation_idempotency_keys (created_at);

CREATE TABLE foundation_data_protection_keys (
  id TEXT PRIMARY KEY,
  xml TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
