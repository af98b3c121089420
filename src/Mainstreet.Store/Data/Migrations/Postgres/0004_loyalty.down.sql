DROP TABLE store.birthday_consents;
DROP TABLE store.loyalty_achievements;
DROP TABLE store.loyalty_profiles;
DROP TABLE store.loyalty_spent;
DROP TABLE store.loyalty_lots;
DROP TABLE store.loyalty_entries;
DROP TABLE store.loyalty_balances;
