# Everything runs in .venv, which is made on the first call and kept up to date afterwards.

PYTHON ?= python3
STORE ?= store
PORT ?= 8501
ARGS ?=
SHOTS ?= assets

BIN := .venv/bin
GALLERY := .venv/.gallery
TOOLS := .venv/.tools

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUTF8 := 1

.PHONY: help app test check format wheel screenshots clean
.DEFAULT_GOAL := help

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|' 2>/dev/null \
		|| sed -n 's/^\([a-z]*\):.*## /  make \1  /p' Makefile
	@echo "  STORE=DIR (here: $(STORE)), PORT=N, PYTHON=python3.12, ARGS='-k name' for pytest"

app: $(GALLERY)  ## open the gallery; an empty store gets the built-in collection first
	@if [ ! -e "$(STORE)/manifest.json" ] || { [ ! -e "$(STORE)/metrics.json" ] \
		&& grep -q '"procedural": true' "$(STORE)/manifest.json"; }; \
	then $(BIN)/artextract demo --store "$(STORE)"; fi
	@echo "The gallery: http://localhost:$(PORT) (stop it with Ctrl+C)"
	@$(BIN)/artextract app --store "$(STORE)" --port $(PORT)

test: $(TOOLS)  ## run the tests, on up to four cores (one after the other: ARGS='-n 0')
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal $(ARGS)

check: $(TOOLS)  ## ruff (lint and format) and mypy
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(TOOLS)  ## let ruff mend what it can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

wheel: $(TOOLS)  ## build the package, with the gallery in it, into dist/
	@$(BIN)/python -m hatchling build -t sdist -t wheel

screenshots: $(TOOLS)  ## every page, light and dark, wide and narrow, into SHOTS=assets
	@$(BIN)/python -m benchmarks.screenshots --store "$(STORE)" --out "$(SHOTS)"

clean:  ## remove what was installed and cached; the store stays
	rm -rf .venv build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# What the gallery needs, and with it what the tests need; a change of pyproject.toml installs anew.
$(GALLERY): pyproject.toml | $(BIN)/pip
	@echo "Installing into .venv; the first time takes some minutes"
	@$(BIN)/python -m pip install --quiet --editable '.[app]'
	@touch $@

$(TOOLS): pyproject.toml | $(BIN)/pip
	@echo "Installing into .venv; the first time takes some minutes"
	@$(BIN)/python -m pip install --quiet --editable '.[app,dev]'
	@touch $(GALLERY) $@

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed; another one is named by: make PYTHON=python3.12 ..."; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python cannot make virtual environments; run: sudo apt-get install python3-venv"; \
		exit 1; }
	@$(PYTHON) -m venv .venv
