# `make run` starts the appointment book; `make check` runs what continuous integration runs.
# Settings come from the environment: PORT, SURGERY_DATA, DEMO, DATABASE_URL (see README).

SHELL := /bin/sh
BIN := .venv/bin
.DEFAULT_GOAL := help

.PHONY: help
help: ## Say what there is
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16

# --- Using it ----------------------------------------------------------------------------------

.PHONY: run
run: $(BIN)/installed ## Start the appointment book on http://127.0.0.1:8000
	@exec $(BIN)/python -m tools.run

.PHONY: upgrade
upgrade: $(BIN)/installed ## After a `git pull`: back up, then bring the data up to date
	@exec $(BIN)/python -m tools.upgrade

$(BIN)/installed: requirements.txt tools/install.sh
	@tools/install.sh requirements.txt $@

# --- Working on it -----------------------------------------------------------------------------

DEV := $(BIN)/installed-dev
$(DEV): requirements-dev.txt tools/install.sh
	@tools/install.sh requirements-dev.txt $@

.PHONY: test
test: $(DEV) ## Every fast test, on SQLite, those in a real browser included
	@$(BIN)/python -m tools.chromium
	@$(BIN)/pytest --numprocesses=2 --dist=loadgroup

.PHONY: test-postgres
test-postgres: $(DEV) ## The same tests but the browser's, on a private PostgreSQL
	@$(BIN)/python -m tools.postgres \
		$(BIN)/pytest --numprocesses=2 --dist=loadgroup -m "not bench and not soak and not browser"

.PHONY: soak
soak: $(DEV) ## Long runs of invented cases and of faults
	@HYPOTHESIS_PROFILE=soak $(BIN)/pytest -m "soak or faults"

.PHONY: bench
bench: $(DEV) ## Measure what was promised
	@exec $(BIN)/python -m tests.benchmarks $(NAMES)

.PHONY: lint
lint: $(DEV) ## Style, the house's rules, the walls between the rooms, JavaScript
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/python -m tools.house_rules
	@$(BIN)/lint-imports --no-logo
	@tools/lint_js.sh

.PHONY: types
types: $(DEV) ## Types
	@SURGERY_DATA=$$(mktemp -d) $(BIN)/mypy

.PHONY: deploy-check
deploy-check: $(DEV) ## No migration missing; nothing to warn of under the https settings
	@SURGERY_DATA=$$(mktemp -d) $(BIN)/python manage.py makemigrations --check
	@SURGERY_DATA=$$(mktemp -d) SURGERY_HTTPS=1 \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

.PHONY: check
check: lint types deploy-check ## Everything that continuous integration runs
	@$(MAKE) --no-print-directory test-postgres
	@$(MAKE) --no-print-directory test

COMPILE := $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url \
	--no-emit-find-links --python-version 3.11 --universal --custom-compile-command "make lock"
.PHONY: lock
lock: $(DEV) ## Write the lock files anew from requirements*.in (UPGRADE=1: newest versions)
	@$(COMPILE) $(if $(UPGRADE),--upgrade) requirements.in --output-file requirements.txt
	@$(COMPILE) $(if $(UPGRADE),--upgrade) requirements-dev.in --constraint requirements.txt \
		--output-file requirements-dev.txt

.PHONY: clean
clean: ## Remove what can be made again (never var/)
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
