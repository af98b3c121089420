CREATE TABLE careers_model_days (
  account_id TEXT NOT NULL,
  day TEXT NOT NULL,
  tokens INTEGER NOT NULL,
  PRIMARY KEY (account_id, day)
);
