# Everything is installed into .venv, and only there. A stamp file inside it records what is installed; it is written
# last, so that an interrupted installation is taken up again the next time.

PORT ?= 8501
# One at a time more than there are cores, up to four: browser tests mostly wait. They are the longest and come first. A
# file's tests stay together, since they share a server.
CORES := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
PARALLEL := --numprocesses $(shell expr $(CORES) + 1) --maxprocesses 4 --dist loadfile --no-loadscope-reorder
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input

# The first of these that is Python 3.11 or newer; `make PYTHON=/path/to/python` asks for one.
ifeq ($(origin PYTHON),undefined)
PYTHONS := python3 python3.11 python3.12 python3.13 python3.14
else
PYTHONS := $(PYTHON)
endif

.PHONY: help setup run test test-all fuzz cluster lint format bench load lock sbom clean
.DEFAULT_GOAL := help

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

setup: $(VENV)/.dev-installed ## Create .venv with everything to run, test and develop

run: $(VENV)/.installed ## Open the dashboard (PORT=8501)
	@$(BIN)/python -m streamlit run app.py --server.port $(PORT)

test: $(VENV)/.dev-installed ## Run the tests, with a real browser
	@$(BIN)/python tests/browser/chromium.py
	@$(BIN)/python -m pytest $(PARALLEL)

test-all: $(VENV)/.dev-installed ## Run the slow tests as well
	@$(BIN)/python tests/browser/chromium.py
	@$(BIN)/python -m pytest -m "not cluster" $(PARALLEL)

fuzz: $(VENV)/.dev-installed ## Feed the reader bytes that nobody wrote (SECONDS=60)
	@$(PIP) install -r requirements-tools.txt
	@$(BIN)/python -m tests.fuzz $(or $(SECONDS),60)

cluster: $(VENV)/.dev-installed .cluster/.installed ## Run the tests that need a Spark cluster, with one (Java 17, 4 GB)
	@$(BIN)/python tests/cluster/run.py

lint: $(VENV)/.dev-installed ## Check style, import floors and types
	@$(BIN)/python -m ruff check
	@$(BIN)/python -m ruff format --check
	@$(BIN)/python -m mypy
	@if [ -x $(BIN)/hadolint ]; then $(BIN)/hadolint Dockerfile; fi

format: $(VENV)/.dev-installed ## Bring the code into the project's form
	@$(BIN)/python -m ruff check --fix
	@$(BIN)/python -m ruff format

bench: $(VENV)/.dev-installed ## Measure speed and memory
	@$(BIN)/python -m benchmarks

load: $(VENV)/.dev-installed ## Let a crowd in, and faults: three minutes, or an hour with FULL=1
	@$(BIN)/python -m benchmarks.load $(if $(FULL),--full)

lock: $(VENV)/.dev-installed ## Pin what the image installs, each file with its hashes
	@$(PIP) install -r requirements-tools.txt
	@$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		requirements.txt -o requirements.lock

sbom: $(VENV)/.dev-installed ## List what the image holds, as CycloneDX in sbom.json
	@$(PIP) install -r requirements-tools.txt
	@$(BIN)/cyclonedx-py requirements --output-reproducible requirements.lock -o sbom.json

clean: ## Remove .venv and caches
	@rm -rf $(VENV) .cluster .pytest_cache .mypy_cache .ruff_cache .hypothesis .fuzz test-results

$(VENV)/.installed: requirements.txt $(BIN)/python
	$(call install,requirements.txt)

$(VENV)/.dev-installed: requirements.txt requirements-fetch.txt requirements-dev.txt $(BIN)/python
	$(call install,requirements-dev.txt)
	@touch $(VENV)/.installed

# The server has its own environment: its package and the client's are of one name.
.cluster/.installed: requirements-cluster.txt $(BIN)/python
	@echo "Installing Spark into .cluster ..."
	@$(BIN)/python -m venv .cluster
	@.cluster/bin/python -m pip -qq --disable-pip-version-check --no-input install -r requirements-cluster.txt
	@touch $@

# The second line mends an environment whose creation was interrupted before pip was in it.
define install
@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo "$(VENV) holds a Python older than 3.11: run 'make clean' first" >&2; exit 1; }
@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
@echo "Installing $(1) into $(VENV) ..."
@$(PIP) install -r $(1)
@touch $@
endef

$(BIN)/python:
	@for python in $(PYTHONS); do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		echo "Creating $(VENV) with $$("$$python" --version) ..."; \
		"$$python" -m venv --clear $(VENV) && exit 0; \
		rm -rf $(VENV); \
		echo "$$python could not create $(VENV); on Debian and Ubuntu: apt install python3-venv" >&2; \
		exit 1; \
	done; \
	echo "Python 3.11 or newer is needed; tried: $(PYTHONS). Name one with 'make PYTHON=/path/to/python ...'" >&2; \
	exit 1
