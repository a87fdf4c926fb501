"""The rules as tables: what each condition asks of the moves, and what its counts have to be."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from monitor.base.engine import Engine
from monitor.identity.organizations import Directory
from monitor.rules.language import Condition, Match, Rule, Traits, Who

SEPARATOR = "\x1f"
SLOTS = (
    *("from.organization", "to.organization", "from.unit", "to.unit", "from.group", "to.group"),
    *("from.team", "to.team", "from.location", "to.location", "from.seniority", "to.seniority"),
    *("person", "source"),
)
"""The values that groups are made by; `matching_entries.sql` lists them in this order."""
OF_A_UNIT_PAIR = 6
"""How many of them, the first, follow from the two organisations alone."""
_ALWAYS = 1_000_000

Row = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class _NumberedCondition:
    """One condition of a rule, by its number."""

    rule: Rule
    number: int
    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class _Query:
    """One query on the moves or, with `of_presences`, on the times that people are somewhere."""

    condition: _NumberedCondition
    role: str
    of_presences: bool
    origin: Match | None
    destination: Match | None
    group_by: tuple[str, ...]
    paired: bool = False
    who: Who = field(default_factory=Who)


def fill_queries(  # noqa: PLR0913 -- all that a question is
    engine: Engine,
    rules: Sequence[Rule],
    directory: Directory,
    *,
    since: Mapping[str, date],
    kept: Container[str] = frozenset(),
    listed: Container[str] | None = None,
    every_group: bool = False,
) -> None:
    """Put the rules where the statements find them, each to be evaluated from its day on.

    `kept` has the rules whose counts are stored, and stand where the ledger stands; `listed` those
    whose episodes get their people (None: all). With `every_group` all groups are evaluated on that
    day, whatever is new of them.
    """
    engine.run("rule_tables")
    numbers = condition_numbers(rules)
    conditions = [
        _NumberedCondition(rule=rule, number=numbers[rule.id] + step, condition=condition)
        for rule in rules
        for step, condition in enumerate(rule.conditions)
    ]
    rows = [
        _condition_row(
            numbered,
            since[numbered.rule.id],
            kept=numbered.rule.id in kept,
            listed=listed is None or numbered.rule.id in listed,
            restless=every_group or numbered.rule.restless,
        )
        for numbered in conditions
    ]
    _fill(engine, "conditions", rows)
    parts = [row for numbered in conditions for row in _parts(numbered)]
    _fill(engine, "counted_parts", _numbered("number", parts))
    _fill_queries(engine, [one for numbered in conditions for one in _queries(numbered)], directory)


def _fill_queries(engine: Engine, queries: Sequence[_Query], directory: Directory) -> None:
    """Put the queries where the statements find them, with their sides and who is wanted."""
    wanted = [list(_wanted(query)) for query in queries]
    rows = [
        _query_row(query, directory, plain=not traits)
        for query, traits in zip(queries, wanted, strict=True)
    ]
    _fill(engine, "queries", _numbered("query", rows))
    sides = [_sides(query, directory) for query in queries]
    _fill(engine, "query_sides", _of_queries(sides))
    _fill(engine, "wanted_traits", _numbered("wanted_trait", _of_queries(wanted)))


def _numbered(name: str, rows: Iterable[Row]) -> list[Row]:
    return [{name: number, **row} for number, row in enumerate(rows)]


def _of_queries(rows_of_each: Iterable[Iterable[Row]]) -> list[Row]:
    return [{"query": number, **row} for number, rows in enumerate(rows_of_each) for row in rows]


def condition_numbers(rules: Sequence[Rule]) -> dict[str, int]:
    """Return the number of the first condition of each rule; the others follow it."""
    numbers: dict[str, int] = {}
    reached = 0
    for rule in rules:
        numbers[rule.id] = reached
        reached += len(rule.conditions)
    return numbers


def has_one_condition(rule: Rule) -> bool:
    """Say whether the episodes of a rule are those of its one condition as they are."""
    return len(rule.conditions) == 1 and not rule.keep_open_days


def _fill(engine: Engine, table: str, rows: Sequence[Row]) -> None:
    engine.fill(table, list(rows[0]) if rows else (), [tuple(row.values()) for row in rows])


def _condition_row(
    numbered: _NumberedCondition, since: date, *, kept: bool, listed: bool, restless: bool
) -> Row:
    rule, condition = numbered.rule, numbered.condition
    grouped = _group_by(numbered)
    side = "from." if condition.kind == "flow" else "to."
    return {
        "rule": rule.id,
        "condition": numbered.number,
        "alone": has_one_condition(rule),
        "lists_people": listed and (rule.combine != "ordered" or condition is rule.conditions[-1]),
        "main": condition is rule.main,
        "restless": restless,
        "kept": kept,
        "sure": condition.count == "certain",
        "plain": _can_be_pruned(numbered)
        and condition.measure == "people"
        and condition.people.at_most is None,
        "least": condition.people.at_least,
        "most": condition.people.at_most,
        "share": condition.share,
        "net": condition.net,
        "first": condition.first,
        "change": condition.change,
        "window_days": condition.window_days,
        "reach": _reach(condition),
        "base_slots": [
            place
            for place, value in enumerate(grouped, 1)
            if value.startswith(side) or value == "source"
        ],
        "since": since,
    }


def _can_be_pruned(numbered: _NumberedCondition) -> bool:
    """Whether a group without this many people on some day needs no closer look."""
    condition = numbered.condition
    lonely = len(numbered.rule.conditions) == 1 and condition.kind == "flow"
    return lonely and condition.people.at_least > 0


def _reach(condition: Condition) -> int:
    """How many days before a day somebody may have begun to count who still counts on it."""
    if condition.count == "possible":
        return _ALWAYS
    if condition.window_days is not None:
        return condition.window_days - 1
    # In a zone far ahead a period begins on the UTC day before.
    longest = {"year": 367, "quarter": 93}
    return next((days for name, days in longest.items() if name == condition.since), _ALWAYS)


def _group_by(numbered: _NumberedCondition) -> tuple[str, ...]:
    """The values that make a group, in the order in which the rule names them."""
    sides = dict(zip(numbered.condition.names, numbered.condition.group_by, strict=True))
    return tuple(sides[name] for name in numbered.rule.group_by)


def _parts(numbered: _NumberedCondition) -> Iterator[Row]:
    """Which running counts a condition is held against."""
    condition = numbered.condition
    sure = condition.count == "certain"
    window = condition.window_days or 0
    falls = condition.change is not None and condition.change < 0
    # A figure that makes an alert is counted low, one that speaks against it high.
    yield _part(numbered, "count", "count", sure=sure != falls)
    if condition.people.at_most is not None:
        yield _part(numbered, "most", "count", sure=not sure)
    if condition.net is not None:
        yield _part(numbered, "back", "back", sure=not sure)
    if condition.change is not None:
        yield _part(numbered, "base", "count", sure=sure == falls, later=window)
    if condition.share is not None and condition.kind == "stock":
        yield _part(numbered, "base", "base", sure=False)
    elif condition.share is not None:
        kind, anchor = _anchor(condition)
        base = _part(numbered, "base", "base", sure=False, later=window)
        yield {**base, "since": kind, "anchor": anchor, "early": list(condition.early)}


def _part(numbered: _NumberedCondition, part: str, role: str, *, sure: bool, later: int = 0) -> Row:
    return {
        "condition": numbered.number,
        "part": part,
        "role": role,
        "sure": sure,
        "later": later,
        "since": None,
        "anchor": None,
        "early": [0, 0, 0, 0],
    }


def _anchor(condition: Condition) -> tuple[str | None, date | None]:
    if isinstance(condition.since, date):
        return "anchor", condition.since
    return condition.since, None


def _queries(numbered: _NumberedCondition) -> Iterator[_Query]:
    condition, grouped = numbered.condition, _group_by(numbered)
    stock = condition.kind == "stock"
    paired = condition.origin is not None or any(side.startswith("from.") for side in grouped)
    yield _Query(
        condition=numbered,
        role="count",
        of_presences=stock,
        paired=stock and paired,
        origin=condition.origin,
        destination=condition.destination,
        group_by=grouped,
        who=condition.who,
    )
    if condition.net is not None:
        yield _Query(
            condition=numbered,
            role="back",
            of_presences=False,
            origin=condition.destination,
            destination=condition.origin,
            group_by=tuple(_mirrored(side) for side in grouped),
            who=condition.who,
        )
    if condition.share is not None:
        sides = [side if stock else _mirrored(side) for side in grouped]
        shared = tuple(side for side in sides if side.startswith("to.") or side == "source")
        yield _Query(
            condition=numbered,
            role="base",
            of_presences=True,
            origin=None,
            destination=condition.destination if stock else condition.origin or Match(),
            group_by=shared,
        )


def _mirrored(side: str) -> str:
    """The same value of the other side.

    >>> _mirrored("from.team"), _mirrored("person")
    ('to.team', 'person')
    """
    end, _, what = side.partition(".")
    other = {"from": "to", "to": "from"}
    return f"{other[end]}.{what}" if end in other else side


def _query_row(query: _Query, directory: Directory, *, plain: bool) -> Row:
    condition = query.condition.condition
    kind, anchor = _anchor(condition)
    slots = [SLOTS.index(side) + 1 for side in query.group_by]
    origin, destination = query.origin or Match(), query.destination or Match()
    return {
        "rule": query.condition.rule.id,
        "condition": query.condition.number,
        "role": query.role,
        "is_presence": query.of_presences,
        "paired": query.paired,
        "seeking": query.role == "count" and _can_be_pruned(query.condition),
        "dated": "observed" if condition.clock == "observed" else _dated_by(condition),
        "window_days": condition.window_days,
        "since": kind,
        "anchor": anchor,
        # Stated days are those of a calendar, which is the same everywhere.
        "early": list(condition.early) if condition.clock == "observed" else [0, 0, 0, 0],
        "slots": slots,
        "by_unit_pair": plain and max(slots, default=0) <= OF_A_UNIT_PAIR,
        "unit_pair_grouped": max(slots, default=0) <= OF_A_UNIT_PAIR,
        "not_from": _units(origin.not_organizations, directory),
        "not_to": _units(destination.not_organizations, directory),
    }


def _dated_by(condition: Condition) -> str:
    """A rule that names or groups by a destination dates moves by joining, any other by leaving."""
    grouped = any(side.startswith("to.") for side in condition.group_by)
    return "joined" if condition.destination is not None or grouped else "left"


def _sides(query: _Query, directory: Directory) -> list[Row]:
    sides: dict[tuple[object, ...], None] = {}
    for side, match in (("from", query.origin), ("to", query.destination)):
        # Who goes to nobody knows where is in no group, and is listed as not assigned.
        grouped = {f"{side}.organization", f"{side}.unit"} & {*query.group_by}
        anywhere = grouped and match and match.organizations is None
        for row in _units_of(None if anywhere else match, directory):
            unit, named, group, starts, ends = row
            by_name = f"{side}.organization" in query.group_by
            by_group = f"{side}.group" in query.group_by
            labels = (named if by_name else None, group if by_group else None)
            sides[(side, unit, *labels, starts, ends)] = None
    names = ("side", "unit", "named", "in_group", "starts", "ends")
    return [dict(zip(names, row, strict=True)) for row in sides]


def _units_of(
    match: Match | None, directory: Directory
) -> Iterator[tuple[str, str | None, str | None, date | None, date | None]]:
    """What a side accepts: unit, what and in which group it is named, from when to when."""
    if match is None:
        yield ("", None, None, None, None)
        return
    if match.organizations is None:
        yield ("*", None, None, None, None)
        return
    groups: dict[str, list[str | None]] = {organization: [] for organization in match.organizations}
    for group, members in match.groups:
        for member in members:
            groups[member].append(group)
    for named in match.organizations:
        parts = [(named, None, None)] if match.unit else directory.parts(named)
        for group_name in groups[named] or [None]:
            for unit, starts, ends in parts:
                yield (unit, named, group_name, starts, ends)


def _units(organizations: Iterable[str], directory: Directory) -> list[str]:
    return sorted({part[0] for named in organizations for part in directory.parts(named)})


def _wanted(query: _Query) -> Iterator[Row]:
    """The traits that a move has to have, or must not have, besides its organisations."""
    for side, match in (("from", query.origin), ("to", query.destination)):
        if match is not None:
            yield from _traits_of(side, match)
    # A stock asks what somebody is there, not what they were before.
    either = "to" if query.of_presences else "any"
    for traits, but_not in ((query.who, False), (query.who.but_not, True)):
        yield from _traits_of_people(traits, either, but_not=but_not)


def _traits_of(side: str, match: Match) -> Iterator[Row]:
    yield from _want(side, "title", patterns(match.titles))
    yield from _want(side, "location", patterns(match.locations))
    yield from _want(side, "team", match.teams)
    yield from _want(side, "seniority", match.seniority)
    yield from _want(side, "title", patterns(match.not_titles), but_not=True)
    yield from _want(side, "location", patterns(match.not_locations), but_not=True)
    yield from _want(side, "team", match.not_teams, but_not=True)
    yield from _want(side, "seniority", match.not_seniority, but_not=True)


def _traits_of_people(traits: Traits, either: str, *, but_not: bool) -> Iterator[Row]:
    yield from _want(either, "title", patterns(traits.title), but_not=but_not)
    yield from _want("from", "title", patterns(traits.from_title), but_not=but_not)
    yield from _want("to", "title", patterns(traits.to_title), but_not=but_not)
    yield from _want(either, "location", patterns(traits.location), but_not=but_not)
    yield from _want(either, "seniority", traits.seniority, but_not=but_not)
    yield from _want("person", "person", patterns(traits.person), but_not=but_not)
    yield from _want("person", "source", traits.source, but_not=but_not)


def _want(side: str, trait: str, fits: Sequence[str], *, but_not: bool = False) -> Iterator[Row]:
    if fits:
        yield {"side": side, "trait": trait, "fits": list(fits), "but_not": but_not}


def patterns(globs: Iterable[str]) -> list[str]:
    r"""Turn globs into LIKE patterns.

    >>> patterns(["Head of *", "100%?"])
    ['head of %', '100\\%_']
    """
    escape = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_", "*": "%", "?": "_"})
    return [glob.lower().translate(escape) for glob in globs]
