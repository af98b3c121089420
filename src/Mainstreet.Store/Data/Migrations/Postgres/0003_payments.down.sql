DROP TABLE store.simulated_events;
DROP TABLE store.simulated_objects;
DROP TABLE store.payment_customers;
DROP TABLE store.payment_methods;
DROP TABLE store.payment_signals;
DROP TABLE store.refunds;
DROP TABLE store.payment_captures;
DROP TABLE store.payments;
