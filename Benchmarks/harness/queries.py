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
    """Once for each home and receiver; later rounds and runs say what the first one did."""
    if bench.many_rows is None:
        receiver = shipped(bench, bench.large_home, 60 + bench.large_home.bytes / 2e6)
        bench.many_rows = receiver, _known(bench, receiver) or _made(bench, attempt, receiver)
    return bench.many_rows[1]


def _made(bench, attempt, receiver):
    size = bench.large_home.bytes
    attempt.begin()
    took = receiver.rebuild(machine.two_cores(), limit=60 + size / 1e6)
    attempt.end()
    catalog = Catalog(receiver.catalog())
    figures = {**rates(took, size, catalog.entries()), **sizes(receiver.storage, size)}
    catalog.close()
    with open(_note(receiver), "w") as file:
        json.dump({"program": _program(bench), "figures": figures}, file)
    return figures


def _known(bench, receiver):
    """What making the catalog took, where these programs made the one that is there."""
    try:
        with open(_note(receiver)) as file:
            note = json.load(file)
        return note["figures"] if note["program"] == _program(bench) else None
    except (OSError, ValueError, KeyError):
        return None


def _note(receiver):
    return os.path.join(receiver.home, "made.json")


def _program(bench):
    state = os.stat(bench.tailship.receiver)
    return f"{state.st_size} {state.st_mtime_ns}"


def _ask(bench, attempt, name):
    if bench.many_rows is None:
        raise Failed("there is no catalog to ask")
    receiver, _ = bench.many_rows
    attempt.begin()
    _, output = measure([bench.tailship.probe, "queries", receiver.catalog(), str(bench.options.questions), name],
                        os.path.join(attempt.folder, "probe.log"), cpus=machine.two_cores())
    attempt.end()
    return json.loads(output.splitlines()[-1])
