-- The version of all rules, in one row: who changes roles, grants or the model raises it first and so queues behind other writers.
CREATE TABLE access.rules (
  id integer PRIMARY KEY CHECK (id = 1),
  version bigint NOT NULL
);
INSERT INTO access.rules (id, version) VALUES (1, 1);

-- What each version changed, kept for a day, so that replicas need not read everything again.
CREATE TABLE access.rule_changes (
  version bigint NOT NULL,
  number integer NOT NULL,
  kind text NOT NULL,
  grant_id uuid,
  subject text,
  permission text,
  resource text,
  parents text,
  expires_at timestamptz,
  at timestamptz NOT NULL,
  PRIMARY KEY (version, number)
);
CREATE INDEX rule_changes_at ON access.rule_changes (at);

CREATE TABLE access.roles (
  name text PRIMARY KEY,
  parents text NOT NULL,
  permissions text NOT NULL,
  version integer NOT NULL,
  changed_at timestamptz NOT NULL
);

CREATE TABLE access.grants (
  id uuid PRIMARY KEY,
  subject text NOT NULL,
  permission text NOT NULL,
  resource text NOT NULL,
  business_id uuid,
  expires_at timestamptz,
  created_at timestamptz NOT NULL,
  created_by uuid
);
CREATE UNIQUE INDEX grants_rule ON access.grants (subject, permission, resource);
CREATE INDEX grants_resource ON access.grants (resource, created_at, id);
CREATE INDEX grants_business ON access.grants (business_id, created_at, id);
CREATE INDEX grants_created ON access.grants (created_at, id);
CREATE INDEX grants_expires ON access.grants (expires_at) WHERE expires_at IS NOT NULL;

-- Relationship models as they were written; the newest counts, without one the program's own.
CREATE TABLE access.relation_models (
  version bigint PRIMARY KEY,
  text text NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid
);
