-- Which transaction wrote a row last: a replica's copy of the search asks for what its snapshot did not see. A restored dump may hold
-- numbers of transactions to come; the question leaves those out.
ALTER TABLE store.product_search ADD COLUMN changed xid8 NOT NULL DEFAULT pg_current_xact_id();
-- lint: allow index-blocks: a row a product, tens of thousands at most, built in a second
CREATE INDEX product_search_changed ON store.product_search (changed);

CREATE FUNCTION store.note_search_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed := pg_current_xact_id();
  RETURN NEW;
END $$;
CREATE TRIGGER product_search_changed BEFORE UPDATE ON store.product_search
  FOR EACH ROW EXECUTE FUNCTION store.note_search_change();

-- The program takes products off sale and never deletes them; somebody with SQL may.
CREATE TABLE store.search_removed (
  product_id uuid PRIMARY KEY,
  changed xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX search_removed_changed ON store.search_removed (changed);

CREATE FUNCTION store.note_search_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO store.search_removed (product_id) VALUES (OLD.product_id)
  ON CONFLICT (product_id) DO UPDATE SET changed = pg_current_xact_id();
  RETURN NULL;
END $$;
CREATE TRIGGER product_search_removed AFTER DELETE ON store.product_search
  FOR EACH ROW EXECUTE FUNCTION store.note_search_removal();
