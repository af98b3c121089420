-- Payments: what is owed, what arrived, what went back, what was told about it, and cards kept by the provider.
CREATE TABLE store.payments (
  id uuid PRIMARY KEY,
  order_id uuid NOT NULL UNIQUE,
  customer_id uuid NOT NULL,
  business_id uuid NOT NULL,
  method text NOT NULL,
  saved_method_id uuid,
  state text NOT NULL,
  amount bigint NOT NULL CHECK (amount >= 0),
  currency text NOT NULL,
  captured bigint NOT NULL DEFAULT 0,
  refunded bigint NOT NULL DEFAULT 0,
  returned bigint NOT NULL DEFAULT 0,
  provider text,
  provider_order_id text UNIQUE,
  provider_payment_id text,
  upi_intent text,
  error text,
  starts integer NOT NULL DEFAULT 0,
  work_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  captured_at timestamptz,
  CONSTRAINT payments_balance CHECK (0 <= returned AND returned <= refunded AND refunded <= captured)
) WITH (fillfactor = 80);
CREATE INDEX payments_work ON store.payments (work_at) WHERE work_at IS NOT NULL;
CREATE INDEX payments_business ON store.payments (business_id, created_at, id);
CREATE INDEX payments_customer ON store.payments (customer_id, created_at, id);

CREATE TABLE store.payment_captures (
  provider_payment_id text PRIMARY KEY,
  payment_id uuid NOT NULL REFERENCES store.payments (id),
  amount bigint NOT NULL CHECK (amount >= 0),
  currency text NOT NULL,
  refunded bigint NOT NULL DEFAULT 0,
  "primary" boolean NOT NULL,
  captured_at timestamptz NOT NULL,
  CONSTRAINT payment_captures_balance CHECK (refunded BETWEEN 0 AND amount)
);
CREATE UNIQUE INDEX payment_captures_primary ON store.payment_captures (payment_id) WHERE "primary";
CREATE INDEX payment_captures_payment ON store.payment_captures (payment_id);

CREATE TABLE store.refunds (
  id uuid PRIMARY KEY,
  payment_id uuid NOT NULL REFERENCES store.payments (id),
  provider_payment_id text NOT NULL REFERENCES store.payment_captures (provider_payment_id),
  "primary" boolean NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  currency text NOT NULL,
  reason text NOT NULL,
  state text NOT NULL,
  provider_refund_id text UNIQUE,
  requested_by uuid,
  round integer NOT NULL DEFAULT 0,
  error text,
  work_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX refunds_payment ON store.refunds (payment_id, created_at, id);
CREATE INDEX refunds_work ON store.refunds (work_at) WHERE work_at IS NOT NULL;

CREATE TABLE store.payment_signals (
  event_id text PRIMARY KEY,
  event text NOT NULL,
  provider_order_id text,
  provider_payment_id text,
  payment_id uuid,
  facts text NOT NULL,
  received_at timestamptz NOT NULL
);
CREATE INDEX payment_signals_payment ON store.payment_signals (provider_payment_id, event) WHERE provider_payment_id IS NOT NULL;
CREATE INDEX payment_signals_unmatched ON store.payment_signals (provider_order_id) WHERE payment_id IS NULL;
CREATE INDEX payment_signals_received ON store.payment_signals (received_at);

CREATE TABLE store.payment_methods (
  id uuid PRIMARY KEY,
  customer_id uuid NOT NULL,
  provider text NOT NULL,
  provider_customer_id text NOT NULL,
  token_id text NOT NULL,
  network text,
  last4 text,
  kind text,
  issuer text,
  expiry_month integer,
  expiry_year integer,
  consent_at timestamptz NOT NULL,
  removed_at timestamptz,
  work_at timestamptz,
  UNIQUE (provider, token_id)
);
CREATE INDEX payment_methods_customer ON store.payment_methods (customer_id) WHERE removed_at IS NULL;
CREATE INDEX payment_methods_work ON store.payment_methods (work_at) WHERE work_at IS NOT NULL;

CREATE TABLE store.payment_customers (
  customer_id uuid NOT NULL,
  provider text NOT NULL,
  provider_customer_id text NOT NULL,
  consent_at timestamptz NOT NULL,
  PRIMARY KEY (customer_id, provider)
);

-- What the simulated provider remembers, in Development only: shared by replicas and kept over restarts, as the real one's memory is.
CREATE TABLE store.simulated_objects (
  id text PRIMARY KEY,
  kind text NOT NULL,
  parent text,
  key text,
  json text NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX simulated_objects_parent ON store.simulated_objects (parent, kind) WHERE parent IS NOT NULL;
CREATE UNIQUE INDEX simulated_objects_key ON store.simulated_objects (kind, key) WHERE key IS NOT NULL AND kind <> 'order';
CREATE INDEX simulated_objects_receipt ON store.simulated_objects (key) WHERE kind = 'order';

CREATE TABLE store.simulated_events (
  id text PRIMARY KEY,
  body text NOT NULL,
  due_at timestamptz NOT NULL,
  attempts integer NOT NULL DEFAULT 0
);
CREATE INDEX simulated_events_due ON store.simulated_events (due_at);
