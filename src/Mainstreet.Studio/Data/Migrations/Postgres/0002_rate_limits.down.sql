DROP TABLE studio.limit_uses;
