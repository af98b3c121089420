-- A posting is one job that somebody offers; what is not known of it is null.
CREATE TABLE careers.postings (
  id uuid PRIMARY KEY,
  title text NOT NULL,
  company text,
  places text NOT NULL DEFAULT '',
  place_text text,
  workplace text,
  employment text,
  seniority text,
  pay_least bigint,
  pay_most bigint,
  pay_currency text,
  pay_per text,
  pay_text text,
  description text NOT NULL,
  url text,
  apply_url text,
  posted_at timestamptz,
  valid_until timestamptz,
  sim_hash bigint NOT NULL,
  words integer NOT NULL,
  first_seen timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  closed_at timestamptz,
  synthetic boolean NOT NULL DEFAULT false,
  version integer NOT NULL,
  CHECK ((pay_least IS NULL) = (pay_currency IS NULL) AND (pay_least IS NULL) = (pay_most IS NULL) AND (pay_least IS NULL) = (pay_per IS NULL))
);

-- Where a posting was found; the first one that is still there speaks for it.
CREATE TABLE careers.posting_adverts (
  source text NOT NULL,
  board text NOT NULL,
  external_id text NOT NULL,
  posting_id uuid NOT NULL REFERENCES careers.postings (id),
  url text,
  content_hash text NOT NULL,
  is_first boolean NOT NULL,
  synthetic boolean NOT NULL DEFAULT false,
  seen_at timestamptz NOT NULL,
  gone_at timestamptz,
  PRIMARY KEY (source, board, external_id, synthetic)
);
CREATE INDEX ix_posting_adverts_posting ON careers.posting_adverts (posting_id);

-- Hashes that two adverts of one job may have in common: address, company with title and place, parts of the text's fingerprint.
CREATE TABLE careers.posting_keys (
  hash bigint NOT NULL,
  posting_id uuid NOT NULL REFERENCES careers.postings (id) ON DELETE CASCADE,
  PRIMARY KEY (hash, posting_id)
);
CREATE INDEX ix_posting_keys_posting ON careers.posting_keys (posting_id);

-- One row, held by whoever takes postings in: two imports at once must not both find that a job is new.
CREATE TABLE careers.posting_intake (
  id integer PRIMARY KEY,
  turn bigint NOT NULL
);
INSERT INTO careers.posting_intake (id, turn) VALUES (1, 0);

-- What the search reads: narrow rows that each replica keeps a copy of.
CREATE TABLE careers.posting_search (
  posting_id uuid PRIMARY KEY REFERENCES careers.postings (id) ON DELETE CASCADE,
  synthetic boolean NOT NULL,
  open boolean NOT NULL,
  company text NOT NULL,
  places text NOT NULL,
  workplace text,
  employment text,
  seniority text,
  sources text NOT NULL,
  currency text,
  yearly_least bigint,
  yearly_most bigint,
  posted bigint NOT NULL,
  ends bigint NOT NULL,
  words text NOT NULL,
  changed xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX posting_search_changed ON careers.posting_search (changed);

CREATE FUNCTION careers.note_posting_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed := pg_current_xact_id();
  RETURN NEW;
END $$;
CREATE TRIGGER posting_search_changed BEFORE UPDATE ON careers.posting_search
  FOR EACH ROW EXECUTE FUNCTION careers.note_posting_change();

-- How the last reading of each board of a source came out.
CREATE TABLE careers.source_readings (
  source text NOT NULL,
  board text NOT NULL,
  read_at timestamptz NOT NULL,
  complete boolean NOT NULL,
  found integer NOT NULL,
  expected integer,
  problem text,
  PRIMARY KEY (source, board)
);

CREATE TABLE careers.saved_searches (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL,
  name text NOT NULL,
  query text NOT NULL,
  by_email boolean NOT NULL,
  synthetic boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL
);
CREATE INDEX ix_saved_searches_account ON careers.saved_searches (account_id, created_at, id);

CREATE TABLE careers.search_alerts (
  id uuid PRIMARY KEY,
  search_id uuid NOT NULL REFERENCES careers.saved_searches (id) ON DELETE CASCADE,
  state text NOT NULL,
  postings integer NOT NULL,
  attempts integer NOT NULL,
  not_before timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  finished_at timestamptz
);
CREATE INDEX ix_search_alerts_open ON careers.search_alerts (not_before) WHERE finished_at IS NULL;
CREATE INDEX ix_search_alerts_search ON careers.search_alerts (search_id);

CREATE TABLE careers.saved_search_hits (
  search_id uuid NOT NULL REFERENCES careers.saved_searches (id) ON DELETE CASCADE,
  posting_id uuid NOT NULL REFERENCES careers.postings (id) ON DELETE CASCADE,
  at timestamptz NOT NULL,
  alert_id uuid,
  PRIMARY KEY (search_id, posting_id)
);
CREATE INDEX ix_saved_search_hits_waiting ON careers.saved_search_hits (search_id) WHERE alert_id IS NULL;
