# Measures Tailship against rsyslog and the floor; Benchmarks/README.md says how.
# `make bench BENCH="--only latency"` passes options on; `make bench BENCH=--smoke` is the short one for CI.
BENCH_BUILD ?= swift build -c release --static-swift-stdlib

.PHONY: bench bench-transcripts
bench:
	$(BENCH_BUILD) --product tailship-agent
	$(BENCH_BUILD) --product tailship-receiver
	Benchmarks/run $(BENCH)

# FOLDER=… measures the sessions below it instead of one that is made up; FOLDER=long lines of 200 MB.
bench-transcripts: ## how fast one core reads sessions into rows' facts
	swift run -c release --package-path Benchmarks/Transcripts transcripts-bench $(FOLDER)
