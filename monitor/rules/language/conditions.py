"""One [flow] or [stock] of a rule file, read and held against what a schema cannot see."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from msgspec import convert

from monitor.base.config_files.toml_files import KeyPath, listed
from monitor.base.records import Json
from monitor.base.settings import days_of
from monitor.rules.language.keys import FlowTable, Range, StockTable
from monitor.rules.language.model import ANY, Anchor, Bounds, Condition, Match
from monitor.rules.language.reading import RuleReading

SIDES = {"flow": ("from", "to"), "stock": ("formerly", "at")}
MEASURES = ("share", "net", "first", "change")
UNUSUAL_PEOPLE = 3
"""A rule on `unusual` asks for this many people unless it says how many,"""
FEWEST_UNUSUAL_PEOPLE = 2
"""and for this many at the least."""


def read_condition(
    reading: RuleReading, path: KeyPath, table: Mapping[str, Json], *, zone: str
) -> Condition:
    """This is the condition that a [flow] or [stock] at a key path says."""
    kind = "stock" if path[-1] == "stock" else "flow"
    origin_key, destination_key = SIDES[kind]
    sides, names = read_grouping(table.get("group_by", ()))
    said = convert(table, StockTable if kind == "stock" else FlowTable)
    flow = said if isinstance(said, FlowTable) else FlowTable()
    condition = Condition(
        kind="stock" if kind == "stock" else "flow",
        origin=reading.side(
            (*path, origin_key), table.get(origin_key), by_group="from.group" in sides
        ),
        destination=reading.side(
            (*path, destination_key), table.get(destination_key), by_group="to.group" in sides
        ),
        who=reading.who((*path, "who"), table.get("who", {})),
        window_days=days_of(said.within) if said.within else None,
        since=_anchor(flow.since),
        people=_bounds(said.people)
        if "people" in table or flow.unusual is None
        else Bounds(at_least=UNUSUAL_PEOPLE),
        share=said.share,
        net=flow.net,
        first=flow.first,
        unusual=flow.unusual,
        change=said.change if isinstance(said, StockTable) else None,
        levels=tuple(sorted(table.get("levels", {}).items(), key=lambda level: abs(level[1]))),
        group_by=sides,
        names=names,
        clock=flow.clock,
        count=said.count,
        early=_early(zone) if flow.since in ("year", "quarter") else (0, 0, 0, 0),
    )
    _check(reading, path, table, condition)
    return condition


def read_grouping(value: Json) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """These are the values that make a group, and what they are called.

    >>> read_grouping({"team": "from.team"})
    (('from.team',), ('team',))
    """
    aliases = value if isinstance(value, Mapping) else {side: side for side in value}
    sides = [side.replace("formerly.", "from.").replace("at.", "to.") for side in aliases.values()]
    return tuple(sides), tuple(aliases)


def regrouped(condition: Condition, value: Json) -> Condition:
    """This is the condition of another rule, grouped as the rule that names it says."""
    sides, names = read_grouping(value)
    return replace(condition, group_by=sides, names=names)


def _anchor(since: str | None) -> Anchor | None:
    if since is None:
        return None
    named: dict[str, Anchor] = {"year": "year", "quarter": "quarter"}
    return named.get(since) or date.fromisoformat(since)


def _bounds(asked: int | Range) -> Bounds:
    if isinstance(asked, int):
        return Bounds(at_least=asked)
    least = [asked.gte or 0, 0 if asked.gt is None else asked.gt + 1]
    most = [number - over for number, over in ((asked.lte, 0), (asked.lt, 1)) if number is not None]
    return Bounds(at_least=max(least), at_most=min(most) if most else None)


def _early(zone: str) -> tuple[int, ...]:
    """How many days earlier the first day of each quarter is in UTC; by the zone's rules of 2025.

    A day of UTC is taken for the local day that most of it lies in, whose noon it has.

    >>> _early("Europe/Berlin"), _early("Pacific/Auckland")
    ((0, 0, 0, 0), (1, 1, 0, 1))
    """
    local = ZoneInfo(zone)
    noons = [datetime(2025, month, 1, 12, tzinfo=local) for month in (1, 4, 7, 10)]
    return tuple((noon.date() - noon.astimezone(UTC).date()).days for noon in noons)


def _check(
    reading: RuleReading, path: KeyPath, table: Mapping[str, Json], condition: Condition
) -> None:
    _check_window(reading, path, table, condition)
    _check_measure(reading, path, table, condition)
    for key, side in zip(SIDES[condition.kind], ("from", "to"), strict=True):
        value = table.get(key)
        named = value.get("organization") if isinstance(value, Mapping) else value
        grouped = {f"{side}.{what}" for what in ("organization", "unit", "group", "team")}
        if listed(named) == (ANY,) and not grouped & {*condition.group_by}:
            expected = f"'*' sides need group_by: add \"{key}.organization\" to it"
            reading.wrong((*path, key), expected)
    for side, match in (("from", condition.origin), ("to", condition.destination)):
        if f"{side}.group" in condition.group_by and not (match and match.groups):
            expected = f'"{side}.group" needs a side that names groups, such as "@rivals"'
            reading.wrong((*path, "group_by"), expected)


def _check_window(
    reading: RuleReading, path: KeyPath, table: Mapping[str, Json], condition: Condition
) -> None:
    if condition.kind == "stock":
        if ("within" in table) != ("change" in table):
            reading.wrong(path, "expected `change` and `within` together, or neither")
        return
    if "within" in table and "since" in table:
        reading.wrong((*path, "since"), "expected either `within` or `since`, not both")
    if "within" not in table and "since" not in table:
        reading.wrong(path, 'expected `within` (such as "90d") or `since` (such as "year")')
    if condition.first and "within" not in table:
        reading.wrong((*path, "first"), "expected `within`: how long the first move is news")


def _check_measure(
    reading: RuleReading, path: KeyPath, table: Mapping[str, Json], condition: Condition
) -> None:
    given = [key for key in MEASURES if key in table]
    if len(given) > 1:
        reading.wrong(
            (*path, given[1]), f"expected one measure, not both {given[0]} and {given[1]}"
        )
    if condition.unusual is not None:
        _check_unusual(reading, path, table, condition)
    elif not given and "people" not in table:
        reading.wrong(path, "the key 'people' is missing")
    if {"share", "change"} & {*given} and "people" not in table:
        reading.wrong(
            (*path, given[0]),
            "expected `people` beside it: of at least so many, such as people = 3",
        )
    most = condition.people.at_most
    if most is not None and most < condition.people.at_least:
        reading.wrong((*path, "people"), "expected a range that some number lies in")
    if condition.share is not None and condition.kind == "flow" and not _named(condition, "from"):
        reading.wrong((*path, "share"), "expected `from`: the share of whom?")
    if condition.net is not None and not (_named(condition, "from") and _named(condition, "to")):
        reading.wrong((*path, "net"), "expected `from` and `to`: there less back")


def _check_unusual(
    reading: RuleReading, path: KeyPath, table: Mapping[str, Json], condition: Condition
) -> None:
    """Refuse what `unusual` cannot be held against yet: it goes with people of a window."""
    people, fewest = condition.people, FEWEST_UNUSUAL_PEOPLE
    refused = {
        **{
            key: (key in table, "expected it without `unusual`, which goes with `people`")
            for key in ("share", "net", "first", "since")
        },
        "unusual": (path[0] != "flow", "expected it in a [flow] that stands alone"),
        "people": (
            people.at_most is not None or people.at_least < fewest,
            f"expected a number of at least {fewest} beside `unusual`",
        ),
        "count": (condition.count == "possible", 'expected "certain" beside `unusual`'),
        "group_by": (
            not {"person", "source"}.isdisjoint(condition.group_by),
            "expected sides alone beside `unusual`",
        ),
        "within": (
            not (_named(condition, "from") or _named(condition, "to")),
            "expected `from` or `to` beside `unusual`",
        ),
    }
    for key, (is_refused, expected) in refused.items():
        if is_refused:
            reading.wrong((*path, key), expected)


def _named(condition: Condition, side: str) -> Match | bool | None:
    match = condition.origin if side == "from" else condition.destination
    return match or any(value.startswith(f"{side}.") for value in condition.group_by)
