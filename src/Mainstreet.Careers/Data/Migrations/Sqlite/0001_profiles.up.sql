CREATE TABLE careers_profiles (
  account_id TEXT PRIMARY KEY,
  document TEXT NOT NULL,
  slug TEXT UNIQUE,
  published_document TEXT,
  published_at INTEGER,
  share_token TEXT UNIQUE,
  masks TEXT NOT NULL DEFAULT '[]',
  notes TEXT NOT NULL DEFAULT '[]',
  synthetic INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
);
