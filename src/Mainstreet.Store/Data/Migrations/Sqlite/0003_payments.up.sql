-- Payments: what is owed, what arrived, what went back, what was told about it, and cards kept by the provider.
CREATE TABLE store_payments (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL UNIQUE,
  customer_id TEXT NOT NULL,
  business_id TEXT NOT NULL,
  method TEXT NOT NULL,
  saved_method_id TEXT,
  state TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount >= 0),
  currency TEXT NOT NULL,
  captured INTEGER NOT NULL DEFAULT 0,
  refunded INTEGER NOT NULL DEFAULT 0,
  returned INTEGER NOT NULL DEFAULT 0,
  provider TEXT,
  provider_order_id TEXT UNIQUE,
  provider_payment_id TEXT,
  upi_intent TEXT,
  error TEXT,
  starts INTEGER NOT NULL DEFAULT 0,
  work_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  captured_at INTEGER,
  CONSTRAINT payments_balance CHECK (0 <= returned AND returned <= refunded AND refunded <= captured)
);
CREATE INDEX store_payments_work ON store_payments (work_at) WHERE work_at IS NOT NULL;
CREATE INDEX store_payments_business ON store_payments (business_id, created_at, id);
CREATE INDEX store_payments_customer ON store_payments (customer_id, created_at, id);

CREATE TABLE store_payment_captures (
  provider_payment_id TEXT PRIMARY KEY,
  payment_id TEXT NOT NULL REFERENCES store_payments (id),
  amount INTEGER NOT NULL CHECK (amount >= 0),
  currency TEXT NOT NULL,
  refunded INTEGER NOT NULL DEFAULT 0,
  "primary" INTEGER NOT NULL,
  captured_at INTEGER NOT NULL,
  CONSTRAINT payment_captures_balance CHECK (refunded BETWEEN 0 AND amount)
);
CREATE UNIQUE INDEX store_payment_captures_primary ON store_payment_captures (payment_id) WHERE "primary";
CREATE INDEX store_payment_captures_payment ON store_payment_captures (payment_id);

CREATE TABLE store_refunds (
  id TEXT PRIMARY KEY,
  payment_id TEXT NOT NULL REFERENCES store_payments (id),
  provider_payment_id TEXT NOT NULL REFERENCES store_payment_captures (provider_payment_id),
  "primary" INTEGER NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  reason TEXT NOT NULL,
  state TEXT NOT NULL,
  provider_refund_id TEXT UNIQUE,
  requested_by TEXT,
  round INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  work_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX store_refunds_payment ON store_refunds (payment_id, created_at, id);
CREATE INDEX store_refunds_work ON store_refunds (work_at) WHERE work_at IS NOT NULL;

CREATE TABLE store_payment_signals (
  event_id TEXT PRIMARY KEY,
  event TEXT NOT NULL,
  provider_order_id TEXT,
  provider_payment_id TEXT,
  payment_id TEXT,
  facts TEXT NOT NULL,
  received_at INTEGER NOT NULL
);
CREATE INDEX store_payment_signals_payment ON store_payment_signals (provider_payment_id, event) WHERE provider_payment_id IS NOT NULL;
CREATE INDEX store_payment_signals_unmatched ON store_payment_signals (provider_order_id) WHERE payment_id IS NULL;
CREATE INDEX store_payment_signals_received ON store_payment_signals (received_at);

CREATE TABLE store_payment_methods (
  id TEXT PRIMARY KEY,
  customer_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  provider_customer_id TEXT NOT NULL,
  token_id TEXT NOT NULL,
  network TEXT,
  last4 TEXT,
  kind TEXT,
  issuer TEXT,
  expiry_month INTEGER,
  expiry_year INTEGER,
  consent_at INTEGER NOT NULL,
  removed_at INTEGER,
  work_at INTEGER,
  UNIQUE (provider, token_id)
);
CREATE INDEX store_payment_methods_customer ON store_payment_methods (customer_id) WHERE removed_at IS NULL;
CREATE INDEX store_payment_methods_work ON store_payment_methods (work_at) WHERE work_at IS NOT NULL;

CREATE TABLE store_payment_customers (
  customer_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  provider_customer_id TEXT NOT NULL,
  consent_at INTEGER NOT NULL,
  PRIMARY KEY (customer_id, provider)
);

-- What the simulated provider remembers, in Development only: shared by replicas and kept over restarts, as the real one's memory is.
CREATE TABLE store_simulated_objects (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  parent TEXT,
  key TEXT,
  json TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX store_simulated_objects_parent ON store_simulated_objects (parent, kind) WHERE parent IS NOT NULL;
CREATE UNIQUE INDEX store_simulated_objects_key ON store_simulated_objects (kind, key) WHERE key IS NOT NULL AND kind <> 'order';
CREATE INDEX store_simulated_objects_receipt ON store_simulated_objects (key) WHERE kind = 'order';

CREATE TABLE store_simulated_events (
  id TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX store_simulated_events_due ON store_simulated_events (due_at);
