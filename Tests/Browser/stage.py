"""A receiver and an agent of their own, on sessions below a folder of their own."""
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def programs():
    """The folder of both programs; None when they are not built."""
    folders = [os.environ.get("TAILSHIP_PROGRAMS"), ROOT + "/.build/release", ROOT + "/.build/debug"]
    for folder in folders:
        if folder and all(os.access(f"{folder}/tailship-{name}", os.X_OK) for name in ("agent", "receiver")):
            return folder
    return None


def pages():
    """The folder of the page's files."""
    return os.environ.get("TAILSHIP_PAGES", ROOT + "/web")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Stage:
    """Both programs, running; `sessions` is where the agent looks for sessions of Claude Code."""

    def __init__(self, login=False):
        self.folder = tempfile.mkdtemp(prefix="tailship-browser-")
        self.home = self.folder + "/home"
        self.sessions = self.home + "/.claude"
        os.makedirs(self.sessions + "/projects")
        agents, self.port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.receiver_conf, self.agent_conf = self.folder + "/receiver.conf", self.folder + "/agent.conf"
        with open(self.receiver_conf, "w") as file:
            file.write(f"""
[listen]
agents = "127.0.0.1:{agents}"
web = "127.0.0.1:{self.port}"
web_open = {"false" if login else "true"}
web_pages = "{pages()}"
[storage]
directory = "{self.folder}/receiver"
minimum_free = "1MiB"
[consumer.files]
backend = "jsonl"
directory = "{self.folder}/files"
[consumer.nobody]
backend = "webhook"
url = "http://127.0.0.1:9/"
""")
        with open(self.agent_conf, "w") as file:
            file.write(f'[receiver.local]\naddress = "127.0.0.1:{agents}"\n')
        self.processes = []
        self.environment = dict(os.environ, HOME=self.home)
        self.environment.pop("CLAUDE_CONFIG_DIR", None)
        self.environment.pop("CODEX_HOME", None)
        try:
            self._start("tailship-receiver", "run", "--config", self.receiver_conf)
            self.until("the receiver answers", lambda: self.get("/health") is not None)
            token = self.receiver("token", "--owner", "ann").split()[-1]
            self._run("tailship-agent", "join", f"127.0.0.1:{agents}", token, "--config", self.agent_conf,
                      "--state", self.folder + "/agent")
            self._start("tailship-agent", "run", "--config", self.agent_conf, "--state", self.folder + "/agent")
        except BaseException:
            self.stop()
            raise

    def _start(self, program, *words):
        with open(f"{self.folder}/{program}.log", "ab") as log:
            self.processes.append(subprocess.Popen(
                # It ends with the tests, however they end.
                ["setpriv", "--pdeathsig", "TERM", f"{programs()}/{program}", *words], env=self.environment, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL))

    def _run(self, program, *words):
        done = subprocess.run([f"{programs()}/{program}", *words], env=self.environment, text=True,
                              capture_output=True, timeout=60)
        if done.returncode != 0:
            raise RuntimeError(f"{program} {words[0]}: {done.stdout}{done.stderr}")
        return done.stdout

    def receiver(self, *words):
        return self._run("tailship-receiver", words[0], "--config", self.receiver_conf, *words[1:])

    def get(self, path, **parameters):
        """An answer of the API; None when there is none."""
        query = "&".join(f"{name}={value}" for name, value in parameters.items())
        try:
            with urllib.request.urlopen(self.url + path + ("?" + query if query else ""), timeout=20) as answer:
                return json.load(answer)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return None

    def until(self, what, condition, seconds=60):
        end = time.monotonic() + seconds
        while not condition():
            for process in self.processes:
                if process.poll() is not None:
                    raise RuntimeError(f"{process.args[0]} ended; see {self.folder}")
            if time.monotonic() > end:
                raise TimeoutError(f"after {seconds} s still not: {what}")
            time.sleep(0.05)

    def settled(self, entries, seconds=300):
        """Waits until so many records are rows, and nothing waits."""
        def is_settled():
            health = self.get("/health") or {}
            rows = self.get("/api/analytics/reconciliation") or {}
            return health.get("pending") == 0 and rows.get("total", {}).get("entries", 0) >= entries
        self.until(f"{entries} records are rows", is_settled, seconds)

    def resident(self):
        """The receiver's memory in MiB."""
        with open(f"/proc/{self.processes[0].pid}/status") as status:
            return int(next(line for line in status if line.startswith("VmRSS")).split()[1]) / 1024

    def stop(self):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for process in reversed(self.processes):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        if not os.environ.get("TAILSHIP_KEEP"):
            shutil.rmtree(self.folder, ignore_errors=True)
