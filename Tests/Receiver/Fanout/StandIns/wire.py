"""A wire that breaks: passes bytes on between a consumer and its server, and does harm a given number of times.

usage: wire.py PORT TARGET SEED COUNT    prints READY when it listens, then the name of each fault that it made

refused: the connection is closed, and so is the next at once; before: what the consumer sends is cut off on its way; after: the server has all of
it, and its answer is lost; slow: what the consumer sends comes late.
"""

import random
import socket
import sys
import threading
import time

port, target, seed, left = (int(word) for word in sys.argv[1:5])
chance, lock = random.Random(seed), threading.Lock()
NAMES = ["refused", "before", "after", "slow"]
refuses = []


def fault():
    """The name of a fault to make now, in turn; mostly None."""
    global left
    with lock:
        if left == 0 or chance.randrange(6):
            return None
        name = NAMES[(seed + left) % len(NAMES)]
        left -= 1
        print(name, flush=True)
        return name


class Wire:
    def __init__(self, near):
        self.near, self.loses = near, False
        self.far = socket.create_connection(("127.0.0.1", target))
        for run in (self.forth, self.back):
            threading.Thread(target=run, daemon=True).start()

    def cut(self):
        for end in (self.near, self.far):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def forth(self):
        try:
            while data := self.near.recv(1 << 16):
                name = fault()
                if name == "refused":
                    refuses.append(1)
                    break
                if name == "before":
                    self.far.sendall(data[:len(data) // 2])
                    break
                if name == "slow":
                    time.sleep(0.3)
                self.loses = self.loses or name == "after"
                self.far.sendall(data)
        except OSError:
            pass
        self.cut()

    def back(self):
        try:
            while data := self.far.recv(1 << 16):
                if self.loses:
                    break
                self.near.sendall(data)
        except OSError:
            pass
        self.cut()


listener = socket.create_server(("127.0.0.1", port))
print("READY", flush=True)
while True:
    near, _ = listener.accept()
    near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if refuses:
        refuses.pop()
        near.close()
        continue
    try:
        Wire(near)
    except OSError:
        near.close()
