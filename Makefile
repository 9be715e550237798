# The commands a newcomer needs: `make run` and `make test`. Everything else is for those who work on Opsmap.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON := .venv/bin/python
DEMO_STORE := $(if $(OPSMAP_STORE),$(OPSMAP_STORE),build/demo.opsmap)

.PHONY: help setup run test lint types soak bench lock clean

help: ## list these commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

setup: ## install what runs, leaving .venv/bin/opsmap
	@scripts/setup run

run: setup ## make the demo city when there is none and open it (without a display: build/day/)
	@OPSMAP_STORE="$(DEMO_STORE)" scripts/run

test: ## everything CI checks
	@scripts/setup test
	@scripts/test

lint:
	@scripts/setup test
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	.venv/bin/lint-imports

soak: ## the long proofs, whole; goes on where it was stopped
	@scripts/setup test
	@scripts/soak

bench: ## what the README claims about speed, with peers beside it
	@scripts/setup bench
	@scripts/bench

lock: ## compile the locked dependencies anew
	@scripts/setup test
	@scripts/lock

clean: ## remove what was built, keeping the stores outside build/
	rm -rf build .venv
