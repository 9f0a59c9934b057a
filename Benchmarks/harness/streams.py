"""The process that watches:  streams.py PORT COUNT

Opens that many streams of the page, says so, and reads them until standard input says something; then it prints how
many entries came, how many bytes, and how often a stream said that it skipped some.
"""

import selectors
import socket
import sys


def watch(port, count):
    selector, entries, received, skipped = selectors.DefaultSelector(), 0, 0, 0
    for _ in range(count):
        stream = socket.create_connection(("127.0.0.1", port), 10)
        stream.sendall(f"GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        head = b""
        while b"\r\n\r\n" not in head:
            part = stream.recv(65536)
            if not part:
                raise SystemExit(f"a stream was refused: {head!r}")
            head += part
        if b" 200 " not in head.split(b"\r\n")[0]:
            raise SystemExit(f"a stream was refused: {head[:200]!r}")
        stream.setblocking(False)
        selector.register(stream, selectors.EVENT_READ, {})
    selector.register(sys.stdin, selectors.EVENT_READ)
    print("ready", flush=True)
    rest = {}
    while True:
        for key, _ in selector.select():
            if key.fileobj is sys.stdin:
                print(entries, received, skipped, flush=True)
                return
            try:
                part = key.fileobj.recv(1 << 18)
            except BlockingIOError:
                continue
            if not part:
                selector.unregister(key.fileobj)
                continue
            received += len(part)
            text = rest.get(key.fd, b"") + part
            entries += text.count(b"event: entry\n")
            skipped += text.count(b"event: skipped\n")
            # What may be the beginning of such a line counts with what follows.
            rest[key.fd] = text[text.rfind(b"\n") + 1:]


if __name__ == "__main__":
    watch(int(sys.argv[1]), int(sys.argv[2]))
