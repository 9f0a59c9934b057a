"""Children that cannot outlive the benchmark, and what /proc says about them."""

import ctypes
import os
import shutil
import signal
import subprocess
import threading
import time

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)
_TICKS = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """A measurement that could not be taken, with the reason for people."""


class Skipped(Failed):
    """What was not measured without anything being wrong: not installed, or too little of it asked for."""


class Children:
    """Starts processes, and ends all of them on leaving the block, however it is left."""

    def __init__(self):
        self.running = []
        self.folders = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self, command, log, env=None, cpus=None, cwd=None):
        """Starts `command`, output to the file `log`; `cpus` pins it."""
        with open(log, "ab") as output:
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                     env=env, cwd=cwd, preexec_fn=_prepare(cpus))
        child.log = log
        self.running.append(child)
        return child

    def remove(self, folder):
        """Has the folder removed when all have ended."""
        self.folders.append(folder)

    def stop(self, grace=5):
        """SIGTERM to all, SIGKILL to those that are still there after `grace` seconds."""
        children, self.running = self.running, []
        for child in reversed(children):
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + grace
        for child in reversed(children):
            try:
                child.wait(max(0.01, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        folders, self.folders = self.folders, []
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)


def run(command, limit=60, env=None, cwd=None):
    """Output of a command that has to succeed within `limit` seconds."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=limit,
                              env=env, cwd=cwd)
    except FileNotFoundError:
        raise Failed(f"{command[0]} is not installed")
    except subprocess.TimeoutExpired:
        raise Failed(f"{command[0]} did not end within {limit} s")
    if done.returncode:
        raise Failed(f"{' '.join(command)}: exit status {done.returncode}: {tail(done.stderr or done.stdout)}")
    return done.stdout.decode(errors="replace")


def measure(command, log, env=None, cpus=None, limit=600, stdin=None):
    """Runs a command that has to succeed: seconds, cpu_s (children that it waited for included), peak_mib, output."""
    with Children() as children, open(log, "ab") as errors:
        start = time.monotonic()
        child = subprocess.Popen(command, stdin=stdin or subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
                                 env=env, preexec_fn=_prepare(cpus))
        child.log = log
        children.running.append(child)
        timer = threading.Timer(limit, child.kill)
        timer.start()
        output = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - start
        timer.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        with open(log, "rb") as text:
            raise Failed(f"{' '.join(command)}: exit status {child.returncode} after {seconds:.0f} s: "
                         f"{tail(text.read()[-4000:] + output)}")
    return {"seconds": round(seconds, 3), "cpu_s": round(usage.ru_utime + usage.ru_stime, 2),
            "peak_mib": round(usage.ru_maxrss / 1024, 1)}, output.decode(errors="replace")


def _prepare(cpus):
    def prepare():
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if cpus:
            os.sched_setaffinity(0, cpus)
    return prepare


def tail(data, lines=3):
    """The last lines of some output, on one line."""
    return " | ".join(data.decode(errors="replace").strip().splitlines()[-lines:])


def require_alive(child, name):
    """Raises with the end of its log when a child has gone."""
    if child.poll() is not None:
        with open(child.log, "rb") as log:
            raise Failed(f"{name} ended with status {child.returncode}: {tail(log.read()[-4000:])}")


def cpu_seconds(pid, with_children=False):
    """utime + stime of a process, ended threads included."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as stat:
            fields = stat.read().rsplit(b")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(map(int, fields[11:15 if with_children else 13])) / _TICKS


def memory_kib(pid):
    """VmHWM, VmRSS and RssAnon of a process, in KiB."""
    wanted = ("VmHWM", "VmRSS", "RssAnon")
    try:
        with open(f"/proc/{pid}/status") as status:
            rows = (line.split(":") for line in status)
            return {key: int(value.split()[0]) for key, value in rows if key in wanted}
    except (FileNotFoundError, ProcessLookupError):
        return {}


def thread_use(pid):
    """(CPU nanoseconds, voluntary context switches) over all threads that run now."""
    nanoseconds = switches = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        base = f"/proc/{pid}/task/{thread}"
        with open(f"{base}/schedstat") as schedstat:
            nanoseconds += int(schedstat.read().split()[0])
        with open(f"{base}/status") as status:
            switches += next(int(line.split()[1]) for line in status if line.startswith("voluntary_ctxt"))
    return nanoseconds, switches


class Peak:
    """The highest RssAnon seen; the kernel keeps no peak of it."""

    def __init__(self, pid):
        self.pid, self.kib = pid, 0

    def look(self):
        self.kib = max(self.kib, memory_kib(self.pid).get("RssAnon", 0))
