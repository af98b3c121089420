DROP TABLE careers_application_days;
DROP TABLE careers_applications;
DROP TABLE careers_tasks;
