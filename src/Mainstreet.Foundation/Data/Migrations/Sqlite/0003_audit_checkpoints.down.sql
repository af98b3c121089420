DROP TRIGGER foundation_audit_no_delete;
DROP TRIGGER foundation_audit_no_update;
DROP INDEX foundation_audit_actor;
DROP TABLE foundation_audit_checkpoints;
