# Two commands do all the set-up on a fresh machine: `make run` and `make test`.
# Needed: Python 3.10 or newer with venv, git, make. A kubectl is found, or installed into the user's data folder.

PYTHON ?= python3
VENV := .venv
KX := $(VENV)/bin/kx
STAMP := $(VENV)/.installed
# How many test files run side by side. Most of them wait for a cluster or for kubectl, and leave the processor alone.
TESTERS ?= 3
# Where Python may not keep what it compiled, every start would compile all of kx anew: so it is done once, here.
COMPILE := $(VENV)/bin/python -m compileall -q kx

.PHONY: run test bench clean

# The shell on the practice cluster; the demonstration where there is nobody to type.
run: $(STAMP)
	@$(COMPILE)
	@$(KX) kubectl find >/dev/null 2>&1 || $(KX) kubectl install
	@if [ -t 0 ]; then exec $(KX) --practice; fi; \
	lines=$$(cat); \
	if [ -n "$$lines" ]; then printf '%s\n' "$$lines" | $(KX) --practice; else exec $(KX) demo; fi

test: $(STAMP)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/python -m pytest -n $(TESTERS) --dist loadfile

bench: $(STAMP)
	@$(COMPILE)
	$(VENV)/bin/python -m tests.bench

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
	  { echo "kx needs Python 3.10 or newer; name one with: make PYTHON=python3.12 run" >&2; exit 1; }
	@test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV) || \
	  { echo "Python's venv module is missing; on Debian-like systems: apt install python3-venv" >&2; exit 1; }
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@$(COMPILE)
	@touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
