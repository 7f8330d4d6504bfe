# Each command is one line that can be typed without make; README.md lists them for Windows.
PYTHON ?= python3
# The backend of Keras: jax or torch have an environment of their own, .venv-jax or .venv-torch
BACKEND ?= tensorflow
export KERAS_BACKEND = $(BACKEND)
SUFFIX := $(subst -tensorflow,,-$(BACKEND))
VENV := .venv$(SUFFIX)
BIN := $(VENV)/bin
WORKERS ?= 2
# Options for JupyterLab: make lab LAB="--port=9999 --no-browser"
LAB ?=
NB ?=
# The environment of make colab-test; IN=.venv takes the newest versions instead of Colab's
IN ?= .venv-colab
# Rows for make matrix: ROWS="threads-1 python-3.11"; without it all
ROWS ?=
# One module for make mutants: MODULE=cost; without it all
MODULE ?=
# The public repository: make publish REPO=owner/name BRANCH=main; without REPO the git remote
REPO ?=
BRANCH ?= main
# make grade HW=hw2 SUBMISSIONS=folder-or-zip; the results go to OUT/hw2
HW ?=
SUBMISSIONS ?=
OUT ?= grades
SECONDS ?= 60

.PHONY: lab test refresh bench experiments lint environment publish portable colab-test
.PHONY: student homework grade gradescope
environment: $(VENV)/.tests

# The lessons' packages, or the tests' too, and the backend where it is not TensorFlow; each
# installed once, and again when its list changes.
ADDED := $(SUFFIX:-%=tests/%.txt)
$(VENV)/.lessons: LIST = requirements.txt
$(VENV)/.tests: LIST = tests/requirements.txt
$(VENV)/.tests: tests/requirements.txt
$(VENV)/.lessons $(VENV)/.tests: requirements.txt $(ADDED) pyproject.toml helpers/tools/environment.py
	@command -v $(PYTHON) >/dev/null || { echo "No $(PYTHON) found. Install Python 3.11 to 3.13 from https://www.python.org, or name yours: make lab PYTHON=python3.12"; exit 1; }
	@$(PYTHON) helpers/tools/environment.py $(VENV) $(LIST) $(ADDED)
	@touch $(VENV)/.lessons $@

lab: $(VENV)/.lessons
	$(BIN)/python -m jupyter lab --ServerApp.root_dir=. $(LAB) notebooks/00_start_here.ipynb

test: environment
	$(BIN)/python -m pytest -n $(WORKERS)

refresh: environment
	$(BIN)/python -m helpers.tools.refresh $(NB)

experiments: environment
	$(BIN)/python -m helpers.training

bench: environment
	$(BIN)/python -m helpers.tools.bench

publish: environment
	$(BIN)/python -m helpers.tools.publish "$(REPO)" "$(BRANCH)"

portable: environment
	$(BIN)/python -m helpers.tools.portable $(NB)

.PHONY: offline
offline: $(VENV)/.lessons
	$(BIN)/python -m helpers.tools.offline

student: environment
	$(BIN)/python -m helpers.tools.student $(NB)

homework: environment
	$(BIN)/python -m helpers.tools.homework

grade: environment
	@$(BIN)/python -m helpers.tools.grade "$(HW)" "$(SUBMISSIONS)" "OUT=$(OUT)" "SECONDS=$(SECONDS)"

gradescope: environment
	$(BIN)/python -m helpers.tools.gradescope "$(HW)"

colab-test: environment
	$(BIN)/python -m helpers.tools.colab_test --venv=$(IN) $(NB)

# Rows have environments of their own: any Python will do.
.PHONY: matrix
matrix:
	$(PYTHON) -m helpers.tools.matrix $(ROWS)

.PHONY: mutants
mutants: environment
	$(BIN)/python -m helpers.tools.mutants $(MODULE)

lint: environment
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
