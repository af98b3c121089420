-- Runs on their way from a process without a cage to one with, and the processes that have one. What a program is given and writes may hold any byte.
CREATE TABLE studio_sandbox_runs (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  state TEXT NOT NULL,
  request BLOB NOT NULL,
  answer BLOB,
  runner_id TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
);
CREATE INDEX ix_studio_sandbox_runs_state ON studio_sandbox_runs (state, created_at);

CREATE TABLE studio_sandbox_runners (
  id TEXT PRIMARY KEY,
  usable INTEGER NOT NULL,
  mode TEXT NOT NULL,
  groups TEXT,
  reasons TEXT NOT NULL,
  languages TEXT NOT NULL,
  slots INTEGER NOT NULL,
  seen_at INTEGER NOT NULL
);
