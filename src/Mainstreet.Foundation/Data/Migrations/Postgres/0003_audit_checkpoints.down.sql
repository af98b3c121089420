DROP TRIGGER append_only_all ON foundation.audit;
DROP TRIGGER append_only ON foundation.audit;
DROP INDEX foundation.audit_actor;
DROP TABLE foundation.audit_checkpoints;
DROP FUNCTION foundation.refuse_change();
