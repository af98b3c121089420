-- Résumés and letters written for a posting. The blocks are text: they are read and written whole.
CREATE TABLE careers.documents (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL,
  job_id uuid,
  task_id uuid UNIQUE,
  kind text NOT NULL,
  posting_title text NOT NULL,
  posting text NOT NULL,
  base_blocks text NOT NULL,
  blocks text NOT NULL,
  reverted text NOT NULL DEFAULT '[]',
  objections text NOT NULL DEFAULT '[]',
  synthetic boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL
);
CREATE INDEX ix_documents_account ON careers.documents (account_id, created_at DESC, id DESC);
