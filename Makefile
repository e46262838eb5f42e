# Everything a newcomer, a contributor and the CI type. `make` alone lists it.
PYTHON ?= python3
BIN := .venv/bin
# Tests run on all processors; `make test WORKERS=0` runs them in one process.
WORKERS ?= auto
GATE := --cov --cov-config=.ci/coverage.ini --cov-report=term-missing:skip-covered

# All hashes of all platforms; no address of an index, so that the lock installs from whichever one pip is told to use.
COMPILE := build/lock/bin/uv pip compile pyproject.toml --quiet --upgrade --system-certs --universal --python-version 3.11 \
  --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help demo test unit acceptance fuzz mutants mutation lint format schemas bench wheel lock clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

demo: .venv/run ## the tour: example posts on the emulator, under a minute, no account needed
	@$(BIN)/python -m tools.demo

test: .venv/dev ## all tests; COVERAGE=1: and every branch of what decides and writes must have been taken
	$(BIN)/python -m pytest -n $(WORKERS) $(if $(COVERAGE),$(GATE))

unit: .venv/dev ## the unit tests alone
	$(BIN)/python -m pytest -n $(WORKERS) tests/unit

acceptance: .venv/dev ## the whole failure suite, hours; what has passed already is not run again
	$(BIN)/python -m tests.acceptance.run --all --resume

fuzz: .venv/run ## requests to the emulator made up from its OpenAPI description; a minute or two
	$(PYTHON) -m venv build/fuzz
	build/fuzz/bin/python -m pip install --quiet --disable-pip-version-check 'pip>=26'
	build/fuzz/bin/python -m pip install --quiet --group fuzz
	PATH="$(CURDIR)/build/fuzz/bin:$$PATH" $(BIN)/python tests/acceptance/emulator/check_schemathesis.py

mutants: .venv/dev ## seeded bugs, each of which a case must catch; minutes
	$(BIN)/python -m tests.mutants.run

mutation: .venv/dev ## small changes that the unit tests notice, minutes; SEED=1: another sample; ALL=1: all, an hour
	$(BIN)/python -m tests.mutants.score $(if $(ALL),--all) $(if $(SEED),--seed $(SEED))

lint: .venv/dev ## style, types, who may import whom, generated files fresh
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/unit/test_imports.py tests/unit/test_packaging.py tests/unit/source/test_schemas.py

format: .venv/dev ## put the code into the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schemas: .venv/run ## write again what is generated from schemas/channels/
	$(BIN)/python -m tools.schemas

bench: .venv/dev ## the figures, both sides of each in one run (QUICK=1: a short one)
	$(BIN)/python -m bench $(if $(QUICK),--quick)

wheel: .venv/run ## build the wheel and the source archive into dist/
	$(BIN)/python -m hatchling build

lock: ## write requirements*.txt again from pyproject.toml
	$(PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet 'uv>=0.13'
	$(COMPILE) --extra emulator --group build -o requirements.txt
	$(COMPILE) --extra emulator --group build --group test --group lint -c requirements.txt -o requirements-dev.txt

clean: ## remove what can be made again
	rm -rf .venv build dist .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis

# --- the virtual environment, from the hashed lock and nothing else -------------------------------

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "socialsync needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv

.venv/run: requirements.txt pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: requirements-dev.txt .venv/run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
