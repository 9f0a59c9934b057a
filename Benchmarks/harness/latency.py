"""Latency: from before a line is written to its acknowledgement, at 10 files with 20 lines/s each."""

import gc
import os
import sys
import time

from . import machine, observe
from .acks import Trace, latencies, percentiles
from .backfill import enrolled, require_archived, wait_for_archive, wait_until_stored
from .corpus import Corpus, link_tree, require_same
from .processes import Failed
from .rounds import Case
from .rsyslog import Pair

MEASURE, RATE, BEFORE = "latency", 20, 5


def cases(bench):
    return [
        Case(MEASURE, "tailship", lambda a: _tailship(bench, a, busy=False), bench.missing("tailship")),
        Case(MEASURE, "tailship, during a backfill", lambda a: _tailship(bench, a, busy=True),
             bench.missing("tailship")),
        Case(MEASURE, "rsyslog (line in the file)", lambda a: _rsyslog(bench, a), bench.missing("rsyslog")),
    ]


class Writer:
    """Appends the lines of a generated corpus to files of their own, one write(2) a line, at a fixed rate."""

    def __init__(self, corpus, folder):
        self.paths = [os.path.join(folder, name) for name in corpus.files]
        self.writes, self.inodes, self._lines, self._files = [], set(), [], []
        for name, path in zip(corpus.files, self.paths):
            with open(os.path.join(corpus.path, name), "rb") as source:
                lines = source.readlines()
            os.makedirs(os.path.dirname(path), exist_ok=True)
            file = open(path, "ab", buffering=0)
            file.write(b"".join(lines[:BEFORE]))
            self._lines.append(lines[BEFORE:])
            inode = os.fstat(file.fileno()).st_ino
            self.inodes.add(inode)
            self._files.append([file, inode, file.tell()])

    def written(self):
        """Bytes of all files so far."""
        return sum(end for _, _, end in self._files)

    def write(self, seconds, stop=lambda: False):
        """Writes for that long, or until `stop` (asked ten times a second) says so."""
        count = min(int(seconds * RATE), min(map(len, self._lines)))
        step, start = 1 / (RATE * len(self._files)), time.monotonic()
        gc.disable()
        for turn in range(count):
            if turn % max(1, RATE // 10) == 0 and stop():
                break
            for number, entry in enumerate(self._files):
                wait = start + (turn * len(self._files) + number) * step - time.monotonic()
                if wait > 0:
                    time.sleep(wait)
                self._append(entry, self._lines[number][turn])
        gc.enable()

    def _append(self, entry, line):
        file, inode, end = entry
        before = time.monotonic_ns()
        if file.write(line) != len(line):
            raise Failed("a line was not written whole; is the disk full?")
        entry[2] = end + len(line)
        self.writes.append((before, inode, entry[2]))


def _figures(writes, records, extra=None):
    found, missing = latencies(writes, records)
    if missing:
        raise Failed(f"{missing} of {len(writes)} lines have no acknowledgement")
    if not found:
        raise Failed("no line was written in the measured time")
    return {**percentiles(found), "lines": len(found), **(extra or {})}


def _tailship(bench, attempt, busy):
    source = os.path.join(attempt.folder, "source")
    history = bench.bulk.bytes if busy else 0
    if busy:
        link_tree(bench.bulk.path, os.path.join(source, "history"))
        bench.bulk.warm()
    writer = Writer(bench.live, os.path.join(source, "live"))
    receiver, agent = enrolled(bench, attempt, source, machine.two_cores())
    agent.start(machine.two_cores())
    if busy:
        agent.wait_until_acknowledged(1, 30)
    else:
        agent.wait_until_acknowledged(writer.written(), 30)
        time.sleep(1)
    if not agent.trace.exists():
        raise Failed("the agent writes no acknowledgements to TAILSHIP_ACK_TRACE")
    attempt.begin()
    writer.write(bench.options.seconds, lambda: busy and _history_acknowledged(agent, writer.inodes) >= history)
    attempt.end()
    agent.wait_until_acknowledged(history + writer.written(), 60 + history / 5e6)
    figures = _summarise(agent.trace, writer, busy)
    _require_copies(receiver, source, writer, bench, busy)
    return figures


def _history_acknowledged(agent, live):
    agent.trace.poll()
    return agent.trace.acknowledged - sum(agent.trace.offsets.get(inode, 0) for inode in live)


def _summarise(trace, writer, busy):
    """With a backfill, only the lines that were written before its last acknowledgement count."""
    if not busy:
        return _figures(writer.writes, trace.records)
    end = max(time for time, inode, _ in trace.records if inode not in writer.inodes)
    counted = [write for write in writer.writes if write[0] < end]
    window = (end - writer.writes[0][0]) / 1e9 if writer.writes else 0
    return _figures(counted, trace.records, {"window_s": round(window, 2)})


def _require_copies(receiver, source, writer, bench, busy):
    written = {"files": len(writer.paths), "bytes": writer.written(), "lines": len(writer.writes)}
    parts = [("live", Corpus(os.path.join(source, "live"), written))] + ([("history", bench.bulk)] if busy else [])
    for part, corpus in parts:
        wait_for_archive(receiver, corpus, 60 + corpus.bytes / 5e6, part)
        require_archived(receiver, corpus, part)


def _rsyslog(bench, attempt):
    source = os.path.join(attempt.folder, "source")
    writer = Writer(bench.live, source)
    pair = Pair(bench.rsyslog, attempt.children, source, attempt.folder, bench.certificates, sync=False)
    records = os.path.join(attempt.folder, "observed")
    attempt.children.start([sys.executable, observe.__file__, pair.copies, records],
                           os.path.join(attempt.folder, "observe.log"))
    pair.start_receiver(machine.two_cores())
    pair.start_sender(machine.two_cores())
    wait_until_stored(pair, writer.written(), 30)
    time.sleep(1)
    attempt.begin()
    writer.write(bench.options.seconds)
    attempt.end()
    wait_until_stored(pair, writer.written(), 30)
    time.sleep(0.2)
    require_same((path, os.path.join(pair.copies, os.path.basename(path))) for path in writer.paths)
    trace = Trace(records)
    trace.poll()
    inodes = {os.stat(os.path.join(pair.copies, os.path.basename(path))).st_ino: os.stat(path).st_ino
              for path in writer.paths}
    return _figures(writer.writes, [(time, inodes[inode], end) for time, inode, end in trace.records])
