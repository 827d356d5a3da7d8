SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test postgres chaos lint bench tools server disks staticcheck

# What the tests need beyond Go and a C compiler, kept out of the tree.
CACHE := .cache
AXE_VERSION := 4.14.1
AXE_SHA256 := 29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c
AXE := $(CACHE)/axe-core-$(AXE_VERSION)/axe.min.js
STATICCHECK := $(CACHE)/staticcheck
CHROMIUM := $(or $(ZNAK_CHROMIUM),chromium)

export CGO_ENABLED := 1
export ZNAK_AXE := $(abspath $(AXE))
export ZNAK_CHROMIUM := $(CHROMIUM)

help: ## Print this list
	@printf 'Znak, the early-detection referral portal for Serbia'\''s schools\n\n'
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Run the portal with invented schools and referrals
	go run ./app demo

# Every build of the gate is one with the race detector: one kind of build is
# compiled once, and each test of it is a test for races. The program's tests wait
# for browsers most of the time: they run beside the rooms', and are printed after.
test: tools server staticcheck ## Run every check and test (installs Chromium, axe-core, PostgreSQL and glpsol where they are missing)
	@export GOFLAGS="$${GOFLAGS-} -race" ZNAK_GATE=1; failed=0; summary=; began=$$SECONDS; \
	step() { local name=$$1 start=$$SECONDS verdict=ok; shift; \
	  printf '\n== %s\n' "$$name"; "$$@" || { verdict=FAILED; failed=1; }; \
	  summary+=$$(printf '%-7s %4d s  %s' $$verdict $$((SECONDS - start)) "$$name")$$'\n'; }; \
	format() { local bad; bad=$$(gofmt -l $(SOURCES)) && [ -z "$$bad" ] || { printf 'not formatted by gofmt:\n%s\n' "$$bad"; return 1; }; }; \
	rooms() { go test -timeout 15m $$(go list ./... | grep -v '^znak/app$$'); }; \
	program() { ZNAK_E2E=1 go test -count=1 -timeout 20m ./app; }; \
	beside=$$(mktemp); trap 'rm -f "$$beside"' EXIT; \
	step 'gofmt' format; \
	step 'go vet' go vet ./...; \
	step 'staticcheck' $(STATICCHECK) ./...; \
	program >"$$beside" 2>&1 & app=$$!; \
	waited() { local verdict=0; wait $$app || verdict=1; cat "$$beside"; return $$verdict; }; \
	step 'every room: go test -race' rooms; \
	step 'PostgreSQL: every room that uses a database, the matrix, the operator' scripts/postgres.sh run scripts/on-postgres.sh; \
	step 'the whole program, begun beside the rooms: imports, browser, accessibility, crash' waited; \
	printf '\n== Summary, %d s\n%s' $$((SECONDS - began)) "$$summary"; \
	if [ $$failed = 0 ]; then echo 'Everything holds.'; else echo 'The gate is SHUT: see FAILED above.'; exit 1; fi

postgres: server ## Run on PostgreSQL alone what the gate runs on it
	GOFLAGS="$${GOFLAGS-} -race" scripts/postgres.sh run scripts/on-postgres.sh

# The build is the gate's, so that the race detector looks on.
chaos: server disks ## Break it on purpose, on both databases: kills, full disks, power cuts, bad relays (minutes; as root, all of it)
	GOFLAGS="$${GOFLAGS-} -race" scripts/postgres.sh run env ZNAK_CHAOS=1 go test -count=1 -timeout 15m -run '^TestChaos$$' -v ./app

lint: staticcheck ## Check format, vet and staticcheck, without tests
	@bad=$$(gofmt -l $(SOURCES)); [ -z "$$bad" ] || { printf 'not formatted by gofmt:\n%s\n' "$$bad"; exit 1; }
	go vet ./...
	$(STATICCHECK) ./...

bench: server ## Measure speed and size beside the limits of this machine
	scripts/postgres.sh run env ZNAK_BENCH=1 go test -count=1 -timeout 30m -run '^TestBench' ./app -v

SOURCES := app handlers locales models static templates

staticcheck:
	@mkdir -p $(CACHE)
	@go build -buildvcs=false -o $(STATICCHECK) honnef.co/go/tools/cmd/staticcheck

# Chromium, npm and glpsol, which attacks the figures, come from Debian; root installs them itself, others by sudo.
tools: $(AXE)
	@$(call install,command -v $(CHROMIUM),chromium fonts-dejavu-core)
	@$(call install,command -v glpsol,glpk-utils)

# A PostgreSQL server, from Debian too; scripts/postgres.sh starts one of its own.
server:
	@$(call install,scripts/postgres.sh installed,postgresql)

# What makes file systems, for whoever may mount them.
disks:
	@$(call install,[ "$$(id -u)" != 0 ] || command -v mkfs.ext4,e2fsprogs)

$(AXE):
	@$(call install,command -v npm,npm)
	@mkdir -p $(@D)
	@cd $(@D) && npm pack --loglevel=error axe-core@$(AXE_VERSION) >/dev/null && tar -xzf axe-core-$(AXE_VERSION).tgz --strip-components=1 package/axe.min.js package/LICENSE && rm axe-core-$(AXE_VERSION).tgz
	@echo '$(AXE_SHA256)  $@' | sha256sum --check --quiet || { rm -f $@; exit 1; }

# $(call install,CHECK,PACKAGES): installs the Debian packages unless CHECK holds.
define install
{ $(1); } >/dev/null 2>&1 || { \
  root=; [ "$$(id -u)" = 0 ] || root='sudo -n'; \
  echo 'Installing: $(2)'; \
  { command -v apt-get && $$root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$root apt-get install -y -qq --no-install-recommends $(2); } >/dev/null </dev/null \
  || { echo 'Cannot install it. Please install, and try again: $(2)' >&2; exit 1; }; }
endef
