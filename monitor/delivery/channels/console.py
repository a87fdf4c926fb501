"""Messages in plain words on the standard error stream, so that standard output stays for JSON."""

import sys

from monitor.base.errors import DeliveryDeferred
from monitor.base.records import Message
from monitor.base.settings import channels
from monitor.delivery.channels.channel import Clock, Receipt
from monitor.delivery.messages import text


class ConsoleChannel:
    """A channel that people read in the terminal or in the log of a service."""

    def __init__(self, name: str, settings: channels.Console, clock: Clock) -> None:
        del clock, settings
        self._name = name

    def send(self, message: Message) -> Receipt:
        """Write a message, with an empty line after it."""
        try:
            # The stream is looked up late: a service may turn it elsewhere.
            sys.stderr.write(f"{_writable(text(message.body))}\n\n")
            sys.stderr.flush()
        except (OSError, ValueError) as exc:
            raise DeliveryDeferred(f"channel {self._name!r}: the terminal is closed") from exc
        return Receipt(said="written to the standard error stream")


def _writable(words: str) -> str:
    """Replace what the terminal's encoding cannot show, rather than losing the message."""
    encoding = sys.stderr.encoding or "utf-8"
    return words.encode(encoding, "replace").decode(encoding)
