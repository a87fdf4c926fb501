"""Revisions on their way into the ledger, in a file that vanishes by itself: any number fits."""

from collections.abc import Collection, Iterator, Sequence
from types import GenericAlias
from typing import Any

import msgspec

from monitor.base.machine.spool import Spool
from monitor.base.records import Alert, Person
from monitor.state.alerts.alert_people import STORED, read_back, stored_form
from monitor.state.alerts.encoding import Group, group_of_alert

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
        self._places: dict[Group, list[int]] = {}
        """By group: the parts that have revisions of it."""

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
        people: list[Person] = []
        numbers: dict[int, int] = {}

        def number_of(person: Person) -> int:
            identity = id(person)
            if identity not in numbers:
                numbers[identity] = len(people)
                people.append(person)
            return numbers[identity]

        stored = tuple(stored_form(alert, number_of) for alert in alerts)
        self._count += len(alerts)
        number = self._pieces.add(_ENCODER.encode(_CHUNK(people=tuple(people), alerts=stored)))
        for group in dict.fromkeys(map(group_of_alert, alerts)):
            self._places.setdefault(group, []).append(number)

    def chunks(self) -> Iterator[list[Alert]]:
        """Yield them as they came together."""
        yield from map(self._chunk, range(len(self._pieces)))

    def groups(self) -> list[Group]:
        """List the groups of which there are revisions."""
        return list(self._places)

    def of(self, groups: Collection[Group]) -> Iterator[Alert]:
        """Yield the revisions of some groups, in the order in which they came."""
        numbers = {number for group in groups for number in self._places.get(group, ())}
        for number in sorted(numbers):
            yield from (alert for alert in self._chunk(number) if group_of_alert(alert) in groups)

    def _chunk(self, number: int) -> list[Alert]:
        chunk = _DECODER.decode(self._pieces.read(number))
        return [read_back(stored, chunk.people.__getitem__) for stored in chunk.alerts]
