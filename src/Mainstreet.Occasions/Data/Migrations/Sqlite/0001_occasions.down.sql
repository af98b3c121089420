DROP TABLE occasions_recipients;
DROP TABLE occasions_messages;
DROP TABLE occasions_settings;
DROP TABLE occasions_templates;
DROP TABLE occasions_suppressions;
DROP TABLE occasions_plan_state;
DROP TABLE occasions_imports;
