# Every target sets up what it needs. `make help` lists them.
PYTHON ?= python3
# The tests wait more than they work, so that five at once suit two cores.
WORKERS ?= 5
BIN = .venv/bin
PYTEST = $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help install demo run test test-both check fix bench faults states settings migration

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

install: .venv/runtime ## set up what the bot needs, in .venv

demo: .venv/runtime ## start the bot with a sandbox workspace to try it in a browser
	$(BIN)/python -m bot demo

run: .venv/runtime ## serve the bot with the settings of the environment and .env
	$(BIN)/python -m bot serve

test: .venv/dev ## run the tests, each on SQLite or on PostgreSQL, those of the database itself on both
	@sh scripts/system_packages.sh postgresql chromium
	@sh scripts/run_tests.sh $(BIN)/python -n $(WORKERS) --dist worksteal --databases one

test-both: .venv/dev ## run every test on SQLite and on PostgreSQL: about twice as long
	@sh scripts/system_packages.sh postgresql chromium
	@sh scripts/run_tests.sh $(BIN)/python -n $(WORKERS) --dist worksteal --databases both

check: .venv/dev ## lint, format, types, imports, and the manifest against the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) -q tests/slack/test_manifest.py

fix: .venv/dev ## mend what the linter and the formatter can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev ## measure the bot on this machine
	@sh scripts/system_packages.sh postgresql
	$(BIN)/python -m tests.bench

faults: .venv/dev ## kill and starve the bot, for minutes, on both databases
	@sh scripts/system_packages.sh postgresql
	$(PYTEST) -m faults -n 2

states: .venv/runtime ## draw the states of a concern anew in the docs
	$(BIN)/python -m bot.concerns.states_doc > docs/concern-states.md

settings: .venv/runtime ## write the table of settings anew in the docs
	$(BIN)/python -m bot.gates.settings_doc > docs/settings-table.md

migration: .venv/dev ## write a migration for changed models: make migration m="what changed"
	@test -n "$(m)" || { echo 'Say what changed: make migration m="add a column"'; exit 1; }
	@mkdir -p build && rm -f build/scratch.db*
	$(BIN)/python -m alembic upgrade head
	$(BIN)/python -m alembic revision --autogenerate -m "$(m)"

.venv/created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Install Python's venv first (on Debian: python3-venv)."; exit 1; }
	@touch $@

.venv/runtime: requirements.txt .venv/created
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt .venv/runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		-r requirements.txt -r requirements-dev.txt
	@touch $@
