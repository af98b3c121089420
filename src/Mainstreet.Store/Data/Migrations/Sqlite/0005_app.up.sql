CREATE TABLE store_shop_devices (
  id TEXT PRIMARY KEY,
  last_mutation INTEGER NOT NULL CHECK (last_mutation >= 1),
  subject_id TEXT,
  ordered INTEGER NOT NULL DEFAULT 0,
  problem TEXT,
  updated_at INTEGER NOT NULL
);
CREATE INDEX store_shop_devices_updated ON store_shop_devices (updated_at);
