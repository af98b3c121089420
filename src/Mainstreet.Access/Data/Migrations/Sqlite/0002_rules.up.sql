-- The version of all rules, in one row: who changes roles, grants or the model raises it first and so queues behind other writers.
CREATE TABLE access_rules (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL
);
INSERT INTO access_rules (id, version) VALUES (1, 1);

-- What each version changed, kept for a day, so that replicas need not read everything again.
CREATE TABLE access_rule_changes (
  version INTEGER NOT NULL,
  number INTEGER NOT NULL,
  kind TEXT NOT NULL,
  grant_id TEXT,
  subject TEXT,
  permission TEXT,
  resource TEXT,
  parents TEXT,
  expires_at INTEGER,
  at INTEGER NOT NULL,
  PRIMARY KEY (version, number)
);
CREATE INDEX access_rule_changes_at ON access_rule_changes (at);

CREATE TABLE access_roles (
  name TEXT PRIMARY KEY,
  parents TEXT NOT NULL,
  permissions TEXT NOT NULL,
  version INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
);

CREATE TABLE access_grants (
  id TEXT PRIMARY KEY,
  subject TEXT NOT NULL,
  permission TEXT NOT NULL,
  resource TEXT NOT NULL,
  business_id TEXT,
  expires_at INTEGER,
  created_at INTEGER NOT NULL,
  created_by TEXT
);
CREATE UNIQUE INDEX access_grants_rule ON access_grants (subject, permission, resource);
CREATE INDEX access_grants_resource ON access_grants (resource, created_at, id);
CREATE INDEX access_grants_business ON access_grants (business_id, created_at, id);
CREATE INDEX access_grants_created ON access_grants (created_at, id);
CREATE INDEX access_grants_expires ON access_grants (expires_at) WHERE expires_at IS NOT NULL;

-- Relationship models as they were written; the newest counts, without one the program's own.
CREATE TABLE access_relation_models (
  version INTEGER PRIMARY KEY,
  text TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT
);
