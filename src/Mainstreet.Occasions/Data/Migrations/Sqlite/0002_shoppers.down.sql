DROP TABLE occasions_shoppers;
