DROP TABLE careers_documents;
