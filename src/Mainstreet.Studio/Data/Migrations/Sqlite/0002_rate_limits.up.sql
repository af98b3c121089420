-- What an account used of a limit, newest last: instants in microseconds. Those who ask at once meet at this row.
CREATE TABLE studio_limit_uses (
  account_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  uses TEXT NOT NULL,
  PRIMARY KEY (account_id, kind)
);
