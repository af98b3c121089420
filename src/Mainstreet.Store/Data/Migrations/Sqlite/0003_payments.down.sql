DROP TABLE store_simulated_events;
DROP TABLE store_simulated_objects;
DROP TABLE store_payment_customers;
DROP TABLE store_payment_methods;
DROP TABLE store_payment_signals;
DROP TABLE store_refunds;
DROP TABLE store_payment_captures;
DROP TABLE store_payments;
