# Everything a stranger needs: git, make and python3 with pip. `make demo` and `make test` do all the set-up.
SHELL := /bin/bash
.DEFAULT_GOAL := help
# Without compiled bytecode the imports of dbt, Prefect and Great Expectations cost seconds each.
unexport PYTHONDONTWRITEBYTECODE
unexport VIRTUAL_ENV
# Trust what this machine trusts: many companies' networks have a certificate of their own.
export UV_SYSTEM_CERTS ?= true

UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
RUN := .venv/bin
WORKSPACE ?= demo

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: .venv/.installed ## uv if missing, .venv, all packages with compiled bytecode

.venv/.installed: pyproject.toml uv.lock | $(UV)
	@$(UV) sync --quiet --locked --compile-bytecode
	@touch $@

.tools/bin/uv:
	@python3 -m pip install --quiet --target .tools uv

demo: install ## the demo company, to three pending proposals
	@$(RUN)/countersign demo $(WORKSPACE)

up: install ## Prefect server, worker and deployments on this machine, for the workspace in $(WORKSPACE)
	@$(RUN)/countersign up --workspace $(WORKSPACE)

test: install ## every test; what cannot run here is skipped with a loud line
	@$(RUN)/pytest -n 2 --dist loadfile

soak: install ## kill loads at 30 random moments; each must be repaired by the next
	@$(RUN)/pytest -q -m soak

engines: install ## the marts of the demo company on Postgres and Spark, every table equal to DuckDB's
	@$(UV) sync --quiet --locked --group engines --compile-bytecode --inexact
	@$(RUN)/pytest -q -m engines

lint: install ## format, lint, types, import contracts
	@$(RUN)/ruff format --check . && $(RUN)/ruff check . && $(RUN)/mypy && $(RUN)/lint-imports

fix: install ## what the tools can mend by themselves
	@$(RUN)/ruff format . && $(RUN)/ruff check --fix .

bench: install ## measure, against hand-written SQL in the same run
	@$(RUN)/countersign bench

clean: ## remove what was built; keeps workspaces
	rm -rf .venv .tools .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist

.PHONY: help install demo up test soak engines lint fix bench clean
