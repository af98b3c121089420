-- Contractors and the R*Tree that matching reads them by. Instants are microseconds since the Unix epoch.
CREATE TABLE trades_contractors (
  seq                   INTEGER PRIMARY KEY AUTOINCREMENT,
  id                    TEXT NOT NULL UNIQUE,
  account_id            TEXT NULL,
  business_id           TEXT NULL,
  external_id           TEXT NULL,
  display_name          TEXT NOT NULL,
  email                 TEXT NULL,
  normalized_email      TEXT NULL,
  trades                INTEGER NOT NULL,
  lat                   REAL NOT NULL CHECK (lat BETWEEN -90 AND 90),
  lon                   REAL NOT NULL CHECK (lon BETWEEN -180 AND 180),
  base_lat              REAL NULL,
  base_lon              REAL NULL,
  service_radius_meters REAL NULL CHECK (service_radius_meters >= 0),
  working_hours         TEXT NULL,
  time_zone             TEXT NOT NULL,
  status                TEXT NOT NULL CHECK (status IN ('Available', 'Busy', 'Offline')),
  rating_sum            INTEGER NOT NULL DEFAULT 0 CHECK (rating_sum >= 0),
  rating_count          INTEGER NOT NULL DEFAULT 0 CHECK (rating_count >= 0),
  offers_received       INTEGER NOT NULL DEFAULT 0 CHECK (offers_received >= 0),
  offers_accepted       INTEGER NOT NULL DEFAULT 0 CHECK (offers_accepted >= 0),
  active_jobs           INTEGER NOT NULL DEFAULT 0 CHECK (active_jobs >= 0),
  open_offers           INTEGER NOT NULL DEFAULT 0 CHECK (open_offers >= 0),
  completed_jobs        INTEGER NOT NULL DEFAULT 0 CHECK (completed_jobs >= 0),
  synthetic             INTEGER NOT NULL DEFAULT 0 CHECK (synthetic IN (0, 1)),
  position_at           INTEGER NULL,
  version               INTEGER NOT NULL DEFAULT 1,
  created_at            INTEGER NOT NULL,
  updated_at            INTEGER NOT NULL
);

CREATE UNIQUE INDEX trades_contractors_account ON trades_contractors (account_id) WHERE account_id IS NOT NULL;
CREATE UNIQUE INDEX trades_contractors_external ON trades_contractors (business_id, external_id)
  WHERE business_id IS NOT NULL AND external_id IS NOT NULL;
CREATE INDEX trades_contractors_business ON trades_contractors (business_id) WHERE business_id IS NOT NULL;
CREATE INDEX trades_contractors_email ON trades_contractors (normalized_email) WHERE normalized_email IS NOT NULL;

-- One entry for each trade of each available contractor, id = seq * 8 + TradeCategory's number; the trade is the third
-- dimension, so that a search passes over nobody of another trade. Coordinates are 32-bit floats, rounded outwards.
CREATE VIRTUAL TABLE trades_contractors_near USING rtree (id, min_lat, max_lat, min_lon, max_lon, min_trade, max_trade);

CREATE TRIGGER trades_contractors_near_insert AFTER INSERT ON trades_contractors WHEN new.status = 'Available'
BEGIN
  INSERT INTO trades_contractors_near
  SELECT new.seq * 8 + bit, new.lat, new.lat, new.lon, new.lon, bit, bit
  FROM (SELECT 0 AS bit UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3
        UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7)
  WHERE new.trades & (1 << bit) <> 0;
END;

CREATE TRIGGER trades_contractors_near_delete AFTER DELETE ON trades_contractors
BEGIN
  DELETE FROM trades_contractors_near WHERE id IN (
    old.seq * 8, old.seq * 8 + 1, old.seq * 8 + 2, old.seq * 8 + 3,
    old.seq * 8 + 4, old.seq * 8 + 5, old.seq * 8 + 6, old.seq * 8 + 7);
END;

-- Counters change often and move nobody: only a real change of place, trades or availability touches the tree.
CREATE TRIGGER trades_contractors_near_update AFTER UPDATE OF lat, lon, trades, status ON trades_contractors
WHEN new.lat <> old.lat OR new.lon <> old.lon OR new.trades <> old.trades OR new.status <> old.status
BEGIN
  DELETE FROM trades_contractors_near WHERE id IN (
    old.seq * 8, old.seq * 8 + 1, old.seq * 8 + 2, old.seq * 8 + 3,
    old.seq * 8 + 4, old.seq * 8 + 5, old.seq * 8 + 6, old.seq * 8 + 7);
  INSERT INTO trades_contractors_near
  SELECT new.seq * 8 + bit, new.lat, new.lat, new.lon, new.lon, bit, bit
  FROM (SELECT 0 AS bit UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3
        UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7)
  WHERE new.status = 'Available' AND new.trades & (1 << bit) <> 0;
END;
