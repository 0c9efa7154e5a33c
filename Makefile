# `make help` lists what can be asked for. Everything else is in scripts/ and in the set-up program.

SHELL       := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS   += --no-print-directory

# Builds depend on the clone alone, not on the go settings of whoever runs them.
export GOFLAGS     := -buildvcs=false
export GOWORK      := $(CURDIR)/go.work
export CGO_ENABLED := 1

# Where tests find real data and independently computed values; tests that need them skip where these are unset.
ifneq ($(wildcard ../shared/datasets),)
export EXPERIMENT_DATA ?= $(abspath ../shared/datasets)
endif
ifneq ($(wildcard ../shared/reference),)
export EXPERIMENT_REFERENCE ?= $(abspath ../shared/reference)
endif

FUZZTIME    ?= 30s
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.7.0
SOURCES     := bench cmd internal pipelines

# The test that kills sweeps runs by itself, to print what it counted.
KILLED      := TestKilledSweepsComeOutTheSame

.PHONY: help
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## find or install libtorch and bind it (LIBTORCH=, LIBTORCH_USE_PYTORCH=1, LIBTORCH_URL=)
	@scripts/check-go
	@GOWORK=off CGO_ENABLED=0 go run ./cmd/experiment-setup

.PHONY: build
build: setup ## build bin/experiment and bin/experiment-worker
	@mkdir -p bin
	go build -ldflags "$$(scripts/stamp)" -o bin/ ./cmd/experiment ./cmd/experiment-worker

.PHONY: demo
demo: build ## build, train the sweep quickstart and report on it
	bin/experiment run sweeps/quickstart.yaml
	bin/experiment report quickstart

.PHONY: lint
lint: setup ## check formatting, go vet, staticcheck
	@unformatted=$$(gofmt -l $(SOURCES)); \
	if [ -n "$$unformatted" ]; then echo "not formatted by gofmt:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	go run $(STATICCHECK) ./...

.PHONY: test
test: build lint ## build, lint, and run all tests
	go test -skip '^$(KILLED)$$' ./...
	go test -count=1 -v -run '^$(KILLED)$$' ./cmd/experiment-worker

.PHONY: test-long
test-long: build ## the race detector, fuzzing, long tests, and Debian 13 in a chroot: three quarters of an hour
	packages=$$(scripts/pure-packages) && go test -race -timeout 20m $$packages
	scripts/fuzz $(FUZZTIME)
	EXPERIMENT_LONG=1 go test -count=1 -timeout 20m -skip '^$(KILLED)$$' ./...
	EXPERIMENT_LONG=1 go test -count=1 -timeout 30m -v -run '^$(KILLED)$$' ./cmd/experiment-worker
	scripts/test-debian13
	scripts/test-bundle

.PHONY: bench
bench: build ## time training against a PyTorch script (python3-torch) in turn, for a quarter of an hour
	go run ./bench/training

.PHONY: bundle
bundle: build ## pack what a machine without internet needs to build: dist/experiment-COMMIT-linux-amd64.tar.xz
	scripts/bundle

.PHONY: clean
clean: ## remove what setup and build made, a downloaded libtorch included
	rm -rf bin dist .deps go.work go.work.sum internal/torch/flags.go
