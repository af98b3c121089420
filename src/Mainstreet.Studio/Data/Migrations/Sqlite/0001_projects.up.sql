CREATE TABLE studio_projects (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  name TEXT NOT NULL,
  search_name TEXT NOT NULL,
  template TEXT,
  head INTEGER NOT NULL,
  file_count INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  stored_bytes INTEGER NOT NULL,
  synthetic INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
);
CREATE INDEX studio_projects_of_account ON studio_projects (account_id, created_at DESC, id DESC);

-- Two who create at once meet at this row.
CREATE TABLE studio_project_counts (
  account_id TEXT PRIMARY KEY,
  projects INTEGER NOT NULL CHECK (projects >= 0)
);

-- Paths that differ by case alone share a key: some systems hold them for one file.
CREATE TABLE studio_project_files (
  project_id TEXT NOT NULL REFERENCES studio_projects (id) ON DELETE CASCADE,
  path_key TEXT NOT NULL,
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  size INTEGER NOT NULL,
  is_text INTEGER NOT NULL,
  "commit" INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (project_id, path_key)
);

CREATE TABLE studio_project_commits (
  project_id TEXT NOT NULL REFERENCES studio_projects (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  author_id TEXT NOT NULL,
  author_name TEXT NOT NULL,
  message TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (project_id, number)
);

CREATE TABLE studio_project_changes (
  project_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  path TEXT NOT NULL,
  "before" TEXT,
  "after" TEXT,
  PRIMARY KEY (project_id, number, path),
  FOREIGN KEY (project_id, number) REFERENCES studio_project_commits (project_id, number) ON DELETE CASCADE,
  CHECK ("before" IS NOT "after")
);
CREATE INDEX studio_project_changes_of_path ON studio_project_changes (project_id, path, number DESC);

CREATE TABLE studio_project_blobs (
  project_id TEXT NOT NULL REFERENCES studio_projects (id) ON DELETE CASCADE,
  sha256 TEXT NOT NULL,
  size INTEGER NOT NULL,
  is_text INTEGER NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (project_id, sha256)
);
