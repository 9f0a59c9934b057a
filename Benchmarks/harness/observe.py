"""Writes a record of acks.py whenever a file of a folder grows:  observe.py FOLDER OUTPUT

The inode of the record is that of the grown file. Ended by a signal. Runs as a process of its own, so
that the one that writes the lines does not delay it.
"""

import ctypes
import os
import struct
import sys
import time

_IN_MODIFY, _IN_CREATE = 0x2, 0x100
_EVENT = struct.Struct("iIII")


def names(events):
    """The distinct file names of a buffer of inotify events."""
    found, at = set(), 0
    while at < len(events):
        length = _EVENT.unpack_from(events, at)[3]
        at += _EVENT.size
        found.add(events[at:at + length].rstrip(b"\0"))
        at += length
    return found


def main(folder, output):
    libc = ctypes.CDLL(None, use_errno=True)
    inotify = libc.inotify_init1(os.O_CLOEXEC)
    if inotify < 0 or libc.inotify_add_watch(inotify, folder.encode(), _IN_MODIFY | _IN_CREATE) < 0:
        sys.exit(f"observe: inotify on {folder}: {os.strerror(ctypes.get_errno())}")
    with open(output, "ab", buffering=0) as records:
        while True:
            for name in names(os.read(inotify, 1 << 16)):
                state = os.stat(os.path.join(folder.encode(), name))
                records.write(struct.pack("<QQQ", time.monotonic_ns(), state.st_ino, state.st_size))


if __name__ == "__main__":
    main(*sys.argv[1:])
