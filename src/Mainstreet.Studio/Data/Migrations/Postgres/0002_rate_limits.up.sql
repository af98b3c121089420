-- What an account used of a limit, newest last: instants in microseconds. Those who ask at once meet at this row.
CREATE TABLE studio.limit_uses (
  account_id uuid NOT NULL,
  kind text NOT NULL,
  uses text NOT NULL,
  PRIMARY KEY (account_id, kind)
);
