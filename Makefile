# The whole interface for a contributor. `make` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO := runs/demo
TEST_ENV := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 OMP_WAIT_POLICY=passive DO_NOT_TRACK=1
# Tests start a hundred processes: with Python's byte code kept, whatever the machine's default, each starts
# half a second of processor time sooner. The longest files come first (tests/conftest.py), not the fullest.
TESTS := $(TEST_ENV) PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help setup setup-pose demo test test-fast check bench-runner bench-world bench-camera bench-scene bench-splat bench-puppet bench-character bench-jobs bench-video bench-gated lock approve-versions clean

help:
	@echo "make setup         virtual environment with the locked dependencies (.venv)"
	@echo "make demo          set up, draw example inputs, run the main job on them, say where to look"
	@echo "make test          set up, lint, types, and all tests"
	@echo "make test-fast     the quick tests: about a minute on two cores"
	@echo "make check         lint and types only"
	@echo "make bench-runner  what the runner itself costs, written to runs/bench/runner.json"
	@echo "make bench-world   what a shot of the puppet world costs, written to runs/bench/world.json"
	@echo "make bench-camera  camera tracks of real clips against ground truth, written to runs/bench/camera.json"
	@echo "make bench-scene   what a background costs and how it looks, written to runs/bench/scene.json"
	@echo "make bench-splat   splatting beside plain torch and C++, written to runs/bench/splat.json"
	@echo "make bench-jobs    what one more job costs, stage by stage, written to runs/bench/jobs.json"
	@echo "make bench-puppet  what a moving figure costs, written to runs/bench/puppet.json"
	@echo "make bench-video   what the gated model takes at the paper's size, counted, written to runs/bench/video.json"
	@echo "make bench-gated   trains a small gated model and its ablations, an hour, written to runs/bench/gated.json"
	@echo "make bench-character  how every reference looks doing every motion, written to runs/bench/character.json"
	@echo "make setup-pose    the optional whole-body pose estimator (rtmlib)"
	@echo "make lock          resolve the dependencies anew and write requirements.lock"
	@echo "make approve-versions  accept the present sources of stages and backends as their versions"

setup: $(READY)

$(READY): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' || \
	  { echo "Bunraku needs Python 3.11 or 3.12; give it with make PYTHON=python3.11"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e '.[dev]'
	@touch $@

setup-pose: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e '.[pose]'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps rtmlib==0.0.16

demo: setup
	$(BIN)/python -m flows.demo_inputs $(DEMO)/inputs
	$(BIN)/bunraku run embedded --jobs $(DEMO)/inputs/jobs.csv --out $(DEMO)

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: check
	$(TESTS)

test-fast: setup
	$(TESTS) -m "not slow"

bench-runner: setup
	$(TEST_ENV) $(BIN)/python -m tests.benchmarks.runner runs/bench/runner.json

bench-world: setup
	$(TEST_ENV) $(BIN)/python -m tests.benchmarks.world runs/bench/world.json

bench-camera: setup
	$(TEST_ENV) $(BIN)/python -m tests.benchmarks.camera runs/bench/camera.json

bench-scene: setup
	$(TEST_ENV) $(BIN)/python -m tests.benchmarks.scene runs/bench/scene.json

bench-splat: setup
	$(TEST_ENV) $(BIN)/python -m tests.benchmarks.splat runs/bench/splat.json

bench-jobs: setup
	$(TEST_ENV) $(BIN)/python -m tests.benchmarks.jobs runs/bench/jobs.json

bench-puppet: setup
	$(TEST_ENV) $(BIN)/python -m tests.benchmarks.puppet runs/bench/puppet.json

bench-video: setup
	$(TEST_ENV) $(BIN)/python -m tests.benchmarks.video_scale runs/bench/video.json

bench-gated: setup
	$(TEST_ENV) $(BIN)/python -m tests.benchmarks.gated runs/bench/gated.json

bench-character: setup
	$(TEST_ENV) $(BIN)/python -m tests.benchmarks.character runs/bench/character.json

approve-versions: setup
	$(BIN)/python -m tests.approve_versions

lock:
	rm -rf $(VENV)/lock && $(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/python -m pip install --quiet -e '.[dev,pose,datasets,s3]'
	$(VENV)/lock/bin/python -m pip freeze --exclude-editable | sed -E 's/\+cpu$$//' > requirements.lock
	rm -rf $(VENV)/lock

clean:
	rm -rf $(VENV) runs
