"""The command line:  Benchmarks/run [--smoke] [--only MEASURE …] [--without CONTENDER …] …"""

import argparse
import functools
import os
import signal
import sys
import time

from . import (agentsview, api, backfill, certificates, consumers, corpus, floor, idle_agents, latency, machine, parse,
               queries, report, rows, rsyslog, sessions, tailship, viewers, visible, watched)
from .processes import Failed, run
from .rounds import interleave

_HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_MEASURES = {"backfill": backfill, "latency": latency, "watched": watched, "agents": idle_agents, "parse": parse,
             "rows": rows, "visible": visible, "viewers": viewers, "queries": queries, "api": api,
             "consumers": consumers}
_PEERS = ("rsyslog", "agentsview")
_ONCE = ("agents", "queries", "api")  # one round whatever the options say
_CONTENDERS = ("floor", "tailship", "rsyslog", "agentsview")


def arguments():
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description="Measures Tailship against rsyslog, agentsview "
                                     "and the floor, side by side, and checks every copy. See README.md.")
    add = parser.add_argument
    add("--smoke", action="store_true", help="small corpora, one round; fails when a figure could not be taken")
    add("--only", action="append", choices=_MEASURES, metavar="MEASURE", help=f"one of {', '.join(_MEASURES)}")
    add("--without", action="append", choices=_CONTENDERS, default=[], metavar="CONTENDER",
        help=f"leave out one of {', '.join(_CONTENDERS)}")
    add("--rounds", type=int, help="rounds of each measure but idle agents, queries and api (3)")
    add("--best", action="store_true", help="show the best of the rounds, not the medians: for a machine that is shared")
    add("--sessions", metavar="FOLDER", help="real sessions for parse and rows: a home, or a folder for each tool "
        "(claude, codex, gemini); by default generated ones")
    add("--entries", type=int, help="entries of the catalog that is asked (1,000,000)")
    add("--scale", type=float, help="size of the corpora, 1 for 1 GiB and 20,000 files")
    add("--agents", type=int, help="number of idle agents (1,000)")
    add("--quiet", type=int, help="longest wait for a quiet machine before each attempt in seconds (60)")
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
    options.quiet = options.quiet if options.quiet is not None else 3 if small else 60
    options.entries = options.entries or (20_000 if small else 1_000_000)
    options.generated = 10_000 if small else 50_000    # entries of parse and rows without --sessions
    options.backlog = 5_000 if small else 200_000      # entries that are backfilled while lines are appended
    options.appends = 100 if small else 1000
    options.questions = 20 if small else 200           # times that each question is asked
    options.requests = 10 if small else 60             # times that each question is asked over HTTP
    options.viewers = 20 if small else 200             # streams that watch
    options.only = options.only or list(_MEASURES)
    options.work, options.bin = os.path.abspath(options.work), os.path.abspath(options.bin)
    return options


class Bench:
    """What the cases share: options, corpora, programs. What is missing has its reason instead."""

    def __init__(self, options):
        self.options, self._missing = options, {}
        work = options.work
        os.makedirs(work, exist_ok=True)
        wanted = set(options.only)
        self.many_rows = None  # the receiver of `queries`, and what making its rows took
        self.page = None       # the same, running, with what it can be asked
        if wanted & {"backfill", "latency"}:
            self.certificates = certificates.make(work)
            self.floor = self._provide("floor", lambda: floor.build(work))
            self.rsyslog = self._provide("rsyslog", lambda: rsyslog.unpack(work))
        if "rows" in wanted:
            self.agentsview = self._provide("agentsview", lambda: agentsview.install(work))
        self.tailship = self._provide("tailship", lambda: tailship.Programs(options.bin))

    @functools.cached_property
    def bulk(self):
        return corpus.make(self.options.work, "bulk", "--scale", self.options.bulk_scale)

    @functools.cached_property
    def many(self):
        return corpus.make(self.options.work, "many", "--scale", self.options.many_scale)

    @functools.cached_property
    def live(self):
        return corpus.make(self.options.work, "live", "--files", 10, "--lines", 405)

    @functools.cached_property
    def home(self):
        """What parse and rows read."""
        work, options = self.options.work, self.options
        return sessions.of_folder(work, options.sessions) if options.sessions else \
            sessions.generated(work, options.generated)

    @functools.cached_property
    def large_home(self):
        return sessions.generated(self.options.work, self.options.entries)

    @functools.cached_property
    def backfill_home(self):
        return sessions.generated(self.options.work, self.options.backlog)

    @functools.cached_property
    def live_home(self):
        """Lines to append, which stand in no other home."""
        return sessions.generated(self.options.work, 4 * self.options.appends, seed=2)

    def corpora(self):
        """What of it was made."""
        made = {name: self.__dict__[name] for name in ("bulk", "many", "home", "large_home") if name in self.__dict__}
        return {name: {"files": len(c.files), "bytes": c.bytes, "lines": c.lines} for name, c in made.items()}

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
                "rsyslog": getattr(getattr(self, "rsyslog", None), "version", "-"),
                "agentsview": agentsview.VERSION if getattr(self, "agentsview", None) else "-",
                "openssl": run(["openssl", "version"]).strip()}


def _commit():
    try:
        return run(["git", "-C", _HERE, "describe", "--always", "--dirty"]).strip()
    except Failed:
        return ""


def measure(bench):
    """All records. Rounds interleave the cases of one measure."""
    options, records = bench.options, []
    for name in options.only:
        rounds = 1 if name in _ONCE else options.rounds
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
        "options": {key: getattr(options, key) for key in ("smoke", "only", "without", "rounds", "best", "bulk_scale",
                                                           "many_scale", "seconds", "idle", "agents", "sessions",
                                                           "generated", "entries", "backlog", "appends")},
        "corpora": bench.corpora(),
        "records": records,
    }
    middle = report.medians(records, options.best)
    result["medians"] = [{"measure": m, "case": c, **figures} for (m, c), figures in middle.items()]
    result["targets"] = report.targets(middle) if "tailship" not in options.without else []
    path = report.save(result, options.results)
    print(report.render(result))
    print(f"\n{path}")
    # What is not installed is skipped, and a peer that fails is told; neither says anything of Tailship.
    ours = [record for record in records if not record["skipped"] and not record["case"].startswith(_PEERS)]
    sys.exit(1 if bench.missing("tailship") not in ("", "left out") or any(record["error"] for record in ours) else 0)
