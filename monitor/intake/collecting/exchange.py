"""One request and its answer over a guarded connection: bounded in size, time and redirects.

Addresses in private networks are refused, unless the source's own address is on this machine.
"""

import logging
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec

from monitor.base.errors import SourceError
from monitor.base.machine.network import (
    ADDRESSES_TRIED,
    Address,
    Deadline,
    is_forbidden,
    is_public,
    resolved,
    verifying,
)
from monitor.base.records import Json

LIBRARY = f"httpx/{httpx.__version__}"
"""By what services are asked: some want it said."""
_PACKED, _PACKINGS = {"Accept-Encoding": "gzip"}, frozenset({"gzip", "x-gzip"})
_GZIP = 16 + zlib.MAX_WBITS
"""How zlib is told to read gzip, and nothing else."""
_SECURE_PORT, _PLAIN_PORT = 443, 80
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_ALL = frozenset({"user-agent", "accept", "accept-language"})
"""Headers that another host is sent as well: any other may be what lets us in."""

# httpx logs the whole address of every request, and a key may be in it.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).disabled = True


class Request(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is asked for: a GET, or a POST that only reads."""

    url: str
    headers: Mapping[str, str] = {}
    body: str | None = None
    """What is posted; without it, it is a GET."""
    is_page: bool = False
    """Whether it is a page for people: the robots rules of its site then decide."""
    is_query: bool = False
    """Whether it is a query that may run out of time (504): then a smaller one is to be asked."""

    @property
    def is_conditional(self) -> bool:
        """Whether it may be answered with "not modified"."""
        return self.body is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, after all redirects."""

    status: int
    url: str
    """Where it came from in the end."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """By name in small letters."""
    body: bytes = field(default=b"", repr=False)
    redirects: tuple[tuple[int, str], ...] = ()
    """Each status that sent us on, and where to."""

    def json(self) -> Json:
        """Decode the body. Raises NotReached, for the rest may have been cut off."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.MsgspecError, UnicodeDecodeError) as exc:
            kind = self.headers.get("content-type", "no content type")
            raise NotReached(f"{shown(self.url)}: not JSON ({kind}): {exc}") from exc
        except RecursionError as exc:
            raise NotReached(f"{shown(self.url)}: its JSON stands too deep in itself") from exc

    @property
    def is_moved(self) -> bool:
        """Whether a redirect said that it has moved for good, as records do that were merged."""
        return any(status in {301, 308} for status, _ in self.redirects)


class NotReached(SourceError):
    """One request led to nothing now; the others go on, and it is tried another day."""


class Closed(NotReached):
    """A page is not to be read any more, as it says itself: whom it named is hidden at once."""


class Broken(NotReached):
    """The exchange broke off; trying again may help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much one exchange may take."""

    seconds: float = 30
    body: int = 10 << 20
    redirects: int = 5


def shown(url: str) -> str:
    """An address without its query, which may hold a key.

    >>> shown("https://api.example.org/authors?api_key=secret")
    'https://api.example.org/authors'
    """
    return url.partition("?")[0]


class Exchange:
    """Connections to the hosts of one source, each kept open for the next request."""

    def __init__(self, *, bounds: Bounds, loopback: bool = False) -> None:
        self._bounds = bounds
        self._loopback = loopback
        """Whether addresses of this machine may be reached: only where the source names one."""
        self._lines: dict[tuple[str, str, int], _Line] = {}

    def close(self) -> None:
        """Close all connections."""
        for line in self._lines.values():
            line.client.close()
        self._lines.clear()

    def answer(
        self,
        request: Request,
        *,
        before: Callable[[str], None],
        onward: Callable[[str], None] | None = None,
    ) -> Answer:
        """Ask, following redirects; `before` is called with the host of each request sent.

        `onward` is called with each address that a redirect leads to, and raises NotReached where
        it may not be asked for.

        Raises Broken where another try may help, NotReached where none does, SourceError for an
        address that is never to be reached.
        """
        url, moved = _url(request.url), list[tuple[int, str]]()
        headers = dict(request.headers)
        while True:
            answer = self._one(url, request.body, headers, before)
            place = answer.headers.get("location")
            if answer.status not in _REDIRECTS or place is None:
                return Answer(
                    status=answer.status,
                    url=str(url),
                    headers=answer.headers,
                    body=answer.body,
                    redirects=tuple(moved),
                )
            if len(moved) >= self._bounds.redirects:
                raise NotReached(
                    f"{shown(request.url)}: more than {len(moved)} redirects (`limits.redirects`)"
                )
            target = _url(str(url.join(place)))
            if url.scheme == "https" and target.scheme != "https":
                raise NotReached(f"{shown(request.url)}: a redirect leads away from https")
            if is_forbidden(target.host):
                # Whoever wrote that redirect must not stop the requests for everybody else.
                raise NotReached(f"{shown(request.url)}: a redirect leads to {_never(target.host)}")
            if onward is not None:
                onward(str(target))
            if target.netloc != url.netloc:
                headers = {
                    name: header for name, header in headers.items() if name.lower() in _FOR_ALL
                }
            moved.append((answer.status, str(target)))
            url = target

    def _one(
        self,
        url: httpx.URL,
        body: str | None,
        headers: Mapping[str, str],
        before: Callable[[str], None],
    ) -> Answer:
        line = self._line(url)
        before(url.host)
        try:
            return line.exchange(url, body, headers, self._bounds)
        except httpx.TransportError as exc:
            raise Broken(f"{shown(str(url))}: {_words(exc)}") from exc
        except _Late as exc:
            raise Broken(f"{shown(str(url))}: {exc} (`limits.seconds`)") from exc

    def _line(self, url: httpx.URL) -> "_Line":
        port = url.port or (_SECURE_PORT if url.scheme == "https" else _PLAIN_PORT)
        place = (url.scheme, url.host, port)
        if place not in self._lines:
            address = self._address(url.raw_host.decode("ascii"), port)
            self._lines[place] = _Line(address, self._bounds.seconds)
        return self._lines[place]

    def _address(self, host: str, port: int) -> Address:
        if is_forbidden(host):
            raise SourceError(f"the address is at {_never(host)}")
        try:
            addresses = resolved(host, port)
        except OSError as exc:
            raise Broken(f"{host}: the name cannot be resolved") from exc
        for address in addresses:
            if not is_public(address) and not (self._loopback and address.is_loopback):
                raise NotReached(
                    f"{host} is in a private network, which is not asked unless base_url is an"
                    " address of this machine"
                )
        return addresses[0]


class _Late(Exception):
    """An exchange took longer than it may."""


class _Line:
    """One connection to a host, at the address that was checked."""

    def __init__(self, address: Address, seconds: float) -> None:
        self._address = str(address)
        self._socket: Any = None
        self.client = httpx.Client(
            timeout=httpx.Timeout(seconds, connect=seconds / ADDRESSES_TRIED),
            trust_env=False,
            verify=verifying(),
            limits=httpx.Limits(max_connections=1),
        )

    def exchange(
        self, url: httpx.URL, body: str | None, headers: Mapping[str, str], bounds: Bounds
    ) -> Answer:
        with Deadline(bounds.seconds) as deadline:
            if self._socket is not None and self._socket.fileno() >= 0:
                deadline.watch(self._socket)

            def watch(event: str, details: Mapping[str, Any]) -> None:
                if event == "connection.connect_tcp.complete":
                    self._socket = details["return_value"].get_extra_info("socket")
                    deadline.watch(self._socket)

            extensions: dict[str, Any] = {"trace": watch}
            if url.scheme == "https":
                # The certificate is checked against the name, though the address is connected to.
                extensions["sni_hostname"] = url.raw_host.decode("ascii")
            try:
                with self.client.stream(
                    "GET" if body is None else "POST",
                    url.copy_with(host=self._address),
                    content=None if body is None else body.encode(),
                    headers={"Host": url.netloc.decode("ascii"), **_PACKED, **headers},
                    extensions=extensions,
                ) as response:
                    read = _read(response, bounds.body, url)
            except httpx.TransportError as exc:
                if deadline.has_passed:
                    raise _Late(deadline.words) from exc
                raise
        fields = {name.lower(): value for name, value in response.headers.items()}
        return Answer(status=response.status_code, url=str(url), headers=fields, body=read)


def _read(response: httpx.Response, most: int, url: httpx.URL) -> bytes:
    body, place = bytearray(), shown(str(url))
    packing = response.headers.get("content-encoding", "").strip().lower()
    if packing not in {"", "identity", *_PACKINGS}:
        raise NotReached(f"{place}: what it sent is packed as {packing!r}, which is not asked for")
    chunks = response.iter_raw()
    try:
        for chunk in _unpacked(chunks, most) if packing in _PACKINGS else chunks:
            body += chunk
            if len(body) > most:
                raise NotReached(
                    f"{place}: larger than {most:,} bytes: raise `limits.megabytes` if it should be"
                )
    except (EOFError, zlib.error) as exc:
        raise NotReached(f"{place}: what it sent cannot be unpacked") from exc
    return bytes(body)


def _unpacked(chunks: Iterable[bytes], most: int) -> Iterator[bytes]:
    """Yield what was packed, in parts that are little larger than the whole may be.

    A few bytes can stand for gigabytes. Raises zlib.error for bytes that are not packed so,
    EOFError where their end is missing.
    """
    packed = zlib.decompressobj(_GZIP)
    is_begun = False
    for chunk in chunks:
        rest, is_begun = chunk, True
        while rest:
            if packed.eof:  # one may follow the other
                packed = zlib.decompressobj(_GZIP)
            yield packed.decompress(rest, most + 1)
            rest = packed.unconsumed_tail or packed.unused_data
    if is_begun and not packed.eof:
        raise EOFError


def _url(text: str) -> httpx.URL:
    try:
        url = httpx.URL(text)
        is_whole = url.scheme in {"http", "https"} and bool(url.host)
    except (httpx.InvalidURL, ValueError):
        is_whole, url = False, httpx.URL("")
    if not is_whole:
        raise NotReached(f"{shown(text)} is no address that begins with http:// or https://")
    return url


def _never(host: str) -> str:
    return (
        f"{host}, which is never asked: its terms forbid it. Bring the person's own export, or a"
        " licensed feed, as a file"
    )


def _words(exc: httpx.TransportError) -> str:
    # Its text may quote a header, so only its kind is told.
    if isinstance(exc, httpx.TimeoutException):
        return "no answer in time"
    return f"the exchange broke off ({type(exc).__name__})"
