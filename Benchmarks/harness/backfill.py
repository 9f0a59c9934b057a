"""Backfill: how long until every byte of a corpus that is already there is acknowledged as durable."""

import os
import time

from . import floor, machine
from .corpus import count_lines, require_same
from .processes import Failed, Peak, cpu_seconds, memory_kib, require_alive
from .rounds import Case
from .rsyslog import Pair
from .tailship import Agent, Receiver

MEASURE = "backfill"


def cases(bench):
    two, one = machine.two_cores(), machine.one_core()
    return [
        Case(MEASURE, "floor", lambda a: _floor(bench, a, two), bench.missing("floor")),
        Case(MEASURE, "tailship", lambda a: _tailship(bench, a, two), bench.missing("tailship")),
        Case(MEASURE, "rsyslog", lambda a: _rsyslog(bench, a, two, sync=False), bench.missing("rsyslog")),
        Case(MEASURE, "rsyslog-sync", lambda a: _rsyslog(bench, a, two, sync=True), bench.missing("rsyslog")),
        Case(MEASURE, "floor, 1 core", lambda a: _floor(bench, a, one), bench.missing("floor")),
        Case(MEASURE, "tailship, 1 core", lambda a: _tailship(bench, a, one), bench.missing("tailship")),
    ]


def _limit(corpus):
    return 60 + corpus.bytes / 5e6


def _rate(corpus, seconds):
    return round(corpus.bytes / seconds / 1e6, 1)


def _mib(kib):
    return round(kib / 1024, 1)


def _floor(bench, attempt, cpus):
    bench.bulk.warm()
    attempt.begin()
    took, pairs = floor.ship(bench.floor, bench.bulk, attempt.folder, bench.certificates, cpus)
    attempt.end()
    require_same(pairs)
    return {
        "seconds": round(took["seconds"], 3), "mb_s": _rate(bench.bulk, took["seconds"]),
        "sender_cpu_s": took["sender_cpu_s"], "receiver_cpu_s": took["receiver_cpu_s"],
        "sender_peak_mib": _mib(took["sender_peak_kib"]), "receiver_peak_mib": _mib(took["receiver_peak_kib"]),
        "ratio": round(took["bytes"] / took["wire_bytes"], 2),
    }


def _tailship(bench, attempt, cpus):
    corpus = bench.bulk
    receiver, agent = enrolled(bench, attempt, corpus.path, cpus)
    corpus.warm()
    attempt.begin()
    start = time.monotonic()
    agent.start(cpus)
    peak = Peak(agent.process.pid)
    end = agent.wait_until_acknowledged(corpus.bytes, _limit(corpus), peak.look)
    cpu = cpu_seconds(agent.process.pid), cpu_seconds(receiver.process.pid)
    attempt.end()
    peak.look()
    sender = memory_kib(agent.process.pid)
    wait_for_archive(receiver, corpus, _limit(corpus))
    archived = time.monotonic()
    figures = {
        "seconds": round(end - start, 3), "mb_s": _rate(corpus, end - start),
        "sender_cpu_s": round(cpu[0], 2), "receiver_cpu_s": round(cpu[1], 2),
        "sender_peak_mib": _mib(sender["VmHWM"]), "sender_anon_peak_mib": _mib(peak.kib),
        "receiver_peak_mib": _mib(memory_kib(receiver.process.pid)["VmHWM"]),
        "archived_s": round(archived - start, 3),
        "receiver_cpu_archived_s": round(cpu_seconds(receiver.process.pid), 2),
        "polled": "command line" if agent.without_trace() else "trace",
    }
    require_archived(receiver, corpus)
    return figures


def enrolled(bench, attempt, source, cpus):
    """A running receiver and an agent that has joined it and was not started yet."""
    receiver = Receiver(bench.tailship, attempt.children, attempt.folder)
    receiver.start(cpus)
    agent = Agent(bench.tailship, attempt.children, attempt.folder, source, receiver.port)
    agent.join(receiver.token())
    return receiver, agent


def wait_for_archive(receiver, corpus, limit, part=""):
    """Waits until every file of the corpus stands in the archive (there, below `part`) in its full length."""
    deadline = time.monotonic() + limit
    waiting = list(corpus.files)
    while waiting:
        archive = receiver.archive()
        while archive and waiting and _size(os.path.join(archive, part, waiting[-1])) == corpus.sizes[waiting[-1]]:
            waiting.pop()
        if waiting:
            require_alive(receiver.process, "tailship-receiver")
            if time.monotonic() > deadline:
                raise Failed(f"the archive lacks {len(waiting)} files {limit:.0f} s later, one is {waiting[-1]}")
            time.sleep(0.02)


def _size(path):
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return -1


def require_archived(receiver, corpus, part=""):
    archive = os.path.join(receiver.archive(), part)
    require_same((os.path.join(corpus.path, name), os.path.join(archive, name)) for name in corpus.files)


def _rsyslog(bench, attempt, cpus, sync):
    corpus = bench.bulk
    pair = Pair(bench.rsyslog, attempt.children, corpus.path, attempt.folder, bench.certificates, sync)
    pair.start_receiver(cpus)
    corpus.warm()
    attempt.begin()
    start = time.monotonic()
    pair.start_sender(cpus)
    peak = Peak(pair.sender.pid)
    end = wait_until_stored(pair, corpus.bytes, _limit(corpus), peak)
    attempt.end()
    sender, receiver = pair.sender.pid, pair.receiver.pid
    figures = {
        "seconds": round(end - start, 3), "mb_s": _rate(corpus, end - start),
        "sender_cpu_s": round(cpu_seconds(sender), 2), "receiver_cpu_s": round(cpu_seconds(receiver), 2),
        "sender_peak_mib": _mib(memory_kib(sender)["VmHWM"]), "sender_anon_peak_mib": _mib(peak.kib),
        "receiver_peak_mib": _mib(memory_kib(receiver)["VmHWM"]),
    }
    lines = sum(count_lines(os.path.join(pair.copies, name)) for name in os.listdir(pair.copies))
    if lines != corpus.lines:
        raise Failed(f"rsyslog's server has {lines:,} lines of {corpus.lines:,}")
    return figures


def wait_until_stored(pair, total, limit, peak=None):
    """Polls the server's files every 50 ms until they have `total` bytes; the time of that."""
    deadline = time.monotonic() + limit
    while True:
        stored, now = pair.stored(), time.monotonic()
        if stored >= total:
            return now
        require_alive(pair.sender, "rsyslog's sender")
        require_alive(pair.receiver, "rsyslog's receiver")
        if now > deadline:
            raise Failed(f"{stored:,} of {total:,} bytes are stored after {limit:.0f} s")
        if peak:
            peak.look()
        time.sleep(0.05)
