CREATE SCHEMA IF NOT EXISTS studio;

CREATE TABLE studio.projects (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL,
  name text NOT NULL,
  search_name text NOT NULL,
  template text,
  head integer NOT NULL,
  file_count integer NOT NULL,
  bytes bigint NOT NULL,
  stored_bytes bigint NOT NULL,
  synthetic boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL
);
CREATE INDEX projects_of_account ON studio.projects (account_id, created_at DESC, id DESC);

-- Two who create at once meet at this row.
CREATE TABLE studio.project_counts (
  account_id uuid PRIMARY KEY,
  projects integer NOT NULL CHECK (projects >= 0)
);

-- Paths that differ by case alone share a key: some systems hold them for one file.
CREATE TABLE studio.project_files (
  project_id uuid NOT NULL REFERENCES studio.projects (id) ON DELETE CASCADE,
  path_key text COLLATE "C" NOT NULL,
  path text COLLATE "C" NOT NULL,
  sha256 text NOT NULL,
  size integer NOT NULL,
  is_text boolean NOT NULL,
  commit integer NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (project_id, path_key)
);

CREATE TABLE studio.project_commits (
  project_id uuid NOT NULL REFERENCES studio.projects (id) ON DELETE CASCADE,
  number integer NOT NULL,
  author_id uuid NOT NULL,
  author_name text NOT NULL,
  message text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (project_id, number)
);

CREATE TABLE studio.project_changes (
  project_id uuid NOT NULL,
  number integer NOT NULL,
  path text COLLATE "C" NOT NULL,
  before text,
  after text,
  PRIMARY KEY (project_id, number, path),
  FOREIGN KEY (project_id, number) REFERENCES studio.project_commits (project_id, number) ON DELETE CASCADE,
  CHECK (before IS DISTINCT FROM after)
);
CREATE INDEX project_changes_of_path ON studio.project_changes (project_id, path, number DESC);

CREATE TABLE studio.project_blobs (
  project_id uuid NOT NULL REFERENCES studio.projects (id) ON DELETE CASCADE,
  sha256 text NOT NULL,
  size integer NOT NULL,
  is_text boolean NOT NULL,
  content bytea NOT NULL,
  PRIMARY KEY (project_id, sha256)
);
