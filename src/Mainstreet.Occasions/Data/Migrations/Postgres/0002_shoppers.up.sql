-- The recipient that a shopper of the business became by consent.
CREATE TABLE occasions.shoppers (
  business_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  recipient_id uuid NOT NULL,
  PRIMARY KEY (business_id, customer_id)
);
