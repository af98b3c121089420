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
  image_id uuid,
  image_key text,
  image_type text,
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

-- What the search reads: narrow rows. in_stock changes only when the last piece goes or the first comes, so an index may hold it.
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
  listed bigint NOT NULL,
  words text NOT NULL,
  lexemes tsvector GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED
) WITH (fillfactor = 90);
CREATE INDEX product_search_lexemes ON store.product_search USING gin (lexemes);
-- Browsing a category with its facets reads this index alone: a third of the time that the rows take.
CREATE INDEX product_search_browse ON store.product_search (category, name_key, product_id)
  INCLUDE (business_id, sub_category, brand, price_amount, in_stock, listed) WHERE active AND NOT synthetic;
CREATE INDEX product_search_brand ON store.product_search (brand) WHERE active AND NOT synthetic;

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

-- What an Indian grocery's shoppers call things, in their languages and in English; for every shop.
INSERT INTO store.search_synonyms (id, terms, created_at) VALUES
  ('01900000-0000-7000-8001-000000000001', 'potato,aloo,alu,batata,आलू', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000002', 'onion,pyaz,kanda,प्याज', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000003', 'tomato,tamatar,टमाटर', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000004', 'okra,bhindi,lady finger,ladyfinger', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000005', 'eggplant,brinjal,baingan,aubergine', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000006', 'cauliflower,gobi,gobhi', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000007', 'cabbage,patta gobhi', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000008', 'coriander,cilantro,dhania', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000009', 'fenugreek,methi', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-00000000000a', 'spinach,palak', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-00000000000b', 'garlic,lahsun', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-00000000000c', 'ginger,adrak', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-00000000000d', 'chilli,chili,chile,mirchi,mirch', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-00000000000e', 'capsicum,bell pepper,shimla mirch', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-00000000000f', 'carrot,gajar', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000010', 'pea,matar', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000011', 'lemon,nimbu', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000012', 'mango,aam', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000013', 'banana,kela', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000014', 'curd,yogurt,yoghurt,dahi,दही', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000015', 'milk,doodh,दूध', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000016', 'butter,makhan', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000017', 'ghee,clarified butter,घी', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000018', 'paneer,cottage cheese,पनीर', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000019', 'rice,chawal,चावल', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-00000000001a', 'atta,wheat flour,आटा', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-00000000001b', 'maida,refined flour,all purpose flour', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-00000000001c', 'semolina,sooji,suji,rava', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-00000000001d', 'besan,gram flour,chickpea flour', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-00000000001e', 'chickpea,chana,chole,garbanzo', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-00000000001f', 'rajma,kidney bean', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000020', 'toor,tur,arhar,pigeon pea', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000021', 'dal,daal,dhal,lentil,दाल', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000022', 'urad,black gram', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000023', 'moong,mung,green gram', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000024', 'poha,flattened rice,beaten rice', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000025', 'sugar,cheeni,shakkar,चीनी', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000026', 'jaggery,gur,gud', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000027', 'salt,namak,नमक', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000028', 'tea,chai,चाय', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000029', 'cumin,jeera', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-00000000002a', 'turmeric,haldi,हल्दी', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-00000000002b', 'mustard,sarson,rai', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-00000000002c', 'black pepper,kali mirch', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-00000000002d', 'cardamom,elaichi', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-00000000002e', 'clove,laung', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-00000000002f', 'cinnamon,dalchini', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000030', 'asafoetida,hing', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000031', 'almond,badam', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000032', 'cashew,kaju', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000033', 'raisin,kishmish', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000034', 'peanut,groundnut,moongphali', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000035', 'egg,anda', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000036', 'soft drink,cold drink,soda,fizzy drink', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000037', 'detergent,washing powder', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000038', 'biscuit,cookie', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-000000000039', 'curry leaf,kadi patta', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-00000000003a', 'sesame,til', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-00000000003b', 'yeast,khameer', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8001-00000000003c', 'vermicelli,seviyan,semiya', '2026-01-01T00:00:00Z');

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
