DROP TABLE trades_contractors_near;
DROP TABLE trades_contractors;
