"""The HTTP server of the service's pages, which no visitor can bring down.

The number of connections is bounded by a part of the files that the process may open. Above it the
connection that has been idle longest gives way, so that a probe is answered while somebody holds
many connections open. A client has some seconds to send the headers of a request.
"""

import asyncio
import os
import resource
import socket
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, cast

import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

_FEWEST_CONNECTIONS, _MOST_CONNECTIONS = 4, 64
_SHARE_OF_FILES = 8
"""One in this many of the files that the process may open is for connections."""
_SHARE_AT_ONCE = 4
"""One in this many connections is accepted at once: all of them are open before one closes."""
_WAITING = 512
"""How many connections wait to be accepted, where the system lets them."""
_ANSWER_SECONDS = 60.0
"""After that, to the end of the answer."""
_KEEP_ALIVE_SECONDS = 5
_HEADER_BYTES = 16 * 1024


class BoundedProtocol(H11Protocol):
    """One connection: it has some time for each request, and may have to give way to a new one."""

    most = _MOST_CONNECTIONS
    own_headers: Mapping[str, str] = MappingProxyType({})
    """What every answer has that no application makes."""
    request_seconds = 10.0
    """From a connection, or from the answer before, to the end of a request's headers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._idle_since = self.loop.time()
        self._deadline: asyncio.TimerHandle | None = None

    @property
    def is_answering(self) -> bool:
        """Whether a request is at work."""
        cycle = cast("RequestResponseCycle | None", self.cycle)  # None before the first request
        return cycle is not None and not cycle.response_complete

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP, with the headers that every answer has."""
        lines = [f"{name}: {value}" for name, value in self.own_headers.items()]
        head_lines = [
            *("HTTP/1.1 400 Bad Request", "content-type: text/plain; charset=utf-8", *lines),
            *(f"content-length: {len(msg)}", "connection: close", "", msg),
        ]
        self.transport.write("\r\n".join(head_lines).encode("latin-1"))
        self.transport.close()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Take a connection, and end the one that has been idle longest if there are too many."""
        super().connection_made(transport)
        self._await_request()
        if len(self.connections) > self.most:
            idle = [
                connection
                for connection in _bounded(self.connections)
                if not connection.is_answering
            ]
            min(idle, key=lambda connection: connection._idle_since).cut()  # noqa: SLF001 -- of its own class

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a connection."""
        if self._deadline is not None:
            self._deadline.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Give the client some time for its next request."""
        self._await_request()
        super().on_response_complete()

    def cut(self) -> None:
        """End the connection at once, whatever is still to be sent."""
        self.connections.discard(self)
        self.transport.abort()

    def _await_request(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._idle_since = self.loop.time()
        self._deadline = self.loop.call_later(self.request_seconds, self._request_is_due)

    def _request_is_due(self) -> None:
        if self.is_answering:
            self._deadline = self.loop.call_later(_ANSWER_SECONDS, self.cut)
        else:
            self.cut()


class BoundedServer(uvicorn.Server):
    """A server that accepts few connections at once and lets many wait for that."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen. What waits is more than what is accepted at once, which is `backlog`."""
        await super().startup(sockets)
        for server in self.servers if self.started else ():
            for listener in server.sockets:
                with socket.socket(fileno=os.dup(listener.fileno())) as same:
                    same.listen(_WAITING)


def _bounded(connections: Iterable[object]) -> list[BoundedProtocol]:
    return [connection for connection in connections if isinstance(connection, BoundedProtocol)]


def connections_for(files: int) -> int:
    """Return how many connections go with a limit of open files.

    >>> connections_for(1024), connections_for(128), connections_for(resource.RLIM_INFINITY)
    (64, 16, 64)
    """
    if files == resource.RLIM_INFINITY:
        return _MOST_CONNECTIONS
    return max(_FEWEST_CONNECTIONS, min(_MOST_CONNECTIONS, files // _SHARE_OF_FILES))


class Crowded:
    """Answers that too many requests are at work, where they are."""

    def __init__(self, application: ASGIApp, most: int, headers: Mapping[str, str]) -> None:
        self._application = application
        self._most = most
        self._headers = headers
        self._at_work = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by the application, or with 503 and the headers that every answer has."""
        self._at_work += 1
        try:
            answers = self._application
            if self._at_work > self._most:
                answers = PlainTextResponse(
                    "Too many requests are at work: ask again in some seconds.\n",
                    status_code=503,
                    headers={**self._headers, "retry-after": "5"},
                )
            await answers(scope, receive, send)
        finally:
            self._at_work -= 1


def bounded_server(
    application: ASGIApp,
    *,
    host: str,
    port: int,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> BoundedServer:
    """Make the server of an application for as many connections as the limit of files allows.

    `headers` are put on what the server answers by itself.
    """
    most = connections_for(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    protocol = type("Protocol", (BoundedProtocol,), {"most": most, "own_headers": headers})
    config = uvicorn.Config(
        Crowded(application, 2 * most, headers),
        host=host,
        port=port,
        http=protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=most // _SHARE_AT_ONCE,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        h11_max_incomplete_event_size=_HEADER_BYTES,
    )
    return BoundedServer(config)
