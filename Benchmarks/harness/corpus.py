"""Corpora: made once by ../generate, kept in the work folder, compared byte for byte."""

import hashlib
import json
import os
import shutil

from .processes import Failed, run

_HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Corpus:
    """A folder of generated files: `path`, `files` (relative, sorted), `sizes`, `bytes`, `lines`."""

    def __init__(self, path, summary):
        self.path, self.bytes, self.lines = path, summary["bytes"], summary["lines"]
        self.files = relative_files(path)
        self.sizes = {name: os.path.getsize(os.path.join(path, name)) for name in self.files}
        if len(self.files) != summary["files"] or sum(self.sizes.values()) != self.bytes:
            raise Failed(f"{path} is not what was generated; remove it and run again")

    def warm(self):
        """Reads everything once, so that every contender finds it in the page cache."""
        for name in self.files:
            with open(os.path.join(self.path, name), "rb", buffering=0) as file:
                while file.read(1 << 20):
                    pass


def make(work, kind, *arguments):
    """The corpus of that kind; generated again when the generator or its arguments have changed."""
    version = hashlib.sha256(_sources(kind) + repr(arguments).encode()).hexdigest()[:12]
    path = os.path.join(work, "corpus", f"{kind}-{version}")
    summary = path + ".json"
    if not os.path.exists(summary):
        shutil.rmtree(path, ignore_errors=True)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        made = run([os.path.join(_HERE, "generate"), kind, path, *map(str, arguments)], limit=600)
        with open(summary, "w") as file:
            file.write(made)
    with open(summary) as file:
        return Corpus(path, json.load(file))


def _sources(kind):
    text = b""
    for name in ("text.h", "sessions.c" if kind == "sessions" else "generate.c"):
        with open(os.path.join(_HERE, name), "rb") as source:
            text += source.read()
    return text


def relative_files(path):
    found = []
    for folder, _, names in os.walk(path):
        found += [os.path.relpath(os.path.join(folder, name), path) for name in names]
    return sorted(found)


def link_tree(source, destination):
    """The same files under another name, by hard links (same inodes, no bytes copied)."""
    shutil.copytree(source, destination, copy_function=os.link)


def same_bytes(one, other):
    """Whether two files have the same content; False where one is missing."""
    try:
        with open(one, "rb", buffering=0) as a, open(other, "rb", buffering=0) as b:
            while True:
                x, y = a.read(1 << 20), b.read(1 << 20)
                if x != y:
                    return False
                if not x:
                    return True
    except FileNotFoundError:
        return False


def count_lines(path):
    lines = 0
    with open(path, "rb", buffering=0) as file:
        while block := file.read(1 << 20):
            lines += block.count(b"\n")
    return lines


def require_same(pairs):
    """Raises with the first file that differs, from pairs of (source, copy)."""
    different = [source for source, copy in pairs if not same_bytes(source, copy)]
    if different:
        raise Failed(f"copies that differ from their source: {len(different)}, the first of {different[0]}")
