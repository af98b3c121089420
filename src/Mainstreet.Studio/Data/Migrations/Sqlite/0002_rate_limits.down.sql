DROP TABLE studio_limit_uses;
