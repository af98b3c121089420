-- Résumés and letters written for a posting. The blocks are text: they are read and written whole.
CREATE TABLE careers_documents (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  job_id TEXT,
  task_id TEXT UNIQUE,
  kind TEXT NOT NULL,
  posting_title TEXT NOT NULL,
  posting TEXT NOT NULL,
  base_blocks TEXT NOT NULL,
  blocks TEXT NOT NULL,
  reverted TEXT NOT NULL DEFAULT '[]',
  objections TEXT NOT NULL DEFAULT '[]',
  synthetic INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
);
CREATE INDEX ix_careers_documents_account ON careers_documents (account_id, created_at DESC, id DESC);
