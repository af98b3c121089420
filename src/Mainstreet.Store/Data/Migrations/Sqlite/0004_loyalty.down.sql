DROP TABLE store_birthday_consents;
DROP TABLE store_loyalty_achievements;
DROP TABLE store_loyalty_profiles;
DROP TABLE store_loyalty_spent;
DROP TABLE store_loyalty_lots;
DROP TABLE store_loyalty_entries;
DROP TABLE store_loyalty_balances;
