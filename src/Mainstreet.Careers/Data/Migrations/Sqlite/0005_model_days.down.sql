DROP TABLE careers_model_days;
