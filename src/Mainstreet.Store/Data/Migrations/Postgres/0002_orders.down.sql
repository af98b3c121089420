DROP TABLE store.invoices;
DROP TABLE store.invoice_series;
DROP TABLE store.order_positions;
DROP TABLE store.stock_reservations;
DROP TABLE store.order_lines;
DROP TABLE store.orders;
DROP TABLE store.cart_items;
DROP TABLE store.carts;
