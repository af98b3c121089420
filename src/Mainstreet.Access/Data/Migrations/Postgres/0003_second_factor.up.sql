-- When the person last proved to be there (null: at created_at), and what the client called itself.
ALTER TABLE access.sessions ADD COLUMN proved_at timestamptz;
ALTER TABLE access.sessions ADD COLUMN agent text;

-- protected: the shared key, encrypted; last_step: no code of this time step or before is taken again.
CREATE TABLE access.totp_factors (
  account_id uuid PRIMARY KEY REFERENCES access.accounts (id),
  protected text NOT NULL,
  last_step bigint NOT NULL,
  created_at timestamptz NOT NULL,
  confirmed_at timestamptz
);

CREATE TABLE access.sms_factors (
  account_id uuid PRIMARY KEY REFERENCES access.accounts (id),
  phone text NOT NULL,
  confirmed_at timestamptz
);

CREATE TABLE access.sms_codes (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES access.accounts (id),
  phone text NOT NULL,
  hash bytea NOT NULL,
  sent_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX sms_codes_account ON access.sms_codes (account_id, sent_at);
CREATE INDEX sms_codes_sent ON access.sms_codes (sent_at);

CREATE TABLE access.recovery_codes (
  account_id uuid NOT NULL REFERENCES access.accounts (id),
  hash bytea NOT NULL,
  created_at timestamptz NOT NULL,
  used_at timestamptz,
  PRIMARY KEY (account_id, hash)
);

-- SHA-256 of the token of a sign-in whose password was right.
CREATE TABLE access.sign_in_challenges (
  hash bytea PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES access.accounts (id),
  expires_at timestamptz NOT NULL,
  attempts integer NOT NULL,
  used_at timestamptz
);
CREATE INDEX sign_in_challenges_expires ON access.sign_in_challenges (expires_at);
