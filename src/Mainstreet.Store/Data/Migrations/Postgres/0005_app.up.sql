CREATE TABLE store.shop_devices (
  id uuid PRIMARY KEY,
  last_mutation bigint NOT NULL CHECK (last_mutation >= 1),
  subject_id uuid,
  ordered boolean NOT NULL DEFAULT false,
  problem text,
  updated_at timestamptz NOT NULL
);
CREATE INDEX shop_devices_updated ON store.shop_devices (updated_at);
