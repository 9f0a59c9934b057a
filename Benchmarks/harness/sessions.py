"""Sessions as tools leave them in a home folder: generated, or real ones from a folder with one folder a tool."""

import hashlib
import os
import re
import shutil

from . import corpus
from .processes import Failed
from .tailship import ROOTS

_FOLDERS = {"claude": "claude-code", "codex": "codex", "gemini": "gemini"}
_ENDINGS = (".jsonl", ".json")


class Home:
    """A home folder: `path`, `files` (relative, sorted), `bytes`, `lines` (None when not counted), `parts` (preset →
    number of files and bytes)."""

    def __init__(self, path, lines=None):
        self.path, self.lines, self.parts = path, lines, {}
        self.files = [name for name in corpus.relative_files(path) if name.endswith(_ENDINGS)]
        sizes = {name: os.path.getsize(os.path.join(path, name)) for name in self.files}
        self.bytes = sum(sizes.values())
        for preset, root in ROOTS.items():
            own = [size for name, size in sizes.items() if name.startswith(root + "/")]
            if own:
                self.parts[preset] = {"files": len(own), "bytes": sum(own)}
        if not self.files:
            raise Failed(f"{path} has no sessions (*.jsonl, *.json)")

    def warm(self):
        """Reads everything once, so that every contender finds it in the page cache."""
        for name in self.files:
            with open(os.path.join(self.path, name), "rb", buffering=0) as file:
                while file.read(1 << 20):
                    pass

    def listing(self):
        """What tailship-probe reads: source, name below its root, path."""
        lines = []
        for preset, root in ROOTS.items():
            own = [name for name in self.files if name.startswith(root + "/")]
            lines += [f"{preset}\t{name[len(root) + 1:]}\t{os.path.join(self.path, name)}\n" for name in own]
        return "".join(lines)


def generated(work, entries, seed=1):
    made = corpus.make(work, "sessions", "--entries", entries, "--seed", seed)
    return Home(made.path, made.lines)


def of_folder(work, folder):
    """The home that a folder of real sessions makes: copies, so that nothing happens to the folder.

    FOLDER is a home itself (it has .claude, .codex or .gemini), or has a folder for each tool (claude, codex,
    gemini) with sessions anywhere below; these get the names that the tools would give them.
    """
    if any(os.path.isdir(os.path.join(folder, root)) for root in ROOTS.values()):
        names = {name: name for root in ROOTS.values() for name in _below(folder, root)}
    else:
        names = {name: _place(preset, name) for tool, preset in _FOLDERS.items() for name in _below(folder, tool)}
    if not names:
        raise Failed(f"{folder} has no claude, codex, gemini, .claude, .codex or .gemini with sessions")
    if len(set(names.values())) < len(names):
        raise Failed(f"{folder} has sessions that would get the same name")
    described = "".join(f"{place} {_stamp(folder, name)}\n" for name, place in sorted(names.items()))
    path = os.path.join(work, "corpus", "home-" + hashlib.sha256(described.encode()).hexdigest()[:12])
    if not os.path.exists(path):
        for name, place in names.items():
            target = os.path.join(path + ".part", place)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copy2(os.path.join(folder, name), target)
        os.rename(path + ".part", path)
    return Home(path)


def _below(folder, part):
    found = corpus.relative_files(os.path.join(folder, part))
    return [os.path.join(part, name) for name in found if name.endswith(_ENDINGS)]


def _stamp(folder, name):
    state = os.stat(os.path.join(folder, name))
    return f"{state.st_size} {state.st_mtime_ns}"


def _place(preset, name):
    parts = name.split("/")[1:]
    if preset == "claude-code":
        # <session>/subagents/… keeps its form, whatever is above it is the project
        keep = 1
        if "subagents" in parts[:-1]:
            keep = len(parts) - parts.index("subagents") + 1
        folders, rest = parts[:-keep], parts[-keep:]
        return os.path.join(".claude", "projects", _flat(folders), *rest)
    if preset == "codex":
        file = parts[-1] if parts[-1].startswith("rollout-") else "rollout-" + _flat(parts)
        return os.path.join(".codex", "sessions", "2026", "01", "01", file)
    return os.path.join(".gemini", "tmp", hashlib.sha256(_flat(parts[:-1]).encode()).hexdigest(), "chats",
                        "session-" + _flat(parts[-2:]))


def _flat(parts):
    return re.sub(r"[^A-Za-z0-9_.-]", "-", "-".join(parts)) or "project"
