CREATE TABLE careers.model_days (
  account_id uuid NOT NULL,
  day date NOT NULL,
  tokens bigint NOT NULL,
  PRIMARY KEY (account_id, day)
);
