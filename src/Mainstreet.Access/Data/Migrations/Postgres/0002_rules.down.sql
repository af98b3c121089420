DROP TABLE access.relation_models;
DROP TABLE access.grants;
DROP TABLE access.roles;
DROP TABLE access.rule_changes;
DROP TABLE access.rules;
