# Measures Tailship against rsyslog, agentsview and the floor; Benchmarks/README.md says how.
# `make bench BENCH="--only latency"` passes options on; `make bench BENCH=--smoke` is the short one for CI.
BENCH_BUILD ?= swift build -c release --static-swift-stdlib

.PHONY: bench
bench:
	$(BENCH_BUILD) --product tailship-agent
	$(BENCH_BUILD) --product tailship-receiver
	$(BENCH_BUILD) --product tailship-probe
	Benchmarks/run $(BENCH)
