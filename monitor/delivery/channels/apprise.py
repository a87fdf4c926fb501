"""Messages by Apprise to all the places that have no kind of their own here.

Apprise says whether it went well, and why not only in its log, so whatever did not is tried again.
The host of a url is looked at like any other, and no redirect is followed; but Apprise resolves its
name again, and what a service of its own reaches is its affair.
"""

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

from monitor.base.errors import DeliveryBlocked, DeliveryDeferred
from monitor.base.records import Message
from monitor.base.settings import channels
from monitor.delivery.channels.channel import Clock, Receipt, cut, redacted, revealed
from monitor.delivery.channels.network import addresses_of
from monitor.delivery.messages import Line, defused, fitted, outline

_ROOM = 10_000
_TITLE = 200
_PARTS = re.compile(r"[/?&=@:]")

_WORDS: ContextVar[list[str] | None] = ContextVar("words", default=None)
"""What Apprise's log says of one message; other channels may be at work beside it."""

if TYPE_CHECKING:
    from apprise import Apprise as Servers


class _Heard(logging.Handler):
    """Keeps what Apprise warns of for the message that it is about."""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the words of a warning."""
        words = _WORDS.get()
        if words is not None:
            words.append(record.getMessage())


logging.getLogger("apprise").addHandler(_Heard(logging.WARNING))


class AppriseChannel:
    """A place that Apprise knows how to reach, by a URL of its kind."""

    def __init__(self, name: str, settings: channels.Apprise, clock: Clock) -> None:
        del clock
        self._name = name
        self._url = settings.url
        self._seconds = settings.timeout
        self._allow_private = settings.allow_private

    def send(self, message: Message) -> Receipt:
        """Hand a message to Apprise, in plain words, with its id as the last line."""
        # It takes a while to import, and few need it.
        from apprise import Apprise as Notifier  # noqa: PLC0415
        from apprise import AppriseAsset, NotifyFormat  # noqa: PLC0415

        notifier = Notifier(asset=AppriseAsset(http_redirects=False))
        url = revealed(self._url, channel=self._name) or ""
        if not notifier.add(url):
            raise DeliveryBlocked(f"channel {self._name!r}: Apprise knows no such url")
        self._check(notifier)
        outlined = outline(message.body)
        lines = fitted(outlined, write=_written, size=lambda line: len(line) + 1, room=_ROOM)
        links = [outlined.link] if outlined.link is not None else []
        body = "\n".join([*lines, *links, f"id {message.id}"])
        title = cut(defused(outlined.title), _TITLE)
        why = _within(
            self._seconds,
            lambda: bool(notifier.notify(body=body, title=title, body_format=NotifyFormat.TEXT)),
        )
        if why is not None:
            said = redacted(why, secrets=[url, *_PARTS.split(url)])
            raise DeliveryDeferred(f"channel {self._name!r}: Apprise could not deliver it: {said}")
        return Receipt(said="Apprise delivered it")

    def _check(self, servers: "Servers") -> None:
        """Refuse hosts in private networks, where the url of a service names a host."""
        for server in servers:
            templates: tuple[str, ...] = server.templates
            if not any("{host}" in template for template in templates):
                continue
            hosts = {server.host, getattr(server, "smtp_host", None)} - {None, ""}
            for name in sorted(hosts, key=str):
                host = str(name).strip("[]")
                try:
                    addresses_of(host, 0, channel=self._name, allow_private=self._allow_private)
                except DeliveryBlocked:
                    raise
                except DeliveryDeferred:
                    continue  # No name that anybody knows: to Apprise it may be a topic.


def _written(line: Line) -> str:
    return ", ".join([f"{'- ' if line.item else ''}{defused(line.words)}", *line.links])


def _within(seconds: float, work: Callable[[], bool]) -> str | None:
    """Do a piece of work, but do not wait for it any longer; returns why it failed, if it did."""
    done: SimpleQueue[str | None] = SimpleQueue()

    def run() -> None:
        words = list[str]()
        _WORDS.set(words)
        went_well = False
        try:
            went_well = work()
        finally:
            done.put(None if went_well else "; ".join(words) or "it does not say why")

    # Nothing waits for the thread: a receiver that hangs must not keep the process.
    Thread(target=run, daemon=True, name="apprise").start()
    try:
        return done.get(timeout=seconds)
    except Empty:
        return f"no end within {seconds:g} seconds"
