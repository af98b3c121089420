DROP TABLE foundation_live_presence;
DROP TABLE foundation_live_replicas;
DROP TABLE foundation_live_topics;
DROP TABLE foundation_live_events;
