# Two commands from a fresh clone: `make demo` shows the lab at work, `make test` proves the house.

PYTHON ?= python3
BIN := .venv/bin
STATED := pyproject.toml constraints.txt
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --constraint constraints.txt

# TensorFlow and XGBoost by their CPU builds, where there is one: the others are twice as large and more
# for a GPU that no test needs. The extras must name the usual ones, so they stand here one by one,
# without `all` and `boosting`.
TENSORFLOW := "tensorflow-cpu; platform_machine in 'x86_64 AMD64' and sys_platform != 'darwin'" \
	"tensorflow; platform_machine not in 'x86_64 AMD64' or sys_platform == 'darwin'"
BOOSTERS := "xgboost-cpu; platform_machine == 'x86_64' and sys_platform == 'linux'" \
	"xgboost; platform_machine != 'x86_64' or sys_platform != 'linux'" lightgbm catboost

# Triton compiles the kernels for a GPU, and its interpreter runs them without one. It crashes beside
# TensorFlow (each brings an LLVM), so it stands in a folder of its own; only its tests look there.
TRITON := "triton; platform_machine == 'x86_64' and sys_platform == 'linux'"

# Every worker loads all four frameworks (about 1 GB), so there are at most four, each with one thread:
# with more threads than cores they wait for one another. Level 3 shortens TensorFlow's greeting.
# What JAX has compiled for one of them, however small, the others need not compile again.
PYTEST = JAX_COMPILATION_CACHE_DIR=$(CURDIR)/.pytest_cache/jax JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS=0 \
	JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES=-1 \
	OMP_NUM_THREADS=1 TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1 TF_CPP_MIN_LOG_LEVEL=3 \
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal $(ARGS)

.PHONY: help demo test test-deep plant lint bench clean

help:
	@echo "make demo       set up the lab and run a study on data that comes with it"
	@echo "make test       set up everything, check the style, the floors and the types, and run the tests"
	@echo "make test-deep  the same with many more draws; ARGS='-k huber' goes to pytest, here and in test"
	@echo "make plant      plant bugs, one at a time, and see that a test fails; ARGS='--only huber' for some"
	@echo "make lint       style, floors and types only"
	@echo "make bench      measure the losses against the frameworks' own (a quarter of an hour)"
	@echo "make clean      remove all that make has made"

demo: .venv/.demo
	$(BIN)/lossary study

test: lint
	$(PYTEST)

test-deep: lint
	LOSSARY_DEEP=1 $(PYTEST)
	$(BIN)/python -m tests.planted_bugs

plant: .venv/.test
	$(BIN)/python -m tests.planted_bugs $(ARGS)

lint: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy

bench: .venv/.bench
	$(BIN)/python -m benchmarks $(ARGS)

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache build dist
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# One environment for all; a stamp says what has been installed into it, from which state of the two pages.
.venv/.demo: .venv/.made $(STATED)
	@echo "Setting up the lab in .venv (a minute or two the first time, 0.4 GB to fetch) ..."
	$(INSTALL) --editable ".[lab]"
	@touch $@

.venv/.test: .venv/.made $(STATED)
	@$(BIN)/python -c "import sys; sys.exit(sys.version_info >= (3, 14))" || { echo "TensorFlow has no build \
	for this Python yet: run  make clean  and then  make test PYTHON=python3.13"; exit 1; }
	@echo "Setting up all frameworks, boosters and tools in .venv (minutes the first time, 1 GB to fetch) ..."
	$(INSTALL) --editable ".[torch,jax,keras,sklearn,lab,ray,dask,search,dev]" $(TENSORFLOW) $(BOOSTERS)
	$(INSTALL) --upgrade --no-deps --target .venv/triton $(TRITON)
	@touch .venv/.demo $@

# What the benchmarks run beside the losses, and no test needs.
.venv/.bench: .venv/.test
	$(INSTALL) --editable ".[bench]"
	@touch $@

.venv/.made:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "lossary needs Python 3.11 \
	or newer, and $(PYTHON) is not: name one that is, as in  make test PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@
