-- The catalogue and its search. pg_trgm finds the words that a misspelled one is near to.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE SCHEMA IF NOT EXISTS store;

CREATE TABLE store.shops (
  id uuid PRIMARY KEY,
  business_id uuid NOT NULL UNIQUE,
  name text NOT NULL,
  currency text NOT NULL,
  state_code text,
  gstin text,
  line1 text NOT NULL,
  city text NOT NULL,
  postal_code text NOT NULL,
  country text NOT NULL,
  lat double precision,
  lon double precision,
  delivery_fee bigint NOT NULL CHECK (delivery_fee >= 0),
  free_delivery_from bigint CHECK (free_delivery_from >= 0),
  open boolean NOT NULL DEFAULT true,
  synthetic boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  version integer NOT NULL
);

CREATE TABLE store.products (
  id uuid PRIMARY KEY,
  business_id uuid NOT NULL,
  sku text NOT NULL,
  name text NOT NULL,
  brand text NOT NULL,
  category text NOT NULL,
  sub_category text NOT NULL,
  description text NOT NULL,
  pack_size text NOT NULL,
  price_amount bigint NOT NULL CHECK (price_amount >= 0),
  mrp_amount bigint CHECK (mrp_amount >= 0),
  currency text NOT NULL,
  tax_class text NOT NULL,
  hsn text,
  active boolean NOT NULL DEFAULT true,
  synthetic boolean NOT NULL DEFAULT false,
  version integer NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX products_sku ON store.products (business_id, sku);

CREATE TABLE store.stock_items (
  product_id uuid PRIMARY KEY REFERENCES store.products (id) ON DELETE CASCADE,
  shop_id uuid NOT NULL REFERENCES store.shops (id),
  on_hand integer NOT NULL,
  reserved integer NOT NULL DEFAULT 0,
  version integer NOT NULL,
  CONSTRAINT stock_items_reserved CHECK (reserved BETWEEN 0 AND on_hand)
) WITH (fillfactor = 80);

CREATE TABLE store.tax_rates (
  tax_class text NOT NULL,
  valid_from date NOT NULL,
  rate_bp integer NOT NULL CHECK (rate_bp BETWEEN 0 AND 10000),
  PRIMARY KEY (tax_class, valid_from)
);
INSERT INTO store.tax_rates (tax_class, valid_from, rate_bp) VALUES
  ('exempt', '2017-07-01', 0),
  ('staple', '2017-07-01', 500), ('staple', '2025-09-22', 0),
  ('essential', '2017-07-01', 500),
  ('processed', '2017-07-01', 1200), ('processed', '2025-09-22', 500),
  ('daily', '2017-07-01', 1800), ('daily', '2025-09-22', 500),
  ('standard', '2017-07-01', 1800),
  ('luxury', '2017-07-01', 2800), ('luxury', '2025-09-22', 4000);

-- What the search reads: narrow rows. No index holds in_stock, so that a sale rewrites no index.
CREATE TABLE store.product_search (
  product_id uuid PRIMARY KEY REFERENCES store.products (id) ON DELETE CASCADE,
  business_id uuid NOT NULL,
  synthetic boolean NOT NULL,
  active boolean NOT NULL,
  category text NOT NULL,
  sub_category text NOT NULL,
  brand text NOT NULL,
  price_amount bigint NOT NULL,
  in_stock boolean NOT NULL,
  name_key text COLLATE "C" NOT NULL,
  name_length integer NOT NULL,
  created_at timestamptz NOT NULL,
  words text NOT NULL,
  lexemes tsvector GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED
) WITH (fillfactor = 90);
CREATE INDEX product_search_lexemes ON store.product_search USING gin (lexemes);

CREATE FUNCTION store.show_stock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE store.product_search SET in_stock = NEW.on_hand > NEW.reserved
  WHERE product_id = NEW.product_id AND in_stock <> (NEW.on_hand > NEW.reserved);
  RETURN NULL;
END $$;
CREATE TRIGGER stock_items_added AFTER INSERT ON store.stock_items
  FOR EACH ROW EXECUTE FUNCTION store.show_stock();
CREATE TRIGGER stock_items_changed AFTER UPDATE OF on_hand, reserved ON store.stock_items
  FOR EACH ROW WHEN ((OLD.on_hand > OLD.reserved) <> (NEW.on_hand > NEW.reserved)) EXECUTE FUNCTION store.show_stock();

-- Every word that any product ever had.
CREATE TABLE store.search_words (word text COLLATE "C" PRIMARY KEY);
CREATE INDEX search_words_trigrams ON store.search_words USING gin (word gin_trgm_ops);

CREATE TABLE store.search_synonyms (
  id uuid PRIMARY KEY,
  business_id uuid,
  terms text NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX search_synonyms_business ON store.search_synonyms (business_id);

CREATE TABLE store.saved_searches (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL,
  name text NOT NULL,
  query text NOT NULL,
  synthetic boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL
);
CREATE INDEX saved_searches_account ON store.saved_searches (account_id, created_at, id);

CREATE TABLE store.saved_search_hits (
  search_id uuid NOT NULL REFERENCES store.saved_searches (id) ON DELETE CASCADE,
  product_id uuid NOT NULL REFERENCES store.products (id) ON DELETE CASCADE,
  at timestamptz NOT NULL,
  PRIMARY KEY (search_id, product_id)
);
CREATE INDEX saved_search_hits_product ON store.saved_search_hits (product_id);
