DROP TABLE store_shop_devices;
