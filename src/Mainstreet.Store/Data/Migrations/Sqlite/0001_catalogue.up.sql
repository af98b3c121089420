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
  image_id TEXT,
  image_key TEXT,
  image_type TEXT,
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
  listed INTEGER NOT NULL,
  words TEXT NOT NULL
);

-- Browsing a category with its facets reads this index alone.
CREATE INDEX store_product_search_browse ON store_product_search
  (category, name_key, product_id, business_id, sub_category, brand, price_amount, in_stock, listed) WHERE active AND NOT synthetic;
CREATE INDEX store_product_search_brand ON store_product_search (brand) WHERE active AND NOT synthetic;

-- Words come normalised: the tokenizer only splits at spaces. A dot in front marks a word of the name.
CREATE VIRTUAL TABLE store_product_words USING fts5(
  words, content = '', contentless_delete = 1, detail = 'none', prefix = '2 3',
  tokenize = "ascii tokenchars '.'"
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

-- What an Indian grocery's shoppers call things, in their languages and in English; for every shop.
INSERT INTO store_search_synonyms (id, terms, created_at) VALUES
  ('01900000-0000-7000-8001-000000000001', 'potato,aloo,alu,batata,आलू', 1767225600000000),
  ('01900000-0000-7000-8001-000000000002', 'onion,pyaz,kanda,प्याज', 1767225600000000),
  ('01900000-0000-7000-8001-000000000003', 'tomato,tamatar,टमाटर', 1767225600000000),
  ('01900000-0000-7000-8001-000000000004', 'okra,bhindi,lady finger,ladyfinger', 1767225600000000),
  ('01900000-0000-7000-8001-000000000005', 'eggplant,brinjal,baingan,aubergine', 1767225600000000),
  ('01900000-0000-7000-8001-000000000006', 'cauliflower,gobi,gobhi', 1767225600000000),
  ('01900000-0000-7000-8001-000000000007', 'cabbage,patta gobhi', 1767225600000000),
  ('01900000-0000-7000-8001-000000000008', 'coriander,cilantro,dhania', 1767225600000000),
  ('01900000-0000-7000-8001-000000000009', 'fenugreek,methi', 1767225600000000),
  ('01900000-0000-7000-8001-00000000000A', 'spinach,palak', 1767225600000000),
  ('01900000-0000-7000-8001-00000000000B', 'garlic,lahsun', 1767225600000000),
  ('01900000-0000-7000-8001-00000000000C', 'ginger,adrak', 1767225600000000),
  ('01900000-0000-7000-8001-00000000000D', 'chilli,chili,chile,mirchi,mirch', 1767225600000000),
  ('01900000-0000-7000-8001-00000000000E', 'capsicum,bell pepper,shimla mirch', 1767225600000000),
  ('01900000-0000-7000-8001-00000000000F', 'carrot,gajar', 1767225600000000),
  ('01900000-0000-7000-8001-000000000010', 'pea,matar', 1767225600000000),
  ('01900000-0000-7000-8001-000000000011', 'lemon,nimbu', 1767225600000000),
  ('01900000-0000-7000-8001-000000000012', 'mango,aam', 1767225600000000),
  ('01900000-0000-7000-8001-000000000013', 'banana,kela', 1767225600000000),
  ('01900000-0000-7000-8001-000000000014', 'curd,yogurt,yoghurt,dahi,दही', 1767225600000000),
  ('01900000-0000-7000-8001-000000000015', 'milk,doodh,दूध', 1767225600000000),
  ('01900000-0000-7000-8001-000000000016', 'butter,makhan', 1767225600000000),
  ('01900000-0000-7000-8001-000000000017', 'ghee,clarified butter,घी', 1767225600000000),
  ('01900000-0000-7000-8001-000000000018', 'paneer,cottage cheese,पनीर', 1767225600000000),
  ('01900000-0000-7000-8001-000000000019', 'rice,chawal,चावल', 1767225600000000),
  ('01900000-0000-7000-8001-00000000001A', 'atta,wheat flour,आटा', 1767225600000000),
  ('01900000-0000-7000-8001-00000000001B', 'maida,refined flour,all purpose flour', 1767225600000000),
  ('01900000-0000-7000-8001-00000000001C', 'semolina,sooji,suji,rava', 1767225600000000),
  ('01900000-0000-7000-8001-00000000001D', 'besan,gram flour,chickpea flour', 1767225600000000),
  ('01900000-0000-7000-8001-00000000001E', 'chickpea,chana,chole,garbanzo', 1767225600000000),
  ('01900000-0000-7000-8001-00000000001F', 'rajma,kidney bean', 1767225600000000),
  ('01900000-0000-7000-8001-000000000020', 'toor,tur,arhar,pigeon pea', 1767225600000000),
  ('01900000-0000-7000-8001-000000000021', 'dal,daal,dhal,lentil,दाल', 1767225600000000),
  ('01900000-0000-7000-8001-000000000022', 'urad,black gram', 1767225600000000),
  ('01900000-0000-7000-8001-000000000023', 'moong,mung,green gram', 1767225600000000),
  ('01900000-0000-7000-8001-000000000024', 'poha,flattened rice,beaten rice', 1767225600000000),
  ('01900000-0000-7000-8001-000000000025', 'sugar,cheeni,shakkar,चीनी', 1767225600000000),
  ('01900000-0000-7000-8001-000000000026', 'jaggery,gur,gud', 1767225600000000),
  ('01900000-0000-7000-8001-000000000027', 'salt,namak,नमक', 1767225600000000),
  ('01900000-0000-7000-8001-000000000028', 'tea,chai,चाय', 1767225600000000),
  ('01900000-0000-7000-8001-000000000029', 'cumin,jeera', 1767225600000000),
  ('01900000-0000-7000-8001-00000000002A', 'turmeric,haldi,हल्दी', 1767225600000000),
  ('01900000-0000-7000-8001-00000000002B', 'mustard,sarson,rai', 1767225600000000),
  ('01900000-0000-7000-8001-00000000002C', 'black pepper,kali mirch', 1767225600000000),
  ('01900000-0000-7000-8001-00000000002D', 'cardamom,elaichi', 1767225600000000),
  ('01900000-0000-7000-8001-00000000002E', 'clove,laung', 1767225600000000),
  ('01900000-0000-7000-8001-00000000002F', 'cinnamon,dalchini', 1767225600000000),
  ('01900000-0000-7000-8001-000000000030', 'asafoetida,hing', 1767225600000000),
  ('01900000-0000-7000-8001-000000000031', 'almond,badam', 1767225600000000),
  ('01900000-0000-7000-8001-000000000032', 'cashew,kaju', 1767225600000000),
  ('01900000-0000-7000-8001-000000000033', 'raisin,kishmish', 1767225600000000),
  ('01900000-0000-7000-8001-000000000034', 'peanut,groundnut,moongphali', 1767225600000000),
  ('01900000-0000-7000-8001-000000000035', 'egg,anda', 1767225600000000),
  ('01900000-0000-7000-8001-000000000036', 'soft drink,cold drink,soda,fizzy drink', 1767225600000000),
  ('01900000-0000-7000-8001-000000000037', 'detergent,washing powder', 1767225600000000),
  ('01900000-0000-7000-8001-000000000038', 'biscuit,cookie', 1767225600000000),
  ('01900000-0000-7000-8001-000000000039', 'curry leaf,kadi patta', 1767225600000000),
  ('01900000-0000-7000-8001-00000000003A', 'sesame,til', 1767225600000000),
  ('01900000-0000-7000-8001-00000000003B', 'yeast,khameer', 1767225600000000),
  ('01900000-0000-7000-8001-00000000003C', 'vermicelli,seviyan,semiya', 1767225600000000);

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
