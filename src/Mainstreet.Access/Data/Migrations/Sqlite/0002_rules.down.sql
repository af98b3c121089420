DROP TABLE access_relation_models;
DROP TABLE access_grants;
DROP TABLE access_roles;
DROP TABLE access_rule_changes;
DROP TABLE access_rules;
