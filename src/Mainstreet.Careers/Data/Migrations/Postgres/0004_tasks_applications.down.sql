DROP TABLE careers.application_days;
DROP TABLE careers.applications;
DROP TABLE careers.tasks;
