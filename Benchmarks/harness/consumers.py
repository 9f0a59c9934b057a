"""Rows per second into backends, and what nine consumers cost those who ship."""

import json
import os
import shutil
import sys
import tempfile
import time

from . import servers
from .processes import Children, Failed, cpu_seconds, memory_kib, require_alive
from .rounds import Case
from .rows import shipped
from .tailship import Agent, Receiver

MEASURE = "consumers"
_SCRIPT = "import sys\nfor line in sys.stdin:\n    if line.startswith('{\"batch\"'): print('ok', line[10:26], flush=True)\n"


def cases(bench):
    missing = bench.missing("tailship")
    names = ["jsonl", "parquet", "clickhouse", "postgresql"]
    deliveries = [Case(MEASURE, name, lambda a, name=name: _deliver(bench, a, name), missing) for name in names]
    costs = [Case(MEASURE, f"acks with {count} consumers", lambda a, count=count: _cost(bench, a, count), missing)
             for count in (0, 9)]
    return deliveries + costs


def _section(name, backend, **keys):
    lines = [f"\n[consumer.{name}]", f'backend = "{backend}"']
    return "\n".join(lines + [f"{key} = {json.dumps(value)}" for key, value in keys.items()]) + "\n"


def _lines(attempt, name="jsonl"):
    return _section(name, "jsonl", directory=os.path.join(attempt.folder, name)), None


def _parquet(attempt):
    return _section("parquet", "parquet", directory=os.path.join(attempt.folder, "parquet")), None


def _clickhouse(attempt):
    # In memory: ext4 takes no inode that was deleted in the last minutes, and looks for another one by one when the
    # rounds before have just left tens of thousands; that took more than half of the engine's time.
    folder = tempfile.mkdtemp(prefix="tailship-bench-ch-", dir="/dev/shm" if os.path.isdir("/dev/shm") else attempt.folder)
    attempt.children.remove(folder)
    port, server = servers.python(attempt.children, attempt.folder, "clickhouse", folder, own=True)
    return _section("clickhouse", "clickhouse", url=f"http://127.0.0.1:{port}", user="default", password="secret"), server


def _postgres(attempt):
    port, server = servers.postgres(attempt.children)
    return _section("postgresql", "postgresql", url=f"postgresql://127.0.0.1:{port}/postgres", user="shipper"), server


def _stand_in(attempt, name, keys):
    port, server = servers.python(attempt.children, attempt.folder, name)
    scheme = "mongodb" if name == "mongodb" else "http"
    return _section(name, name, url=f"{scheme}://127.0.0.1:{port}", **keys), server


def _program(attempt):
    script = os.path.join(attempt.folder, "answer.py")
    with open(script, "w") as file:
        file.write(_SCRIPT)
    return _section("exec", "exec", command=["python3", script]), None


_BACKENDS = {
    "jsonl": _lines, "parquet": _parquet, "clickhouse": _clickhouse, "postgresql": _postgres,
    "questdb": lambda a: _stand_in(a, "questdb", {"user": "admin", "password": "secret"}),
    "neo4j": lambda a: _stand_in(a, "neo4j", {"password": "secret"}),
    "mongodb": lambda a: _stand_in(a, "mongodb", {}),
    "webhook": lambda a: _stand_in(a, "webhook", {"secret": "shared"}),
    "exec": _program,
}


def _statuses(receiver):
    try:
        return json.loads(receiver.control("consumers"))
    except (OSError, ValueError) as failure:
        raise Failed(f"the receiver does not say how its consumers are: {failure}")


def _wait(receiver, names, limit):
    """Waits until consumers have everything; their statuses."""
    deadline = time.monotonic() + limit
    while True:
        require_alive(receiver.process, "tailship-receiver")
        found = {status["name"]: status for status in _statuses(receiver)}
        if all(name in found and found[name].get("rows") and found[name]["lag"] == 0 for name in names):
            return found
        if time.monotonic() > deadline:
            raise Failed(f"the rows are not there {limit} s later: {found}")
        time.sleep(0.1)


def _deliver(bench, attempt, name):
    """A receiver that has all rows already gives them to one consumer."""
    source = shipped(bench, bench.home)
    _settle(bench, source)
    receiver = Receiver(bench.tailship, attempt.children, attempt.folder)
    shutil.rmtree(receiver.storage)
    shutil.copytree(source.storage, receiver.storage, copy_function=_link,
                    ignore=shutil.ignore_patterns("catalog.db-*", "*.sock", "control*", "lock", "consumers.db*"))
    section, server = _BACKENDS[name](attempt)
    with open(receiver.config, "a") as file:
        file.write(section)
    attempt.begin()
    receiver.start()
    start, served = time.monotonic(), cpu_seconds(server.pid, True) if server else 0
    cpu = cpu_seconds(receiver.process.pid)
    status = _wait(receiver, [name], 600)[name]
    seconds = time.monotonic() - start
    cpu = cpu_seconds(receiver.process.pid) - cpu
    attempt.end()
    if status["dead_letters"]:
        raise Failed(f"{status['dead_letters']} dead letters")
    figures = {"rows": status["rows"], "seconds": round(seconds, 2), "rows_s": round(status["rows"] / seconds),
               "cpu_s": round(cpu, 2), "rows_cpu_s": round(status["rows"] / max(cpu, 0.01)),
               "peak_mib": round(memory_kib(receiver.process.pid)["VmHWM"] / 1024, 1)}
    if server:
        figures["server_cpu_s"] = round(cpu_seconds(server.pid, True) - served, 2)
    return figures


def _settle(bench, receiver):
    """Rows of these very programs, and what they make beside them when nobody asks; made once."""
    program = os.stat(bench.tailship.receiver)
    mark, wanted = receiver.catalog() + ".settled", f"{program.st_size} {program.st_mtime_ns}"
    if os.path.exists(mark) and open(mark).read() == wanted:
        return
    receiver.rebuild()
    with Children() as children:
        settled = Receiver(bench.tailship, children, os.path.dirname(receiver.storage))
        settled.start()
        used = -1.0
        while cpu_seconds(settled.process.pid) - used > 0.02:
            used = cpu_seconds(settled.process.pid)
            time.sleep(3)
    with open(mark, "w") as file:
        file.write(wanted)


def _link(source, target):
    """Databases are copied, files of the archive linked: nobody writes to these."""
    if os.sep + "objects" + os.sep in source or os.sep + "archive" + os.sep in source:
        os.link(source, target)
    else:
        shutil.copy(source, target)


def _cost(bench, attempt, count):
    """From starting the agent until the last byte is acknowledged, while consumers deliver what comes."""
    receiver = Receiver(bench.tailship, attempt.children, attempt.folder)
    names = []
    for name, make in list(_BACKENDS.items())[:count]:
        try:
            section, server = make(attempt)
        except Failed as failure:  # what is not installed is a folder instead
            print(f"{name}: {failure}", file=sys.stderr)
            section, server = _lines(attempt, name)
        names.append(name)
        if server:
            os.setpriority(os.PRIO_PROCESS, server.pid, 19)  # it would have a machine of its own
        with open(receiver.config, "a") as file:
            file.write(section)
    receiver.start()
    agent = Agent(bench.tailship, attempt.children, attempt.folder, None, receiver.port, home=bench.home.path)
    agent.join(receiver.token())
    bench.home.warm()
    attempt.begin()
    start = time.monotonic()
    agent.start()
    end = agent.wait_until_acknowledged(bench.home.bytes, 600)
    attempt.end()
    seconds = end - start
    delivered = sum(status.get("rows", 0) for status in _statuses(receiver)) if names else 0
    return {"seconds": round(seconds, 3), "mb_s": round(bench.home.bytes / seconds / 1e6, 1), "rows": delivered,
            "cpu_s": round(cpu_seconds(receiver.process.pid), 2),
            "peak_mib": round(memory_kib(receiver.process.pid)["VmHWM"] / 1024, 1)}
