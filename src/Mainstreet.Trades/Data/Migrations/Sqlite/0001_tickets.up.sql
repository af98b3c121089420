CREATE TABLE trades_properties (
  id TEXT PRIMARY KEY,
  business_id TEXT NOT NULL,
  name TEXT NOT NULL,
  unit TEXT,
  address TEXT NOT NULL,
  lat REAL NOT NULL,
  lon REAL NOT NULL,
  synthetic INTEGER NOT NULL DEFAULT 0,
  version INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL
);
CREATE INDEX trades_properties_business ON trades_properties (business_id, created_at, id);

CREATE TABLE trades_territories (
  id TEXT PRIMARY KEY,
  business_id TEXT NOT NULL,
  name TEXT NOT NULL,
  area TEXT NOT NULL,
  min_lat REAL NOT NULL,
  min_lon REAL NOT NULL,
  max_lat REAL NOT NULL,
  max_lon REAL NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL
);
CREATE INDEX trades_territories_business ON trades_territories (business_id, created_at, id);

-- How many open tickets an agent may hold, and how many it holds.
CREATE TABLE trades_agents (
  business_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  capacity INTEGER NOT NULL,
  open_tickets INTEGER NOT NULL DEFAULT 0 CHECK (open_tickets >= 0),
  PRIMARY KEY (business_id, account_id)
);

CREATE TABLE trades_territory_agents (
  territory_id TEXT NOT NULL REFERENCES trades_territories (id) ON DELETE CASCADE,
  account_id TEXT NOT NULL,
  PRIMARY KEY (territory_id, account_id)
);

CREATE TABLE trades_tickets (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  business_id TEXT NOT NULL,
  tenant_id TEXT,
  property_id TEXT REFERENCES trades_properties (id),
  agent_id TEXT,
  contractor_id TEXT,
  external_id TEXT,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  lat REAL NOT NULL,
  lon REAL NOT NULL,
  address TEXT,
  priority TEXT NOT NULL,
  status TEXT NOT NULL,
  category TEXT NOT NULL,
  confidence REAL NOT NULL,
  category_source TEXT NOT NULL,
  uncertain INTEGER NOT NULL DEFAULT 0,
  estimate_min INTEGER,
  estimate_max INTEGER,
  price INTEGER,
  currency TEXT NOT NULL,
  escalated INTEGER NOT NULL DEFAULT 0,
  synthetic INTEGER NOT NULL DEFAULT 0,
  try INTEGER NOT NULL DEFAULT 0,
  wave INTEGER NOT NULL DEFAULT 0,
  wave_size INTEGER,
  expires_in_seconds INTEGER,
  radius_meters REAL,
  start_by INTEGER,
  accepted_at INTEGER,
  started_at INTEGER,
  completed_at INTEGER,
  completion_note TEXT,
  closed_at INTEGER,
  stars INTEGER,
  comment TEXT,
  version INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX trades_tickets_business ON trades_tickets (business_id, created_at DESC, id DESC);
CREATE INDEX trades_tickets_queue ON trades_tickets (business_id, status, created_at DESC, id DESC);
CREATE INDEX trades_tickets_tenant ON trades_tickets (tenant_id, created_at DESC, id DESC);
CREATE INDEX trades_tickets_contractor ON trades_tickets (contractor_id, created_at DESC, id DESC) WHERE contractor_id IS NOT NULL;
CREATE UNIQUE INDEX trades_tickets_external ON trades_tickets (business_id, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE trades_waves (
  id TEXT PRIMARY KEY,
  ticket_id TEXT NOT NULL REFERENCES trades_tickets (id) ON DELETE CASCADE,
  try INTEGER NOT NULL,
  number INTEGER NOT NULL,
  radius_meters REAL NOT NULL,
  explanation TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX trades_waves_ticket ON trades_waves (ticket_id, try, number);

CREATE TABLE trades_offers (
  id TEXT PRIMARY KEY,
  ticket_id TEXT NOT NULL REFERENCES trades_tickets (id) ON DELETE CASCADE,
  contractor_id TEXT NOT NULL,
  try INTEGER NOT NULL,
  wave INTEGER NOT NULL,
  state TEXT NOT NULL,
  score REAL NOT NULL,
  distance_meters REAL NOT NULL,
  reason TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  decided_at INTEGER
);
CREATE UNIQUE INDEX trades_offers_once_a_try ON trades_offers (ticket_id, contractor_id, try);
CREATE INDEX trades_offers_contractor ON trades_offers (contractor_id, created_at DESC, id DESC);

-- Contractors that gave the ticket back or were taken off it: never asked again.
CREATE TABLE trades_exclusions (
  ticket_id TEXT NOT NULL REFERENCES trades_tickets (id) ON DELETE CASCADE,
  contractor_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (ticket_id, contractor_id)
);

CREATE TABLE trades_photos (
  id TEXT PRIMARY KEY,
  ticket_id TEXT NOT NULL REFERENCES trades_tickets (id) ON DELETE CASCADE,
  uploaded_by TEXT NOT NULL,
  file_key TEXT NOT NULL,
  content_type TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  proof INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
);
CREATE INDEX trades_photos_ticket ON trades_photos (ticket_id, created_at, id);

-- What agents taught the classifier, one row a decision.
CREATE TABLE trades_corrections (
  id TEXT PRIMARY KEY,
  ticket_id TEXT NOT NULL,
  text TEXT NOT NULL,
  category TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX trades_corrections_at ON trades_corrections (at);

INSERT INTO sqlite_sequence (name, seq) VALUES ('trades_tickets', 1000);
