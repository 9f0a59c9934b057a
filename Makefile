# make run     build, start a receiver and an agent on this user's sessions
# make test    all tests
# make help    the rest
SWIFT ?= swift
PROGRAMS = .build/release
SOURCES = Sources Tests Benchmarks/Probe Package.swift

.PHONY: help run status verify build deb packages test test-browser check-web lint format sanitize sanitize-address sanitize-thread simulate fuzz clean dependencies test-servers test-peers prove-consumers

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 14

run: build ## build, start a receiver and an agent on this user's sessions, Ctrl-C stops both
	@packaging/run-locally $(PROGRAMS)

status: ## what the two that `make run` started are doing
	@packaging/run-locally $(PROGRAMS) status

verify: ## compare every file of `make run` with its copy
	@packaging/run-locally $(PROGRAMS) verify

dependencies: ## install the Debian packages that are missing
	@packaging/install-dependencies

build: dependencies ## release build of both programs
	@test -d $(PROGRAMS) || echo "tailship: the first build takes a few minutes, later ones seconds"
	$(SWIFT) build -c release --static-swift-stdlib --product tailship-agent
	$(SWIFT) build -c release --static-swift-stdlib --product tailship-receiver

deb: packages ## the same as packages

packages: build ## Debian packages of both programs, in .build/packages
	@packaging/build-packages $(PROGRAMS) .build/packages

# The real programs have the machine to themselves: beside the simulation they starve on two cores.
test: dependencies ## all tests, on a debug build
	@test -d .build/debug || echo "tailship: the first build takes a few minutes, later ones seconds"
	$(SWIFT) build --build-tests --explicit-target-dependency-import-check error
	@SWIFT="$(SWIFT)" Tests/run --skip-build --skip EndToEndTests
	@SWIFT="$(SWIFT)" Tests/run --skip-build --filter EndToEndTests

test-browser: ## the page in a real Chromium, on release builds; skipped where Chromium or Playwright is missing
	@Tests/Browser/run

check-web: ## the types of the page's scripts, where TypeScript is installed (node-typescript)
	@if ! command -v tsc >/dev/null; then \
		echo "tailship: the page's scripts are not checked: no tsc (apt-get install node-typescript)"; \
	elif [ -e web/tsconfig.json ]; then tsc -p web; fi

lint: ## formatting and style; changes nothing
	$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)

format: ## format the sources in place
	$(SWIFT) format --in-place --recursive --parallel $(SOURCES)

sanitize: sanitize-address sanitize-thread ## the tests with the address and the thread sanitizer

# What measures memory or time measures the sanitizer.
MEASURED = --skip MeasurementTests --skip ManyFilesTests --skip SourceDefinitionTests/speed \
	--skip LinuxDiskTests/manyLooks --skip ScaleTests/longLine

# XCTest, which comes along, leaks by itself. The real programs come after the rest, as in `test`.
sanitize-address: dependencies
	$(SWIFT) build --build-tests --sanitize=address --scratch-path .build-address
	LSAN_OPTIONS=suppressions=$(CURDIR)/.ci/leaks $(SWIFT) test --skip-build --sanitize=address \
		--scratch-path .build-address $(MEASURED) --skip EndToEndTests
	LSAN_OPTIONS=suppressions=$(CURDIR)/.ci/leaks $(SWIFT) test --skip-build --sanitize=address \
		--scratch-path .build-address $(MEASURED) --filter EndToEndTests

# The rooms with threads and those that are driven by them; the others have nothing to find here.
sanitize-thread: dependencies
	$(SWIFT) build --build-tests --sanitize=thread --scratch-path .build-thread
	TSAN_OPTIONS=suppressions=$(CURDIR)/.ci/races $(SWIFT) test --skip-build --sanitize=thread \
		--scratch-path .build-thread $(MEASURED) \
		--filter 'PlatformTests|SQLTests|JournalTests|AgentTests|ReceiverTests|SimulationTests'

prove-consumers: dependencies ## every backend with 10,000 records, a third of which change, through 20 faults
	@test -x .build/servers/bin/python || echo "tailship: make test-servers installs what ClickHouse and Parquet are tried with; without it they are skipped"
	$(SWIFT) build --build-tests
	TAILSHIP_LONG=1 $(SWIFT) test --skip-build --filter 'ExactlyOnceTests|FullDiskTests|AttachmentTests|PageAheadTests'

simulate: dependencies ## the simulation with fresh seeds, until stopped
	$(SWIFT) build --build-tests
	TAILSHIP_SIMULATE=forever $(SWIFT) test --skip-build --filter SimulationTests

fuzz: dependencies ## each fuzzing target for a minute
	Fuzzing/run 60

clean: ## remove everything that was built
	rm -rf .build .build-address .build-thread Benchmarks/build

-include Benchmarks/bench.mk

test-peers: ## agentsview (PyPI), which the rows of real sessions are compared with
	python3 -m venv .build/servers
	.build/servers/bin/pip install --quiet agentsview==0.46.1

# What Debian has comes from there; that it cannot be had only skips the tests that want it.
test-servers: ## what some tests want besides: Prometheus, Chromium, and servers and Playwright from PyPI (300 MB)
	packaging/install-dependencies prometheus chromium node-typescript python3-venv
	python3 -m venv .build/servers
	.build/servers/bin/pip install --quiet chdb==4.4.0 duckdb pyarrow pytz playwright==1.55.0 axe-playwright-python==0.1.8
