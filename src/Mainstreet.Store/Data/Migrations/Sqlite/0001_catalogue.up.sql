CREATE TABLE store_shops (
  id TEXT PRIMARY KEY,
  business_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  currency TEXT NOT NULL,
  state_code TEXT,
  gstin TEXT,
  line1 TEXT NOT NULL,
  city TEXT NOT NULL,
  postal_code TEXT NOT NULL,
  country TEXT NOT NULL,
  lat REAL,
  lon REAL,
  delivery_fee INTEGER NOT NULL CHECK (delivery_fee >= 0),
  free_delivery_from INTEGER CHECK (free_delivery_from >= 0),
  open INTEGER NOT NULL DEFAULT 1,
  synthetic INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  version INTEGER NOT NULL
);

CREATE TABLE store_products (
  id TEXT PRIMARY KEY,
  business_id TEXT NOT NULL,
  sku TEXT NOT NULL,
  name TEXT NOT NULL,
  brand TEXT NOT NULL,
  category TEXT NOT NULL,
  sub_category TEXT NOT NULL,
  description TEXT NOT NULL,
  pack_size TEXT NOT NULL,
  price_amount INTEGER NOT NULL CHECK (price_amount >= 0),
  mrp_amount INTEGER CHECK (mrp_amount >= 0),
  currency TEXT NOT NULL,
  tax_class TEXT NOT NULL,
  hsn TEXT,
  active INTEGER NOT NULL DEFAULT 1,
  synthetic INTEGER NOT NULL DEFAULT 0,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX store_products_sku ON store_products (business_id, sku);

CREATE TABLE store_stock_items (
  product_id TEXT PRIMARY KEY REFERENCES store_products (id) ON DELETE CASCADE,
  shop_id TEXT NOT NULL REFERENCES store_shops (id),
  on_hand INTEGER NOT NULL,
  reserved INTEGER NOT NULL DEFAULT 0,
  version INTEGER NOT NULL,
  CONSTRAINT stock_items_reserved CHECK (reserved BETWEEN 0 AND on_hand)
);

CREATE TABLE store_tax_rates (
  tax_class TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  rate_bp INTEGER NOT NULL CHECK (rate_bp BETWEEN 0 AND 10000),
  PRIMARY KEY (tax_class, valid_from)
);
INSERT INTO store_tax_rates (tax_class, valid_from, rate_bp) VALUES
  ('exempt', '2017-07-01', 0),
  ('staple', '2017-07-01', 500), ('staple', '2025-09-22', 0),
  ('essential', '2017-07-01', 500),
  ('processed', '2017-07-01', 1200), ('processed', '2025-09-22', 500),
  ('daily', '2017-07-01', 1800), ('daily', '2025-09-22', 500),
  ('standard', '2017-07-01', 1800),
  ('luxury', '2017-07-01', 2800), ('luxury', '2025-09-22', 4000);

-- What the search reads: narrow rows, their number that of the row in the full text index.
CREATE TABLE store_product_search (
  doc INTEGER PRIMARY KEY,
  product_id TEXT NOT NULL UNIQUE REFERENCES store_products (id) ON DELETE CASCADE,
  business_id TEXT NOT NULL,
  synthetic INTEGER NOT NULL,
  active INTEGER NOT NULL,
  category TEXT NOT NULL,
  sub_category TEXT NOT NULL,
  brand TEXT NOT NULL,
  price_amount INTEGER NOT NULL,
  in_stock INTEGER NOT NULL,
  name_key TEXT NOT NULL,
  name_length INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  words TEXT NOT NULL
);

-- Words come normalised: the tokenizer only splits at spaces. A dot in front marks a word of the name.
CREATE VIRTUAL TABLE store_product_words USING fts5(
  words, content = '', contentless_delete = 1, detail = 'none', prefix = '2 3',
  tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co' tokenchars '.'"
);

CREATE TRIGGER store_product_search_added AFTER INSERT ON store_product_search BEGIN
  INSERT INTO store_product_words (rowid, words) VALUES (NEW.doc, NEW.words);
END;
CREATE TRIGGER store_product_search_changed AFTER UPDATE OF words ON store_product_search WHEN OLD.words <> NEW.words BEGIN
  DELETE FROM store_product_words WHERE rowid = OLD.doc;
  INSERT INTO store_product_words (rowid, words) VALUES (NEW.doc, NEW.words);
END;
CREATE TRIGGER store_product_search_removed AFTER DELETE ON store_product_search BEGIN
  DELETE FROM store_product_words WHERE rowid = OLD.doc;
END;

CREATE TRIGGER store_stock_items_added AFTER INSERT ON store_stock_items BEGIN
  UPDATE store_product_search SET in_stock = NEW.on_hand > NEW.reserved WHERE product_id = NEW.product_id;
END;
CREATE TRIGGER store_stock_items_changed AFTER UPDATE OF on_hand, reserved ON store_stock_items
  WHEN (OLD.on_hand > OLD.reserved) <> (NEW.on_hand > NEW.reserved) BEGIN
  UPDATE store_product_search SET in_stock = NEW.on_hand > NEW.reserved WHERE product_id = NEW.product_id;
END;

-- Every word that any product ever had, and its trigrams (as pg_trgm cuts them).
CREATE TABLE store_search_words (word TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE store_search_trigrams (
  trigram TEXT NOT NULL,
  word TEXT NOT NULL,
  PRIMARY KEY (trigram, word)
) WITHOUT ROWID;

CREATE TABLE store_search_synonyms (
  id TEXT PRIMARY KEY,
  business_id TEXT,
  terms TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX store_search_synonyms_business ON store_search_synonyms (business_id);

CREATE TABLE store_saved_searches (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  synthetic INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
);
CREATE INDEX store_saved_searches_account ON store_saved_searches (account_id, created_at, id);

CREATE TABLE store_saved_search_hits (
  search_id TEXT NOT NULL REFERENCES store_saved_searches (id) ON DELETE CASCADE,
  product_id TEXT NOT NULL REFERENCES store_products (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  PRIMARY KEY (search_id, product_id)
);
CREATE INDEX store_saved_search_hits_product ON store_saved_search_hits (product_id);
