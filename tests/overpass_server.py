"""A server on this machine that answers well, badly or not at all."""

import contextlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

XML = "application/osm3s+xml"


class Asked(BaseHTTPRequestHandler):
    """One question, answered as the server was told to."""

    server: "Server"

    def do_GET(self) -> None:
        """Count the question and misbehave as asked."""
        self.server.asked.append(self.path)
        with contextlib.suppress(OSError):
            self.server.behaviour(self)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def start(self, status: int, kind: str = XML, **headers: object) -> None:
        """Send the status and the headers; underscores stand for hyphens."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()


Behaviour = Callable[[Asked], None]


class Server(ThreadingHTTPServer):
    """Remembers the paths it was asked for; whoever waits is let go when `over` is set."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, behaviour: Behaviour) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.behaviour = behaviour
        self.asked: list[str] = []
        self.over = Event()

    @property
    def url(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self.server_port}/api"


@contextlib.contextmanager
def serving(behaviour: Behaviour) -> Iterator[Server]:
    """Run a server as long as the block lasts."""
    with Server(behaviour) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.over.set()
        server.shutdown()


def answer(content: bytes, status: int = 200, kind: str = XML, **headers: object) -> Behaviour:
    """Answer so many bytes, and say how many."""

    def behave(asked: Asked) -> None:
        asked.start(status, kind, **{"Content_Length": len(content), **headers})
        asked.wfile.write(content)

    return behave


def cut(content: bytes, *, told: bool) -> Behaviour:
    """Answer half of some bytes, with or without telling how many there should have been."""

    def behave(asked: Asked) -> None:
        asked.start(200, **({"Content_Length": len(content)} if told else {}))
        asked.wfile.write(content[: len(content) // 2])

    return behave


def silent(asked: Asked) -> None:
    """Answer nothing, and hold the line."""
    asked.server.over.wait(20)


def silent_after_headers(asked: Asked) -> None:
    """Begin to answer, then hold the line."""
    asked.start(200)
    asked.server.over.wait(20)


def hung_up(asked: Asked) -> None:
    """Close the line without a word."""
    asked.close_connection = True


def drip(content: bytes, *, headers: bool) -> Behaviour:
    """Answer byte after byte, never silent for long, from the headers on or after them."""

    def behave(asked: Asked) -> None:
        sent = content
        if headers:
            sent = b"HTTP/1.0 200 OK\r\nX-Padding: " + b"x" * 10_000
        else:
            asked.start(200, Content_Length=len(content))
        for byte in sent:
            asked.wfile.write(bytes([byte]))
            asked.wfile.flush()
            if asked.server.over.wait(0.1):
                return

    return behave


def redirect(target: str) -> Behaviour:
    """Send elsewhere."""
    return lambda asked: asked.start(302, Location=target, Content_Length=0)


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """Behave otherwise at each question, then always as at the last."""
    return lambda asked: behaviours[min(len(asked.server.asked), len(behaviours)) - 1](asked)
