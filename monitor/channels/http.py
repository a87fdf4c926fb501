"""The one place of the channels that talks HTTP: a POST that is bounded, guarded and discreet.

No redirect is followed, certificates are verified, answers are read up to a bound, and addresses in
private networks are refused after name resolution unless the configuration allows them. No error
names the path of an address, for it may be a secret (Slack's is one), nor any other secret.
"""

import logging
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx

from monitor.errors import DeliveryDeferred, DeliveryRejected
from monitor.messages import plain

ANSWER_BYTES = 64 * 1024
"""So much of an answer is read; the rest is of no interest."""

_ANSWER_SECONDS = 30
_ANSWER_SHOWN = 200
_TRY_AGAIN = frozenset({408, 425, 429})
_GONE = 410
_ADDRESSES_TRIED = 3
_TRANSLATED = IPv6Network("64:ff9b::/96")

# httpx logs the whole address of every request, and Slack's is a secret.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).disabled = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a channel sends to."""

    channel: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: Sequence[str] = field(default=(), repr=False)
    """What must never be shown, besides the headers and the path of the address."""
    allow_private: bool = False
    seconds: float = 20
    """How long to wait for the receiver at each step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a receiver said."""

    status: int
    text: str
    """The start of its words, safe to show."""


def post(target: Target, content: bytes, *, now: Callable[[], datetime]) -> Answer:
    """Send a document and return the answer if it is 2xx.

    Raises DeliveryDeferred if another try may help (network errors, 408, 425, 429 and 5xx, with the
    wait that the receiver asked for), DeliveryRejected if not (any other status).
    """
    url = _url(target)
    problem = "no address"
    for address in _addresses(target, url)[:_ADDRESSES_TRIED]:
        try:
            status, headers, words = _exchange(target, url, address, content)
        except (httpx.ConnectError, httpx.ConnectTimeout) as exc:
            problem = plain(str(exc)) or "no answer in time"
            continue
        except httpx.TransportError as exc:
            # Its text may quote a header, so only its kind is told.
            raise DeliveryDeferred(
                f"{_named(target, url)}: the exchange broke off ({type(exc).__name__})"
            ) from None
        return _judge(target, url, Answer(status=status, text=words), _wait(headers, now))
    raise DeliveryDeferred(f"{_named(target, url)} cannot be reached: {problem}")


def _url(target: Target) -> httpx.URL:
    try:
        url = httpx.URL(target.url.strip())
    except (httpx.InvalidURL, ValueError):
        url = httpx.URL("")
    if url.scheme not in {"http", "https"} or not url.host:
        raise DeliveryRejected(
            f"channel {target.channel!r}: its url is no address that begins with http:// or https://"
        )
    return url


def _named(target: Target, url: httpx.URL) -> str:
    return f"channel {target.channel!r} ({url.host})"


def _addresses(target: Target, url: httpx.URL) -> list[IPv4Address | IPv6Address]:
    """Resolve the name once, so that what was checked is what is connected to."""
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise DeliveryDeferred(f"{_named(target, url)}: the name cannot be resolved") from None
    addresses = [ip_address(str(entry[4][0]).split("%")[0]) for entry in found]
    if not target.allow_private and not all(_is_public(address) for address in addresses):
        raise DeliveryRejected(
            f"{_named(target, url)} is in a private network; write allow_private = true into"
            f" [channels.{target.channel}] if that is meant"
        )
    return list(dict.fromkeys(addresses))


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is on the internet, whatever other address it wraps."""
    if isinstance(address, IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour
        if address in _TRANSLATED:
            wrapped = IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped is not None:
            return _is_public(wrapped)
    return address.is_global and not address.is_multicast


def _exchange(
    target: Target, url: httpx.URL, address: IPv4Address | IPv6Address, content: bytes
) -> tuple[int, httpx.Headers, str]:
    headers = {
        "Host": url.netloc.decode("ascii"),
        "User-Agent": "talentwatch",
        "Accept-Encoding": "identity",
        "Content-Type": "application/json",
        **target.headers,
    }
    # The certificate is still checked against the name, though the address is connected to.
    extensions = {"sni_hostname": url.host} if url.scheme == "https" else {}
    with (
        httpx.Client(timeout=target.seconds, trust_env=False) as client,
        client.stream(
            "POST",
            url.copy_with(host=str(address)),
            content=content,
            headers=headers,
            extensions=extensions,
        ) as response,
    ):
        words = _read(response)
    return response.status_code, response.headers, _redacted(target, url, words)


def _read(response: httpx.Response) -> str:
    """Read the start of an answer; the status has decided already, so a broken end does no harm."""
    words = b""
    until = time.monotonic() + _ANSWER_SECONDS
    try:
        for chunk in response.iter_raw():
            words += chunk[: ANSWER_BYTES - len(words)]
            if len(words) >= ANSWER_BYTES or time.monotonic() > until:
                break
    except httpx.TransportError:
        pass
    return words.decode("utf-8", "replace")


def _redacted(target: Target, url: httpx.URL, words: str) -> str:
    """Cut an answer short, without what the receiver may have echoed of our secrets."""
    path = url.raw_path.decode("ascii", "replace")
    hidden = [
        target.url,
        path,
        *path.replace("?", "/").replace("&", "/").split("/"),
        *target.headers.values(),
        *target.secrets,
        url.password,
    ]
    for secret in sorted({each for each in hidden if len(each) > 3}, key=len, reverse=True):  # noqa: PLR2004 -- shorter ones are words
        words = words.replace(secret, "[...]")
    return plain(words)[:_ANSWER_SHOWN]


def _judge(target: Target, url: httpx.URL, answer: Answer, wait: float | None) -> Answer:
    said = f"{_named(target, url)} said {answer.status}"
    if answer.text:
        said = f"{said}: {answer.text}"
    match answer.status:
        case status if 200 <= status < 300:  # noqa: PLR2004 -- the classes of HTTP statuses
            return answer
        case status if status in _TRY_AGAIN or status >= 500:  # noqa: PLR2004 -- as above
            raise DeliveryDeferred(said, retry_after=wait)
        case status if 300 <= status < 400:  # noqa: PLR2004 -- as above
            raise DeliveryRejected(
                f"{_named(target, url)} answered with a redirect ({status}), which is not followed:"
                " write the final address into the configuration"
            )
        case status:
            raise DeliveryRejected(said, gone=status == _GONE)


def _wait(headers: httpx.Headers, now: Callable[[], datetime]) -> float | None:
    """Read the wait that a receiver asks for, in seconds; None if it names none that is clear."""
    asked = headers.get("retry-after", "").strip()
    if asked.isdecimal():
        return float(asked[:9])
    try:
        until = parsedate_to_datetime(asked)
    except ValueError:
        return None
    until = until.replace(tzinfo=UTC) if until.tzinfo is None else until
    return max(0.0, (until - now()).total_seconds())
