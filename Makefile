# Two commands: `make demo` shows a class being graded, `make test` runs the tests. Both install what they need into .venv.
# Another Python: `make test PYTHON=python3.12`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help install data demo test bench lint wheel release clean

help: ## show these lines
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/' | expand -t 12

install: $(STAMP) ## install into .venv, versions pinned by constraints.txt

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v <= (3, 13) else f"Python {v[0]}.{v[1]} is not supported: use 3.11 to 3.13, for example with make PYTHON=python3.12")'
	@echo "installing into $(VENV) (about two minutes the first time) …"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on -c constraints.txt -e '.[dev]' | grep -v -E '^(Requirement already|Looking|Collecting|  )' || true
	$(BIN)/python -c 'import autograder, nbgrader, tensorflow' 2>/dev/null || { echo "the installation is incomplete: run make install again and read its messages"; exit 1; }
	@touch $(STAMP)

data: $(STAMP) ## get Fashion-MNIST (60,000 pictures) and verify it
	$(BIN)/autograder data

demo: data ## grade a sample class with nbgrader in a scratch folder
	$(BIN)/python tests/demo.py demo

test: data ## run the tests
	$(BIN)/python -m pytest -n 2 --dist loadfile --durations 8

bench: data ## measure grading against stock nbgrader (under ten minutes; on an idle machine)
	$(BIN)/autograder bench --assignment hidden_layer --learners 12 --sample 4 --out bench

lint: $(STAMP) ## style, formatting and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

wheel: $(STAMP) ## build dist/*.whl for learners
	$(BIN)/python -m build --wheel

release: $(STAMP) ## generate release/ from source/
	$(BIN)/autograder release

clean: ## remove what these commands made
	rm -rf $(VENV) demo bench build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
