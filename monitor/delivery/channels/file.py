"""Messages as JSON Lines in a file, for other programs and for looking back."""

import os

import msgspec

from monitor.base.error_words import of_system
from monitor.base.errors import DeliveryDeferred
from monitor.base.private_files import make_folder, touch
from monitor.base.records import Message
from monitor.base.settings import channels
from monitor.delivery.channels.channel import Clock, Receipt


class FileChannel:
    """A channel that appends one line a message: its id, and the document of the alert."""

    def __init__(self, name: str, settings: channels.File, clock: Clock) -> None:
        del clock
        self._name = name
        self._path = settings.path

    def send(self, message: Message) -> Receipt:
        """Append a message and wait until it is on the disk."""
        line = msgspec.json.encode({"id": message.id, **message.body}, order="deterministic")
        try:
            if not self._path.parent.exists():
                make_folder(self._path.parent)
            touch(self._path)
            with self._path.open("ab+") as file:
                # A crash may have left half a line; it gets its end, so that this one stands alone.
                torn = file.tell() > 0 and _last_byte(file.fileno()) != b"\n"
                file.write(b"\n" * torn + line + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as exc:
            raise DeliveryDeferred(
                f"channel {self._name!r}: {self._path} cannot be written: {of_system(exc)}"
            ) from exc
        return Receipt(said=f"written to {self._path}")


def _last_byte(descriptor: int) -> bytes:
    return os.pread(descriptor, 1, os.fstat(descriptor).st_size - 1)
