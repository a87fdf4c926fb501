"""Messages by Apprise to all the places that have no kind of their own here.

Apprise says only whether it went well, so whatever did not is tried again. What it reaches, and
how, is its own affair: addresses in private networks and redirects are not guarded against.
"""

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread

from monitor.channels.channel import Clock, Receipt, cut, revealed
from monitor.errors import DeliveryBlocked, DeliveryDeferred
from monitor.messages import Line, defused, fitted, outline
from monitor.records import Message
from monitor.settings import ChannelSettings

_ROOM = 10_000
_TITLE = 200


class Apprise:
    """A place that Apprise knows how to reach, by a URL of its kind."""

    def __init__(self, settings: ChannelSettings, clock: Clock) -> None:
        del clock
        self._name = settings.name
        self._url = settings.options["url"]
        self._seconds = settings.options.get("timeout", 20)

    def send(self, message: Message) -> Receipt:
        """Hand a message to Apprise, in plain words, with its id as the last line."""
        # It takes a while to import, and few need it.
        from apprise import Apprise as Notifier  # noqa: PLC0415
        from apprise import NotifyFormat  # noqa: PLC0415

        notifier = Notifier()
        if not notifier.add(revealed(self._url, channel=self._name) or ""):
            raise DeliveryBlocked(f"channel {self._name!r}: Apprise knows no such url")
        said = outline(message.body)
        lines = fitted(said, write=_written, size=lambda line: len(line) + 1, room=_ROOM)
        links = [said.link] if said.link is not None else []
        body = "\n".join([*lines, *links, f"id {message.id}"])
        title = cut(defused(said.title), _TITLE)
        if not _within(
            self._seconds,
            lambda: bool(notifier.notify(body=body, title=title, body_format=NotifyFormat.TEXT)),
        ):
            raise DeliveryDeferred(f"channel {self._name!r}: Apprise could not deliver it")
        return Receipt(said="Apprise delivered it")


def _written(line: Line) -> str:
    return ", ".join([f"{'- ' if line.item else ''}{defused(line.words)}", *line.links])


def _within(seconds: float, work: Callable[[], bool]) -> bool:
    """Do a piece of work, but do not wait for it any longer than this."""
    done: SimpleQueue[bool] = SimpleQueue()
    # Nothing waits for the thread: a receiver that hangs must not keep the process.
    Thread(target=lambda: done.put(work()), daemon=True, name="apprise").start()
    try:
        return done.get(timeout=seconds)
    except Empty:
        return False
