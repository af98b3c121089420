-- Runs on their way from a process without a cage to one with, and the processes that have one. What a program is given and writes may hold any byte.
CREATE TABLE studio.sandbox_runs (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL,
  state text NOT NULL,
  request bytea NOT NULL,
  answer bytea,
  runner_id uuid,
  attempts integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX ix_sandbox_runs_state ON studio.sandbox_runs (state, created_at);

CREATE TABLE studio.sandbox_runners (
  id uuid PRIMARY KEY,
  usable boolean NOT NULL,
  mode text NOT NULL,
  groups text,
  reasons text NOT NULL,
  languages text NOT NULL,
  slots integer NOT NULL,
  seen_at timestamptz NOT NULL
);
