"""A stand-in for MongoDB: its wire protocol (OP_MSG) as libmongoc speaks it, with documents in memory.

usage: mongodb.py PORT    prints READY when it listens
       mongodb.py rows PORT COLLECTION    lists _id and rev of what it has
       mongodb.py poison PORT ID    has the document refused until another is named
       mongodb.py drift PORT    drops an index

It knows the commands hello, ping, createIndexes, update, delete, find, and of filters equality and $lt, $lte.
"""

import socket
import socketserver
import struct
import sys
import threading

OP_REPLY, OP_QUERY, OP_MSG = 1, 2004, 2013
lock = threading.Lock()
collections, indexes = {}, {}
poison = [""]


def decode(data, at=0, is_array=False):
    """A BSON document, and where it ends (https://bsonspec.org/spec.html)."""
    end = at + struct.unpack_from("<i", data, at)[0]
    at += 4
    found = {}
    while data[at]:
        kind, stop = data[at], data.index(0, at + 1)
        name, at = data[at + 1:stop].decode(), stop + 1
        if kind == 1:
            value, at = struct.unpack_from("<d", data, at)[0], at + 8
        elif kind == 2:
            size = struct.unpack_from("<i", data, at)[0]
            value, at = data[at + 4:at + 3 + size].decode(), at + 4 + size
        elif kind in (3, 4):
            value, at = decode(data, at, kind == 4)
        elif kind == 5:
            size = struct.unpack_from("<i", data, at)[0]
            value, at = bytes(data[at + 5:at + 5 + size]), at + 5 + size
        elif kind == 7:
            value, at = bytes(data[at:at + 12]), at + 12
        elif kind == 8:
            value, at = bool(data[at]), at + 1
        elif kind in (9, 17, 18):
            value, at = struct.unpack_from("<q", data, at)[0], at + 8
        elif kind == 10:
            value = None
        elif kind == 16:
            value, at = struct.unpack_from("<i", data, at)[0], at + 4
        else:
            raise ValueError(f"type {kind} of {name}")
        found[name] = value
    return (list(found.values()) if is_array else found), end


def encode(document):
    body = b""
    for name, value in document.items():
        key = name.encode() + b"\0"
        if isinstance(value, bool):
            body += b"\x08" + key + bytes([value])
        elif isinstance(value, int):
            body += (b"\x10" + key + struct.pack("<i", value)) if -2**31 <= value < 2**31 \
                else b"\x12" + key + struct.pack("<q", value)
        elif isinstance(value, float):
            body += b"\x01" + key + struct.pack("<d", value)
        elif isinstance(value, str):
            body += b"\x02" + key + struct.pack("<i", len(value.encode()) + 1) + value.encode() + b"\0"
        elif isinstance(value, list):
            body += b"\x04" + key + encode({str(i): v for i, v in enumerate(value)})
        elif isinstance(value, dict):
            body += b"\x03" + key + encode(value)
        elif value is None:
            body += b"\x0a" + key
        else:
            raise ValueError(f"{name}: {type(value)}")
    return struct.pack("<i", len(body) + 5) + body + b"\0"


def matches(document, selector):
    for name, wanted in selector.items():
        value = document.get(name)
        if isinstance(wanted, dict):
            if any(not (value < w if op == "$lt" else value <= w) for op, w in wanted.items()):
                return False
        elif value != wanted:
            return False
    return True


def update(collection, changes):
    count, modified, upserted, errors = 0, 0, [], []
    for index, change in enumerate(changes):
        selector, document = change["q"], change["u"]
        key = selector["_id"]
        if key == poison[0]:
            errors.append({"index": index, "code": 121, "errmsg": "Document failed validation: poison"})
        elif key in collection and matches(collection[key], selector):
            modified += collection[key] != document
            count += 1
            collection[key] = document
        elif not change.get("upsert"):
            pass
        elif key in collection:
            errors.append({"index": index, "code": 11000, "errmsg": f"E11000 duplicate key error: {key}"})
        else:
            collection[key] = document
            count += 1
            upserted.append({"index": index, "_id": key})
    answer = {"ok": 1.0, "n": count, "nModified": modified}
    if upserted:
        answer["upserted"] = upserted
    if errors:
        answer["writeErrors"] = errors
    return answer


def run(command):
    name = next(iter(command))
    if name.lower() in ("hello", "ismaster"):
        return {"ismaster": True, "isWritablePrimary": True, "helloOk": True, "maxBsonObjectSize": 16 << 20,
                "maxMessageSizeBytes": 48_000_000, "maxWriteBatchSize": 100_000, "minWireVersion": 0,
                "maxWireVersion": 17, "ok": 1.0}
    if name in ("ping", "endSessions"):
        return {"ok": 1.0}
    if name == "poison":
        poison[0] = command["poison"].strip()
        return {"ok": 1.0}
    if name == "drift":
        indexes.clear()
        return {"ok": 1.0}
    target = f"{command['$db']}.{command[name]}" if isinstance(command[name], str) else ""
    collection = collections.setdefault(target, {})
    if name == "createIndexes":
        indexes.setdefault(target, {}).update({index["name"]: index["key"] for index in command["indexes"]})
        return {"ok": 1.0}
    if name == "update":
        return update(collection, command["updates"])
    if name == "delete":
        gone = [key for change in command["deletes"] for key in [change["q"]["_id"]]
                if key in collection and matches(collection[key], change["q"])]
        for key in gone:
            collection.pop(key, None)
        return {"ok": 1.0, "n": len(gone)}
    if name == "find":
        batch = [{"_id": key, "rev": document["rev"]} for key, document in collection.items()]
        return {"ok": 1.0, "cursor": {"id": 0, "ns": target, "firstBatch": batch}, "indexes": len(indexes.get(target, {}))}
    return {"ok": 0.0, "code": 59, "codeName": "CommandNotFound", "errmsg": f"no such command: '{name}'"}


def receive(stream, count):
    data = b""
    while len(data) < count:
        more = stream.recv(min(1 << 20, count - len(data)))
        if not more:
            raise EOFError
        data += more
    return data


def message(stream):
    """Request id, operation and body."""
    length, number, _, operation = struct.unpack("<iiii", receive(stream, 16))
    return number, operation, receive(stream, length - 16)


def parse(body):
    """The command of an OP_MSG, with its sequences of documents."""
    at, command, flags = 4, {}, struct.unpack_from("<I", body)[0]
    end = len(body) - (4 if flags & 1 else 0)
    while at < end:
        kind = body[at]
        at += 1
        if kind == 0:
            document, at = decode(body, at)
            command = {**document, **command}
        else:
            stop = at + struct.unpack_from("<i", body, at)[0]
            name_end = body.index(0, at + 4)
            name, at, documents = body[at + 4:name_end].decode(), name_end + 1, []
            while at < stop:
                document, at = decode(body, at)
                documents.append(document)
            command[name] = documents
    return command


class Connection(socketserver.BaseRequestHandler):
    def handle(self):
        try:
            while True:
                self.answer(*message(self.request))
        except (EOFError, OSError):
            pass

    def answer(self, number, operation, body):
        if operation == OP_QUERY:  # the greeting of old
            start = body.index(0, 4) + 9
            with lock:
                reply = encode(run(decode(body, start)[0]))
            data = struct.pack("<iqii", 8, 0, 0, 1) + reply
            kind = OP_REPLY
        else:
            command = parse(body)
            with lock:
                reply = encode(run(command))
            data = struct.pack("<I", 0) + b"\0" + reply
            kind = OP_MSG
        self.request.sendall(struct.pack("<iiii", len(data) + 16, 1, number, kind) + data)


def ask(port, command):
    with socket.create_connection(("127.0.0.1", int(port))) as stream:
        body = struct.pack("<I", 0) + b"\0" + encode(command)
        stream.sendall(struct.pack("<iiii", len(body) + 16, 1, 0, OP_MSG) + body)
        return decode(message(stream)[2], 5)[0]


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


if sys.argv[1] == "rows":
    for found in ask(sys.argv[2], {"find": sys.argv[3], "$db": "claude_logs"})["cursor"]["firstBatch"]:
        print(found["_id"], found["rev"])
elif sys.argv[1] == "poison":
    ask(sys.argv[2], {"poison": sys.argv[3], "$db": "admin"})
elif sys.argv[1] == "drift":
    ask(sys.argv[2], {"drift": "indexes", "$db": "admin"})
else:
    with Server(("127.0.0.1", int(sys.argv[1])), Connection) as server:
        print("READY", flush=True)
        server.serve_forever()
