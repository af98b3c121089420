-- What the trail amounted to at an instant; see AuditCheckpoint.
CREATE TABLE foundation_audit_checkpoints (
  seq INTEGER PRIMARY KEY,
  until INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  digest TEXT NOT NULL,
  previous TEXT,
  hash TEXT NOT NULL
);

CREATE INDEX foundation_audit_actor ON foundation_audit (actor_id, at, stream, seq) WHERE actor_id IS NOT NULL;

-- A slip of the program cannot touch the trail; who owns the file can, and is found out by the hashes.
CREATE TRIGGER foundation_audit_no_update BEFORE UPDATE ON foundation_audit
BEGIN
  SELECT RAISE(ABORT, 'foundation_audit is append-only');
END;
CREATE TRIGGER foundation_audit_no_delete BEFORE DELETE ON foundation_audit
BEGIN
  SELECT RAISE(ABORT, 'foundation_audit is append-only');
END;
CREATE TRIGGER foundation_audit_checkpoints_no_update BEFORE UPDATE ON foundation_audit_checkpoints
BEGIN
  SELECT RAISE(ABORT, 'foundation_audit_checkpoints is append-only');
END;
CREATE TRIGGER foundation_audit_checkpoints_no_delete BEFORE DELETE ON foundation_audit_checkpoints
BEGIN
  SELECT RAISE(ABORT, 'foundation_audit_checkpoints is append-only');
END;
