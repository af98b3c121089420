-- When the person last proved to be there (null: at created_at), and what the client called itself.
ALTER TABLE access_sessions ADD COLUMN proved_at INTEGER;
ALTER TABLE access_sessions ADD COLUMN agent TEXT;

-- protected: the shared key, encrypted; last_step: no code of this time step or before is taken again.
CREATE TABLE access_totp_factors (
  account_id TEXT PRIMARY KEY REFERENCES access_accounts (id),
  protected TEXT NOT NULL,
  last_step INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  confirmed_at INTEGER
);

CREATE TABLE access_sms_factors (
  account_id TEXT PRIMARY KEY REFERENCES access_accounts (id),
  phone TEXT NOT NULL,
  confirmed_at INTEGER
);

CREATE TABLE access_sms_codes (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES access_accounts (id),
  phone TEXT NOT NULL,
  hash BLOB NOT NULL,
  sent_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
);
CREATE INDEX access_sms_codes_account ON access_sms_codes (account_id, sent_at);
CREATE INDEX access_sms_codes_sent ON access_sms_codes (sent_at);

CREATE TABLE access_recovery_codes (
  account_id TEXT NOT NULL REFERENCES access_accounts (id),
  hash BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  used_at INTEGER,
  PRIMARY KEY (account_id, hash)
);

-- SHA-256 of the token of a sign-in whose password was right.
CREATE TABLE access_sign_in_challenges (
  hash BLOB PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES access_accounts (id),
  expires_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  used_at INTEGER
);
CREATE INDEX access_sign_in_challenges_expires ON access_sign_in_challenges (expires_at);
