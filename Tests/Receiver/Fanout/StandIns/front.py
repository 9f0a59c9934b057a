"""What the stand-ins that are spoken to by HTTP have in common."""

import base64
import gzip
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    """`take(method, path, parameters, body)` answers; it is called by one thread at a time."""

    protocol_version = "HTTP/1.1"
    login = None  # "user:password"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", kind="text/plain"):
        if not isinstance(body, bytes):
            body, kind = json.dumps(body).encode(), "application/json"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def is_allowed(self):
        wanted = self.login and "Basic " + base64.b64encode(self.login.encode()).decode()
        return not wanted or self.headers.get("Authorization") == wanted

    def go(self):
        place = urlsplit(self.path)
        parameters = dict(parse_qsl(place.query, keep_blank_values=True))
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:  # cut on the way: as if it had never come
            self.close_connection = True
            return
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        with lock:
            self.take(self.command, place.path, parameters, body)

    do_GET = do_POST = go


def serve(handler):
    """Listens on the port that is the first argument, and says READY."""
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), handler)
    server.daemon_threads = True
    print("READY", flush=True)
    server.serve_forever()
