"""Acknowledgements as binary records, and their match with what was written.

A record has 24 bytes, little endian: CLOCK_MONOTONIC in nanoseconds (u64), inode (u64), offset up to
which that file is acknowledged (u64). The agent writes them where TAILSHIP_ACK_TRACE names a file;
observe.py writes the same for a folder of files that grow.
"""

import os
import struct

_RECORD = struct.Struct("<QQQ")


class Trace:
    """Follows a file of records while it grows."""

    def __init__(self, path):
        self.path, self.records, self.offsets, self.acknowledged = path, [], {}, 0
        self.last = 0  # time of the last record that acknowledged something new
        self._file, self._rest = None, b""

    def poll(self):
        """Reads what is new. `offsets` has the acknowledged offset by inode, `acknowledged` their sum."""
        if self._file is None:
            if not os.path.exists(self.path):
                return
            self._file = open(self.path, "rb", buffering=0)
        data = self._rest + (self._file.read() or b"")
        whole = len(data) - len(data) % _RECORD.size
        self._rest = data[whole:]
        for record in _RECORD.iter_unpack(data[:whole]):
            time, inode, offset = record
            before = self.offsets.get(inode, 0)
            if offset > before:
                self.offsets[inode], self.last = offset, time
                self.acknowledged += offset - before
            self.records.append(record)

    def exists(self):
        return self._file is not None


def latencies(writes, records):
    """Nanoseconds from each write (time, inode, end) to the first record that covers it, and how many have none."""
    by_inode = {}
    for time, inode, offset in sorted(records):
        steps = by_inode.setdefault(inode, [])
        if not steps or offset > steps[-1][1]:
            steps.append((time, offset))
    found, missing, positions = [], 0, {}
    for time, inode, end in sorted(writes):
        steps, at = by_inode.get(inode, []), positions.get(inode, 0)
        while at < len(steps) and steps[at][1] < end:
            at += 1
        positions[inode] = at
        if at < len(steps):
            found.append(steps[at][0] - time)
        else:
            missing += 1
    return found, missing


def percentiles(nanoseconds):
    """p50, p99 and max in milliseconds."""
    ordered = sorted(nanoseconds)
    if not ordered:
        return {"p50_ms": None, "p99_ms": None, "max_ms": None}
    def at(share):
        return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] / 1e6, 3)
    return {"p50_ms": at(0.5), "p99_ms": at(0.99), "max_ms": at(1)}
