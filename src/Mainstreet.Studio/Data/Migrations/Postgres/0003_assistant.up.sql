-- Every question to a provider with the tokens that it took. A project that is deleted leaves its rows: what was used was used.
CREATE TABLE studio.ai_uses (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL,
  project_id uuid,
  feature text NOT NULL,
  provider text NOT NULL,
  model text NOT NULL,
  state text NOT NULL,
  input_tokens bigint NOT NULL,
  output_tokens bigint NOT NULL,
  cached_tokens bigint NOT NULL,
  estimated boolean NOT NULL,
  metered boolean NOT NULL,
  reserved bigint NOT NULL,
  period text NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX ai_uses_of_account ON studio.ai_uses (account_id, started_at);
CREATE INDEX ai_uses_open ON studio.ai_uses (started_at) WHERE state = 'Open';

-- Months of an account, a project or the server: spent is the sum of the metered uses that ended, reserved that of the open ones.
CREATE TABLE studio.ai_budgets (
  scope text NOT NULL,
  scope_id uuid NOT NULL,
  period text NOT NULL,
  spent bigint NOT NULL CHECK (spent >= 0),
  reserved bigint NOT NULL CHECK (reserved >= 0),
  PRIMARY KEY (scope, scope_id, period)
);
