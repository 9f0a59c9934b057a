"""agentsview (PyPI), a peer that reads sessions into SQLite: https://github.com/wesm/agentsview"""

import os
import sqlite3
import sys

from .processes import Failed, measure, run

VERSION = "0.46.1"


def install(work):
    """The program, in a virtual environment of its own that is made when it is not there."""
    folder = os.path.join(work, f"agentsview-{VERSION}")
    program = os.path.join(folder, "bin", "agentsview")
    if not os.path.exists(program):
        run([sys.executable, "-m", "venv", folder], limit=120)
        run([os.path.join(folder, "bin", "pip"), "install", "-q", f"agentsview=={VERSION}"], limit=300)
    return program


def sync(program, home, folder, cpus):
    """Reads a home into a new database below `folder`: what it took, and what it has then."""
    data = os.path.join(folder, "agentsview")
    os.makedirs(data)
    environment = {"PATH": os.defpath, "HOME": home, "LANG": "C.UTF-8", "AGENTSVIEW_DATA_DIR": data,
                   "AGENTSVIEW_NO_DAEMON": "1", "DO_NOT_TRACK": "1"}
    took, _ = measure([program, "sync", "--full"], os.path.join(folder, "agentsview.log"), env=environment, cpus=cpus)
    path = os.path.join(data, "sessions.db")
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    read = database.execute("SELECT COUNT(*), COALESCE(SUM(file_size), 0) FROM sessions").fetchone()
    messages, = database.execute("SELECT COUNT(*) FROM messages").fetchone()
    database.close()
    if not read[0]:
        raise Failed("agentsview found no sessions")
    return {**took, "read_mb": round(read[1] / 1e6, 1), "messages": messages,
            "catalog_mb": round(os.path.getsize(path) / 1e6, 1)}
