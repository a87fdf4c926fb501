PYTHON ?= python3
BIN = .venv/bin
PIP = pip --disable-pip-version-check install --quiet
RECENT = import sys; sys.exit(sys.version_info < (3, 11))
NAME_ANOTHER = install one, or name it: make PYTHON=python3.12 run
VENV_MISSING = virtual environments; on Debian or Ubuntu: apt-get install python3-venv
UV = build/uv/bin/uv
LOCK = $(UV) pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--only-binary :all: --upgrade --no-annotate --custom-compile-command "make lock"

.PHONY: help run test slow test-all check fix reference bench quality chance formats audit prove lock clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 12

run: .venv/.installed ## take the shipped snapshots in, print flows and alerts
	@$(BIN)/talentwatch run
	@echo && echo "Who went where:" && $(BIN)/talentwatch flows
	@echo && echo "The alerts:" && $(BIN)/talentwatch alerts
	@echo && echo "The same with pictures, for a browser:" && $(BIN)/talentwatch report
	@echo && echo "Next: $(BIN)/talentwatch explain ALERT shows the evidence of one alert; the messages are in"
	@echo "snapshots/alerts.jsonl. Put your own files into config.toml, your questions into rules/."

PYTEST = $(BIN)/pytest --numprocesses auto --dist worksteal

# Where it is set, as in many containers, every process that a test starts compiles the package anew.
unexport PYTHONDONTWRITEBYTECODE

test: .venv/.installed ## run the tests: each behaviour once
	$(PYTEST)

slow: .venv/.installed ## run the slow system tests that `make test` leaves out
	$(PYTEST) -m "slow and not long"

test-all: .venv/.installed ## run both in one
	$(PYTEST) -m "not long"

check: .venv/.installed ## format, lint, SQL, types, import order, documents in step
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/sqlfluff lint --processes 2 monitor
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -qq tests/test_docs.py

fix: .venv/.installed ## mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

reference: .venv/.installed ## write the schemas, and the pages of docs that follow from settings and SQL
	$(BIN)/python tests/reference.py

bench: .venv/.installed ## measure against named baselines
	$(BIN)/python bench/run.py

audit: .venv/.installed ## ask for known vulnerabilities of what is locked
	$(BIN)/python tests/audit.py

quality: .venv/.installed ## measure how well moves and alerts are found, and write it into docs/quality.md
	$(BIN)/python quality/run.py

chance: .venv/.installed ## measure how many alerts a year chance makes of rules on unusual, and write it into docs/quality.md
	$(BIN)/python quality/chance.py --page docs/quality.md

formats: .venv/.installed ## read a small file of each format and write the table into docs/sources.md
	$(BIN)/python tests/formats.py

prove: .venv/.installed ## run the tests that take minutes and write PROOF.md
	$(BIN)/python tests/prove/write.py

lock: $(UV) ## renew the lock files
	$(LOCK) --output-file requirements.lock
	$(LOCK) --output-file requirements-dev.lock --extra dev --extra pictures --extra s3 --extra traces --constraint requirements.lock

clean: ## remove what make made; snapshots and state stay
	rm -rf .venv .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	find monitor tests -name __pycache__ -prune -exec rm -rf {} +

# Nothing is built but talentwatch itself: each wheel is pinned by its hash, the build backend among them.
.venv/.installed: .venv/.locked pyproject.toml
	@$(BIN)/python -m $(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.locked: requirements-dev.lock
	@$(PYTHON) -c '$(RECENT)' || { echo "'$(PYTHON)' is not Python 3.11 or newer; $(NAME_ANOTHER)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "'$(PYTHON)' cannot make $(VENV_MISSING)" >&2; exit 1; }
	@echo "Making .venv from requirements-dev.lock, once" >&2
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m $(PIP) --require-hashes --only-binary :all: --requirement requirements-dev.lock
	@touch $@

build/uv/bin/uv:
	$(PYTHON) -m venv build/uv
	build/uv/bin/python -m $(PIP) uv==0.13.9
