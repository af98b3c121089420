-- Contractors and the indexes that matching reads them by. PostGIS 3.1 or newer.
CREATE EXTENSION IF NOT EXISTS postgis;

CREATE TABLE trades.contractors (
  id                    uuid PRIMARY KEY,
  account_id            uuid NULL,
  business_id           uuid NULL,
  external_id           text NULL,
  display_name          text NOT NULL,
  email                 text NULL,
  normalized_email      text NULL,
  trades                integer NOT NULL,
  lat                   double precision NOT NULL CHECK (lat BETWEEN -90 AND 90),
  lon                   double precision NOT NULL CHECK (lon BETWEEN -180 AND 180),
  base_lat              double precision NULL,
  base_lon              double precision NULL,
  service_radius_meters double precision NULL CHECK (service_radius_meters >= 0),
  working_hours         text NULL,
  time_zone             text NOT NULL,
  status                text NOT NULL CHECK (status IN ('Available', 'Busy', 'Offline')),
  rating_sum            integer NOT NULL DEFAULT 0 CHECK (rating_sum >= 0),
  rating_count          integer NOT NULL DEFAULT 0 CHECK (rating_count >= 0),
  offers_received       integer NOT NULL DEFAULT 0 CHECK (offers_received >= 0),
  offers_accepted       integer NOT NULL DEFAULT 0 CHECK (offers_accepted >= 0),
  active_jobs           integer NOT NULL DEFAULT 0 CHECK (active_jobs >= 0),
  open_offers           integer NOT NULL DEFAULT 0 CHECK (open_offers >= 0),
  completed_jobs        integer NOT NULL DEFAULT 0 CHECK (completed_jobs >= 0),
  synthetic             boolean NOT NULL DEFAULT false,
  position_at           timestamptz NULL,
  version               integer NOT NULL DEFAULT 1,
  created_at            timestamptz NOT NULL,
  updated_at            timestamptz NOT NULL,
  location              geography(Point, 4326) NOT NULL
    GENERATED ALWAYS AS (ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geography) STORED
);

CREATE UNIQUE INDEX contractors_account ON trades.contractors (account_id) WHERE account_id IS NOT NULL;
CREATE UNIQUE INDEX contractors_external ON trades.contractors (business_id, external_id)
  WHERE business_id IS NOT NULL AND external_id IS NOT NULL;
CREATE INDEX contractors_business ON trades.contractors (business_id) WHERE business_id IS NOT NULL;
CREATE INDEX contractors_email ON trades.contractors (normalized_email) WHERE normalized_email IS NOT NULL;
CREATE INDEX contractors_location ON trades.contractors USING gist (location);

-- One index a trade (bit = TradeCategory's number): a search by distance passes over nobody of another trade.
CREATE INDEX contractors_near_0 ON trades.contractors USING gist (location) WHERE status = 'Available' AND trades & 1 <> 0;
CREATE INDEX contractors_near_1 ON trades.contractors USING gist (location) WHERE status = 'Available' AND trades & 2 <> 0;
CREATE INDEX contractors_near_2 ON trades.contractors USING gist (location) WHERE status = 'Available' AND trades & 4 <> 0;
CREATE INDEX contractors_near_3 ON trades.contractors USING gist (location) WHERE status = 'Available' AND trades & 8 <> 0;
CREATE INDEX contractors_near_4 ON trades.contractors USING gist (location) WHERE status = 'Available' AND trades & 16 <> 0;
CREATE INDEX contractors_near_5 ON trades.contractors USING gist (location) WHERE status = 'Available' AND trades & 32 <> 0;
CREATE INDEX contractors_near_6 ON trades.contractors USING gist (location) WHERE status = 'Available' AND trades & 64 <> 0;
CREATE INDEX contractors_near_7 ON trades.contractors USING gist (location) WHERE status = 'Available' AND trades & 128 <> 0;
