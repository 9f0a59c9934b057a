"""ClickHouse's own engine (chdb, which has no server) behind the part of its HTTP interface that a consumer uses.

usage: clickhouse.py PORT FOLDER    user "default", password "secret"; prints READY when it listens

Of its own: POST /poison?id=N has the row N refused until another is named, as by a constraint.
"""

import base64
import re
import struct
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from chdb import session

port, folder = int(sys.argv[1]), sys.argv[2]
engine, lock = session.Session(folder), threading.Lock()
allowed = "Basic " + base64.b64encode(b"default:secret").decode()
poison = ""
insertion = re.compile(r"\s*(INSERT INTO \S+) FORMAT (\w+)\s*", re.S)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        parameters = dict(parse_qsl(urlsplit(self.path).query))
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:  # cut on the way
            self.close_connection = True
            return
        if self.path.startswith("/poison"):
            global poison
            poison = parameters.get("id", "")
            return self.answer(200, b"")
        if self.headers.get("Authorization") != allowed:
            return self.answer(403, b"Code: 516. DB::Exception: Authentication failed\n")
        query = parameters.pop("query", "").encode()
        with lock:
            try:
                status, result = 200, self.run(query, parameters, body)
            except Exception as error:  # the engine's own words
                words = str(error)
                status, result = 400, words[max(0, words.find("Code:")):].encode() + b"\n"
        self.answer(status, result)

    def run(self, query, settings, body):
        found = insertion.fullmatch(query.decode())
        if not found:
            text = (query + b"\n" + body).decode()
            return engine.query(text, "TabSeparated").bytes() or b""
        if poison and struct.pack("<q", int(poison)) in body:
            raise ValueError("Code: 469. DB::Exception: Constraint `poison` is violated")
        own = ", ".join(f"{name} = '{value}'" for name, value in settings.items())
        with engine.send_insert(f"{found[1]} SETTINGS {own}", found[2]) as rows:
            rows.append(body)
            rows.finish()
        return b""


server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
server.daemon_threads = True
print("READY", flush=True)
server.serve_forever()
