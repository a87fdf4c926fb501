"""Tables without ids, whose people are told apart by their names."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum

from monitor.base.records import SHARED_NAME, Json
from monitor.intake.profiles.name_keys import key_with_name, told_apart
from monitor.intake.sources.columns import Places, are_keyed_by_name

Row = Mapping[str, Json]


_UNCLEAR = "unclear"
"""Marks a row of a name that others have, too, and that says nothing of whom it means."""


class Names(Enum):
    """What several rows of one name are."""

    PEOPLE = "people"
    """Several people: the table lists everybody once, as it says nothing of ends."""
    CAREERS = "careers"
    """The positions of one person, unless their names say whom of several they mean."""
    STATES = "states"
    """The same where at most one goes on: the table says which are over, but not since when."""


def names_of(places: Places) -> Names | None:
    """Say what rows of one name are in a table; None if its ids are no names."""
    if not are_keyed_by_name(places):
        return None
    if "end" in places:
        return Names.CAREERS
    return Names.STATES if "current" in places else Names.PEOPLE


def keyed(rows: Iterable[tuple[int, Row]], names: Names | None) -> Iterator[tuple[int, Row]]:
    """The rows, each with its id in the common form of its name."""
    if names is None:
        return iter(rows)
    return ((line, _keyed(row)) for line, row in rows)


def _keyed(row: Row) -> Row:
    identity, name = row.get("id"), row.get("name")
    if not isinstance(identity, str) or not isinstance(name, str):
        return row
    return {**row, "id": key_with_name(identity, name)}


def means(row: Row, names: Names | None) -> str:
    """Whom of those who share a name a row means; empty where it says nothing of it."""
    return "" if names is None else told_apart(str(row.get("name", "")))


def means_one(row: Row, meant: str) -> Row:
    """A row of a name that several people of its table have, with an id that says whom it means."""
    if not meant:
        return {**row, _UNCLEAR: True}
    return {**row, "id": f"{row['id']} {meant}"}


def several_people(rows: Sequence[Row], names: Names) -> str | None:
    """Say why rows of one name are those of several people; None if they may be one person's."""
    if any(_UNCLEAR in row for row in rows):
        return f"{SHARED_NAME}others have it with a number or a generation (Jr.) behind it"
    if len(rows) == 1:
        return None
    meant = {means(row, names) for row in rows}
    different = [row for number, row in enumerate(rows) if row not in rows[:number]]
    go_on = [row for row in different if row.get("current") is not False]
    is_career = names is Names.CAREERS or (names is Names.STATES and len(go_on) <= 1)
    if len(meant) == 1 and (len(different) == 1 or is_career):
        return None
    return f"{SHARED_NAME}{len(rows)} rows have it, and nothing else tells them apart"
