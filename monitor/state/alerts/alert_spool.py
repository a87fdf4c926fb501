"""Revisions on their way into the ledger, in a file that vanishes by itself: any number fits."""

from collections.abc import Iterator, Sequence
from types import GenericAlias
from typing import Any

import msgspec

from monitor.base.machine.spool import Spool
from monitor.base.records import Alert, Person
from monitor.state.alerts.alert_people import STORED, read_back, stored_form

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
        self._pieces = Spool()
        self._count = 0

    def __len__(self) -> int:
        """Count the revisions."""
        return self._count

    def __iter__(self) -> Iterator[Alert]:
        """Yield them in the order in which they came."""
        for some in self.chunks():
            yield from some

    def add(self, alerts: Sequence[Alert]) -> int | None:
        """Put some revisions to the others; a record that several of them share is kept once.

        Returns the number under which `chunk` gives them back; None if there are none.
        """
        if not alerts:
            return None
        people: dict[int, Person] = {}
        numbers: dict[int, int] = {}

        def number_of(person: Person) -> int:
            people.setdefault(id(person), person)
            return numbers.setdefault(id(person), len(numbers))

        stored = tuple(stored_form(alert, number_of) for alert in alerts)
        self._count += len(alerts)
        return self._pieces.add(
            _ENCODER.encode(_CHUNK(people=tuple(people.values()), alerts=stored))
        )

    def chunk(self, number: int) -> list[Alert]:
        """Return the revisions that came together under a number."""
        chunk = _DECODER.decode(self._pieces.read(number))
        return [read_back(stored, chunk.people.__getitem__) for stored in chunk.alerts]

    def chunks(self) -> Iterator[list[Alert]]:
        """Yield them as they came together."""
        yield from map(self.chunk, range(len(self._pieces)))
