# Each command is one line that can be typed without make; README.md lists them for Windows.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
# Options for JupyterLab: make lab LAB="--port=9999 --no-browser"
LAB ?=
NB ?=
# The environment of make colab-test; IN=.venv takes the newest versions instead of Colab's
IN ?= .venv-colab
# The public repository: make publish REPO=owner/name BRANCH=main; without REPO the git remote
REPO ?=
BRANCH ?= main

.PHONY: lab test refresh bench experiments lint environment publish portable colab-test
environment: $(VENV)/.installed

$(VENV)/.installed: requirements.txt pyproject.toml tests/tools/environment.py
	@command -v $(PYTHON) >/dev/null || { echo "No $(PYTHON) found. Install Python 3.11 to 3.13 from https://www.python.org, or name yours: make lab PYTHON=python3.12"; exit 1; }
	@$(PYTHON) tests/tools/environment.py $(VENV)
	@touch $@

lab: environment
	$(BIN)/python -m jupyter lab $(LAB) notebooks/00_start_here.ipynb

test: environment
	$(BIN)/python -m pytest -n $(WORKERS)

refresh: environment
	$(BIN)/python tests/tools/refresh.py $(NB)

experiments: environment
	$(BIN)/python -m helpers.training

bench: environment
	$(BIN)/python tests/tools/bench.py

publish: environment
	$(BIN)/python tests/tools/publish.py "$(REPO)" "$(BRANCH)"

portable: environment
	$(BIN)/python tests/tools/portable.py $(NB)

colab-test: environment
	$(BIN)/python tests/tools/colab_test.py --venv=$(IN) $(NB)

lint: environment
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
