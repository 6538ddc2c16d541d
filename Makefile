# Each target is one line that calls the real tool. `make demo` and `make test` work on a fresh machine.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
IQA ?= 1
STAMPS := .stamps

.PHONY: setup demo serve test check fast api ui e2e bench fmt iqa

$(STAMPS)/python: pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(0 if sys.version_info >= (3, 11) else 'Touchstone needs Python 3.11 or newer: make PYTHON=python3.12 ...')"
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	mkdir -p $(STAMPS) && touch $@

$(STAMPS)/dev: $(STAMPS)/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@

$(STAMPS)/iqa: $(STAMPS)/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[iqa]'
	touch $@

$(STAMPS)/node: frontend/package.json frontend/package-lock.json
	cd frontend && npm ci --no-audit --no-fund
	mkdir -p $(STAMPS) && touch $@

$(STAMPS)/ui: $(STAMPS)/node $(shell find frontend/src frontend/public frontend/*.ts frontend/*.json -type f 2>/dev/null)
	cd frontend && npm run --silent build
	touch $@

setup: $(STAMPS)/python ui

ui: $(STAMPS)/ui

iqa: $(STAMPS)/iqa

demo: setup
	$(BIN)/python manage.py demo

serve: setup
	$(BIN)/python manage.py prepare && $(BIN)/python manage.py serve

test: $(STAMPS)/dev ui
	test "$(IQA)" = 0 || $(MAKE) --no-print-directory iqa
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not e2e and not faults" $(PYTEST)
	$(BIN)/python -m pytest -m "e2e or faults" $(PYTEST)
	cd frontend && npm test

e2e: $(STAMPS)/dev ui
	$(BIN)/python -m pytest -m e2e $(PYTEST)

check:
	bash .ci/run

fast:
	bash .ci/run fast

bench: $(STAMPS)/dev
	$(BIN)/python -m benchmarks

api: $(STAMPS)/dev $(STAMPS)/node
	$(BIN)/python manage.py spectacular --validate --fail-on-warn --file docs/reference/openapi.yaml
	cd frontend && npm run --silent schema

fmt: $(STAMPS)/dev $(STAMPS)/node
	$(BIN)/ruff check --fix -q . ; $(BIN)/ruff format . ; cd frontend && npm run --silent format
