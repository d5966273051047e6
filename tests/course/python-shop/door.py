"""HTTP with what Python brings along: HTTP/1.0, a connection a request, a thread a connection."""
import json
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from events import parse

LIMIT = 100_000
OK = {"responses": {"200": {"description": "fine"}}}


class Door(BaseHTTPRequestHandler):
    service, post, get = "", None, None

    def answer(self, status, value, kind="application/json"):
        body = value.encode() if isinstance(value, str) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def paths(self):
        own = {"/api/orders": {"post": OK}, "/api/orders/{id}": {"get": OK}} if self.post else {}
        return {"/health": {"get": OK}, **own}

    def do_GET(self):
        if self.path == "/health":
            self.answer(200, {"service": self.service, "checks": [], "status": "ok"})
        elif self.path == "/openapi.json":
            info = {"title": self.service, "version": "1"}
            self.answer(200, {"openapi": "3.0.3", "info": info, "paths": self.paths()})
        elif self.path == "/docs":
            self.answer(200, "<html><ul><li>" + "<li>".join(self.paths()) + "</ul></html>", "text/html")
        elif self.get and self.path.startswith("/api/orders/"):
            self.answer(*self.get(self.path[len("/api/orders/"):]))
        else:
            self.answer(404, {"error": "nothing here"})

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = b""
        while len(body) < length:
            body += self.rfile.read(min(65536, length - len(body)))
        if self.post is None or self.path != "/api/orders":
            self.answer(404, {"error": "nothing here"})
        elif length > LIMIT:
            self.answer(413, {"error": "too large"})
        else:
            try:
                wish = parse(body.decode("utf-8"))
            except ValueError:
                wish = None
            self.answer(*self.post(wish))

    def log_message(self, *words):
        print("http", self.service, *words)


def serve(service, port, stop, post=None, get=None):
    """Listens until SIGTERM, then sets `stop`. Runs on the main thread, as signals want it."""
    methods = {"service": service, "post": post and staticmethod(post), "get": get and staticmethod(get)}
    server = ThreadingHTTPServer(("localhost", int(os.environ.get("PORT", port))), type("Own", (Door,), methods))
    server.daemon_threads = True

    def end(*_):
        stop.set()
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, end)
    server.serve_forever(poll_interval=0.1)
