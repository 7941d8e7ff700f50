# Every target sets up what it needs in this checkout (.venv, .cache); nothing is installed elsewhere.
.DEFAULT_GOAL := help
SHELL := bash
CHECK := scripts/check.sh

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Install the tools into .venv
	@scripts/setup.sh

.PHONY: demo demo-up demo-down
demo: setup ## Watch vaulted credentials become working base connections in three sandboxes, and a table flow into each
	@scripts/in-env.sh python tests/demo/demo.py
demo-up: setup ## Start the demo's PostgreSQL and simulator, and leave them running
	@scripts/in-env.sh python tests/demo/demo.py up
demo-down: setup ## Stop them
	@scripts/in-env.sh python tests/demo/demo.py down

.PHONY: simulator
simulator: setup ## Run the simulator on port 8080, or with PORT=..., until Ctrl-C
	@scripts/in-env.sh aep-simulator --port $(or $(PORT),8080)

.PHONY: test check
test: setup ## Run every check, in about ten minutes
	@scripts/in-env.sh scripts/all_checks.py
check: setup ## Lint, types and unit tests, in less than a minute: before each commit
	@scripts/in-env.sh scripts/all_checks.py unit lint types

.PHONY: format lint types oldest unit minimum scenarios doors playbooks operations docs leaks build sanity integration contract molecule
format: setup ## Format the Python files
	@scripts/in-env.sh ruff format . && scripts/in-env.sh ruff check --fix .
lint: setup ## ruff, ansible-lint, the documentation and the changelog
	@$(CHECK) lint
types: setup ## Check the types
	@$(CHECK) types
unit: setup ## Run the unit tests
	@$(CHECK) unit
oldest: setup ## The same with the oldest ansible-core: unit tests, hostile answers, sanity, tarball, integration; the wire with the oldest requests
	@$(CHECK) oldest
minimum: setup ## Run tests of the wire with the oldest versions of what the collection needs
	@$(CHECK) minimum
scenarios: setup ## Predict, run, run again: every situation against the simulator; faults and races
	@$(CHECK) scenarios
doors: setup ## Compare what runs in Ansible itself with the ordinary modules
	@$(CHECK) doors
playbooks: setup ## Run the collection's playbooks, count their requests, and try the benchmark
	@$(CHECK) playbooks
operations: setup ## Bootstrap, rotate and offboard against a PostgreSQL with TLS, and AWX
	@$(CHECK) operations
docs: setup ## Build the documentation site into .cache/docs/html, and try every example in it
	@$(CHECK) docs
leaks: setup ## Search everything that runs leave behind for their secrets
	@$(CHECK) leaks
build: setup ## Build the tarball, install it elsewhere and use it from there
	@$(CHECK) build
sanity: setup ## ansible-test sanity
	@$(CHECK) sanity
integration: setup ## ansible-test integration, under each setting of the simulator in tests/integration/knobs
	@$(CHECK) integration
contract: setup ## Hold the simulator, and what was recorded of the integration tests, against Adobe's specification
	@$(CHECK) contract
molecule: setup ## The molecule scenarios
	@$(CHECK) molecule

.PHONY: matrix
matrix: setup ## Unit tests, sanity, tarball and integration with each supported ansible-core, or with VERSIONS="2.16 2.21"
	@scripts/in-env.sh scripts/matrix.sh $(VERSIONS)

.PHONY: postgres-versions
postgres-versions: setup ## Try the role postgres_reader with each PostgreSQL since 12, or with VERSIONS="13 16"; downloads them from npm
	@scripts/postgres_versions.sh $(VERSIONS)

.PHONY: bench bench-simulator
bench: setup ## Compare this collection with playbooks of ansible.builtin.uri and the floor; write docs/performance.md (35 min)
	@scripts/in-env.sh python tests/benchmark/bench.py
bench-simulator: setup ## Measure how many requests the simulator answers
	@scripts/in-env.sh python tests/benchmark/simulator_throughput.py

.PHONY: coverage mutation
coverage: setup ## Show which lines and branches no unit test runs
	@scripts/in-env.sh pytest --cov --cov-report=term:skip-covered
mutation: setup ## Change the planning code in small ways, and see whether a test notices
	@scripts/mutation.sh

.PHONY: soak fuzz audit
soak: setup ## The long form of the tests of faults, races, lives, hostile input and leaks (some 45 min), with their figures
	@scripts/soak.sh
fuzz: setup ## Fuzz what reads answers and input, for FUZZ_SECONDS (300)
	@scripts/fuzz.sh
audit: setup ## Ask for known vulnerabilities of everything that is pinned
	@scripts/audit.sh

.PHONY: release
release: setup ## Build VERSION=1.2.3 into dist: changelog, tarball, checksums, and a signature with GPG_KEY
	@scripts/in-env.sh env GPG_KEY="$(GPG_KEY)" scripts/release.sh "$(VERSION)"

.PHONY: lock
lock: setup ## Pin the newest versions of the tools
	@for name in uv dev minimum fuzz audit; do scripts/in-env.sh uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --custom-compile-command "make lock" -o requirements/$$name.txt requirements/$$name.in; done
	@scripts/in-env.sh uv pip compile -q --no-deps --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" -o requirements/collections.txt requirements/collections.in # an older one: it has awx.awx

.PHONY: clean
clean: ## Remove everything that was set up or built
	@rm -rf .venv .cache .ansible tests/output
