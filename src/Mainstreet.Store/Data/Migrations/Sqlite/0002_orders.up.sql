CREATE TABLE store_carts (
  id TEXT PRIMARY KEY,
  customer_id TEXT,
  business_id TEXT,
  state TEXT NOT NULL,
  merged_into TEXT,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX store_carts_customer ON store_carts (customer_id, state) WHERE customer_id IS NOT NULL;
CREATE INDEX store_carts_guests ON store_carts (created_at) WHERE customer_id IS NULL;

CREATE TABLE store_cart_items (
  cart_id TEXT NOT NULL REFERENCES store_carts (id) ON DELETE CASCADE,
  product_id TEXT NOT NULL REFERENCES store_products (id) ON DELETE CASCADE,
  quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 999),
  seen_price INTEGER NOT NULL CHECK (seen_price >= 0),
  added_at INTEGER NOT NULL,
  PRIMARY KEY (cart_id, product_id)
);

CREATE TABLE store_orders (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  business_id TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  cart_id TEXT UNIQUE,
  ticket_id TEXT UNIQUE,
  status TEXT NOT NULL,
  cash INTEGER NOT NULL,
  currency TEXT NOT NULL,
  items_total INTEGER NOT NULL CHECK (items_total >= 0),
  delivery_fee INTEGER NOT NULL CHECK (delivery_fee >= 0),
  discount INTEGER NOT NULL CHECK (discount >= 0),
  total INTEGER NOT NULL,
  points_redeemed INTEGER NOT NULL,
  captured INTEGER NOT NULL,
  refunded INTEGER NOT NULL,
  inside_state INTEGER NOT NULL,
  line1 TEXT NOT NULL,
  city TEXT NOT NULL,
  postal_code TEXT NOT NULL,
  country TEXT NOT NULL,
  state_code TEXT,
  lat REAL,
  lon REAL,
  reserved_until INTEGER,
  cancel_reason TEXT,
  cancel_note TEXT,
  courier_id TEXT,
  synthetic INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  paid_at INTEGER,
  packed_at INTEGER,
  dispatched_at INTEGER,
  delivered_at INTEGER,
  cancelled_at INTEGER,
  CONSTRAINT orders_total CHECK (total = items_total + delivery_fee - discount AND total >= 0),
  CONSTRAINT orders_money CHECK (refunded BETWEEN 0 AND captured)
);
CREATE INDEX store_orders_customer ON store_orders (customer_id, created_at DESC, id DESC);
CREATE INDEX store_orders_business ON store_orders (business_id, created_at DESC, id DESC);
CREATE INDEX store_orders_queue ON store_orders (business_id, status, created_at DESC, id DESC);
CREATE INDEX store_orders_courier ON store_orders (courier_id, created_at DESC, id DESC) WHERE courier_id IS NOT NULL;
-- What the expiry looks through.
CREATE INDEX store_orders_waiting ON store_orders (reserved_until) WHERE reserved_until IS NOT NULL;

CREATE TABLE store_order_lines (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES store_orders (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL,
  product_id TEXT,
  sku TEXT,
  name TEXT NOT NULL,
  pack_size TEXT,
  hsn TEXT,
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  unit_price INTEGER NOT NULL CHECK (unit_price >= 0),
  discount INTEGER NOT NULL CHECK (discount >= 0),
  total INTEGER NOT NULL,
  rate_basis_points INTEGER NOT NULL,
  taxable INTEGER NOT NULL,
  cgst INTEGER NOT NULL,
  sgst INTEGER NOT NULL,
  igst INTEGER NOT NULL,
  CONSTRAINT order_lines_total CHECK (total = quantity * unit_price - discount AND total = taxable + cgst + sgst + igst)
);
CREATE UNIQUE INDEX store_order_lines_order ON store_order_lines (order_id, position);

CREATE TABLE store_stock_reservations (
  order_id TEXT NOT NULL REFERENCES store_orders (id) ON DELETE CASCADE,
  product_id TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  state TEXT NOT NULL,
  PRIMARY KEY (order_id, product_id)
);
CREATE INDEX store_stock_reservations_held ON store_stock_reservations (product_id) WHERE state = 'Held';

-- Where the courier is: only the latest, and only while the order is on its way.
CREATE TABLE store_order_positions (
  order_id TEXT PRIMARY KEY REFERENCES store_orders (id) ON DELETE CASCADE,
  lat REAL NOT NULL,
  lon REAL NOT NULL,
  at INTEGER NOT NULL
);

-- Numbers without gaps, a series for each business and financial year.
CREATE TABLE store_invoice_series (
  business_id TEXT NOT NULL,
  year TEXT NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (business_id, year)
);

CREATE TABLE store_invoices (
  order_id TEXT PRIMARY KEY REFERENCES store_orders (id) ON DELETE CASCADE,
  business_id TEXT NOT NULL,
  number TEXT NOT NULL,
  issued_at INTEGER NOT NULL,
  seller_name TEXT NOT NULL,
  seller_address TEXT NOT NULL,
  gstin TEXT,
  state_code TEXT,
  buyer_name TEXT NOT NULL,
  time_zone TEXT NOT NULL
);
CREATE UNIQUE INDEX store_invoices_number ON store_invoices (business_id, number);

INSERT INTO sqlite_sequence (name, seq) VALUES ('store_orders', 1000);
