-- The durable feed behind the live channel. The engine has one writer, so ids grow in commit order.
CREATE TABLE foundation_live_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  topic TEXT NOT NULL,
  "offset" INTEGER NOT NULL,
  type TEXT NOT NULL,
  payload TEXT NOT NULL,
  event_id TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE UNIQUE INDEX foundation_live_events_topic_offset ON foundation_live_events (topic, "offset");
CREATE UNIQUE INDEX foundation_live_events_topic_event ON foundation_live_events (topic, event_id);
CREATE INDEX foundation_live_events_at ON foundation_live_events (at);

-- first_offset is the oldest event still kept; last_offset + 1 when none is.
CREATE TABLE foundation_live_topics (
  topic TEXT PRIMARY KEY,
  last_offset INTEGER NOT NULL,
  first_offset INTEGER NOT NULL
);

-- Replicas that hold sockets. What a replica wrote counts until its row expires.
CREATE TABLE foundation_live_replicas (
  id TEXT PRIMARY KEY,
  connections INTEGER NOT NULL,
  subscriptions INTEGER NOT NULL,
  sent INTEGER NOT NULL,
  cut INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
);

CREATE TABLE foundation_live_presence (
  connection_id TEXT NOT NULL,
  topic TEXT NOT NULL,
  account_id TEXT NOT NULL,
  replica_id TEXT NOT NULL,
  PRIMARY KEY (connection_id, topic)
);
CREATE INDEX foundation_live_presence_topic ON foundation_live_presence (topic);
CREATE INDEX foundation_live_presence_replica ON foundation_live_presence (replica_id);
