"""What one more idle agent costs the receiver: real agents, each with an identity and a folder of its own.

They are whole processes, so the count is lowered where memory or the user's limit of inotify instances
does not allow it, and the figure says how many there were. The cost of one is what the receiver's
resident memory grew by, divided by them. Memory is not moved by what else runs, so no attempt is called
disturbed here.
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor

from . import machine
from .backfill import enrolled
from .processes import Failed, memory_kib
from .rounds import Case
from .tailship import Agent

MEASURE = "idle agents"
_AGENT_KIB = 10 * 1024
_INSTANCES = "/proc/sys/fs/inotify/max_user_instances"


def cases(bench):
    return [Case(MEASURE, "tailship", lambda a: _tailship(bench, a), bench.missing("tailship"))]


def _tailship(bench, attempt):
    with _InotifyInstances(bench.options.agents + 100) as instances:
        count = min(bench.options.agents, instances.limit - 28, _available_kib() // 2 // _AGENT_KIB)
        if count < 1:
            raise Failed("neither memory nor inotify instances suffice for a single agent")
        return _measure(bench, attempt, count)


def _measure(bench, attempt, count):
    base = _folder(attempt, "first")
    receiver, first = enrolled(bench, attempt, base, machine.two_cores())
    first.start(trace=False)
    _wait_until_connected([first], 20)
    with ThreadPoolExecutor(2) as pool:
        agents = list(pool.map(lambda number: _joined(bench, attempt, receiver, number), range(count)))
    time.sleep(3)  # what enrolment needed is given back, or is not
    pid = receiver.process.pid
    before = memory_kib(pid)["VmRSS"]
    start = time.monotonic()
    for number, agent in enumerate(agents):
        agent.start(trace=False)
        if number % 20 == 19:
            _wait_until_connected([agent], 60)
    _wait_until_connected(agents, 120)
    connected = time.monotonic() - start
    time.sleep(bench.options.agents_idle)
    after = memory_kib(pid)["VmRSS"]
    return {"agents": count, "connected_s": round(connected, 1), "receiver_before_mib": round(before / 1024, 1),
            "receiver_mib": round(after / 1024, 1), "kib_each": round((after - before) / count, 1)}


def _folder(attempt, name):
    path = os.path.join(attempt.folder, "sources", str(name))
    os.makedirs(path)
    return path


def _joined(bench, attempt, receiver, number):
    """An enrolled agent; enrolment is rate-limited, so it is tried again for a while."""
    folder = os.path.join(attempt.folder, "agents", str(number))
    agent = Agent(bench.tailship, attempt.children, folder, _folder(attempt, number), receiver.port)
    deadline = time.monotonic() + 60
    while True:
        try:
            agent.join(receiver.token())
            return agent
        except Failed:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)


def _wait_until_connected(agents, limit):
    deadline = time.monotonic() + limit
    for agent in agents:
        while True:
            try:
                if agent.status().get("connected"):
                    break
            except Failed:
                if agent.process.poll() is not None:
                    raise
            if time.monotonic() > deadline:
                raise Failed(f"an idle agent is not connected after {limit} s, see {agent.log}")
            time.sleep(0.1)


def _available_kib():
    with open("/proc/meminfo") as rows:
        return next(int(row.split()[1]) for row in rows if row.startswith("MemAvailable"))


class _InotifyInstances:
    """Raises the limit of inotify instances while agents run, where that is allowed, and puts it back."""

    def __init__(self, wanted):
        self.wanted = wanted

    def __enter__(self):
        with open(_INSTANCES) as file:
            self.before = self.limit = int(file.read())
        if self.limit < self.wanted and self._set(self.wanted):
            self.limit = self.wanted
        return self

    def __exit__(self, *_):
        if self.limit != self.before:
            self._set(self.before)

    @staticmethod
    def _set(value):
        try:
            with open(_INSTANCES, "w") as file:
                file.write(str(value))
            return True
        except OSError:
            return False
