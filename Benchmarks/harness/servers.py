"""The servers that consumers deliver to: PostgreSQL, and from Tests/ the front of ClickHouse's engine and the stand-ins."""

import glob
import os
import pwd
import shutil
import tempfile
import time

from .processes import Failed, Skipped, require_alive, run
from .rsyslog import free_port, wait_for_port

_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_STAND_INS = os.path.join(_ROOT, "Tests", "Receiver", "Fanout", "StandIns")
_PYTHON = os.path.join(_ROOT, ".build", "servers", "bin", "python")


def python(children, folder, name, *arguments, own=False):
    """A server of the folder StandIns; `own` runs it with the packages of `make test-servers`. Its port."""
    interpreter = _PYTHON if own else shutil.which("python3", path=os.defpath) or "python3"
    if own and not os.access(_PYTHON, os.X_OK):
        raise Skipped("the servers are not there; `make test-servers` installs them")
    port, log = free_port(), os.path.join(folder, name + ".log")
    child = children.start([interpreter, os.path.join(_STAND_INS, name + ".py"), str(port), *arguments], log,
                           env={"PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1"})
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        require_alive(child, name)
        with open(log) as text:
            if "READY" in text.read():
                return port, child
        time.sleep(0.05)
    raise Failed(f"{name} does not begin")


def postgres(children):
    """A PostgreSQL server with its defaults, but without syncing (the disk is not what is measured). Its port."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    if not found:
        raise Skipped("PostgreSQL is not installed")
    programs = os.path.dirname(found[-1])
    folder = tempfile.mkdtemp(prefix="tailship-bench-pg-")
    children.remove(folder)
    prefix = []
    if os.getuid() == 0:  # the server refuses to run as root
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    environment = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    data, port = os.path.join(folder, "data"), free_port()
    run([*prefix, f"{programs}/initdb", "-D", data, "-U", "shipper", "-A", "trust", "-E", "UTF8", "--no-sync"],
        env=environment, cwd=folder)
    child = children.start([*prefix, f"{programs}/postgres", "-D", data, "-p", str(port), "-k", folder, "-c",
                            "listen_addresses=127.0.0.1", "-c", "fsync=off"], os.path.join(folder, "server.log"), env=environment, cwd=folder)
    wait_for_port(port, child, "postgres")
    return port, child
