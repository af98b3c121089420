-- A posting is one job that somebody offers; what is not known of it is null.
CREATE TABLE careers_postings (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  company TEXT,
  places TEXT NOT NULL DEFAULT '',
  place_text TEXT,
  workplace TEXT,
  employment TEXT,
  seniority TEXT,
  pay_least INTEGER,
  pay_most INTEGER,
  pay_currency TEXT,
  pay_per TEXT,
  pay_text TEXT,
  description TEXT NOT NULL,
  url TEXT,
  apply_url TEXT,
  posted_at INTEGER,
  valid_until INTEGER,
  sim_hash INTEGER NOT NULL,
  words INTEGER NOT NULL,
  first_seen INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  closed_at INTEGER,
  synthetic INTEGER NOT NULL DEFAULT 0,
  version INTEGER NOT NULL,
  CHECK ((pay_least IS NULL) = (pay_currency IS NULL) AND (pay_least IS NULL) = (pay_most IS NULL) AND (pay_least IS NULL) = (pay_per IS NULL))
);

-- Where a posting was found; the first one that is still there speaks for it.
CREATE TABLE careers_posting_adverts (
  source TEXT NOT NULL,
  board TEXT NOT NULL,
  external_id TEXT NOT NULL,
  posting_id TEXT NOT NULL REFERENCES careers_postings (id),
  url TEXT,
  content_hash TEXT NOT NULL,
  is_first INTEGER NOT NULL,
  synthetic INTEGER NOT NULL DEFAULT 0,
  seen_at INTEGER NOT NULL,
  gone_at INTEGER,
  PRIMARY KEY (source, board, external_id, synthetic)
);
CREATE INDEX ix_careers_posting_adverts_posting ON careers_posting_adverts (posting_id);

-- Hashes that two adverts of one job may have in common: address, company with title and place, parts of the text's fingerprint.
CREATE TABLE careers_posting_keys (
  hash INTEGER NOT NULL,
  posting_id TEXT NOT NULL REFERENCES careers_postings (id) ON DELETE CASCADE,
  PRIMARY KEY (hash, posting_id)
);
CREATE INDEX ix_careers_posting_keys_posting ON careers_posting_keys (posting_id);

-- One row, held by whoever takes postings in: two imports at once must not both find that a job is new.
CREATE TABLE careers_posting_intake (
  id INTEGER PRIMARY KEY,
  turn INTEGER NOT NULL
);
INSERT INTO careers_posting_intake (id, turn) VALUES (1, 0);

-- What the search reads: narrow rows that each replica keeps a copy of.
CREATE TABLE careers_posting_search (
  posting_id TEXT PRIMARY KEY REFERENCES careers_postings (id) ON DELETE CASCADE,
  synthetic INTEGER NOT NULL,
  open INTEGER NOT NULL,
  company TEXT NOT NULL,
  places TEXT NOT NULL,
  workplace TEXT,
  employment TEXT,
  seniority TEXT,
  sources TEXT NOT NULL,
  currency TEXT,
  yearly_least INTEGER,
  yearly_most INTEGER,
  posted INTEGER NOT NULL,
  ends INTEGER NOT NULL,
  words TEXT NOT NULL,
  changed INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX careers_posting_search_changed_at ON careers_posting_search (changed);

-- The number of a row's last change. There is one writer, so numbers are committed in their order; none is used twice.
CREATE TRIGGER careers_posting_search_note_added AFTER INSERT ON careers_posting_search BEGIN
  UPDATE careers_posting_search SET changed = 1 + (SELECT coalesce(max(changed), 0) FROM careers_posting_search) WHERE posting_id = NEW.posting_id;
END;
CREATE TRIGGER careers_posting_search_note_changed AFTER UPDATE OF
  synthetic, open, company, places, workplace, employment, seniority, sources, currency, yearly_least, yearly_most, posted, ends, words ON careers_posting_search BEGIN
  UPDATE careers_posting_search SET changed = 1 + (SELECT coalesce(max(changed), 0) FROM careers_posting_search) WHERE posting_id = NEW.posting_id;
END;

-- How the last reading of each board of a source came out.
CREATE TABLE careers_source_readings (
  source TEXT NOT NULL,
  board TEXT NOT NULL,
  read_at INTEGER NOT NULL,
  complete INTEGER NOT NULL,
  found INTEGER NOT NULL,
  expected INTEGER,
  problem TEXT,
  PRIMARY KEY (source, board)
);

CREATE TABLE careers_saved_searches (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  by_email INTEGER NOT NULL,
  synthetic INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
);
CREATE INDEX ix_careers_saved_searches_account ON careers_saved_searches (account_id, created_at, id);

CREATE TABLE careers_search_alerts (
  id TEXT PRIMARY KEY,
  search_id TEXT NOT NULL REFERENCES careers_saved_searches (id) ON DELETE CASCADE,
  state TEXT NOT NULL,
  postings INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  finished_at INTEGER
);
CREATE INDEX ix_careers_search_alerts_open ON careers_search_alerts (not_before) WHERE finished_at IS NULL;
CREATE INDEX ix_careers_search_alerts_search ON careers_search_alerts (search_id);

CREATE TABLE careers_saved_search_hits (
  search_id TEXT NOT NULL REFERENCES careers_saved_searches (id) ON DELETE CASCADE,
  posting_id TEXT NOT NULL REFERENCES careers_postings (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  alert_id TEXT,
  PRIMARY KEY (search_id, posting_id)
);
CREATE INDEX ix_careers_saved_search_hits_waiting ON careers_saved_search_hits (search_id) WHERE alert_id IS NULL;
