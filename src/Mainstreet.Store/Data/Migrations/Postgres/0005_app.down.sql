DROP TABLE store.shop_devices;
