DROP TABLE studio_project_blobs;
DROP TABLE studio_project_changes;
DROP TABLE studio_project_commits;
DROP TABLE studio_project_files;
DROP TABLE studio_project_counts;
DROP TABLE studio_projects;
