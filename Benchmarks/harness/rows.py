"""Sessions become rows that can be searched: from the archive, as they arrive, and by agentsview."""

import os
import time

from . import agentsview, machine
from .catalog import Catalog, opened, sizes
from .processes import Children, Failed, cpu_seconds, memory_kib, require_alive
from .rounds import Case
from .tailship import Agent, Receiver

MEASURE = "rows"


def cases(bench):
    two, one = machine.two_cores(), machine.one_core()
    missing, peer = bench.missing("tailship"), bench.missing("agentsview")
    return [
        Case(MEASURE, "tailship, rebuild", lambda a: _rebuild(bench, a, two), missing),
        Case(MEASURE, "agentsview", lambda a: _agentsview(bench, a, two), peer),
        Case(MEASURE, "tailship, as it arrives", lambda a: _live(bench, a, two), missing),
        Case(MEASURE, "tailship, rebuild, 1 core", lambda a: _rebuild(bench, a, one), missing),
        Case(MEASURE, "agentsview, 1 core", lambda a: _agentsview(bench, a, one), peer),
    ]


def shipped(bench, home, limit=900):
    """A receiver, stopped, whose archive has that home; made once for each home and programs."""
    folder = os.path.join(bench.options.work, "archives", os.path.basename(home.path))
    done = os.path.join(folder, "done")
    with Children() as children:
        receiver = Receiver(bench.tailship, children, folder)
        if os.path.exists(done):
            return receiver
        receiver.start()
        agent = Agent(bench.tailship, children, folder, None, receiver.port, home=home.path)
        agent.join(receiver.token())
        agent.start()
        agent.wait_until_acknowledged(home.bytes, limit)
        _wait_for_bytes(receiver, home.bytes, limit)
    with open(done, "w"):
        pass
    return receiver


def _wait_for_bytes(receiver, total, limit):
    deadline = time.monotonic() + limit
    while receiver.status()["archived_bytes"] < total:
        require_alive(receiver.process, "tailship-receiver")
        if time.monotonic() > deadline:
            raise Failed(f"the archive has not all bytes {limit} s later")
        time.sleep(0.2)


def rates(took, size, entries):
    """The figures of a run over `size` bytes."""
    return {**took, "mb_s": round(size / took["seconds"] / 1e6, 1), "entries_s": round(entries / took["seconds"]),
            "mb_cpu_s": round(size / max(took["cpu_s"], 0.01) / 1e6, 1), "entries": entries}


def _rebuild(bench, attempt, cpus):
    receiver = shipped(bench, bench.home)
    bench.home.warm()
    attempt.begin()
    took = receiver.rebuild(cpus)
    attempt.end()
    catalog = Catalog(receiver.catalog())
    entries = catalog.entries()
    catalog.close()
    if not entries:
        raise Failed("there are no rows")
    return {**rates(took, bench.home.bytes, entries), **sizes(receiver.storage, bench.home.bytes)}


def _agentsview(bench, attempt, cpus):
    bench.home.warm()
    attempt.begin()
    took = agentsview.sync(bench.agentsview, bench.home.path, attempt.folder, cpus)
    attempt.end()
    size = took["read_mb"] * 1e6
    return {**took, "mb_s": round(size / took["seconds"] / 1e6, 1),
            "mb_cpu_s": round(size / max(took["cpu_s"], 0.01) / 1e6, 1)}


def _live(bench, attempt, cpus):
    home = bench.home
    receiver = Receiver(bench.tailship, attempt.children, attempt.folder)
    receiver.start(cpus)
    agent = Agent(bench.tailship, attempt.children, attempt.folder, None, receiver.port, home=home.path)
    agent.join(receiver.token())
    home.warm()
    attempt.begin()
    start = time.monotonic()
    agent.start(cpus)
    end, cpu, entries = _last_row(receiver, agent, home.bytes, 60 + home.bytes / 1e6)
    attempt.end()
    took = {"seconds": round(end - start, 3), "cpu_s": round(cpu, 2),
            "peak_mib": round(memory_kib(receiver.process.pid)["VmHWM"] / 1024, 1)}
    return {**rates(took, home.bytes, entries), **sizes(receiver.storage, home.bytes)}


def _last_row(receiver, agent, total, limit):
    """When the last entry came, the receiver's CPU until then, and how many there are."""
    deadline, catalog = time.monotonic() + limit, None
    entries, end, cpu, version = 0, time.monotonic(), 0.0, None
    while True:
        now = time.monotonic()
        catalog = catalog or opened(receiver.catalog())
        if catalog and catalog.version() != version:
            version, count = catalog.version(), catalog.entries()
            if count != entries:
                entries, end, cpu = count, now, cpu_seconds(receiver.process.pid)
        require_alive(receiver.process, "tailship-receiver")
        if now - end > 3 and agent.acknowledged() >= total:
            status = receiver.status()
            if status["archived_bytes"] >= total and status["streams_without_rows"] == 0:
                break
        if now > deadline:
            raise Failed(f"{entries:,} entries {limit:.0f} s later, and not all")
        time.sleep(0.02)
    catalog.close()
    return end, cpu, entries
