-- What the trail amounted to at an instant; see AuditCheckpoint.
CREATE TABLE foundation.audit_checkpoints (
  seq integer PRIMARY KEY,
  until timestamptz NOT NULL,
  rows bigint NOT NULL,
  digest text NOT NULL,
  previous text,
  hash text NOT NULL
);

-- lint: allow index-blocks: came with the first release, to empty tables
CREATE INDEX audit_actor ON foundation.audit (actor_id, at, stream, seq) WHERE actor_id IS NOT NULL;

-- A slip of the program cannot touch the trail; who owns the tables can, and is found out by the hashes.
CREATE FUNCTION foundation.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%.% is append-only', TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON foundation.audit
  FOR EACH ROW EXECUTE FUNCTION foundation.refuse_change();
CREATE TRIGGER append_only_all BEFORE TRUNCATE ON foundation.audit
  FOR EACH STATEMENT EXECUTE FUNCTION foundation.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON foundation.audit_checkpoints
  FOR EACH ROW EXECUTE FUNCTION foundation.refuse_change();
CREATE TRIGGER append_only_all BEFORE TRUNCATE ON foundation.audit_checkpoints
  FOR EACH STATEMENT EXECUTE FUNCTION foundation.refuse_change();
