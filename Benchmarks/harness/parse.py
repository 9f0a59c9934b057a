"""Reading alone, on one core, in tailship-probe: envelope and usage, and whole rows with findings and tags."""

import json
import os

from . import machine
from .processes import Failed, measure
from .rounds import Case

MEASURE = "parse"
_INNER = 3  # times that one process reads everything; the fastest counts


def cases(bench):
    return [Case(MEASURE, "envelope and usage", lambda a: _parse(bench, a, "envelope"), bench.missing("tailship")),
            Case(MEASURE, "whole rows", lambda a: _parse(bench, a, "rows"), bench.missing("tailship"))]


def _parse(bench, attempt, what):
    listing = os.path.join(attempt.folder, "files")
    with open(listing, "w") as file:
        file.write(bench.home.listing())
    bench.home.warm()
    attempt.begin()
    with open(listing, "rb") as files:
        _, output = measure([bench.tailship.probe, what, str(_INNER)], os.path.join(attempt.folder, "probe.log"),
                            cpus=machine.one_core(), stdin=files)
    attempt.end()
    rounds = [json.loads(line) for line in output.splitlines()]
    if not rounds:
        raise Failed("tailship-probe measured nothing")
    best = min(rounds, key=lambda figures: figures["cpu_s"])
    cpu = max(best["cpu_s"], 1e-6)
    return {"mb_s": round(best["bytes"] / cpu / 1e6, 1), "entries_s": round(best["entries"] / cpu),
            "cpu_s": round(best["cpu_s"], 3), "seconds": round(best["wall_s"], 3), "entries": best["entries"],
            "peak_mib": round(max(figures["peak_kib"] for figures in rounds) / 1024, 1)}
