"""A real HTTP server on loopback that answers as a test says, and remembers what it was sent."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, get_args

from monitor.base.settings.channels import AnyChannel
from monitor.delivery.channels import CHANNELS, Channel, Clock

KINDS = {kind.__struct_config__.tag: kind for kind in get_args(AnyChannel)}
"""By its word, what a configuration says of a channel of that kind."""


def channel_of(kind: str, clock: Clock, *, called: str = "talent", **options: Any) -> Channel:
    """Make a channel as a configuration with those of the options does that its kind knows."""
    made = KINDS[kind]
    known = {name: value for name, value in options.items() if name in made.__struct_fields__}
    return CHANNELS[kind](called, made(**known), clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a receiver was sent."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a receiver answers."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"ok"
    wait: float = 0.0
    breaks: bool = False
    """Whether the connection is cut instead of answering."""
    cut_body: bool = False
    """Whether less of the body comes than was promised."""
    drips: float = 0.0
    """Seconds from one byte of the headers to the next, for ever."""


@dataclass(slots=True)
class Receiver:
    """A receiver that runs."""

    url: str
    requests: list[Request] = field(default_factory=list)
    reply: Callable[[Request], Reply] = field(default=lambda _request: Reply())

    def answers(self, **reply: object) -> None:
        """Answer so from now on."""
        fixed = Reply(**reply)  # type: ignore[arg-type]  # the fields of a reply
        self.reply = lambda _request: fixed


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Run a receiver for as long as the block lasts."""
    running = Receiver("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(path=self.path, headers=headers, body=self.rfile.read(length))
            running.requests.append(request)
            _answer(self, running.reply(request))

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its name
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    time.sleep(reply.wait)
    handler.close_connection = True
    if reply.breaks:
        return
    try:
        if reply.drips:
            _drip(handler, reply.drips)
        handler.send_response(reply.status)
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(reply.body) + 100 * reply.cut_body))
        handler.end_headers()
        handler.wfile.write(reply.body)
    except (BrokenPipeError, ConnectionResetError):
        return  # The sender has heard enough.


def _drip(handler: BaseHTTPRequestHandler, seconds: float) -> None:
    """Send headers without an end, a byte at a time, until the sender hangs up."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Endless: ")
    while True:
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(seconds)
