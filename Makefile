# Short names for the scripts of the repository; everything is in the scripts. `make help` lists them.
.PHONY: help run test test-long coverage check format scripts secrets workflows manifests compose rules docs gates monitoring image runner sbom

help: ## Lists the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' Makefile | expand -t 14

run: ## Builds and serves the demo street on http://127.0.0.1:5080
	./run

test: ## Builds and runs every test; PART="Trades Access" for some
	./test $(PART)

test-long: ## Runs the tests with the long sweeps
	./test --long $(PART)

coverage: ## Measures which lines the tests run; PART="Access" for some
	deploy/check-coverage $(if $(PART),--only $(PART))

check: format scripts secrets workflows docs manifests compose rules ## Runs the checks that need no server

format: ## Judges white space
	deploy/check-format

scripts: ## Judges the shell scripts
	deploy/check-scripts

secrets: ## Looks for secrets in the files
	deploy/check-secrets

workflows: ## Judges the workflows
	deploy/check-workflows

manifests: ## Judges the Kubernetes manifests
	deploy/check-manifests

compose: ## Judges the compose files
	deploy/check-compose

rules: ## Judges rules, alerts, routes and runbooks
	deploy/check-rules

docs: ## Holds the documents against the repository
	deploy/check-docs

gates: ## Plants defects and wants the checks to refuse them
	deploy/check-gates --still
	deploy/check-docs --self-test

monitoring: ## Holds rules and dashboards against a live scrape
	deploy/check-monitoring

image: ## Builds the server's image and judges it (root)
	deploy/check-image

runner: ## Builds the runner's image and judges it (root)
	deploy/check-runner

sbom: ## Lists the parts of the image (root)
	deploy/sbom
