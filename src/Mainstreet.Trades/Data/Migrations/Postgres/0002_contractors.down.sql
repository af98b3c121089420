-- The extension stays: other objects of the database may use it.
DROP TABLE trades.contractors;
