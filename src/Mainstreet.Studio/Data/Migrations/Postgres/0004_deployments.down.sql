DROP TABLE studio.sites;
DROP TABLE studio.deployment_credentials;
DROP TABLE studio.deployment_digests;
DROP TABLE studio.deployment_homes;
DROP TABLE studio.deployment_log;
DROP TABLE studio.deployment_files;
DROP TABLE studio.deployment_blobs;
DROP TABLE studio.deployments;
