"""Reaching another machine safely: which addresses may be reached, and for how long.

A name is resolved once, so that the address that was checked is the one that is connected to.
"""

import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from threading import Timer
from types import TracebackType
from typing import Self

_TRANSLATED = IPv6Network("64:ff9b::/96")
_UNICAST = IPv6Network("2000::/3")
"""All of IPv6 that is on the internet; old ways of wrapping an address lie outside of it."""

ADDRESSES_TRIED = 3
"""How many addresses of a name are tried in turn, and share the time there is to connect."""

Address = IPv4Address | IPv6Address
FORBIDDEN = ("linkedin.com", "licdn.com", "lnkd.in")
"""Hosts whose terms bar it, with all below them: no source asks them, whatever is configured."""


def resolved(host: str, port: int) -> list[Address]:
    """Return the addresses of a host, in the order in which to try them.

    Raises OSError if the name cannot be resolved.
    """
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as exc:
        raise OSError(f"{host} is no name of a host") from exc
    addresses = [ip_address(str(entry[4][0]).split("%")[0]) for entry in answers]
    return list(dict.fromkeys(addresses))


def connected(addresses: Sequence[Address], port: int, *, seconds: float) -> socket.socket:
    """Connect to the first of some addresses that can be reached. Raises OSError if none can."""
    *others, last = [str(address) for address in addresses[:ADDRESSES_TRIED]]
    share = seconds / ADDRESSES_TRIED
    for address in others:
        # Often one of the two kinds of address leads nowhere.
        with suppress(OSError):
            return _connection(address, port, share, seconds)
    return _connection(last, port, share, seconds)


def _connection(address: str, port: int, share: float, seconds: float) -> socket.socket:
    connection = socket.create_connection((address, port), share)
    connection.settimeout(seconds)
    return connection


def is_public(address: Address) -> bool:
    """Whether an address is on the internet, whatever other address it wraps."""
    if isinstance(address, IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour
        if address in _TRANSLATED:
            wrapped = IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped is not None:
            return is_public(wrapped)
        if address not in _UNICAST:
            return False
    return address.is_global and not address.is_multicast


class Deadline:
    """Bounds a whole exchange: at its end the connection is cut, whoever waits for it.

    A time-out bounds each read only, and a receiver that sends one byte at a time passes it for
    ever. Use it as a context, and hand it the socket once there is one.
    """

    def __init__(self, seconds: float) -> None:
        self.words = f"no end within {seconds:g} seconds"
        self.has_passed = False
        self._socket: socket.socket | None = None
        self._timer = Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        if self._socket is not None:
            self._socket.close()

    def watch(self, connection: socket.socket) -> None:
        """Cut this connection at the end, in the place of one that was given before."""
        # A duplicate stays usable when TLS takes the original over.
        former, self._socket = self._socket, connection.dup()
        if former is not None:
            former.close()
        if self.has_passed:
            self._cut()

    def _cut(self) -> None:
        self.has_passed = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


@cache
def verifying() -> ssl.SSLContext:
    """Return the context by which every certificate is verified; reading it in takes a while."""
    return ssl.create_default_context()


def retry_after(asked: str, now: datetime) -> float | None:
    """Read the wait that a Retry-After asks for, in seconds; None if it names none that is clear.

    >>> retry_after("Sat, 01 Feb 2025 00:01:00 GMT", datetime(2025, 2, 1, tzinfo=UTC))
    60.0
    """
    asked = asked.strip()
    if asked.replace(".", "", 1).isdecimal():
        return float(asked[:9])
    try:
        until = parsedate_to_datetime(asked)
    except (ValueError, OverflowError):
        return None
    until = until.replace(tzinfo=UTC) if until.tzinfo is None else until
    return max(0.0, (until - now).total_seconds())


def is_forbidden(host: str) -> bool:
    """Whether a host is one that no source asks.

    >>> is_forbidden("www.LinkedIn.com"), is_forbidden("notlinkedin.com")
    (True, False)
    """
    name = host.lower().rstrip(".")
    return any(name == forbidden or name.endswith(f".{forbidden}") for forbidden in FORBIDDEN)
