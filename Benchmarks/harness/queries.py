"""The questions of a page over a large catalog, asked in one process as the page's server does."""

import json
import os

from . import machine
from .catalog import Catalog, sizes
from .processes import Failed, measure
from .rounds import Case
from .rows import rates, shipped

MEASURE = "queries"
_QUESTIONS = ["today", "sessions", "session count", "search common", "search rare", "search two words", "transcript",
              "cost by model", "cost by day"]


def cases(bench):
    missing = bench.missing("tailship")
    return [Case(MEASURE, "making the catalog", lambda a: make(bench, a), missing)] + [
        Case(MEASURE, name, lambda a, name=name: _ask(bench, a, name), missing) for name in _QUESTIONS]


def make(bench, attempt):
    """Once; later rounds say what the first one did."""
    if bench.many_rows is None:
        receiver = shipped(bench, bench.large_home, 60 + bench.large_home.bytes / 2e6)
        attempt.begin()
        took = receiver.rebuild(machine.two_cores(), limit=60 + bench.large_home.bytes / 1e6)
        attempt.end()
        catalog = Catalog(receiver.catalog())
        entries = catalog.entries()
        catalog.close()
        size = bench.large_home.bytes
        bench.many_rows = receiver, {**rates(took, size, entries), **sizes(receiver.storage, size)}
    return bench.many_rows[1]


def _ask(bench, attempt, name):
    if bench.many_rows is None:
        raise Failed("there is no catalog to ask")
    receiver, _ = bench.many_rows
    attempt.begin()
    _, output = measure([bench.tailship.probe, "queries", receiver.catalog(), str(bench.options.questions), name],
                        os.path.join(attempt.folder, "probe.log"), cpus=machine.two_cores())
    attempt.end()
    return json.loads(output.splitlines()[-1])
