"""Cases run in interleaved rounds (A B C A B C), each on a machine that is as quiet as it gets."""

import os
import shutil
import sys
import time

from . import machine
from .processes import Children, Failed, Skipped


class Attempt:
    """One run of one case: a fresh folder, its children, and the meter of what else ran."""

    def __init__(self, folder, children):
        self.folder, self.children, self._meter, self.others = folder, children, machine.Meter(), {}

    def begin(self):
        """The measured interval starts."""
        self._meter.begin()

    def end(self):
        """The measured interval ends; what comes after it (comparing copies) may be disturbed."""
        self.others = self._meter.end()


class Case:
    """A contender in a measurement: `run` takes an Attempt and returns its figures."""

    def __init__(self, measure, name, run, missing=""):
        self.measure, self.name, self.run, self.missing = measure, name, run, missing


def interleave(cases, rounds, work, quiet_limit, repeat):
    """All records, one for each attempt. With `repeat` a disturbed one is repeated once; the calmer is `used`."""
    records, skipped = [], set()
    for number in range(1, rounds + 1):
        for case in cases:
            if case.missing:
                if case.name not in skipped:
                    records.append(_record(case, number, error=case.missing, skipped=True))
                    _say(records[-1])
                skipped.add(case.name)
                continue
            tries = [_attempt(case, number, work, quiet_limit)]
            if repeat and tries[0]["others"].get("disturbed") and not tries[0]["error"]:
                tries.append(_attempt(case, number, work, quiet_limit))
            _choose(tries)["used"] = True
            records += tries
    return records


def _choose(tries):
    good = [record for record in tries if not record["error"]]
    return min(good or tries, key=lambda record: record["others"].get("others_cpu_s", 0))


def _attempt(case, number, work, quiet_limit):
    folder = os.path.join(work, "run")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    os.sync()
    quiet = machine.wait_until_quiet(quiet_limit)
    figures, error, skipped, attempt = {}, "", False, None
    try:
        with Children() as children:
            attempt = Attempt(folder, children)
            figures = case.run(attempt)
    except (Failed, OSError, KeyError) as failure:  # the latter two: a process is gone and with it its /proc
        error = str(failure) if isinstance(failure, Failed) else repr(failure)
        skipped = isinstance(failure, Skipped)
        _keep_logs(folder, work, case)
    shutil.rmtree(folder, ignore_errors=True)
    record = _record(case, number, figures, error, quiet, attempt.others if attempt else {}, skipped)
    _say(record)
    return record


def _keep_logs(folder, work, case):
    kept = os.path.join(work, "failed", f"{case.measure}-{case.name}".replace(" ", "-").replace(",", ""))
    shutil.rmtree(kept, ignore_errors=True)
    os.makedirs(kept)
    for base, _, names in os.walk(folder):
        for name in names:
            if name.endswith((".log", ".conf")):
                shutil.copy(os.path.join(base, name), kept)


def _record(case, number, figures=None, error="", quiet=None, others=None, skipped=False):
    return {"measure": case.measure, "case": case.name, "round": number, "figures": figures or {}, "error": error,
            "quiet": quiet or {}, "others": others or {}, "skipped": skipped, "used": False,
            "when": time.strftime("%H:%M:%S")}


def _say(record):
    """One line of progress on stderr."""
    shown = record["error"] or " ".join(f"{key}={value}" for key, value in record["figures"].items())
    note = " (disturbed)" if record["others"].get("disturbed") else ""
    word = "skipped: " if record["skipped"] else "FAILED: " if record["error"] else ""
    print(f"[{record['when']}] {record['measure']} {record['round']}: {record['case']}{note}: {word}{shown}",
          file=sys.stderr, flush=True)
