-- Every question to a provider with the tokens that it took. A project that is deleted leaves its rows: what was used was used.
CREATE TABLE studio_ai_uses (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  project_id TEXT,
  feature TEXT NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  state TEXT NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cached_tokens INTEGER NOT NULL,
  estimated INTEGER NOT NULL,
  metered INTEGER NOT NULL,
  reserved INTEGER NOT NULL,
  period TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER
);
CREATE INDEX studio_ai_uses_of_account ON studio_ai_uses (account_id, started_at);
CREATE INDEX studio_ai_uses_open ON studio_ai_uses (started_at) WHERE state = 'Open';

-- Months of an account, a project or the server: spent is the sum of the metered uses that ended, reserved that of the open ones.
CREATE TABLE studio_ai_budgets (
  scope TEXT NOT NULL,
  scope_id TEXT NOT NULL,
  period TEXT NOT NULL,
  spent INTEGER NOT NULL CHECK (spent >= 0),
  reserved INTEGER NOT NULL CHECK (reserved >= 0),
  PRIMARY KEY (scope, scope_id, period)
);
