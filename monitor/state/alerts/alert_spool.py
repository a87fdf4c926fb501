"""Revisions on their way into the ledger, in a file that vanishes by itself: any number fits."""

import tempfile
import weakref
from collections.abc import Iterator, Sequence
from types import GenericAlias
from typing import Any

import msgspec

from monitor.base.error_words import of_system
from monitor.base.errors import StorageError
from monitor.base.machine.limits import in_force
from monitor.base.records import Alert, Person
from monitor.state.alerts.alert_people import STORED, read_back, stored_form

_MOST_IN_MEMORY = 16 << 20
"""Bytes; what is larger goes into a file."""
_CHUNK = msgspec.defstruct(
    "_Chunk", [("people", tuple[Person, ...]), ("alerts", GenericAlias(tuple, (STORED, ...)))]
)
_ENCODER = msgspec.msgpack.Encoder()
_DECODER: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(_CHUNK)


class AlertSpool:
    """Revisions that are written once and read again as often as one likes, some at a time.

    Raises StorageError where there is no room for them.
    """

    def __init__(self) -> None:
        room = in_force().room()
        self._file = tempfile.SpooledTemporaryFile(  # noqa: SIM115 -- it ends with this
            _MOST_IN_MEMORY, dir=str(room) if room else None
        )
        weakref.finalize(self, self._file.close)
        self._sizes: list[int] = []
        self._count = 0

    def __len__(self) -> int:
        """Count the revisions."""
        return self._count

    def __iter__(self) -> Iterator[Alert]:
        """Yield them in the order in which they came."""
        for some in self.chunks():
            yield from some

    def add(self, alerts: Sequence[Alert]) -> None:
        """Put some revisions to the others; a record that several of them share is kept once."""
        if not alerts:
            return
        people: dict[int, Person] = {}
        numbers: dict[int, int] = {}

        def number_of(person: Person) -> int:
            people.setdefault(id(person), person)
            return numbers.setdefault(id(person), len(numbers))

        stored = tuple(stored_form(alert, number_of) for alert in alerts)
        content = _ENCODER.encode(_CHUNK(people=tuple(people.values()), alerts=stored))
        try:
            self._file.seek(sum(self._sizes))
            self._file.write(content)
        except OSError as exc:
            raise StorageError(f"a file for a moment cannot be written: {of_system(exc)}") from exc
        self._sizes.append(len(content))
        self._count += len(alerts)

    def chunks(self) -> Iterator[list[Alert]]:
        """Yield them as they came together."""
        place = 0
        for size in self._sizes:
            self._file.seek(place)
            chunk = _DECODER.decode(self._file.read(size))
            place += size
            yield [read_back(stored, chunk.people.__getitem__) for stored in chunk.alerts]
