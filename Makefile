# nbscope: everything that people and CI run. `make help` lists the targets.

SHELL       := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
BIN     := bin
GOLANGCI_VERSION := v2.15.0
GOLANGCI := $(BIN)/golangci-lint-$(GOLANGCI_VERSION)
DEADCODE_VERSION := v0.52.0
DEADCODE := $(BIN)/deadcode-$(DEADCODE_VERSION)
GREMLINS_VERSION := v0.6.0
GREMLINS := $(BIN)/gremlins-$(GREMLINS_VERSION)
# The newest nfpm that can be built from the Go module proxy alone.
NFPM_VERSION := v2.45.2
NFPM := $(BIN)/nfpm-$(NFPM_VERSION)
# What ./... passes over, as its folder begins with a dot.
TOOLS := ./.ci/bench ./.ci/dist ./.ci/mutants ./.ci/pictures ./.ci/term ./.ci/e2e
# Systems that make dist builds for, such as linux/amd64, with commas; host is this one. All, if empty.
ONLY ?=
DIST ?= dist
FUZZTIME ?= 30s
SEED ?= 1
COUNT ?= 100
FOLDER ?=
# One way to build for everything, as a release is built, so that nothing is compiled twice.
export GOFLAGS := -trimpath
export CGO_ENABLED := 0
ARGS ?=

.PHONY: help build run demo test race lint fmt-check vet deadcode layers cover golden bench fuzz fuzz-seeds mutants size pictures dist e2e e2e-copy check clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build bin/nbscope, stripped
	go build -ldflags '$(LDFLAGS)' -o $(BIN)/nbscope .

run: build ## run the explorer on your own accounts; ARGS='--profile prod' passes flags
	$(BIN)/nbscope $(ARGS)

demo: build ## run the explorer on the embedded simulated AWS
	$(BIN)/nbscope --demo $(ARGS)

test: ## run every test that needs nothing but Go
	go test -timeout 20m ./...

# model/egress is left out: it begins no goroutine, and its random worlds would take minutes.
# What -short leaves out are more runs of what is raced already.
race: ## run the tests under the race detector
	CGO_ENABLED=1 go test -race -short -timeout 30m $$(go list ./... | grep -v /model/egress$$)

fmt-check: ## fail on files that gofmt would change
	@out=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$out" ]; then echo "gofmt would change:"; echo "$$out"; exit 1; fi

vet: ## run go vet
	go vet -tags e2e ./... $(TOOLS)

lint: $(GOLANGCI) ## run the pinned linter, after verifying its configuration
	$(GOLANGCI) config verify
	$(GOLANGCI) run --build-tags e2e ./... $(TOOLS)

# The linter is built by the Go toolchain into bin/, under a name with its version.
$(GOLANGCI):
	GOBIN=$(CURDIR)/$(BIN)/.install go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	mv $(BIN)/.install/golangci-lint $(GOLANGCI)
	rmdir $(BIN)/.install

deadcode: $(DEADCODE) ## fail on functions that only tests call
	@out=$$($(DEADCODE) .); if [ -n "$$out" ]; then echo "only tests call:"; echo "$$out"; exit 1; fi

$(DEADCODE):
	GOBIN=$(CURDIR)/$(BIN)/.install go install golang.org/x/tools/cmd/deadcode@$(DEADCODE_VERSION)
	mv $(BIN)/.install/deadcode $(DEADCODE)
	rmdir $(BIN)/.install

layers: ## test that packages import only what their layer may
	go test -count=1 -run 'Layer' .

cover: ## write coverage.html and print the total
	go test -coverprofile=coverage.out -coverpkg=./... ./...
	go tool cover -html=coverage.out -o coverage.html
	go tool cover -func=coverage.out | tail -n 1

golden: ## rewrite the golden screens; look at the diff before you commit it
	go test ./ui ./ui/explore ./ui/table ./model/report -run 'Golden|Screen|Contract|Colours|Blank' -update

bench: build ## measure every budget and print it beside its bound
	bash .ci/bench.sh

fuzz: ## fuzz every target for FUZZTIME each
	bash .ci/fuzz.sh $(FUZZTIME)

fuzz-seeds: ## run the seeds of every fuzz target
	go test -run '^Fuzz' ./...

mutants: $(GREMLINS) ## draw COUNT mutants of ui and aws, or of a FOLDER, by SEED, and list those that no test kills
	SEED='$(SEED)' COUNT='$(COUNT)' FOLDER='$(FOLDER)' bash .ci/mutants.sh $(GREMLINS)

$(GREMLINS):
	GOBIN=$(CURDIR)/$(BIN)/.install go install github.com/go-gremlins/gremlins/cmd/gremlins@$(GREMLINS_VERSION)
	mv $(BIN)/.install/gremlins $(GREMLINS)
	rmdir $(BIN)/.install

size: build ## fail when the binary is over 28 MB or keeps every exported method
	bash .ci/size.sh $(BIN)/nbscope

pictures: build ## make the pictures of the README from the real program
	bash .ci/pictures.sh

dist: $(NFPM) ## build archives, packages, checksums and lists of parts into dist/; ONLY=host for this system
	go run ./.ci/dist -version '$(VERSION)' -nfpm $(CURDIR)/$(NFPM) -only '$(ONLY)' -out $(DIST)

$(NFPM):
	GOBIN=$(CURDIR)/$(BIN)/.install go install github.com/goreleaser/nfpm/v2/cmd/nfpm@$(NFPM_VERSION)
	mv $(BIN)/.install/nfpm $(NFPM)
	rmdir $(BIN)/.install

e2e: build ## run against parts that nobody here wrote: AWS CLI, moto, tmux
	bash .ci/e2e.sh

e2e-copy: build ## move and prove real folders with the scripts that run in notebooks
	NBSCOPE_BIN=$(CURDIR)/$(BIN)/nbscope go test -count=1 -timeout 3h -tags e2e -run '^TestCopy' -v ./.ci/e2e

check: fmt-check vet lint deadcode layers race fuzz-seeds size ## what CI runs

clean: ## remove what the targets made
	rm -rf $(BIN) $(DIST) coverage.out coverage.html
