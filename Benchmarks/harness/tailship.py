"""How Tailship is configured, started and asked. Everything the harness knows of it stands here."""

import json
import os
import socket
import time

from .acks import Trace
from .processes import Failed, measure, require_alive, run
from .rsyslog import free_port, wait_for_port

SOURCE = "bench"
ROOTS = {"claude-code": ".claude", "codex": ".codex", "gemini": ".gemini"}  # of the presets, in a home folder

_RECEIVER_CONF = """[listen]
agents = "127.0.0.1:{port}"
web = "127.0.0.1:{web}"
web_open = true

[storage]
directory = "{storage}"
"""
_AGENT_CONF = """[receiver.main]
address = "127.0.0.1:{port}"
"""
_FOLDER = """
[source.{source}]
include = ["{folder}/**/*.jsonl"]
"""
_PRESET = """
[source.{preset}]
root = "{root}"
"""
_DISABLED = """
[source.{preset}]
enabled = false
"""


class Programs:
    """The two programs in a folder of build products; `version` as they say it."""

    def __init__(self, folder):
        self.agent, self.receiver = (os.path.join(folder, name) for name in ("tailship-agent", "tailship-receiver"))
        self.probe = os.path.join(folder, "tailship-probe")
        for program in (self.agent, self.receiver):
            if not os.access(program, os.X_OK):
                raise Failed(f"{program} is not there; build it with `swift build -c release`")

    def version(self):
        try:
            return run([self.agent, "--version"], limit=10).strip()
        except Failed:
            return "unknown"


class Receiver:
    """A receiver with its storage below `folder`."""

    def __init__(self, programs, children, folder):
        self.programs, self.children, self.process = programs, children, None
        self.port, self.web = free_port(), free_port()
        self.storage, self.config = os.path.join(folder, "storage"), os.path.join(folder, "receiver.conf")
        self.log, self.home = os.path.join(folder, "receiver.log"), folder
        os.makedirs(self.storage, exist_ok=True)
        with open(self.config, "w") as file:
            file.write(_RECEIVER_CONF.format(port=self.port, web=self.web, storage=self.storage))

    def start(self, cpus=None):
        self.process = self.children.start([self.programs.receiver, "run", "--config", self.config], self.log,
                                           env=environment(self.home), cpus=cpus)
        wait_for_port(self.port, self.process, "tailship-receiver")

    def token(self):
        lines = run([self.programs.receiver, "token", "--config", self.config], env=environment(self.home)).split("\n")
        return [line for line in lines if line.strip()][-1].strip()

    def status(self):
        return _json([self.programs.receiver, "status", "--json", "--config", self.config], self.home)

    def control(self, request):
        """What the running receiver answers to a line on its control socket, as its commands ask; these would take
        processor time of what is measured."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(60)
            path, deadline = os.path.join(self.storage, "control.sock"), time.monotonic() + 10
            while connection.connect_ex(path):  # made a moment after the port that was waited for
                if time.monotonic() > deadline:
                    raise Failed(f"nobody listens at {path}")
                time.sleep(0.01)
            connection.sendall(request.encode() + b"\n")
            return b"".join(iter(lambda: connection.recv(1 << 16), b"")).decode()

    def rebuild(self, cpus=None, limit=600):
        """Makes the rows anew, in a process of its own; what it took."""
        return measure([self.programs.receiver, "rebuild", "--config", self.config], self.log,
                       env=environment(self.home), cpus=cpus, limit=limit)[0]

    def catalog(self):
        return os.path.join(self.storage, "catalog.db")

    def archive(self):
        """The folder of the only agent's files; None as long as there is none."""
        base = os.path.join(self.storage, "archive")
        agents = os.listdir(base) if os.path.isdir(base) else []
        found = [os.path.join(base, agent, SOURCE) for agent in agents]
        found = [path for path in found if os.path.isdir(path)]
        if len(found) > 1:
            raise Failed(f"{base} has more than one agent")
        return found[0] if found else None


class Agent:
    """An agent with one source, everything below `source`, or with `home` the presets in that home folder;
    configuration and state below `folder`."""

    def __init__(self, programs, children, folder, source, port, home=None):
        self.programs, self.children, self.port, self.process, self.started = programs, children, port, None, 0.0
        self.state, self.config = os.path.join(folder, "state"), os.path.join(folder, "agent.conf")
        self.log, self.home = os.path.join(folder, "agent.log"), folder
        self.trace = Trace(os.path.join(folder, "acks"))
        os.makedirs(folder, exist_ok=True)
        with open(self.config, "w") as file:
            file.write(_AGENT_CONF.format(port=port))
            if home:
                file.writelines(_PRESET.format(preset=preset, root=os.path.join(home, root))
                                for preset, root in ROOTS.items())
            else:
                file.write(_FOLDER.format(source=SOURCE, folder=source))
                file.writelines(_DISABLED.format(preset=preset) for preset in ROOTS)

    def _places(self):
        return ["--config", self.config, "--state", self.state]

    def join(self, token):
        run([self.programs.agent, "join", f"127.0.0.1:{self.port}", token, *self._places()],
            env=environment(self.home))

    def start(self, cpus=None, trace=True):
        self.started = time.monotonic()
        extra = {"TAILSHIP_ACK_TRACE": self.trace.path} if trace else {}
        self.process = self.children.start([self.programs.agent, "run", *self._places()], self.log,
                                           env=environment(self.home, **extra), cpus=cpus)

    def status(self):
        """The status of its only receiver: connected, pending_bytes, acked_bytes, …"""
        answer = _json([self.programs.agent, "status", "--json", "--state", self.state], self.home)
        try:
            return answer["receivers"][0]
        except (KeyError, IndexError, TypeError):
            raise Failed(f"tailship-agent status --json names no receiver: {answer}")

    def without_trace(self):
        """Whether this agent writes no trace, so that the command line has to be asked instead."""
        self.trace.poll()
        return not self.trace.exists() and time.monotonic() - self.started > 3

    def acknowledged(self):
        """Bytes acknowledged so far."""
        if not self.without_trace():
            return self.trace.acknowledged
        try:
            return self.status().get("acked_bytes", 0)
        except Failed:
            return 0

    def wait_until_acknowledged(self, total, limit, look=lambda: None):
        """Waits until `total` bytes are acknowledged. The time of that is the trace's, else that of the look."""
        deadline = time.monotonic() + limit
        while True:
            acknowledged, now = self.acknowledged(), time.monotonic()
            if acknowledged >= total:
                return self.trace.last / 1e9 if self.trace.exists() else now
            require_alive(self.process, "tailship-agent")
            if now > deadline:
                raise Failed(f"{acknowledged:,} of {total:,} bytes are acknowledged after {limit:.0f} s")
            look()
            time.sleep(0.05 if self.without_trace() else 0.02)


def environment(home, **extra):
    """Nothing of the user's own: an empty home, no TAILSHIP_ variables."""
    return {"PATH": os.defpath, "HOME": home, "LANG": "C.UTF-8", "USER": "bench", **extra}


def _json(command, home):
    try:
        return json.loads(run(command, limit=15, env=environment(home)))
    except ValueError:
        raise Failed(f"{' '.join(command)} printed no JSON")
