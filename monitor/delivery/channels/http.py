"""The one place of the channels that talks HTTP: a POST that is bounded, guarded and discreet.

No redirect is followed, certificates are verified, answers are read up to a bound, and addresses in
private networks are refused after name resolution unless the configuration allows them. No error
names the path of an address, for it may be a secret (Slack's is one), nor any other secret.
"""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

import httpx
import msgspec

from monitor.base.errors import DeliveryBlocked, DeliveryDeferred, DeliveryRejected
from monitor.base.machine.network import ADDRESSES_TRIED, Address, Deadline, retry_after, verifying
from monitor.base.records import Json
from monitor.base.settings.channels import Remote
from monitor.delivery.channels.channel import Receipt, redacted
from monitor.delivery.channels.network import addresses_of
from monitor.delivery.messages import plain

ANSWER_BYTES = 512 * 1024
"""How much of an answer is read: Slack's repeats the message. The rest is of no interest."""

_TRY_AGAIN = frozenset({408, 425, 429})
_THIS_MESSAGE = frozenset({400, 406, 411, 413, 414, 415, 422, 431})
"""What a receiver says of one message; by any other refusal it means all of them."""
_GONE = 410
_LAST_PORT = 65535
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")

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
    """How long the whole exchange may take."""

    @classmethod
    def of(cls, name: str, settings: Remote, url: str, *, secrets: Sequence[str] = ()) -> Self:
        """Where a channel sends to, with the options that all channels over HTTP have."""
        return cls(
            channel=name,
            url=url,
            secrets=secrets,
            allow_private=settings.allow_private,
            seconds=settings.timeout,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a receiver said."""

    status: int
    text: str
    """The start of its words, safe to show."""
    body: str = field(default="", repr=False)
    """All its words up to the bound, as they came."""

    @property
    def receipt(self) -> Receipt:
        """The receipt for a message that was taken."""
        return Receipt(said=f"{self.status} {self.text}".strip())


def post_json(
    target: Target, document: Json, *, message: str, now: Callable[[], datetime]
) -> Reply:
    """Send a document as JSON, with the id of the message in a header; as `post` otherwise."""
    headers = {"webhook-id": message, **target.headers}
    content = msgspec.json.encode(document, order="deterministic")
    return post(replace(target, headers=headers), content, now=now)


def post(target: Target, content: bytes, *, now: Callable[[], datetime]) -> Reply:
    """Send a document and return the answer if it is 2xx.

    Raises DeliveryDeferred if another try may help (network errors, 408, 425, 429 and 5xx, with the
    wait that the receiver asked for), DeliveryRejected if not (any other status), DeliveryBlocked
    if the configuration is wrong.
    """
    url = _url(target)
    host = url.raw_host.decode("ascii")
    _check_headers(target)
    port = url.port or (443 if url.scheme == "https" else 80)
    addresses = addresses_of(host, port, channel=target.channel, allow_private=target.allow_private)
    problem = "no address"
    verifying()  # Read in once, and not on the time of an exchange.
    with Deadline(target.seconds) as deadline:
        for address in addresses[:ADDRESSES_TRIED]:
            try:
                answer, headers = _exchange(target, url, address, content, deadline=deadline)
            except (httpx.ConnectError, httpx.ConnectTimeout) as exc:
                problem = plain(str(exc)) or "no answer in time"
                continue
            except httpx.TransportError as exc:
                # Its text may quote a header, so only its kind is told.
                is_late = deadline.has_passed or isinstance(exc, httpx.TimeoutException)
                kind = deadline.words if is_late else type(exc).__name__
                raise DeliveryDeferred(
                    f"{_named(target, url)}: the exchange broke off ({kind})"
                ) from None
            return _judge(target, url, answer, retry_after(headers.get("retry-after", ""), now()))
    raise DeliveryDeferred(f"{_named(target, url)} cannot be reached: {problem}")


def _url(target: Target) -> httpx.URL:
    try:
        url = httpx.URL(target.url.strip())
        host = url.host  # raises what a name in other letters cannot be
        is_port = url.port is None or 0 < url.port <= _LAST_PORT
    except (httpx.InvalidURL, ValueError):
        url, host, is_port = httpx.URL(""), "", False
    if url.scheme not in {"http", "https"} or not host or not is_port:
        raise DeliveryBlocked(
            f"channel {target.channel!r}: its url is no address that begins with http:// or https://"
        )
    return url


def _check_headers(target: Target) -> None:
    for name, value in target.headers.items():
        fits = value.isascii() and (value.isprintable() or not value)
        if not fits or _HEADER.fullmatch(name) is None:
            raise DeliveryBlocked(
                f"channel {target.channel!r}: its header {name!r} has marks that no header can"
                " carry; look at where it comes from"
            )


def _named(target: Target, url: httpx.URL) -> str:
    return f"channel {target.channel!r} ({url.host})"


def _exchange(
    target: Target, url: httpx.URL, address: Address, content: bytes, *, deadline: Deadline
) -> tuple[Reply, httpx.Headers]:
    headers = {
        "Host": url.netloc.decode("ascii"),
        "User-Agent": "talentwatch",
        "Accept-Encoding": "identity",
        "Content-Type": "application/json",
        **target.headers,
    }

    def watch(event: str, details: Mapping[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            deadline.watch(details["return_value"].get_extra_info("socket"))

    extensions: dict[str, Any] = {"trace": watch}
    if url.scheme == "https":
        # The certificate is still checked against the name, though the address is connected to.
        extensions["sni_hostname"] = url.raw_host.decode("ascii")
    timeout = httpx.Timeout(target.seconds, connect=target.seconds / ADDRESSES_TRIED)
    with (
        httpx.Client(timeout=timeout, trust_env=False, verify=verifying()) as client,
        client.stream(
            "POST",
            url.copy_with(host=str(address)),
            content=content,
            headers=headers,
            extensions=extensions,
        ) as response,
    ):
        words = _read(response)
    shown = _redacted(target, url, words)
    return Reply(status=response.status_code, text=shown, body=words), response.headers


def _read(response: httpx.Response) -> str:
    """Read the start of an answer; the status has decided already, so a broken end does no harm."""
    words = b""
    try:
        for chunk in response.iter_raw():
            words += chunk[: ANSWER_BYTES - len(words)]
            if len(words) >= ANSWER_BYTES:
                break
    except httpx.TransportError:
        pass
    return words.decode("utf-8", "replace")


def _redacted(target: Target, url: httpx.URL, words: str) -> str:
    """Cut an answer short, without what the receiver may have echoed of our secrets."""
    headers = target.headers.values()
    secrets = [
        *(*target.secrets, url.password),
        *(*headers, *(word for value in headers for word in value.split())),
    ]
    return redacted(words, urls=[target.url, str(url)], secrets=secrets)


def _judge(target: Target, url: httpx.URL, answer: Reply, wait: float | None) -> Reply:
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
                " write the final address into the configuration",
                channel=True,
            )
        case status:
            raise DeliveryRejected(said, gone=status == _GONE, channel=status not in _THIS_MESSAGE)
