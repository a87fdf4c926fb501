"""The people of alerts: a record is kept once for its alert, and each revision names it by number.

An alert that grows for a year has hundreds of revisions, and most of its people are in all of them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields
from functools import partial
from itertools import islice
from typing import Any, get_type_hints

import msgspec
from sqlalchemy import Connection, delete, insert, select

from monitor.base.records import Alert, Person, Reason
from monitor.state.alerts.encoding import encoded
from monitor.state.tables import ALERT_PEOPLE, NOTIFICATIONS, REVISIONS

LISTS = ("people", "possible_people", "left_out")
"""The fields of a revision that hold people."""
AT_ONCE = 500
"""How many revisions are read or written at once; SQLite once bound no more than 999 values."""
_MOST_KEPT = 50_000
"""How many records of people are kept while revisions are read: what bounds the memory."""


def _stored_field(
    name: str, kind: object, default: object
) -> tuple[str, Any] | tuple[str, Any, Any]:
    if name in LISTS:
        kind = tuple[int, ...]
    return (name, kind) if default is MISSING else (name, kind, default)


_HINTS = get_type_hints(Alert)
_NAMES = [field.name for field in fields(Alert)]
STORED = msgspec.defstruct(
    "StoredAlert",
    [_stored_field(field.name, _HINTS[field.name], field.default) for field in fields(Alert)],
    kw_only=True,
)
"""A revision with the numbers of its people in their place."""
_ALERT: msgspec.json.Decoder[Any] = msgspec.json.Decoder(STORED)
_PERSON = msgspec.json.Decoder(Person)


class _Numbers(msgspec.Struct):
    """Of a revision nothing but whom it names."""

    people: tuple[int, ...] = ()
    possible_people: tuple[int, ...] = ()
    left_out: tuple[int, ...] = ()


_NUMBERS = msgspec.json.Decoder(_Numbers)


def named_in(body: str) -> set[int]:
    """Return the numbers of the people that a stored revision names."""
    numbers = _NUMBERS.decode(body)
    return {*numbers.people, *numbers.possible_people, *numbers.left_out}


def stored_form(alert: Alert, number_of: Callable[[Person], int]) -> msgspec.Struct:
    """Return a revision with the numbers of its people in their place."""
    values = {name: getattr(alert, name) for name in _NAMES}
    for name in LISTS:
        values[name] = tuple(map(number_of, values[name]))
    return STORED(**values)


def read_back(stored: msgspec.Struct, person: Callable[[int], Person]) -> Alert:
    """Return the revision of such a form, given the people by their numbers."""
    values = {name: getattr(stored, name) for name in _NAMES}
    for name in LISTS:
        values[name] = tuple(map(person, values[name]))
    return Alert(**values)


def read_without_people(body: str) -> Alert:
    """Return a stored revision without the people that it names."""
    stored = _ALERT.decode(body)
    values = {name: getattr(stored, name) for name in _NAMES}
    return Alert(**{**values, **dict.fromkeys(LISTS, ())})


def store_people(connection: Connection, alerts: Sequence[Alert]) -> Iterator[str]:
    """Keep the people of revisions, and yield what is to be stored of each, in order."""
    for start in range(0, len(alerts), AT_ONCE):
        yield from _store_some(connection, alerts[start : start + AT_ONCE])


def _store_some(connection: Connection, alerts: Sequence[Alert]) -> list[str]:
    numbers_of_alert: dict[str, dict[str, int]] = {alert.alert: {} for alert in alerts}
    for name, number, body in _people(connection, list(numbers_of_alert)):
        numbers_of_alert[name][body] = number
    seen: dict[tuple[str, int], int] = {}
    """By alert and identity of a record, which lives as long as its revision: its number."""
    added: list[dict[str, object]] = []
    last = {alert: max(numbers.values(), default=0) for alert, numbers in numbers_of_alert.items()}

    def number_of(alert: str, person: Person) -> int:
        if (alert, id(person)) not in seen:
            body, numbers = encoded(person), numbers_of_alert[alert]
            if body not in numbers:
                numbers[body] = last[alert] = last[alert] + 1
                added.append(
                    {
                        "alert": alert,
                        "number": numbers[body],
                        "move": person.move,
                        "body": body,
                    }
                )
            seen[alert, id(person)] = numbers[body]
        return seen[alert, id(person)]

    bodies = [encoded(stored_form(alert, partial(number_of, alert.alert))) for alert in alerts]
    if added:
        connection.execute(insert(ALERT_PEOPLE), added)
    return bodies


def read_alerts(connection: Connection, bodies: Iterable[str]) -> Iterator[Alert]:
    """Yield the revisions that were stored so, in order, some at a time."""
    people: dict[str, dict[int, Person]] = {}
    rest = iter(bodies)
    while stored := [_ALERT.decode(body) for body in islice(rest, AT_ONCE)]:
        if sum(map(len, people.values())) > _MOST_KEPT:
            people = {}
        missing = {row.alert for row in stored} - people.keys()
        for alert, number, body in _people(connection, sorted(missing)):
            people.setdefault(alert, {})[number] = _PERSON.decode(body)
        for row in stored:
            yield read_back(row, people.get(row.alert, {}).__getitem__)


def people_by_number(connection: Connection, alert: str) -> dict[int, Person]:
    """Return everybody whom some revision of an alert names, by number."""
    rows = _people(connection, [alert])
    return {number: _PERSON.decode(body) for _, number, body in rows}


def in_order(bodies: Iterable[str], people: Mapping[int, Person]) -> list[str]:
    """Put the people of an alert's stored revisions where a replay puts them.

    Who is counted stands by the key, and so do those whom the first revision adds and whom a
    withdrawal takes back; the others by their ids.
    """
    ordered, before = [], list[str]()
    for stored in map(_ALERT.decode, bodies):
        for name in LISTS:
            numbers = sorted(getattr(stored, name), key=lambda number: people[number].key)
            setattr(stored, name, tuple(numbers))
        listed = [people[number].person for number in stored.people]
        stored.new_people = _placed(stored.new_people, listed if stored.revision == 1 else ())
        is_withdrawn = stored.reason is Reason.WITHDRAWN
        stored.gone_people = _placed(stored.gone_people, before if is_withdrawn else ())
        ordered.append(encoded(stored))
        before = listed
    return ordered


def _placed(ids: Sequence[str], by_key: Sequence[str]) -> tuple[str, ...]:
    """Ids in the order of some people if they are all of these, and by themselves if not."""
    return tuple(by_key) if sorted(ids) == sorted(by_key) else tuple(sorted(ids))


def drop_unnamed(connection: Connection, alerts: Sequence[str]) -> None:
    """Delete the people of these alerts whom no revision and no notification names."""
    for start in range(0, len(alerts), AT_ONCE):
        some = alerts[start : start + AT_ONCE]
        named: dict[str, set[int]] = {}
        for table in (REVISIONS, NOTIFICATIONS):
            query = select(table.c.alert, table.c.body).where(table.c.alert.in_(some))
            for alert, body in connection.execute(query):
                named.setdefault(alert, set()).update(named_in(body))
        for alert, number, _ in list(_people(connection, some)):
            if number not in named.get(alert, ()):
                this = (ALERT_PEOPLE.c.alert == alert) & (ALERT_PEOPLE.c.number == number)
                connection.execute(delete(ALERT_PEOPLE).where(this))


def alerts_naming(connection: Connection, moves: Sequence[str]) -> list[str]:
    """List the alerts of which some revision or notification named one of these moves."""
    alerts: set[str] = set()
    for start in range(0, len(moves), AT_ONCE):
        some = ALERT_PEOPLE.c.move.in_(moves[start : start + AT_ONCE])
        alerts.update(connection.execute(select(ALERT_PEOPLE.c.alert).where(some)).scalars())
    return sorted(alerts)


def alerts_of_stays(connection: Connection, profile: str) -> list[str]:
    """List the alerts of which some revision or notification named a stay of SOURCE:ID."""
    named = ALERT_PEOPLE.c.move.startswith(f"{profile}:", autoescape=True)
    rows = connection.execute(select(ALERT_PEOPLE.c.alert, ALERT_PEOPLE.c.move).where(named))
    # An id may have a colon; and SQLite takes capital and small letters for one.
    return sorted({alert for alert, move in rows if move.rpartition(":")[0] == profile})


def counted_moves(connection: Connection, rule: str, moves: Sequence[str]) -> set[str]:
    """Return which of some moves an alert of a rule ever counted, or a channel was told of."""
    numbers: dict[str, dict[int, str]] = {}
    for start in range(0, len(moves), AT_ONCE):
        some = ALERT_PEOPLE.c.move.in_(moves[start : start + AT_ONCE])
        columns = select(ALERT_PEOPLE.c.alert, ALERT_PEOPLE.c.number, ALERT_PEOPLE.c.move)
        for alert, number, move in connection.execute(columns.where(some)):
            numbers.setdefault(alert, {})[number] = move
    alerts, counted = list(numbers), set[str]()
    for start in range(0, len(alerts), AT_ONCE):
        for table in (REVISIONS, NOTIFICATIONS):
            some = table.c.alert.in_(alerts[start : start + AT_ONCE])
            query = select(table.c.alert, table.c.body).where(some, table.c.rule == rule)
            for alert, body in connection.execute(query):
                named = _NUMBERS.decode(body).people
                counted |= {numbers[alert][number] for number in named if number in numbers[alert]}
    return counted


def _people(connection: Connection, alerts: Sequence[str]) -> Iterator[tuple[str, int, str]]:
    for start in range(0, len(alerts), AT_ONCE):
        some = ALERT_PEOPLE.c.alert.in_(alerts[start : start + AT_ONCE])
        columns = select(ALERT_PEOPLE.c.alert, ALERT_PEOPLE.c.number, ALERT_PEOPLE.c.body)
        for row in connection.execute(columns.where(some)):
            yield row.alert, row.number, row.body
