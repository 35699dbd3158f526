# Every target carries its sentence; `make` alone prints them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PREFIX ?= /usr/local
DOCUMENTS = $(PREFIX)/share/doc/curfew
# What belongs to the machine is configured in /etc; what somebody installs into a folder of their own, below it.
CONFIG ?= $(if $(filter /usr /usr/local,$(PREFIX)),/etc,$(PREFIX)/etc)/curfew
# Below /usr belong the units of packages; what an administrator installs belongs below /etc.
UNITS ?= $(if $(filter /usr,$(PREFIX)),/usr/lib/systemd/system,/etc/systemd/system)
SWIFT ?= swift
RELEASE := .build/release/curfew
# Rehearses and measures; never installed.
LAB := .build/release/curfew-lab
SYSTEM_PACKAGES := libsqlite3-dev libcurl4-openssl-dev libssl-dev zlib1g-dev pkg-config
BENCH_PACKAGES := sqlite3 openssl
FAULT_PACKAGES := strace
POSTGRES_PACKAGES := libpq-dev postgresql
LINT := $(SWIFT) format lint --strict --parallel --recursive Package.swift Sources Tests
DATE_PACKAGES := faketime
PACKAGING_PACKAGES := debhelper lintian fakeroot chrpath
CONTAINER_PACKAGES := buildah mmdebstrap
MONITOR_PACKAGES := prometheus
UNIT_PACKAGES := systemd python3-seccomp
# The font is for the pictures: without one, Chinese is boxes.
BROWSER_PACKAGES := chromium chromium-driver python3-venv fonts-wqy-zenhei
# Tests at once: some wait for processes, most work. A thousand at once keep each other from a door that closes after seconds.
TESTS_AT_ONCE := 8
# On two quiet cores.
FIRST_RELEASE := some nine minutes
FIRST_DEBUG := some six minutes
FUZZ_TARGETS := campaign control audience workbook wire reply recurrence callback events
SANITIZED := TransportCurl HostSystem Engine LedgerSQLite

.PHONY: help
help: ## Print this list.
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  \033[1m%-18s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Install the missing system packages (says what, and uses sudo when not root).
	@command -v $(SWIFT) >/dev/null || { \
	  echo "curfew needs Swift 6.2 or newer: install it from https://www.swift.org/install and run this again."; exit 1; }
	@missing=""; for package in $(SYSTEM_PACKAGES) $(EXTRA_PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q "ok installed" || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then \
	  if ! command -v apt-get >/dev/null; then \
	    echo "Please install with your package manager what Debian calls:$$missing"; exit 1; fi; \
	  sudo=""; [ "$$(id -u)" -eq 0 ] || sudo="sudo"; \
	  echo "Installing:$$missing"; \
	  $$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing >/dev/null; fi

.PHONY: build
build: setup ## Build the release binary. It carries Swift's runtime, so it also runs where there is no toolchain.
	@[ -e $(RELEASE) ] || echo "The first build compiles all packages: $(FIRST_RELEASE). Later ones take seconds to minutes."
	$(SWIFT) build -c release --static-swift-stdlib --product curfew

.PHONY: lab
lab: build ## Build the laboratory beside it: pretend platform, simulator, faults, measurements.
	$(SWIFT) build -c release --static-swift-stdlib --product curfew-lab

.PHONY: demo
demo: lab ## Run the whole story: daemon, pretend platform, a campaign from drop to end. JSON=1 adds a line of figures, KEEP=1 stays and prints the page's address.
	$(LAB) demo $(if $(KEEP),--keep) $(if $(JSON),--json) $(if $(LANGUAGE),--lang $(LANGUAGE))

.PHONY: week
week: lab ## Run a week of files with a trigger: people enter, write, order and send back, staff take over, the daemon is down. JSON=1 adds a line of figures.
	$(LAB) week $(if $(JSON),--json) $(if $(LANGUAGE),--lang $(LANGUAGE))

.PHONY: test
test: setup ## Set up and pass all tests.
	@[ -e .build/debug ] || echo "The first build compiles all packages: $(FIRST_DEBUG), then the tests: some four."
	$(SWIFT) build --build-tests --explicit-target-dependency-import-check error
	$(SWIFT) test --skip-build --experimental-maximum-parallelization-width $(TESTS_AT_ONCE)

# Today, a New Year's Eve in another zone, a leap day and a day of a far year, each in a language of its own. Without what
# has processes, certificates or a virtual clock of its own.
.PHONY: other-days
other-days: EXTRA_PACKAGES := $(DATE_PACKAGES)
other-days: setup ## Pass the tests once more on other days, in other zones and languages: no test may know today.
	$(SWIFT) build --build-tests
	@set -e; for world in "2027-12-31 23:30:00|America/New_York|C" "2028-02-29 00:10:00|Pacific/Auckland|zh_CN.UTF-8" \
	  "2032-03-05 07:00:00|Asia/Kolkata|de_DE.UTF-8"; do \
	  IFS='|' read -r day zone language <<< "$$world"; echo "On $$day in $$zone, $$language:"; \
	  NO_FAKE_STAT=1 FAKETIME_DONT_FAKE_MONOTONIC=1 TZ=$$zone LC_ALL=$$language LANG=$$language faketime -f "@$$day" \
	    .build/debug/curfewPackageTests.xctest --testing-library swift-testing --experimental-maximum-parallelization-width $(TESTS_AT_ONCE) --skip CurfewProcessTests \
	    --skip TransportCurlTests --skip SimulatorTests --skip HouseTests 2>&1 \
	    | grep -E "✘|Test run with" ; test "$${PIPESTATUS[0]}" -eq 0; done

.PHONY: agreement
agreement: setup ## Forecast the examples and a day of twenty campaigns, do it, compare; then a week, heard by the platform's audit. Minutes. SEEDS=1,2,3 other days.
	CURFEW_AGREEMENT=1 $(if $(SEEDS),CURFEW_AGREEMENT_SEEDS=$(SEEDS)) $(SWIFT) test --filter AgreementTests

.PHONY: postgres-test
postgres-test: EXTRA_PACKAGES := $(POSTGRES_PACKAGES)
postgres-test: setup ## Keep the ledger's promises in a PostgreSQL too, which the tests start and end. No program opens one yet.
	CURFEW_POSTGRES=1 CURFEW_TESTS_OF=StorePostgres,LedgerSQLite $(SWIFT) test

.PHONY: vectors
vectors: .build/vectors/ready ## Write the statistics cases again from scipy and gbstats (PyPI).
	.build/vectors/bin/python Tests/ExperimentsTests/Vectors/generate.py Tests/ExperimentsTests/statistics-cases.json

.PHONY: vectors-live
vectors-live: .build/vectors/ready ## Check the figures against scipy and gbstats on new cases. SEED= other ones.
	.build/vectors/bin/python Tests/ExperimentsTests/Vectors/generate.py --seed $(or $(SEED),$$RANDOM) .build/vectors/cases.json
	CURFEW_STATISTICS_CASES=$(CURDIR)/.build/vectors/cases.json $(SWIFT) test --filter StatisticsCasesTests

.build/vectors/ready: Tests/ExperimentsTests/Vectors/requirements.txt
	python3 -m venv .build/vectors
	.build/vectors/bin/pip install --quiet --requirement $<
	@touch $@

.PHONY: upgrade-fixture
upgrade-fixture: ## Write down a ledger of this version, which every later one has to open. Once a migration.
	CURFEW_KEEP=1 CURFEW_TESTS_OF=LedgerSQLite $(SWIFT) test --filter UpgradeTests

.PHONY: bench
bench: EXTRA_PACKAGES := $(BENCH_PACKAGES)
bench: lab ## Measure: one JSON object a line. N= people, SINK= somebody else's sink. HISTORY= deliveries that are reported on, ROWS= of the list imported beside questions, ONLY= a part.
	@$(LAB) bench $(if $(N),--people $(N)) $(if $(SINK),--sink $(SINK)) $(if $(HISTORY),--history $(HISTORY)) $(if $(ROWS),--answers-rows $(ROWS)) $(if $(ONLY),--only $(ONLY))

.PHONY: faults
faults: EXTRA_PACKAGES := $(FAULT_PACKAGES)
faults: lab ## Kill, starve and deceive the built daemon, and count what broke. KILLS= how many (1000), ONLY= parts, JSON=1.
	@$(LAB) faults $(if $(KILLS),--kills $(KILLS)) $(if $(ONLY),--only $(ONLY)) $(if $(JSON),--json)

.PHONY: thread-sanitizer
thread-sanitizer: setup ## Run the rooms that have threads under the thread sanitizer (a build folder of its own, many minutes).
	TSAN_OPTIONS="halt_on_error=1 second_deadlock_stack=1 suppressions=$(CURDIR)/Tests/thread-sanitizer.supp" SWIFT_BACKTRACE=enable=no \
	  $(SWIFT) test --scratch-path .build-thread --sanitize=thread $(foreach room,$(SANITIZED),--filter '^$(room)Tests\.')

.PHONY: address-sanitizer
address-sanitizer: setup ## The same under the address sanitizer. Leak reports are off: a clean test run fails on the runtime's own.
	ASAN_OPTIONS=detect_leaks=0 SWIFT_BACKTRACE=enable=no \
	  $(SWIFT) test --scratch-path .build-address --sanitize=address $(foreach room,$(SANITIZED),--filter '^$(room)Tests\.')

.PHONY: browser
browser: EXTRA_PACKAGES := $(BROWSER_PACKAGES)
browser: $(if $(BINARY),setup,lab) .build/browser/ready ## Walk through the pages in a real Chromium; axe looks at each. JSON=1 adds a line of figures. BINARY= and LAB= other builds.
	@.build/browser/bin/python Tests/Browser/story.py --binary $(or $(BINARY),$(RELEASE)) --sandbox "$(LAB) sandbox" $(if $(JSON),--json)

.PHONY: pictures
pictures: $(if $(BINARY),,lab) browser-setup ## Take the pictures in the READMEs anew, of the real pages. BINARY= and LAB= other builds.
	@.build/browser/bin/python -B Tests/Browser/pictures.py --binary $(or $(BINARY),$(RELEASE)) --sandbox "$(LAB) sandbox"

.PHONY: browser-setup
browser-setup: EXTRA_PACKAGES := $(BROWSER_PACKAGES)
browser-setup: setup .build/browser/ready

# The second package carries the axe-core file; what it needs for itself is another browser's driver.
.build/browser/ready: Tests/Browser/requirements.txt
	python3 -m venv .build/browser
	.build/browser/bin/python -m pip install --quiet --requirement $<
	.build/browser/bin/python -m pip install --quiet --no-deps axe-playwright-python==0.1.8
	@touch $@

.PHONY: metrics-test
metrics-test: EXTRA_PACKAGES := $(MONITOR_PACKAGES)
metrics-test: lab ## Check figures, alert rules and board with promtool, and let prometheus scrape the daemon while it sends. JSON=1, BINARY= as above.
	@python3 -B Tests/Metrics/metrics.py --binary $(or $(BINARY),$(RELEASE)) --sandbox "$(LAB) sandbox" $(if $(JSON),--json)

.PHONY: unit-test
unit-test: EXTRA_PACKAGES := $(UNIT_PACKAGES)
unit-test: lab ## Send a campaign under the shipped unit's own system call filters, and see that the clock is still read. JSON=1, BINARY= as above.
	@python3 -B Tests/Unit/unit.py --binary $(or $(BINARY),$(RELEASE)) --sandbox "$(LAB) sandbox" $(if $(JSON),--json)

.PHONY: api-test
api-test: EXTRA_PACKAGES := python3-venv
api-test: lab ## Hold the API to its description: real answers by their types, then schemathesis, seeded, against a rehearsal. JSON=1, BINARY=, EXAMPLES= as many for each address; FOR= seconds at most, then LEAST= so many cases are enough.
	@if [ -e .build/api/ready ] || { python3 -m venv .build/api && .build/api/bin/python -m pip install --quiet \
	  --requirement Tests/API/requirements.txt && touch .build/api/ready; }; then \
	  .build/api/bin/python -B Tests/API/api.py --binary $(or $(BINARY),$(RELEASE)) --sandbox "$(LAB) sandbox" \
	    $(if $(EXAMPLES),--examples $(EXAMPLES)) $(if $(FOR),--seconds $(FOR) --least $(or $(LEAST),1500)) \
	    $(if $(JSON),--json); \
	else echo "Skipped: schemathesis is not there (PyPI, Tests/API/requirements.txt)."; fi

.PHONY: fuzz
fuzz: setup ## Throw libFuzzer's bytes at each reader of what comes from outside. TARGET= one of them, FOR= seconds each (180).
	CURFEW_FUZZ=1 $(SWIFT) build --scratch-path .build-fuzz --product Fuzz \
	  -Xswiftc -sanitize=fuzzer -Xcc -fsanitize=fuzzer-no-link
	@mkdir -p .build-fuzz/finds; for target in $(or $(TARGET),$(FUZZ_TARGETS)); do \
	  mkdir -p .build-fuzz/corpus/$$target; \
	  CURFEW_FUZZ_TARGET=$$target SWIFT_BACKTRACE=enable=no .build-fuzz/debug/Fuzz \
	    -max_total_time=$(or $(FOR),180) -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
	    -artifact_prefix=.build-fuzz/finds/$$target- .build-fuzz/corpus/$$target Tests/Fuzz/Seeds/$$target \
	    > .build-fuzz/$$target.log 2>&1 \
	    || { tail -20 .build-fuzz/$$target.log; echo "$$target: a find, in .build-fuzz/finds"; exit 1; }; \
	  echo "$$target: $$(awk '/number_of_executed/ {print $$2}' .build-fuzz/$$target.log) inputs, no find"; done

.PHONY: simulate
simulate: lab ## Virtual days with faults; fails when a promise breaks. RUNS= seeds, DAYS= of each, SEED= the first, MARKS=1 all rare states.
	@$(LAB) simulate --json --jobs 2 $(if $(MARKS),--all-marks) --days $(or $(DAYS),1) --runs $(or $(RUNS),1000) --seed $(or $(SEED),1)

.PHONY: mutants
mutants: lab ## Plant each wrong version and see it caught. Fails when one survives RUNS= seeds.
	@for mutation in retries_unknown retries_without_row counts_after_send open_at_the_stroke forgets_fence \
	  loses_waiting_row returns_to_today; do \
	  line="$$($(LAB) simulate --json --runs $(or $(RUNS),200) --days 2 --jobs 2 --mutation $$mutation 2>/dev/null)"; \
	  case "$$line" in *'"violations":0,'*|'') echo "$$mutation survived"; exit 1;; *) echo "$$mutation caught";; esac; done

.PHONY: mutation
mutation: setup ## Plant wrong versions in ROOM= and count how many its tests notice. SEED= other ones, N= how many, FILES=Gate,Retry only there, TESTS= only by these, LEAST= per cent, FOR= seconds of trying.
	@python3 -B Tests/Mutation/mutation.py $(or $(ROOM),today) $(if $(SEED),--seed $(SEED)) $(if $(N),--count $(N)) $(if $(FILES),--files $(FILES)) $(if $(TESTS),--tests '$(TESTS)') $(if $(LEAST),--least $(LEAST)) $(if $(FOR),--seconds $(FOR))

.PHONY: check
check: setup ## Format, house, and the tests of the rooms that changed since the last commit. ROOMS=A,B other rooms.
	@rooms="$(ROOMS)"; [ -n "$$rooms" ] || rooms="$$({ git diff --name-only HEAD; git ls-files -o --exclude-standard; } \
	  | awk -F/ '/^(Sources|Tests)\// {sub(/Tests$$/, "", $$2); print $$2}' | sort -u \
	  | while read -r room; do [ ! -d "Tests/$${room}Tests" ] || echo "$$room"; done | paste -sd, -)"; \
	$(LINT) && echo "Rooms: House$${rooms:+,$$rooms}" && \
	CURFEW_TESTS_OF="House$${rooms:+,$$rooms}" $(SWIFT) test

.PHONY: lint
lint: ## Check the format with the toolchain's own formatter.
	$(LINT)

.PHONY: format
format: ## Bring the code into its format.
	$(SWIFT) format format --in-place --parallel --recursive Package.swift Sources Tests

.PHONY: install
install: build ## Install binary, unit, manuals, schema and examples under PREFIX (/usr/local). UNITS= another folder for the unit, CONFIG= for the configuration.
	@case "$(PREFIX)$(UNITS)$(CONFIG)" in /*) ;; *) echo "PREFIX, UNITS and CONFIG are whole paths, from / on."; exit 2;; esac; \
	sudo=""; for place in $(PREFIX) $(UNITS) $(CONFIG); do folder="$(DESTDIR)$$place"; \
	  while [ ! -e "$$folder" ]; do folder="$$(dirname "$$folder")"; done; [ -w "$$folder" ] || sudo="sudo"; done; \
	if [ -n "$$sudo" ] && ! command -v sudo >/dev/null; then \
	  echo "You may not write to $(PREFIX), $(UNITS) or $(CONFIG), and there is no sudo: install as root, or say" \
	    "PREFIX=, UNITS= (and CONFIG=) of your own."; exit 1; fi; \
	put() { $$sudo install -D -m "$$1" "$$2" "$(DESTDIR)$$3" && echo "$(DESTDIR)$$3"; }; set -e; \
	$$sudo install -D -s -m 0755 $(RELEASE) $(DESTDIR)$(PREFIX)/bin/curfew; echo $(DESTDIR)$(PREFIX)/bin/curfew; \
	unit="$$(mktemp)"; trap 'rm -f "$$unit"' EXIT; \
	for name in curfew.service curfew-backup.service curfew-backup.timer; do \
	  sed 's|/usr/local/|$(PREFIX)/|g; s|/etc/curfew/|$(CONFIG)/|g' Deploy/$$name > "$$unit"; \
	  put 0644 "$$unit" $(UNITS)/$$name; done; \
	put 0755 Deploy/curfew-backup $(PREFIX)/lib/curfew/curfew-backup; \
	put 0644 Deploy/curfew.example.yaml $(CONFIG)/curfew.example.yaml; \
	put 0644 Deploy/README.md $(DOCUMENTS)/README.md; \
	put 0644 Deploy/NOTICES $(DOCUMENTS)/NOTICES; \
	put 0644 Deploy/alerts.yaml $(DOCUMENTS)/alerts.yaml; \
	put 0644 Deploy/board.json $(DOCUMENTS)/board.json; \
	put 0644 Campaigns/README.md $(DOCUMENTS)/campaigns/README.md; \
	put 0644 Campaigns/campaign.schema.json $(DOCUMENTS)/campaigns/campaign.schema.json; \
	for example in Campaigns/examples/*; do put 0644 $$example $(DOCUMENTS)/campaigns/examples/$${example##*/}; done
	@echo "Next: write $(DESTDIR)$(CONFIG)/curfew.yaml (see the example), and look at it:"
	@echo "  $(PREFIX)/bin/curfew config check --config $(CONFIG)/curfew.yaml"
	@echo "Then, as root: systemctl enable --now $(UNITS)/curfew.service; or without systemd, as any user:"
	@echo "  $(PREFIX)/bin/curfew serve --config $(CONFIG)/curfew.yaml"

.PHONY: deb
deb: EXTRA_PACKAGES := $(PACKAGING_PACKAGES)
deb: build ## Make the Debian package in .build/deb, and let lintian look at it. BINARY= another build of the product.
	@Deploy/debian/make.sh $(or $(BINARY),$(RELEASE)) .build/deb

.PHONY: container
container: EXTRA_PACKAGES := $(PACKAGING_PACKAGES) $(CONTAINER_PACKAGES)
container: deb ## Make a container image of that package, by buildah. IMAGE= its name. As root.
	@BUILDAH_FORMAT=docker Deploy/container.sh .build/deb/curfew_*.deb $(or $(IMAGE),curfew)

.PHONY: container-test
container-test: lab container ## Send from that image, kill it, ask for its health. JSON=1.
	@python3 -B Tests/Container/container.py --image $(or $(IMAGE),curfew) --sandbox "$(LAB) sandbox" $(if $(JSON),--json)

.PHONY: sentences
sentences: ## Print every sentence for people in both languages, by reader, to be read.
	@python3 Tests/sentences.py

.PHONY: clean
clean: ## Remove what was built.
	$(SWIFT) package clean
