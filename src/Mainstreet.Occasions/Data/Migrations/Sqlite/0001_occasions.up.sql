CREATE TABLE occasions_recipients (
  id TEXT PRIMARY KEY,
  business_id TEXT NOT NULL,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  email TEXT,
  phone TEXT,
  birthday TEXT,
  birthday_day INTEGER,
  anniversary TEXT,
  anniversary_day INTEGER,
  time_zone TEXT NOT NULL,
  language TEXT,
  channels TEXT NOT NULL,
  paused INTEGER NOT NULL DEFAULT 0,
  search TEXT NOT NULL DEFAULT '',
  version INTEGER NOT NULL,
  synthetic INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX occasions_recipients_business ON occasions_recipients (business_id, id);
CREATE INDEX occasions_recipients_birthday ON occasions_recipients (birthday_day, business_id) WHERE birthday_day IS NOT NULL;
CREATE INDEX occasions_recipients_anniversary ON occasions_recipients (anniversary_day, business_id) WHERE anniversary_day IS NOT NULL;

CREATE TABLE occasions_messages (
  id TEXT PRIMARY KEY,
  business_id TEXT NOT NULL,
  recipient_id TEXT NOT NULL,
  occasion TEXT NOT NULL,
  local_year INTEGER NOT NULL,
  local_date TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  send_by INTEGER NOT NULL,
  status TEXT NOT NULL,
  reason TEXT,
  work_at INTEGER,
  in_flight INTEGER NOT NULL DEFAULT 0,
  fence INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  attempts_before INTEGER NOT NULL DEFAULT 0,
  uncertain INTEGER NOT NULL DEFAULT 0,
  channel TEXT,
  provider TEXT,
  provider_reference TEXT,
  last_error TEXT,
  sent_at INTEGER,
  receipt TEXT,
  receipt_at INTEGER,
  history TEXT,
  synthetic INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX occasions_messages_key ON occasions_messages (recipient_id, occasion, local_year);
CREATE INDEX occasions_messages_due ON occasions_messages (due_at) WHERE status = 'Scheduled';
CREATE INDEX occasions_messages_work ON occasions_messages (work_at) WHERE work_at IS NOT NULL;
CREATE INDEX occasions_messages_list ON occasions_messages (business_id, due_at, id);
CREATE INDEX occasions_messages_dead ON occasions_messages (business_id, due_at, id) WHERE status = 'Dead';
CREATE INDEX occasions_messages_reference ON occasions_messages (provider, provider_reference) WHERE provider_reference IS NOT NULL;

CREATE TABLE occasions_settings (
  business_id TEXT PRIMARY KEY,
  send_at TEXT NOT NULL,
  leap_day TEXT NOT NULL,
  misfire TEXT NOT NULL,
  late_limit_minutes INTEGER NOT NULL,
  quiet_from TEXT,
  quiet_until TEXT,
  default_time_zone TEXT,
  language TEXT NOT NULL,
  channels TEXT NOT NULL,
  paused INTEGER NOT NULL DEFAULT 0,
  birthday_paused INTEGER NOT NULL DEFAULT 0,
  anniversary_paused INTEGER NOT NULL DEFAULT 0,
  version INTEGER NOT NULL
);

CREATE TABLE occasions_templates (
  business_id TEXT NOT NULL,
  occasion TEXT NOT NULL,
  language TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  version INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (business_id, occasion, language)
);

CREATE TABLE occasions_suppressions (
  business_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  address TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (business_id, channel, address)
);

CREATE TABLE occasions_imports (
  id TEXT PRIMARY KEY,
  business_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  key TEXT,
  fence INTEGER NOT NULL,
  line INTEGER NOT NULL,
  digest TEXT NOT NULL,
  accepted INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  total_bytes INTEGER,
  finished_at INTEGER,
  touched_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX occasions_imports_key ON occasions_imports (account_id, key) WHERE key IS NOT NULL;
CREATE INDEX occasions_imports_business ON occasions_imports (business_id, created_at);

CREATE TABLE occasions_plan_state (
  id INTEGER PRIMARY KEY,
  planned_until INTEGER NOT NULL,
  complete_until INTEGER NOT NULL,
  clock_offset INTEGER NOT NULL DEFAULT 0
);
INSERT INTO occasions_plan_state (id, planned_until, complete_until) VALUES (1, 0, 0);
