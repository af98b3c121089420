DROP TRIGGER product_search_removed ON store.product_search;
DROP FUNCTION store.note_search_removal();
DROP TABLE store.search_removed;
DROP TRIGGER product_search_changed ON store.product_search;
DROP FUNCTION store.note_search_change();
ALTER TABLE store.product_search DROP COLUMN changed;
