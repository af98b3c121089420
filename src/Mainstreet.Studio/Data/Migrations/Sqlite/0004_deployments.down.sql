DROP TABLE studio_sites;
DROP TABLE studio_deployment_credentials;
DROP TABLE studio_deployment_digests;
DROP TABLE studio_deployment_homes;
DROP TABLE studio_deployment_log;
DROP TABLE studio_deployment_files;
DROP TABLE studio_deployment_blobs;
DROP TABLE studio_deployments;
