DROP TABLE careers.documents;
