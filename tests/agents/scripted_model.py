"""A model that says what a test tells it, over real HTTP on loopback, and the ways in which one fails."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from countersign.core.settings import Settings


class ScriptedModel:
    """An OpenAI-compatible server on loopback that answers what a test tells it, and keeps the requests."""

    def __init__(self) -> None:
        self.requests: list[dict] = []
        self.answers: list = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                outer.requests.append(body)
                answer = outer.answers[min(len(outer.requests), len(outer.answers)) - 1]
                answer(self)

            def log_message(self, *_):
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def settings(self) -> Settings:
        url = f"http://127.0.0.1:{self.server.server_port}/v1"
        return Settings(model_base_url=url, model="scripted", model_timeout_s=3)


def says(content, *, finish="stop", refusal=None, tokens=(900, 120), **more):
    """An answer whose message is `content`, as JSON when it is not a string."""
    text = content if isinstance(content, str) or content is None else json.dumps(content)
    message = {"role": "assistant", "content": text, "refusal": refusal, **more}
    choice = {"index": 0, "finish_reason": finish, "message": message}
    usage = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}
    body = {
        "id": "x",
        "object": "chat.completion",
        "created": 0,
        "model": "m",
        "choices": [choice],
        "usage": usage,
    }
    return lambda handler: sends(handler, 200, json.dumps(body).encode())


def fails(status, **headers):
    """An answer with an HTTP error; unless told otherwise, it may be tried again at once."""
    told = headers or {"retry-after-ms": "10"}
    named = {name.replace("_", "-"): value for name, value in told.items()}
    return lambda handler: sends(handler, status, b'{"error": {"message": "no"}}', **named)


def hangs(handler):
    """No answer in time."""
    time.sleep(6)


def cut(handler):
    """An answer that breaks off in the middle."""
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", "5000")
    handler.end_headers()
    handler.wfile.write(b'{"id": "x", "choices": [{"mess')
    handler.wfile.flush()
    handler.connection.close()


def sends(handler, status, body, **headers):
    handler.send_response(status)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", str(len(body)))
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def trickles(handler):
    """An answer that never ends: a blank now and then keeps the connection busy."""
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.end_headers()
    for _ in range(60):
        try:
            handler.wfile.write(b" ")
            handler.wfile.flush()
        except OSError:
            return
        time.sleep(0.1)


def answers(body, **headers):
    """An answer with status 200 whose body is no chat completion."""
    return lambda handler: sends(handler, 200, body, **headers)
