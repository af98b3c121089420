-- The recipient that a shopper of the business became by consent.
CREATE TABLE occasions_shoppers (
  business_id TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  recipient_id TEXT NOT NULL,
  PRIMARY KEY (business_id, customer_id)
);
