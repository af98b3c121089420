DROP TABLE careers.model_days;
