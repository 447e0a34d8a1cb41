# Everything a person or CI does with this repository. `make help` lists it.
SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

export CGO_ENABLED ?= 0

# Tool versions, pinned here and nowhere else. They run by `go run`, so nothing has to be installed first.
GOTESTSUM     := gotest.tools/gotestsum@v1.13.0
GOLANGCI_LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
BUF           := github.com/bufbuild/buf/cmd/buf@v1.75.0

BIN     := bin
OUT     := test-artifacts
ADDR    ?= 127.0.0.1:7700
MARKET  ?= 127.0.0.1:7800
APP     ?= examples/superapps/demo/superapp.yaml

##@ Use

.PHONY: help
help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: build ## Run registry, marketplace and the super-app composed from it; print their addresses
	@.ci/demo.sh $(BIN) $(APP) $(ADDR) $(MARKET)

.PHONY: build
build: plugins ## Build the CLI and the first-party plugins into bin/
	@.ci/build.sh $(BIN)/dougong ./hosts/cmd/dougong

.PHONY: plugins
plugins: ## Build the first-party plugins into bin/plugins/
	@go run ./plugins/internal/build -o $(BIN)/plugins

.PHONY: run-desktop
run-desktop: build ## Show the demo super-app in a desktop window (cgo, WebKitGTK)
	@.ci/desktop.sh $(BIN) $(APP)

##@ Check

.PHONY: test
test: setup plugins ## Run every test; installs what it needs
	@.ci/test.sh $(GOTESTSUM) $(OUT)

# -trimpath, as `make build` has it: packages that were compiled for the build, or in another checkout, are not compiled again.
# Without vet, which would read every dependency from source once more: `make test` and `make lint` have it.
.PHONY: test-short
test-short: ## Run the fast tests only (no browser, no npm, no vendor's toolchain)
	@go test -trimpath -short -vet=off ./...
	@cd pdk/go && go test -trimpath -short -vet=off ./...

.PHONY: test-race
test-race: setup plugins ## Run every test under the race detector (cgo)
	@CGO_ENABLED=1 go test -race -timeout 40m ./...
	@cd pdk/go && CGO_ENABLED=1 go test -race ./...

.PHONY: setup
setup: ## Install Chromium and fonts for the browser tests
	@.ci/setup.sh

.PHONY: lint
lint: ## Run golangci-lint and buf lint
	@go run $(GOLANGCI_LINT) run ./...
	@cd pdk/go && go run $(GOLANGCI_LINT) run --config ../../.golangci.yml ./...
	@cd pdk/proto && go run $(BUF) lint

.PHONY: generate
generate: ## Regenerate committed generated code and the conformance matrix
	@go generate ./...
	@cd pdk/go && go generate ./...
	@$(MAKE) --no-print-directory conformance

.PHONY: check
check: generate lint test ## Everything CI says; ends with a clean tree
	@git diff --exit-code || { echo "generated files are out of date: commit what 'make generate' changed"; exit 1; }

.PHONY: bench
bench: setup plugins ## Run the benchmarks; the BENCH lines stand together at the end
	@mkdir -p $(OUT)
	@go test -run '^$$' -bench . -benchtime 1s -p 1 ./core/... | grep -v 'no test files' | tee $(OUT)/bench.txt
	@go test -run '^$$' -bench . -benchtime 1x ./registry/server | tee -a $(OUT)/bench.txt
	@go test -run '^$$' -bench . -benchtime 1x -timeout 30m ./hosts/desktop/e2e | tee -a $(OUT)/bench.txt
	@cd core/internal/peerbench && go test -run Measured -bench . -benchtime 1x . | tee -a $(CURDIR)/$(OUT)/bench.txt
	@echo
	@grep -E '^BENCH' $(OUT)/bench.txt

.PHONY: conformance
conformance: plugins ## Hold all kits and our plugins against the cases; prints the matrix, writes docs/conformance.md
	@rm -rf $(OUT)/conformance && mkdir -p $(OUT)/conformance
	@DOUGONG_CONFORMANCE_REPORTS=$(CURDIR)/$(OUT)/conformance go test -count 1 -run '^(TestKits|TestConformance)$$' ./core/conformance ./plugins || { \
		go run ./core/conformance/internal/matrix $(OUT)/conformance; exit 1; }
	@go run ./core/conformance/internal/matrix -o docs/conformance.md $(OUT)/conformance

.PHONY: bench-peers
bench-peers: setup ## Measure the plugin runtimes against their peers (a module of its own)
	@mkdir -p $(OUT)
	@cd core/internal/peerbench && go test -run Measured -bench . -benchtime 1x . | tee $(CURDIR)/$(OUT)/bench-peers.txt
	@echo
	@grep -E '^BENCH' $(OUT)/bench-peers.txt

.PHONY: fuzz
fuzz: ## Run each fuzz target for FUZZTIME (default 10s)
	@.ci/fuzz.sh $${FUZZTIME:-10s}

.PHONY: clean
clean: ## Remove what the other targets made
	@rm -rf $(BIN) $(OUT) .cache
