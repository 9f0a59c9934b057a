"""The machine: what it is, which cores are used, whether anything else runs on it."""

import os
import platform
import resource
import time

_TICKS = os.sysconf("SC_CLK_TCK")
DISTURBED = 0.15  # of the cores, used by others or stolen by the hypervisor
QUIET = 0.10


def two_cores():
    """The cores of the two-core cases: all there are, or the first two."""
    allowed = sorted(os.sched_getaffinity(0))
    return set(allowed[:2])


def one_core():
    return set(sorted(os.sched_getaffinity(0))[-1:])


def raise_file_limit():
    """Soft limit of descriptors to the hard one, for rsyslog's sake; children inherit it."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def describe(folder):
    """What a reader needs to judge the figures."""
    return {
        "cpu": _first("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": os.cpu_count(),
        "used_cores": len(two_cores()),
        "memory_mib": int(_first("/proc/meminfo", "MemTotal").split()[0]) // 1024,
        "kernel": platform.release(),
        "system": _first("/etc/os-release", "PRETTY_NAME", "=").strip('"'),
        "filesystem": _filesystem(folder),
    }


def _first(path, key, separator=":"):
    try:
        with open(path) as rows:
            for row in rows:
                name, _, value = row.partition(separator)
                if name.strip() == key:
                    return value.strip()
    except OSError:
        pass
    return ""


def _filesystem(folder):
    best = ("", "unknown")
    with open("/proc/self/mounts") as mounts:
        for row in mounts:
            _, point, kind = row.split()[:3]
            inside = os.path.realpath(folder).startswith(point.rstrip("/") + "/")
            if inside and len(point) >= len(best[0]):
                best = (point, kind)
    return best[1]


def _busy():
    """(seconds all cores were busy, seconds stolen) since the machine started."""
    with open("/proc/stat") as stat:
        user, nice, system, _, _, irq, softirq, steal = map(int, stat.readline().split()[1:9])
    return (user + nice + system + irq + softirq) / _TICKS, steal / _TICKS


def _processes():
    """pid → (name, parent, seconds with its reaped children)."""
    table = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat", "rb") as stat:
                head, _, rest = stat.read().rpartition(b")")
        except OSError:
            continue
        fields = rest.split()
        name = head.partition(b"(")[2].decode(errors="replace")
        table[int(pid)] = (name, int(fields[1]), sum(map(int, fields[11:15])) / _TICKS)
    return table


def _is_ours(pid, table):
    while pid in table:
        if pid == os.getpid():
            return True
        pid = table[pid][1]
    return False


class Meter:
    """What others used of the cores between begin() and end()."""

    def begin(self):
        self._table, (self._cpu, self._stolen) = _processes(), _busy()
        self._start = time.monotonic()

    def end(self):
        """elapsed_s, others_cpu_s, stolen_s, disturbed, and the busiest other process by name."""
        elapsed = max(time.monotonic() - self._start, 1e-3)
        (cpu, stolen), table = _busy(), _processes()
        ours = kernel = 0.0
        others = []
        for pid, (name, parent, seconds) in table.items():
            used = seconds - self._table.get(pid, (0, 0, 0.0))[2]
            if _is_ours(pid, table):
                ours += used
            elif parent == 2 or pid == 2:
                kernel += used  # writeback and the like, on behalf of what is measured
            else:
                others.append((used, name))
        rest = max(0.0, cpu - self._cpu - ours - kernel)
        stolen -= self._stolen
        busiest = max(others, default=(0, ""))
        return {
            "elapsed_s": round(elapsed, 3),
            "others_cpu_s": round(rest, 2),
            "stolen_s": round(stolen, 2),
            "busiest_other": busiest[1] if busiest[0] > 0.05 else "",
            "disturbed": (rest + stolen) / (elapsed * os.cpu_count()) > DISTURBED,
        }


def wait_until_quiet(limit):
    """Waits at most `limit` seconds for a second in which the machine does next to nothing."""
    start = time.monotonic()
    while True:
        (before, stolen_before) = _busy()
        time.sleep(1)
        (after, stolen_after) = _busy()
        used = (after - before + stolen_after - stolen_before) / os.cpu_count()
        waited = time.monotonic() - start
        if used < QUIET or waited >= limit:
            return {"waited_s": round(waited, 1), "quiet": used < QUIET}
