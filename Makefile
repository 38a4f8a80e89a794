# `make` alone explains itself. Everything happens in folders of the project: .venv (packages) and .tools (uv).
SHELL := /bin/bash
.DEFAULT_GOAL := help
export UV_PYTHON_DOWNLOADS := never

BIN := .venv/bin
LOCALES := src/plumbot/locales
PO := $(wildcard $(LOCALES)/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)
TESTS ?= tests
# Inbox, outbox, access, decisions, ledger: what must not go wrong.
CORE := */kit/inbox/*,*/kit/outbox/*,*/club/permissions.py,*/features/applications/decisions.py,*/features/karma/ledger.py
# Twice the cores of a small machine: journeys wait for processes more than they compute.
WORKERS ?= 4

.PHONY: help
help: ## this list
	@echo "Plum, the Telegram bot of a private club. Begin with: make demo"
	@echo
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | sed -E 's/^([a-z-]+):.*## /\1|/' | \
	    awk -F'|' '{ printf "  make %-10s %s\n", $$1, $$2 }'

.PHONY: demo
demo: install ## try it in the browser: no token, no network, nothing to set up
	@exec $(BIN)/plumbot sandbox --speech-by 'env PLUM_SHOW_PROGRESS=on tools/bootstrap.sh base audio models' $(ARGS)

.PHONY: install
install: ## what it takes to run the bot for real (LAYERS=postgres for PostgreSQL)
	@tools/bootstrap.sh base $(LAYERS)
	@$(MAKE) --no-print-directory mo

.PHONY: test
test: ## the whole test suite (TESTS=tests/kit for a part of it)
	@tools/bootstrap.sh test
	@$(MAKE) --no-print-directory mo
	$(BIN)/pytest -m "not soak" -n $(WORKERS) --dist loadgroup $(TESTS) $(ARGS)

.PHONY: coverage
coverage: ## the suite with its branches counted: at least 90 % of all, 100 % of the core
	@tools/bootstrap.sh test
	@$(MAKE) --no-print-directory mo
	@rm -rf artefacts/coverage && mkdir -p artefacts/coverage
	@# counting makes tests slow: those that name no time of their own get more of it
	$(BIN)/coverage run -m pytest -m "not soak" -o timeout=600 -n $(WORKERS) --dist loadgroup $(TESTS) $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage html --quiet --fail-under 0 --directory artefacts/coverage/html
	$(BIN)/coverage report
	$(BIN)/coverage report --include '$(CORE)' --fail-under 100

.PHONY: check
check: env ## format, lint, types, import contracts, catalogues, deployment files: nothing is changed
	$(BIN)/ruff format --check src tests tools
	$(BIN)/ruff check src tests tools
	$(BIN)/mypy src tests tools
	$(BIN)/lint-imports
	$(BIN)/python tools/catalogs.py check
	tools/check_deploy.sh

.PHONY: fix
fix: env ## format the code and repair what the linter can
	$(BIN)/ruff check --fix src tests tools
	$(BIN)/ruff format src tests tools

.PHONY: soak
soak: ## the long tests of a release: hours are possible
	@tools/bootstrap.sh test
	@$(MAKE) --no-print-directory mo
	PLUM_SOAK=on $(BIN)/pytest -m "soak or sized or kill" $(TESTS) $(ARGS)

.PHONY: env
env: ## .venv with all that developers need
	@tools/bootstrap.sh dev
	@$(MAKE) --no-print-directory mo

.PHONY: docs
docs: ## the documentation site, into artefacts/site
	@tools/bootstrap.sh docs
	@$(MAKE) --no-print-directory mo
	$(BIN)/python tools/site_pages.py
	@# not --quiet: warnings that are not said are not counted either
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --site-dir artefacts/site
	@echo "Open artefacts/site/index.html"

.PHONY: wheel
wheel: ## the installable package, into dist
	@tools/bootstrap.sh build
	@$(MAKE) --no-print-directory mo
	@UV="$$(tools/bootstrap.sh --uv)" && "$$UV" build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir dist
	@ls dist/*.whl

.PHONY: audit
audit: ## known weaknesses of the locked dependencies
	@tools/bootstrap.sh supply
	@# strict: a package that the service does not know has not been audited
	$(BIN)/pip-audit --strict --require-hashes --disable-pip --requirement requirements/all.txt

.PHONY: sbom
sbom: ## the bill of materials of all that an installation can hold (CycloneDX), into artefacts
	@tools/bootstrap.sh supply
	@mkdir -p artefacts
	$(BIN)/cyclonedx-py requirements requirements/runtime.txt --pyproject pyproject.toml --output-reproducible --of JSON -o artefacts/sbom.cdx.json

.PHONY: lock
lock: ## resolve the dependencies of pyproject.toml anew (UPGRADE=1: to the newest)
	@UV="$$(tools/bootstrap.sh --uv)" tools/lock.sh

.PHONY: catalogs
catalogs: env ## collect the texts of the code into the catalogues, then compile them
	$(BIN)/python tools/catalogs.py update
	@$(MAKE) --no-print-directory mo

.PHONY: mo
mo: $(MO)
	@:

%.mo: %.po
	@$(BIN)/python tools/catalogs.py compile $<

.PHONY: clean
clean: ## remove what was made here (your settings and data stay)
	rm -rf .venv .tools build dist artefacts .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -f $(MO)
