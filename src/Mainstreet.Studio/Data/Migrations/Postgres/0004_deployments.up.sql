-- Deployments. The queue rows are in foundation.jobs; what a deployment publishes is kept as it stood when it was asked for.
CREATE TABLE studio.deployments (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL,
  project_id uuid NOT NULL,
  project_name text NOT NULL,
  project_version bigint NOT NULL,
  target text NOT NULL,
  status text NOT NULL,
  active boolean NOT NULL,
  step text NOT NULL,
  step_since timestamptz NOT NULL,
  failures integer NOT NULL DEFAULT 0,
  polls integer NOT NULL DEFAULT 0,
  refs text NOT NULL DEFAULT '{}',
  provider_state text,
  url text,
  environment text,
  rollback_of uuid,
  error_code text,
  error_detail text,
  cancel_asked_at timestamptz,
  files integer NOT NULL,
  bytes bigint NOT NULL,
  uploaded integer NOT NULL DEFAULT 0,
  log_lines integer NOT NULL DEFAULT 0,
  synthetic boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  started_at timestamptz,
  ended_at timestamptz,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL
);
-- One at a time of a project to a target: what two of them would leave behind depends on who ends last.
CREATE UNIQUE INDEX ux_deployments_active ON studio.deployments (project_id, target) WHERE active;
CREATE INDEX ix_deployments_account ON studio.deployments (account_id, created_at DESC, id DESC);
CREATE INDEX ix_deployments_project ON studio.deployments (project_id, target, created_at DESC, id DESC);

CREATE TABLE studio.deployment_blobs (
  sha256 text PRIMARY KEY,
  content bytea NOT NULL
);

CREATE TABLE studio.deployment_files (
  deployment_id uuid NOT NULL REFERENCES studio.deployments (id) ON DELETE CASCADE,
  path text NOT NULL,
  sha256 text NOT NULL REFERENCES studio.deployment_blobs (sha256),
  sha1 text NOT NULL,
  size integer NOT NULL,
  PRIMARY KEY (deployment_id, path)
);
CREATE INDEX ix_deployment_files_sha256 ON studio.deployment_files (sha256);

CREATE TABLE studio.deployment_log (
  deployment_id uuid NOT NULL REFERENCES studio.deployments (id) ON DELETE CASCADE,
  number integer NOT NULL,
  at timestamptz NOT NULL,
  source text NOT NULL,
  text text NOT NULL,
  PRIMARY KEY (deployment_id, number)
);

-- Where a project lives at a provider, found or made once.
CREATE TABLE studio.deployment_homes (
  project_id uuid NOT NULL,
  target text NOT NULL,
  team text NOT NULL,
  refs text NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (project_id, target, team)
);

-- What a provider has of a project's files, by the digest that it asks for.
CREATE TABLE studio.deployment_digests (
  project_id uuid NOT NULL,
  target text NOT NULL,
  team text NOT NULL,
  sha1 text NOT NULL,
  PRIMARY KEY (project_id, target, team, sha1)
);

CREATE TABLE studio.deployment_credentials (
  account_id uuid NOT NULL,
  target text NOT NULL,
  secret text NOT NULL,
  team text,
  token_kind text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL,
  PRIMARY KEY (account_id, target)
);

-- Sites that this server publishes.
CREATE TABLE studio.sites (
  project_id uuid PRIMARY KEY REFERENCES studio.projects (id) ON DELETE CASCADE,
  account_id uuid NOT NULL,
  slug text NOT NULL,
  deployment_id uuid NOT NULL REFERENCES studio.deployments (id),
  published_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX ux_sites_slug ON studio.sites (slug);
CREATE INDEX ix_sites_deployment ON studio.sites (deployment_id);
