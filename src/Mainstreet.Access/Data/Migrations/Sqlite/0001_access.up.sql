CREATE TABLE access_accounts (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL,
  normalized_email TEXT NOT NULL,
  email_confirmed INTEGER NOT NULL,
  display_name TEXT NOT NULL,
  password_hash TEXT,
  security_stamp TEXT NOT NULL,
  lockout_end INTEGER,
  synthetic INTEGER NOT NULL,
  demo INTEGER NOT NULL,
  disabled_at INTEGER,
  created_at INTEGER NOT NULL,
  last_sign_in_at INTEGER
);
CREATE UNIQUE INDEX access_accounts_email ON access_accounts (normalized_email);

CREATE TABLE access_account_roles (
  account_id TEXT NOT NULL REFERENCES access_accounts (id),
  role TEXT NOT NULL,
  PRIMARY KEY (account_id, role)
);

-- One sign-in of one client; every token and cookie names its session, and ends with it.
CREATE TABLE access_sessions (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES access_accounts (id),
  kind TEXT NOT NULL,
  address TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended_at INTEGER,
  ended_because TEXT
);
CREATE INDEX access_sessions_account ON access_sessions (account_id, address, created_at);
CREATE INDEX access_sessions_expires ON access_sessions (expires_at);

-- SHA-256 of each refresh token ever issued in a session that is still kept: a used one that comes back is a theft.
CREATE TABLE access_refresh_tokens (
  hash BLOB PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES access_sessions (id),
  issued_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER,
  used_by TEXT,
  uses INTEGER NOT NULL
);
CREATE INDEX access_refresh_tokens_session ON access_refresh_tokens (session_id);

-- subject: SHA-256 of the normalised e-mail, because people type other things into that field.
CREATE TABLE access_sign_in_failures (
  id TEXT PRIMARY KEY,
  subject BLOB NOT NULL,
  address TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX access_sign_in_failures_subject ON access_sign_in_failures (subject, address, at);
CREATE INDEX access_sign_in_failures_address ON access_sign_in_failures (address, at);
CREATE INDEX access_sign_in_failures_at ON access_sign_in_failures (at);

-- number makes two replicas that rotate at once meet at a unique key.
CREATE TABLE access_signing_keys (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL,
  protected TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  signs_from INTEGER NOT NULL
);
CREATE UNIQUE INDEX access_signing_keys_number ON access_signing_keys (number);

CREATE TABLE access_businesses (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  currency TEXT NOT NULL,
  synthetic INTEGER NOT NULL,
  demo INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX access_businesses_created ON access_businesses (created_at, id);

CREATE TABLE access_members (
  business_id TEXT NOT NULL REFERENCES access_businesses (id),
  account_id TEXT NOT NULL REFERENCES access_accounts (id),
  role TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (business_id, account_id, role)
);
CREATE INDEX access_members_account ON access_members (account_id);

CREATE TABLE access_invitations (
  id TEXT PRIMARY KEY,
  business_id TEXT NOT NULL REFERENCES access_businesses (id),
  email TEXT NOT NULL,
  normalized_email TEXT NOT NULL,
  role TEXT NOT NULL,
  token_hash BLOB NOT NULL,
  invited_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  accepted_at INTEGER,
  accepted_by TEXT
);
CREATE UNIQUE INDEX access_invitations_token ON access_invitations (token_hash);
CREATE INDEX access_invitations_business ON access_invitations (business_id, created_at);
