-- Where a customer stands with a shop: the sums of the ledger's columns, and the row that its writers queue at.
CREATE TABLE store_loyalty_balances (
  business_id TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  available INTEGER NOT NULL CHECK (available >= 0),
  pending INTEGER NOT NULL CHECK (pending >= 0),
  owed INTEGER NOT NULL CHECK (owed <= 0),
  score INTEGER NOT NULL CHECK (score >= 0),
  version INTEGER NOT NULL,
  PRIMARY KEY (business_id, customer_id)
);
CREATE INDEX store_loyalty_balances_customer ON store_loyalty_balances (customer_id);
CREATE INDEX store_loyalty_balances_score ON store_loyalty_balances (business_id, score DESC) WHERE score > 0;

-- One entry with its postings, a column an account; its postings sum to zero.
CREATE TABLE store_loyalty_entries (
  id TEXT PRIMARY KEY,
  business_id TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  order_id TEXT,
  kind TEXT NOT NULL,
  step INTEGER NOT NULL,
  at INTEGER NOT NULL,
  available INTEGER NOT NULL,
  pending INTEGER NOT NULL,
  owed INTEGER NOT NULL,
  issued INTEGER NOT NULL,
  redeemed INTEGER NOT NULL,
  expired INTEGER NOT NULL,
  score INTEGER NOT NULL,
  amount INTEGER,
  CHECK (available + pending + owed + issued + redeemed + expired = 0)
);
CREATE UNIQUE INDEX store_loyalty_entries_order ON store_loyalty_entries (order_id, kind, step);
CREATE INDEX store_loyalty_entries_customer ON store_loyalty_entries (customer_id, at, id);
CREATE INDEX store_loyalty_entries_score ON store_loyalty_entries (business_id, at, customer_id, score) WHERE score <> 0;

CREATE TABLE store_loyalty_lots (
  id TEXT PRIMARY KEY,
  business_id TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  earned INTEGER NOT NULL,
  points INTEGER NOT NULL CHECK (points > 0),
  remaining INTEGER NOT NULL,
  lapsed INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  CHECK (remaining >= 0 AND lapsed >= 0 AND remaining + lapsed <= points)
);
CREATE INDEX store_loyalty_lots_customer ON store_loyalty_lots (customer_id, business_id) WHERE remaining > 0;
CREATE INDEX store_loyalty_lots_expires ON store_loyalty_lots (expires_at) WHERE remaining > 0;
CREATE INDEX store_loyalty_lots_order ON store_loyalty_lots (order_id);

-- What a redemption took from each lot.
CREATE TABLE store_loyalty_spent (
  entry_id TEXT NOT NULL REFERENCES store_loyalty_entries (id),
  lot_id TEXT NOT NULL REFERENCES store_loyalty_lots (id),
  points INTEGER NOT NULL CHECK (points > 0),
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (entry_id, lot_id)
);

CREATE TABLE store_loyalty_profiles (
  customer_id TEXT PRIMARY KEY,
  show_name INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  version INTEGER NOT NULL
);

CREATE TABLE store_loyalty_achievements (
  customer_id TEXT NOT NULL,
  code TEXT NOT NULL,
  achieved_at INTEGER NOT NULL,
  PRIMARY KEY (customer_id, code)
);

-- Who agreed to be greeted by which business; withdrawn, the row is gone.
CREATE TABLE store_birthday_consents (
  business_id TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  birthday TEXT NOT NULL,
  consented_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (business_id, customer_id)
);
