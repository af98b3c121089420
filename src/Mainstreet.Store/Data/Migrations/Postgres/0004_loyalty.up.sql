-- Where a customer stands with a shop: the sums of the ledger's columns, and the row that its writers queue at.
CREATE TABLE store.loyalty_balances (
  business_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  available bigint NOT NULL CHECK (available >= 0),
  pending bigint NOT NULL CHECK (pending >= 0),
  owed bigint NOT NULL CHECK (owed <= 0),
  score bigint NOT NULL CHECK (score >= 0),
  version bigint NOT NULL,
  PRIMARY KEY (business_id, customer_id)
);
CREATE INDEX loyalty_balances_customer ON store.loyalty_balances (customer_id);
CREATE INDEX loyalty_balances_score ON store.loyalty_balances (business_id, score DESC) WHERE score > 0;

-- One entry with its postings, a column an account; its postings sum to zero.
CREATE TABLE store.loyalty_entries (
  id uuid PRIMARY KEY,
  business_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  order_id uuid,
  kind text NOT NULL,
  step integer NOT NULL,
  at timestamptz NOT NULL,
  available bigint NOT NULL,
  pending bigint NOT NULL,
  owed bigint NOT NULL,
  issued bigint NOT NULL,
  redeemed bigint NOT NULL,
  expired bigint NOT NULL,
  score bigint NOT NULL,
  amount bigint,
  CHECK (available + pending + owed + issued + redeemed + expired = 0)
);
CREATE UNIQUE INDEX loyalty_entries_order ON store.loyalty_entries (order_id, kind, step);
CREATE INDEX loyalty_entries_customer ON store.loyalty_entries (customer_id, at, id);
CREATE INDEX loyalty_entries_score ON store.loyalty_entries (business_id, at) INCLUDE (customer_id, score) WHERE score <> 0;

CREATE TABLE store.loyalty_lots (
  id uuid PRIMARY KEY,
  business_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  order_id uuid NOT NULL,
  earned boolean NOT NULL,
  points bigint NOT NULL CHECK (points > 0),
  remaining bigint NOT NULL,
  lapsed bigint NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  CHECK (remaining >= 0 AND lapsed >= 0 AND remaining + lapsed <= points)
);
CREATE INDEX loyalty_lots_customer ON store.loyalty_lots (customer_id, business_id) WHERE remaining > 0;
CREATE INDEX loyalty_lots_expires ON store.loyalty_lots (expires_at) WHERE remaining > 0;
CREATE INDEX loyalty_lots_order ON store.loyalty_lots (order_id);

-- What a redemption took from each lot.
CREATE TABLE store.loyalty_spent (
  entry_id uuid NOT NULL REFERENCES store.loyalty_entries (id),
  lot_id uuid NOT NULL REFERENCES store.loyalty_lots (id),
  points bigint NOT NULL CHECK (points > 0),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (entry_id, lot_id)
);

CREATE TABLE store.loyalty_profiles (
  customer_id uuid PRIMARY KEY,
  show_name boolean NOT NULL,
  changed_at timestamptz NOT NULL,
  version integer NOT NULL
);

CREATE TABLE store.loyalty_achievements (
  customer_id uuid NOT NULL,
  code text NOT NULL,
  achieved_at timestamptz NOT NULL,
  PRIMARY KEY (customer_id, code)
);

-- Who agreed to be greeted by which business; withdrawn, the row is gone.
CREATE TABLE store.birthday_consents (
  business_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  birthday text NOT NULL,
  consented_at timestamptz NOT NULL,
  version integer NOT NULL,
  PRIMARY KEY (business_id, customer_id)
);
