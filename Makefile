# What people do here, one target each; the steps are in bin/ and in pyproject.toml.
PORT ?= 8000
ARGS ?=
RUN := .venv/bin
CODE := models recsvc training tests bench examples

.DEFAULT_GOAL := help
.PHONY: help demo test check format format-check lint types architecture bench lock clean demo-environment environment
export PORT PYTHON

help: ## lists the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

demo: demo-environment ## trains on a real supermarket and serves at http://127.0.0.1:8000 (PORT=8001 changes it)
	@exec bin/demo

test: environment ## installs and runs every test (ARGS="tests/models -k als" runs some)
	@$(RUN)/python -m pytest $(ARGS)

check: format-check lint types architecture test ## all that must pass before a commit lands: what CI runs

format: environment ## rewrites the code in the house's format
	@$(RUN)/ruff format $(CODE)
	@$(RUN)/ruff check --fix $(CODE)

format-check: environment
	@$(RUN)/ruff format --check $(CODE)

lint: environment ## looks for mistakes that need no run
	@$(RUN)/ruff check $(CODE)
	@$(RUN)/hadolint Dockerfile
	@$(RUN)/shellcheck bin/* .ci/run

types: environment ## checks the types, strictly
	@$(RUN)/mypy

architecture: environment ## checks who imports whom
	@$(RUN)/lint-imports

bench: environment ## measures speed beside a bare hello-world, and writes bench/out/
	@$(RUN)/python -m bench $(ARGS)

lock: environment ## writes requirements/*.txt again (ARGS=--upgrade takes the newest versions)
	@bin/lock $(ARGS)

clean: ## removes what was installed, built, trained and cached here
	rm -rf .venv .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage build dist bench/out
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

demo-environment:
	@bin/setup demo

environment:
	@bin/setup dev
