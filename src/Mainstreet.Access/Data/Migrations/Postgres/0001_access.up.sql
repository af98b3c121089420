CREATE SCHEMA IF NOT EXISTS access;

CREATE TABLE access.accounts (
  id uuid PRIMARY KEY,
  email text NOT NULL,
  normalized_email text NOT NULL,
  email_confirmed boolean NOT NULL,
  display_name text NOT NULL,
  password_hash text,
  security_stamp text NOT NULL,
  lockout_end timestamptz,
  synthetic boolean NOT NULL,
  demo boolean NOT NULL,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL,
  last_sign_in_at timestamptz
);
CREATE UNIQUE INDEX accounts_email ON access.accounts (normalized_email);

CREATE TABLE access.account_roles (
  account_id uuid NOT NULL REFERENCES access.accounts (id),
  role text NOT NULL,
  PRIMARY KEY (account_id, role)
);

-- One sign-in of one client; every token and cookie names its session, and ends with it.
CREATE TABLE access.sessions (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES access.accounts (id),
  kind text NOT NULL,
  address text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  ended_because text
);
CREATE INDEX sessions_account ON access.sessions (account_id, address, created_at);
CREATE INDEX sessions_expires ON access.sessions (expires_at);

-- SHA-256 of each refresh token ever issued in a session that is still kept: a used one that comes back is a theft.
CREATE TABLE access.refresh_tokens (
  hash bytea PRIMARY KEY,
  session_id uuid NOT NULL REFERENCES access.sessions (id),
  issued_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  used_by text,
  uses integer NOT NULL
);
CREATE INDEX refresh_tokens_session ON access.refresh_tokens (session_id);

-- subject: SHA-256 of the normalised e-mail, because people type other things into that field.
CREATE TABLE access.sign_in_failures (
  id uuid PRIMARY KEY,
  subject bytea NOT NULL,
  address text NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX sign_in_failures_subject ON access.sign_in_failures (subject, address, at);
CREATE INDEX sign_in_failures_address ON access.sign_in_failures (address, at);
CREATE INDEX sign_in_failures_at ON access.sign_in_failures (at);

-- number makes two replicas that rotate at once meet at a unique key.
CREATE TABLE access.signing_keys (
  id text PRIMARY KEY,
  number integer NOT NULL,
  protected text NOT NULL,
  created_at timestamptz NOT NULL,
  signs_from timestamptz NOT NULL
);
CREATE UNIQUE INDEX signing_keys_number ON access.signing_keys (number);

CREATE TABLE access.businesses (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  time_zone text NOT NULL,
  currency text NOT NULL,
  synthetic boolean NOT NULL,
  demo boolean NOT NULL,
  version integer NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX businesses_created ON access.businesses (created_at, id);

CREATE TABLE access.members (
  business_id uuid NOT NULL REFERENCES access.businesses (id),
  account_id uuid NOT NULL REFERENCES access.accounts (id),
  role text NOT NULL,
  since timestamptz NOT NULL,
  PRIMARY KEY (business_id, account_id, role)
);
CREATE INDEX members_account ON access.members (account_id);

CREATE TABLE access.invitations (
  id uuid PRIMARY KEY,
  business_id uuid NOT NULL REFERENCES access.businesses (id),
  email text NOT NULL,
  normalized_email text NOT NULL,
  role text NOT NULL,
  token_hash bytea NOT NULL,
  invited_by uuid NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz,
  accepted_by uuid
);
CREATE UNIQUE INDEX invitations_token ON access.invitations (token_hash);
CREATE INDEX invitations_business ON access.invitations (business_id, created_at);
