"""The command line:  Benchmarks/run [--smoke] [--only MEASURE …] [--without CONTENDER …] …"""

import argparse
import os
import signal
import sys
import time

from . import backfill, certificates, corpus, floor, idle_agents, latency, machine, report, rsyslog, tailship, watched
from .processes import Failed, run
from .rounds import interleave

_HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_MEASURES = {"backfill": backfill, "latency": latency, "watched": watched, "agents": idle_agents}
_CONTENDERS = ("floor", "tailship", "rsyslog")


def arguments():
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description="Measures Tailship against rsyslog and "
                                     "against the floor, side by side, and checks every copy. See README.md.")
    add = parser.add_argument
    add("--smoke", action="store_true", help="small corpora, one round; fails when a figure could not be taken")
    add("--only", action="append", choices=_MEASURES, metavar="MEASURE", help=f"one of {', '.join(_MEASURES)}")
    add("--without", action="append", choices=_CONTENDERS, default=[], metavar="CONTENDER",
        help=f"leave out one of {', '.join(_CONTENDERS)}")
    add("--rounds", type=int, help="rounds of backfill and latency (3)")
    add("--scale", type=float, help="size of the corpora, 1 for 1 GiB and 20,000 files")
    add("--agents", type=int, help="number of idle agents (1,000)")
    add("--bin", default=os.path.join(_HERE, "..", ".build", "release"), help="folder of tailship-agent and -receiver")
    add("--work", default=os.path.join(_HERE, "build"), help="folder for corpora and copies; about 4 GiB at scale 1")
    add("--results", default=os.path.join(_HERE, "results"), help="folder for the JSON")
    return _with_defaults(parser.parse_args())


def _with_defaults(options):
    small = options.smoke
    options.rounds = options.rounds or (1 if small else 3)
    options.bulk_scale = options.scale or (1 / 16 if small else 1)
    options.many_scale = options.scale or (1 / 20 if small else 1)
    options.seconds = 5 if small else 20       # of latency
    options.idle = 10 if small else 30         # of watching
    options.settle = 10 if small else 120      # at most, before that
    options.agents = options.agents or (20 if small else 1000)
    options.agents_idle = 2 if small else 10
    options.quiet = 3 if small else 60         # longest wait for a quiet machine
    options.only = options.only or list(_MEASURES)
    options.work, options.bin = os.path.abspath(options.work), os.path.abspath(options.bin)
    return options


class Bench:
    """What the cases share: options, corpora, programs. What is missing has its reason instead."""

    def __init__(self, options):
        self.options, self._missing = options, {}
        work = options.work
        os.makedirs(work, exist_ok=True)
        self.bulk = corpus.make(work, "bulk", "--scale", options.bulk_scale)
        self.many = corpus.make(work, "many", "--scale", options.many_scale)
        self.live = corpus.make(work, "live", "--files", 10, "--lines", 405)
        self.certificates = certificates.make(work)
        self.floor = self._provide("floor", lambda: floor.build(work))
        self.tailship = self._provide("tailship", lambda: tailship.Programs(options.bin))
        self.rsyslog = self._provide("rsyslog", lambda: rsyslog.unpack(work))

    def _provide(self, name, make):
        if name in self.options.without:
            self._missing[name] = "left out"
            return None
        try:
            return make()
        except Failed as failure:
            self._missing[name] = str(failure)
            return None

    def missing(self, name):
        """Why a contender cannot take part; empty when it can."""
        return self._missing.get(name, "")

    def versions(self):
        return {"tailship": self.tailship.version() if self.tailship else "-", "commit": _commit(),
                "rsyslog": self.rsyslog.version if self.rsyslog else "-",
                "openssl": run(["openssl", "version"]).strip()}


def _commit():
    try:
        return run(["git", "-C", _HERE, "describe", "--always", "--dirty"]).strip()
    except Failed:
        return ""


def measure(bench):
    """All records. Rounds interleave the cases of one measure; idle agents are measured once."""
    options, records = bench.options, []
    for name in options.only:
        rounds = 1 if name == "agents" else options.rounds
        cases = [case for case in _MEASURES[name].cases(bench) if case.missing != "left out"]
        records += interleave(cases, rounds, options.work, options.quiet, repeat=not options.smoke)
    return records


def _stop(number, _):
    raise SystemExit(128 + number)


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGHUP, _stop)
    machine.raise_file_limit()
    start = time.monotonic()
    try:
        bench = Bench(options)
        records = measure(bench)
    except Failed as failure:
        sys.exit(f"bench: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
    result = {
        "date": time.strftime("%Y-%m-%d %H:%M:%S"), "took_s": round(time.monotonic() - start),
        "machine": machine.describe(options.work), "versions": bench.versions(),
        "options": {key: getattr(options, key) for key in ("smoke", "only", "without", "rounds", "bulk_scale",
                                                           "many_scale", "seconds", "idle", "agents")},
        "corpora": {name: {"files": len(c.files), "bytes": c.bytes, "lines": c.lines}
                    for name, c in (("bulk", bench.bulk), ("many", bench.many))},
        "records": records,
    }
    middle = report.medians(records)
    result["medians"] = [{"measure": m, "case": c, **figures} for (m, c), figures in middle.items()]
    result["targets"] = report.targets(middle) if "tailship" not in options.without else []
    path = report.save(result, options.results)
    print(report.render(result))
    print(f"\n{path}")
    sys.exit(1 if any(record["error"] for record in records) else 0)
