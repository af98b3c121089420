DROP TABLE store_invoices;
DROP TABLE store_invoice_series;
DROP TABLE store_order_positions;
DROP TABLE store_stock_reservations;
DROP TABLE store_order_lines;
DROP TABLE store_orders;
DROP TABLE store_cart_items;
DROP TABLE store_carts;
