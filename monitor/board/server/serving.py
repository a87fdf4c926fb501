"""The process of the board: it listens, says where, and ends when it is asked to."""

import socket
import sys
from collections.abc import Callable
from datetime import datetime
from threading import Thread

from monitor.base.errors import UsageError
from monitor.base.settings import Settings
from monitor.board.server.access.safety import HEADERS
from monitor.board.server.app import Evidence, application
from monitor.board.server.window_counts import CountAnew
from monitor.operations.service.http_server import BoundedServer, bounded_server


def serve_board(  # noqa: PLR0913 -- what the board is told
    settings: Settings,
    clock: Callable[[], datetime],
    *,
    evidence: Evidence,
    count_anew: CountAnew,
    say: Callable[[str], None],
    attached: bool = False,
) -> None:
    """Serve until a signal to stop, or until standard input ends if it is attached.

    Raises UsageError where it may not or cannot listen.
    """
    host, port = settings.board.host, settings.board.port
    pages = application(settings, clock, evidence, count_anew)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as exc:
        listener.close()
        raise UsageError(
            f"the board cannot be served at {host}, port {port}: {exc.strerror};"
            " name another as `port` of [board]"
        ) from exc
    shown = f"[{host}]" if ":" in host else host
    say(f"http://{shown}:{listener.getsockname()[1]}/")
    server = bounded_server(pages, host=host, port=port, headers=HEADERS)
    if attached:
        Thread(target=_stop_with_input, args=(server,), daemon=True).start()
    server.run(sockets=[listener])


def _stop_with_input(server: BoundedServer) -> None:
    """Whoever started us holds the other end of the pipe until they end."""
    while sys.stdin.buffer.read(1024):
        pass
    server.should_exit = True
