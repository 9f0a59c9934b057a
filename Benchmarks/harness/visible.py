"""From before a line is appended to a file until a reader of the rows finds its entry."""

import gc
import os
import time

from . import machine
from .acks import percentiles
from .catalog import opened
from .corpus import link_tree
from .processes import Failed, Skipped, require_alive
from .rounds import Case
from .tailship import Agent, Receiver

MEASURE, PAUSE, LIMIT = "append to row visible", 0.02, 20


def cases(bench):
    missing = bench.missing("tailship")
    return [Case(MEASURE, "idle", lambda a: _visible(bench, a, busy=False), missing),
            Case(MEASURE, "during a backfill", lambda a: _visible(bench, a, busy=True), missing)]


def _lines(home, count):
    """Lines of generated transcripts, in turn."""
    found = []
    for name in home.files:
        if name.startswith(".claude/") and "subagents" not in name:
            with open(os.path.join(home.path, name), "rb") as file:
                found += [line for line in file if len(line) < 100_000]
        if len(found) >= count:
            return found[:count]
    raise Failed(f"only {len(found)} lines were generated")


def _age(corpus):
    """Makes it history, should it be just generated: files that were written a moment ago are live."""
    hour_ago = time.time() - 3600
    for name in corpus.files:
        os.utime(os.path.join(corpus.path, name), (hour_ago, hour_ago))


def _visible(bench, attempt, busy):
    home = os.path.join(attempt.folder, "home")
    history = bench.backfill_home
    if busy:
        _age(history)
        link_tree(history.path, home)
        history.warm()
    lines = _lines(bench.live_home, bench.options.appends + 1)
    path = os.path.join(home, ".claude", "projects", "-live", "live.jsonl")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    receiver = Receiver(bench.tailship, attempt.children, attempt.folder)
    receiver.start(machine.two_cores())
    agent = Agent(bench.tailship, attempt.children, attempt.folder, None, receiver.port, home=home)
    agent.join(receiver.token())
    with open(path, "ab", buffering=0) as file:
        file.write(lines[0])
        agent.start(machine.two_cores())
        watcher = _Watcher(receiver, path)
        if not busy:
            time.sleep(1)
        attempt.begin()
        found, window = watcher.measure(file, lines[1:], history.lines if busy else None)
        attempt.end()
    ordered = sorted(found)
    if not ordered:
        raise Skipped("the backfill was over before a line was appended; --backlog makes it longer")
    at = lambda share: round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] / 1e6, 2)
    return {"p50_ms": at(0.5), "p95_ms": at(0.95), "p99_ms": at(0.99), "max_ms": percentiles(found)["max_ms"],
            "lines": len(found), "window_s": round(window, 1)}


class _Watcher:
    """A reader that polls `PRAGMA data_version`, and looks for an entry when it changed."""

    def __init__(self, receiver, path):
        self._receiver, self._catalog, self._file = receiver, None, None
        self._name = os.path.relpath(path, path[:path.index("/.claude/") + 9])
        deadline = time.monotonic() + 60
        while self._file is None:
            self._catalog = self._catalog or opened(receiver.catalog())
            row = self._catalog and self._catalog.one("SELECT id FROM files WHERE path = ? AND entries > 0", self._name)
            self._file = row[0] if row else None
            require_alive(receiver.process, "tailship-receiver")
            if time.monotonic() > deadline:
                raise Failed(f"{self._name} has no row after 60 s")
            time.sleep(0.01)

    def measure(self, file, lines, until):
        """Latencies in nanoseconds, one line at a time; with `until` only as long as there are fewer other entries."""
        found, start = [], time.monotonic()
        gc.disable()
        try:
            for number, line in enumerate(lines):
                if until is not None and number % 10 == 0 and self._catalog.entries() - number >= until:
                    break
                offset = file.tell()
                before = time.monotonic_ns()
                file.write(line)
                found.append(self._wait(offset) - before)
                time.sleep(PAUSE)
        finally:
            gc.enable()
        return found, time.monotonic() - start

    def _wait(self, offset):
        """The time when the entry at `offset` was found."""
        version, deadline = None, time.monotonic() + LIMIT
        while True:
            now = self._catalog.version()
            if now != version:
                version = now
                if self._catalog.one("SELECT 1 FROM entries WHERE file = ? AND offset = ?", self._file, offset):
                    return time.monotonic_ns()
            if time.monotonic() > deadline:
                require_alive(self._receiver.process, "tailship-receiver")
                raise Failed(f"a line is not visible {LIMIT} s after it was written")
            time.sleep(0.0003)
