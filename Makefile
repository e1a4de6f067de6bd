# The commands a newcomer needs; `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
PORTAL := $(shell find portal -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -name '*.gen.ts' 2>/dev/null)
.PHONY: help setup portal quickstart test test-all lint format openapi bench clean

help: ## List the commands
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 24

setup: .venv/.ready ## Install everything into .venv; leaves .venv/bin/lazward ready

.venv/.ready: pyproject.toml packages/lazward/pyproject.toml packages/lazward-server/pyproject.toml packages/lazward-azureml/pyproject.toml tools/bootstrap.sh tools/constraints.txt tools/portal.py docs/reference/openapi.json $(PORTAL)
	@PYTHON=$(PYTHON) sh tools/bootstrap.sh
	@touch $@

portal: setup ## Build the portal anew
	@$(BIN)/python tools/portal.py --force

quickstart: setup ## Start a workspace, train a model against it, show what was logged
	@$(BIN)/python examples/quickstart.py

test: setup ## The tests, under ten minutes
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not slow and not bench"

test-all: setup ## All tests, the slow ones too
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not bench"

lint: setup ## Format, lint rules, types, layers
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/pyright
	@$(BIN)/lint-imports
	@$(BIN)/python tools/portal.py --lint

format: setup ## Put the code into shape
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

openapi: setup ## Write docs/reference/openapi.json from the endpoints
	@$(BIN)/python tools/openapi.py

SIZE ?= quick
bench: setup ## Measure against mlflow server and FastTrackML, side by side (SIZE=full for the whole)
	@$(BIN)/python benchmarks/against_peers.py --size $(SIZE)

clean: ## Remove what setup made
	rm -rf .venv .tools portal/node_modules portal/dist packages/lazward-server/src/lazward_server/portal/assets
