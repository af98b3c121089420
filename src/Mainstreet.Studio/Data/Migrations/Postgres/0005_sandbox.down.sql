DROP TABLE studio.sandbox_runners;
DROP TABLE studio.sandbox_runs;
