DROP TABLE studio_sandbox_runners;
DROP TABLE studio_sandbox_runs;
