"""What it costs the receiver that people watch: lines come at 500 a second, and none or 200 streams show them."""

import os
import subprocess
import sys
import time

from . import machine, streams
from .acks import latencies, percentiles
from .processes import Failed, cpu_seconds, memory_kib
from .rounds import Case
from .tailship import Agent, Receiver

MEASURE, RATE, FILES = "live viewers", 500, 10


def cases(bench):
    missing = bench.missing("tailship")
    return [Case(MEASURE, "nobody watches", lambda a: _watched(bench, a, 0), missing),
            Case(MEASURE, f"{bench.options.viewers} watch", lambda a: _watched(bench, a, bench.options.viewers), missing)]


def _watched(bench, attempt, viewers):
    seconds = bench.options.seconds
    lines = _lines(bench, RATE * seconds + FILES)
    home = os.path.join(attempt.folder, "home")
    folder = os.path.join(home, ".claude", "projects", "-live")
    os.makedirs(folder)
    files = [open(os.path.join(folder, f"live-{number}.jsonl"), "ab", buffering=0) for number in range(FILES)]
    for file, line in zip(files, lines):
        file.write(line)
    receiver = Receiver(bench.tailship, attempt.children, attempt.folder)
    receiver.start(machine.two_cores())
    agent = Agent(bench.tailship, attempt.children, attempt.folder, None, receiver.port, home=home)
    agent.join(receiver.token())
    agent.start(machine.two_cores())
    agent.wait_until_acknowledged(sum(file.tell() for file in files), 30)
    time.sleep(1)
    watching = subprocess.Popen([sys.executable, streams.__file__, str(receiver.web), str(viewers)], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, text=True)
    attempt.children.running.append(watching)
    watching.log = receiver.log
    if watching.stdout.readline().strip() != "ready":
        raise Failed("the streams were not opened")
    pid = receiver.process.pid
    cpu = cpu_seconds(pid)
    attempt.begin()
    writes = _write(files, lines[FILES:], seconds)
    agent.wait_until_acknowledged(sum(file.tell() for file in files), 30)
    time.sleep(1.5)
    attempt.end()
    cpu = cpu_seconds(pid) - cpu
    figures = {"cpu_s": round(cpu, 2), "peak_mib": round(memory_kib(pid)["VmHWM"] / 1024, 1)}
    told, _ = watching.communicate("stop\n")
    entries, received, skipped = map(int, told.split())
    agent.trace.poll()
    found, missing = latencies(writes, agent.trace.records)
    if missing:
        raise Failed(f"{missing} lines have no acknowledgement")
    return {"viewers": viewers, "lines": len(writes), "lines_s": round(len(writes) / seconds), **figures,
            "ack_p50_ms": percentiles(found)["p50_ms"], "ack_p99_ms": percentiles(found)["p99_ms"],
            "shown_each": round(entries / viewers, 1) if viewers else 0, "skipped": skipped,
            "sent_mb": round(received / 1e6, 1)}


def _lines(bench, count):
    found = []
    home = bench.backfill_home
    for name in home.files:
        if name.startswith(".claude/") and "subagents" not in name:
            with open(os.path.join(home.path, name), "rb") as file:
                found += [line for line in file if len(line) < 20_000]
        if len(found) >= count:
            return found[:count]
    raise Failed(f"only {len(found)} lines were generated")


def _write(files, lines, seconds):
    """One write(2) a line, at the rate, in turn to the files; (time, inode, end) of each."""
    start, writes, inodes = time.monotonic(), [], [os.fstat(file.fileno()).st_ino for file in files]
    ends = [file.tell() for file in files]
    for number, line in enumerate(lines[:RATE * seconds]):
        wait = start + number / RATE - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        at = number % len(files)
        before = time.monotonic_ns()
        files[at].write(line)
        ends[at] += len(line)
        writes.append((before, inodes[at], ends[at]))
    return writes
