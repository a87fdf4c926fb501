"""What lists leave out for it counts too few people: how much, and which setting says so."""

from collections.abc import Callable, Hashable, Mapping
from typing import TypeVar

from monitor.delivery.messages import counted, fewer_people

T = TypeVar("T")
Rows = Mapping[str, set[Hashable]]
"""By what they are of, the identities of rows."""


class LeftOut:
    """The rows that one answer leaves out, each of them once."""

    def __init__(self, least: int) -> None:
        self._least = least
        self._rows: dict[str, set[Hashable]] = {}

    def note(self, what: str, row: Hashable) -> None:
        """Note a row by what it is of (a word such as `flow`) and by its identity."""
        self._rows.setdefault(what, set()).add(row)

    def add(self, rows: Rows) -> None:
        """Note what was left out of something that was made before."""
        for what, some in rows.items():
            self._rows.setdefault(what, set()).update(some)

    def of(self, make: Callable[[], T]) -> tuple[T, Rows]:
        """Make something; returns it with what was left out of it alone, which is not noted yet."""
        before, self._rows = self._rows, {}
        try:
            return make(), self._rows
        finally:
            self._rows = before

    @property
    def counts(self) -> dict[str, int]:
        """How many rows were left out, by what they are of, where they are `least` or more.

        A smaller number would tell whoever asks for one pair and one day that somebody moved.
        """
        numbers = {what: len(rows) for what, rows in sorted(self._rows.items())}
        return {what: number for what, number in numbers.items() if number >= self._least}

    @property
    def sentence(self) -> str:
        """The same in words, with the setting that changes it; nothing where all is shown.

        >>> few = LeftOut(2)
        >>> few.sentence
        'Rows that count fewer than 2 people are left out (least_people in the configuration).'
        >>> few.note("flow", ("meta", "xai"))
        >>> few.note("flow", ("xai", "meta"))
        >>> few.sentence.partition(" (")[0]
        'Rows that count fewer than 2 people are left out: 2 flows'
        """
        if self._least == 1:
            return ""
        rows = ", ".join(counted(number, what) for what, number in self.counts.items())
        return (
            f"Rows that count {fewer_people(self._least)} are left out{rows and f': {rows}'}"
            " (least_people in the configuration)."
        )
