DROP TABLE careers_profiles;
