-- Deployments. The queue rows are in foundation_jobs; what a deployment publishes is kept as it stood when it was asked for.
CREATE TABLE studio_deployments (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  project_name TEXT NOT NULL,
  project_version INTEGER NOT NULL,
  target TEXT NOT NULL,
  status TEXT NOT NULL,
  active INTEGER NOT NULL,
  step TEXT NOT NULL,
  step_since INTEGER NOT NULL,
  failures INTEGER NOT NULL DEFAULT 0,
  polls INTEGER NOT NULL DEFAULT 0,
  refs TEXT NOT NULL DEFAULT '{}',
  provider_state TEXT,
  url TEXT,
  environment TEXT,
  rollback_of TEXT,
  error_code TEXT,
  error_detail TEXT,
  cancel_asked_at INTEGER,
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  uploaded INTEGER NOT NULL DEFAULT 0,
  log_lines INTEGER NOT NULL DEFAULT 0,
  synthetic INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
);
-- One at a time of a project to a target: what two of them would leave behind depends on who ends last.
CREATE UNIQUE INDEX ux_studio_deployments_active ON studio_deployments (project_id, target) WHERE active;
CREATE INDEX ix_studio_deployments_account ON studio_deployments (account_id, created_at DESC, id DESC);
CREATE INDEX ix_studio_deployments_project ON studio_deployments (project_id, target, created_at DESC, id DESC);

CREATE TABLE studio_deployment_blobs (
  sha256 TEXT PRIMARY KEY,
  content BLOB NOT NULL
);

CREATE TABLE studio_deployment_files (
  deployment_id TEXT NOT NULL REFERENCES studio_deployments (id) ON DELETE CASCADE,
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL REFERENCES studio_deployment_blobs (sha256),
  sha1 TEXT NOT NULL,
  size INTEGER NOT NULL,
  PRIMARY KEY (deployment_id, path)
);
CREATE INDEX ix_studio_deployment_files_sha256 ON studio_deployment_files (sha256);

CREATE TABLE studio_deployment_log (
  deployment_id TEXT NOT NULL REFERENCES studio_deployments (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  source TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (deployment_id, number)
);

-- Where a project lives at a provider, found or made once.
CREATE TABLE studio_deployment_homes (
  project_id TEXT NOT NULL,
  target TEXT NOT NULL,
  team TEXT NOT NULL,
  refs TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (project_id, target, team)
);

-- What a provider has of a project's files, by the digest that it asks for.
CREATE TABLE studio_deployment_digests (
  project_id TEXT NOT NULL,
  target TEXT NOT NULL,
  team TEXT NOT NULL,
  sha1 TEXT NOT NULL,
  PRIMARY KEY (project_id, target, team, sha1)
);

CREATE TABLE studio_deployment_credentials (
  account_id TEXT NOT NULL,
  target TEXT NOT NULL,
  secret TEXT NOT NULL,
  team TEXT,
  token_kind TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (account_id, target)
);

-- Sites that this server publishes.
CREATE TABLE studio_sites (
  project_id TEXT PRIMARY KEY REFERENCES studio_projects (id) ON DELETE CASCADE,
  account_id TEXT NOT NULL,
  slug TEXT NOT NULL,
  deployment_id TEXT NOT NULL REFERENCES studio_deployments (id),
  published_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX ux_studio_sites_slug ON studio_sites (slug);
CREATE INDEX ix_studio_sites_deployment ON studio_sites (deployment_id);
