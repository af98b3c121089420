CREATE SCHEMA IF NOT EXISTS careers;

-- A document is text, not jsonb: jsonb would reorder its members and rewrite its numbers.
CREATE TABLE careers.profiles (
  account_id uuid PRIMARY KEY,
  document text NOT NULL,
  slug text UNIQUE,
  published_document text,
  published_at timestamptz,
  share_token text UNIQUE,
  masks text NOT NULL DEFAULT '[]',
  notes text NOT NULL DEFAULT '[]',
  synthetic boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL
);
