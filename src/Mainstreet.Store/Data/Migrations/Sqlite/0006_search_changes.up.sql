-- The number of the last change of a row: a replica's copy of the search asks for what is beyond the last that it saw. There is one
-- writer, so numbers are committed in their order; none is used twice.
ALTER TABLE store_product_search ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
-- lint: allow whole-table: one process, which migrates before it serves; a row a product
UPDATE store_product_search SET changed = doc;
CREATE INDEX store_product_search_changed_at ON store_product_search (changed);

-- The program takes products off sale and never deletes them; somebody with SQL may.
CREATE TABLE store_search_removed (
  product_id TEXT PRIMARY KEY,
  changed INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX store_search_removed_changed_at ON store_search_removed (changed);

CREATE TRIGGER store_product_search_note_added AFTER INSERT ON store_product_search BEGIN
  UPDATE store_product_search SET changed = 1 + max(
    (SELECT coalesce(max(changed), 0) FROM store_product_search), (SELECT coalesce(max(changed), 0) FROM store_search_removed))
  WHERE doc = NEW.doc;
END;
CREATE TRIGGER store_product_search_note_changed AFTER UPDATE OF
  business_id, synthetic, active, category, sub_category, brand, price_amount, in_stock, name_key, name_length, listed, words ON store_product_search BEGIN
  UPDATE store_product_search SET changed = 1 + max(
    (SELECT coalesce(max(changed), 0) FROM store_product_search), (SELECT coalesce(max(changed), 0) FROM store_search_removed))
  WHERE doc = NEW.doc;
END;
CREATE TRIGGER store_product_search_note_removed AFTER DELETE ON store_product_search BEGIN
  INSERT OR REPLACE INTO store_search_removed (product_id, changed) VALUES (OLD.product_id, 1 + max(OLD.changed,
    (SELECT coalesce(max(changed), 0) FROM store_product_search), (SELECT coalesce(max(changed), 0) FROM store_search_removed)));
END;
