DROP TABLE foundation.live_presence;
DROP TABLE foundation.live_replicas;
DROP TABLE foundation.live_topics;
DROP TABLE foundation.live_events;
