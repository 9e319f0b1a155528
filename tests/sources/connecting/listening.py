"""A small HTTP server for tests: answers from a list, and remembers what it was asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Answers:
    """Answers in order; the last one again and again. `asked` holds (method, path, headers, body)."""

    def __init__(self, *answers):
        self._answers = list(answers)
        self.asked = []
        self.url = ""

    def next(self, method, path, headers, body):
        self.asked.append((method, path, dict(headers), body))
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def answer(body, status=200, **headers):
    """One answer: a JSON body, or bytes as they are."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return status, {"Content-Type": "application/json", **headers}, content


@contextmanager
def listening(*answers) -> Iterator[Answers]:
    """A server on a free loopback port."""
    told = Answers(*answers)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args):
            pass

        def _reply(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, content = told.next(self.command, self.path, self.headers, body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _reply  # noqa: N815

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
