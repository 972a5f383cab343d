# Two commands do everything on a machine that has Python 3.11 or later and make: `make dossier` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
DHF    ?= docs/dhf
BUILD  ?= build
SPHINX  = $(BIN)/python -m sphinx -j auto -q
VEX     = $(BIN)/aimd vex $(BUILD)/json/trace.json -o $(BUILD)/vex --publisher $(DHF)/vex.yaml
PAGES   = -D aimd_pages_json=$(abspath $(BUILD))/pdf/pages.json
READY  := $(VENV)/.ready
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 315532800)

.PHONY: help html pdf xlsx json check dossier archive vex verify-pdf docs screenshots live test lint bench clean

help:
	@echo "make dossier   the design history file as HTML, PDF, Excel and JSON, with VEX if it holds vex.yaml, and a summary"
	@echo "make archive   the same, and copies of the PDF files that carry workbook, trace and bills of materials"
	@echo "make html | pdf | xlsx | json | check   one of them, or the list of findings"
	@echo "make vex       VEX documents and a draft notice for the version under review"
	@echo "make live      the HTML on a local server, built again whenever a source changes"
	@echo "make verify-pdf   the PDF files against the rules of PDF/A, PDF/UA and the limits of those who receive them"
	@echo "make docs | screenshots | test | lint | bench | clean"
	@echo "DHF=path/to/sources builds another project; BUILD=path is where output goes."

$(READY): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable '.[all]' --group test
	touch $@

pdf: $(READY)
	$(SPHINX) -b aimd-pdf -d $(BUILD)/doctrees $(SPHINXOPTS) $(DHF) $(BUILD)/pdf

html: $(READY)
	$(SPHINX) -b html -d $(BUILD)/doctrees $(PAGES) $(SPHINXOPTS) $(DHF) $(BUILD)/html

xlsx: $(READY)
	$(SPHINX) -b aimd-xlsx -d $(BUILD)/doctrees $(PAGES) $(SPHINXOPTS) $(DHF) $(BUILD)/xlsx

json: $(READY)
	$(SPHINX) -b aimd-json -d $(BUILD)/doctrees $(PAGES) $(SPHINXOPTS) $(DHF) $(BUILD)/json

check: $(READY)
	$(BIN)/aimd check $(DHF)

# The PDF first, so that the workbook knows its pages; the HTML before the workbook, so that its cells lead there.
dossier: $(READY)
	$(MAKE) --no-print-directory pdf
	$(MAKE) --no-print-directory html
	$(MAKE) --no-print-directory xlsx
	$(MAKE) --no-print-directory json
	@test ! -f $(DHF)/vex.yaml || $(VEX)
	@$(BIN)/aimd summary $(BUILD)

archive: dossier
	$(BIN)/aimd archive $(BUILD)/pdf -o $(BUILD)/archive --source $(DHF)

vex: json
	$(VEX)

verify-pdf: $(READY)
	$(BIN)/aimd verify-pdf $(BUILD)/pdf

docs: $(READY)
	$(SPHINX) -W --keep-going -b html -d $(BUILD)/docs-doctrees docs $(BUILD)/docs

# For authors: pages in the browser follow the sources. WATCH names folders elsewhere, such as that of the test reports.
# Without the policy, since the server puts a script of its own into each page, and without the trace pages, of which
# there is one for each item and clause; SPHINXOPTS='-D aimd_trace_pages=1' has them, at the price of slower rebuilds.
PORT ?= 8000
live: $(READY)
	$(BIN)/python -m pip install --quiet --group live
	$(BIN)/sphinx-autobuild -q -j auto -b html -d $(BUILD)/live-doctrees -D aimd_csp=0 -D aimd_trace_pages=0 \
	  --port $(PORT) $(addprefix --watch ,$(WATCH)) --re-ignore '(^|/)(\.git|__pycache__)/|[~]$$|\.sw.$$' $(SPHINXOPTS) $(DHF) $(BUILD)/live

test: $(READY)
	$(BIN)/python -m tests.system_tools
	$(BIN)/python -m pytest

lint: $(READY)
	$(BIN)/python -m pip install --quiet --group lint
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: $(READY)
	$(BIN)/python benchmarks/build.py
	$(BIN)/python benchmarks/explorer.py
	$(BIN)/python benchmarks/search.py
	$(BIN)/python benchmarks/security.py
	$(BIN)/python benchmarks/pdf.py --quick

# The pictures of the user guide, taken from the pages of the worked file.
screenshots: html
	$(BIN)/python docs/screenshots.py $(BUILD)/html

clean:
	rm -rf $(BUILD)
