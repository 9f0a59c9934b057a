"""An agent that watches many files and has nothing to do: its memory, its CPU, its wakeups."""

import time

from . import machine
from .backfill import enrolled, require_archived, wait_for_archive
from .processes import Peak, memory_kib, thread_use
from .rounds import Case

MEASURE = "watched files"


def cases(bench):
    return [Case(MEASURE, "tailship", lambda a: _tailship(bench, a), bench.missing("tailship"))]


def _tailship(bench, attempt):
    corpus, limit = bench.many, 120 + len(bench.many.files) / 50
    receiver, agent = enrolled(bench, attempt, corpus.path, machine.two_cores())
    start = time.monotonic()
    agent.start(machine.two_cores(), trace=True)
    pid = agent.process.pid
    peak = Peak(pid)
    shipped = agent.wait_until_acknowledged(corpus.bytes, limit, peak.look) - start
    wait_for_archive(receiver, corpus, limit)
    settled = wait_until_idle(pid, bench.options.settle, peak)
    attempt.begin()
    cpu, switches = thread_use(pid)
    time.sleep(bench.options.idle)
    cpu_after, switches_after = thread_use(pid)
    attempt.end()
    peak.look()
    memory = memory_kib(pid)
    require_archived(receiver, corpus)
    return {
        "files": len(corpus.files), "shipped_s": round(shipped, 2), "settled_s": round(settled, 1),
        "peak_mib": round(memory["VmHWM"] / 1024, 1), "rss_mib": round(memory["VmRSS"] / 1024, 1),
        "anon_mib": round(memory["RssAnon"] / 1024, 1), "anon_peak_mib": round(peak.kib / 1024, 1),
        "idle_s": bench.options.idle, "idle_cpu_ms": round((cpu_after - cpu) / 1e6, 2),
        "wakeups": switches_after - switches,
    }


def wait_until_idle(pid, limit, peak):
    """Waits (bounded) for 3 s with at most 1 ms of CPU, so that late verification is over; the time it took."""
    start = time.monotonic()
    while time.monotonic() - start < limit:
        before = thread_use(pid)[0]
        time.sleep(3)
        peak.look()
        if thread_use(pid)[0] - before <= 1e6:
            break
    return time.monotonic() - start
