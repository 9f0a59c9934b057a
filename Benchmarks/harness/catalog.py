"""The receiver's rows, read beside it."""

import os
import sqlite3

from .processes import Failed

_UNREAD = ("uuid_text", "unpacked", "word_text")  # functions of computed columns; not called by what is asked here


class Catalog:
    """A connection that reads `catalog.db`."""

    def __init__(self, path):
        self.path = path
        self._database = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10, isolation_level=None)
        for name in _UNREAD:
            self._database.create_function(name, 1, lambda value: value, deterministic=True)

    def close(self):
        self._database.close()

    def one(self, query, *values):
        """The first row, or None."""
        return self._database.execute(query, values).fetchone()

    def all(self, query, *values):
        """All rows."""
        return self._database.execute(query, values).fetchall()

    def version(self):
        """Another number whenever somebody committed."""
        return self.one("PRAGMA data_version")[0]

    def entries(self):
        return self.one("SELECT COALESCE(SUM(entries), 0) FROM files")[0]


def opened(path):
    """A connection once the tables are there; None before."""
    if not os.path.exists(path):
        return None
    try:
        catalog = Catalog(path)
        catalog.entries()
        return catalog
    except sqlite3.OperationalError:
        return None


def sizes(storage, raw):
    """Bytes of the rows and of the rows with the archive, and both for each raw byte."""
    rows = sum(_size(os.path.join(storage, "catalog.db" + suffix)) for suffix in ("", "-wal"))
    objects = 0
    for folder, _, names in os.walk(os.path.join(storage, "objects")):
        objects += sum(_size(os.path.join(folder, name)) for name in names)
    if not rows or not objects:
        raise Failed(f"{storage} has no rows or no objects")
    return {"catalog_mb": round(rows / 1e6, 1), "catalog_ratio": round(rows / raw, 3),
            "disk_ratio": round((rows + objects) / raw, 3)}


def _size(path):
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0
