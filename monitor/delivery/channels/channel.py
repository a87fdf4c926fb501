"""What every channel is, and the time that it works by."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable
from urllib.parse import unquote

from monitor.base.errors import DeliveryBlocked, UsageError
from monitor.base.records import Message
from monitor.base.settings import Secret
from monitor.delivery.messages import plain

PICTURE = "count.png"
"""How programs call the picture of a message."""
_SHOWN = 200
_SECRET = 4
_PART = 6
"""What is shorter, alone or in an address, is a word."""
_PARTS = re.compile(r"[/?&=]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a place said when it took a message."""

    said: str = "taken"
    """Its status and words, safe to show."""
    accepted: bool = False
    """Whether it only passes the message on, and does not say whether that arrives."""
    handle: str | None = None
    """What later messages of the thread are to name, if the place has threads."""


class Channel(Protocol):
    """A place that messages go to."""

    def send(self, message: Message) -> Receipt:
        """Hand a message over, at least once.

        Raises DeliveryDeferred if it should be tried again, DeliveryRejected if that is no use, and
        DeliveryBlocked if the configuration has to be mended first.
        """


@runtime_checkable
class Illustrator(Protocol):
    """A channel that shows a picture after the words, as a message of its own."""

    def illustrate(self, message: Message, receipt: Receipt) -> None:
        """Show the picture of a message that was taken. Raises what `send` does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The time as a channel sees it."""

    now: Callable[[], datetime]
    """The moment in UTC."""
    sleep: Callable[[float], None]
    """Waits this many seconds."""


def revealed(secret: Secret | None, *, channel: str) -> str | None:
    """Read a secret at the moment of use. Raises DeliveryBlocked, naming where it is missing."""
    if secret is None:
        return None
    try:
        return secret.reveal()
    except UsageError as exc:
        # The message waits: nothing is lost while the operator puts the secret back.
        raise DeliveryBlocked(f"channel {channel!r}: {exc}") from exc


class Pace:
    """Keeps messages this many seconds apart, as a receiver's limits ask for."""

    def __init__(self, clock: Clock, *, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds
        self._free_at = 0.0

    def wait(self) -> None:
        """Wait until the next message may go."""
        # The clock may have been set back: never wait longer than the pace itself.
        left = min(self._free_at - self._clock.now().timestamp(), self._seconds)
        if left > 0:
            self._clock.sleep(left)
        self._free_at = self._clock.now().timestamp() + self._seconds


def redacted(words: str, *, urls: Iterable[str] = (), secrets: Iterable[str | None] = ()) -> str:
    """Take secrets out of somebody's words, and cut them short.

    Of addresses all that stands behind the host is one, in whole and in parts.

    >>> redacted("no /services/T0001 for hush-hush", urls=["https://x.example/services/T0001"],
    ...          secrets=["hush-hush"])
    'no [...] for [...]'
    """
    hidden = {*secrets}
    for url in urls:
        _, _, path = url.partition("://")[2].partition("/")
        parts = [f"/{path}", path, *_PARTS.split(path)]
        decoded = map(unquote, parts)
        hidden |= {url, *(part for part in (*parts, *decoded) if len(part) >= _PART)}
    long = {each for each in hidden if each is not None and len(each) >= _SECRET}
    for secret in sorted(long, key=len, reverse=True):
        words = words.replace(secret, "[...]")
    return plain(words)[:_SHOWN]


def cut(words: str, limit: int) -> str:
    """Cut a text to a length, with a mark that shows it."""
    return words if len(words) <= limit else f"{words[: limit - 3]}..."
