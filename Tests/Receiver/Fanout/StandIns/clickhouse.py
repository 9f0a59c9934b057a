"""ClickHouse's own engine (chdb, which has no server) behind the part of its HTTP interface that a consumer uses.

usage: clickhouse.py PORT FOLDER    user "default", password "secret"; prints READY when it listens

Of its own: POST /poison?id=N has the row N refused until another is named, as by a constraint.
"""

import base64
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from chdb import session

port, folder = int(sys.argv[1]), sys.argv[2]
engine, lock = session.Session(folder), threading.Lock()
allowed = "Basic " + base64.b64encode(b"default:secret").decode()
poison = ""
insertion = re.compile(r"\s*(INSERT INTO \S+) FORMAT (\w+)\s", re.S)


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
        text = parameters.pop("query", "").encode() + b"\n" + body
        with lock:
            try:
                for name, value in parameters.items():
                    engine.query(f"SET {name} = '{value}'")
                found = insertion.match(text.decode())
                if found and poison and f'"id":{poison},' in text.decode():
                    raise ValueError("Code: 469. DB::Exception: Constraint `poison` is violated")
                if found:
                    with engine.send_insert(found[1], found[2]) as rows:
                        rows.append(text.decode()[found.end():].encode())
                        rows.finish()
                    result = b""
                else:
                    result = engine.query(text.decode(), "TabSeparated").bytes() or b""
                status = 200
            except Exception as error:  # the engine's own words
                words = str(error)
                result = words[max(0, words.find("Code:")):].encode() + b"\n"
                status = 400
            finally:
                for name in parameters:
                    engine.query(f"SET {name} = DEFAULT")
        self.answer(status, result)


server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
server.daemon_threads = True
print("READY", flush=True)
server.serve_forever()
