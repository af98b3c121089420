DROP TABLE occasions.shoppers;
