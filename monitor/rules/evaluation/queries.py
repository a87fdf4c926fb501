"""The rules as tables: what each condition asks of the moves, and what its counts have to be."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
"""The values that groups are made by; `match_rules.sql` lists them in this order."""
OF_A_WAY = 6
"""So many of them follow from the two organisations alone."""
_ALWAYS = 1_000_000

Row = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Term:
    """One condition of a rule, by its number."""

    rule: Rule
    number: int
    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ask:
    """One question to the moves or, if it `stays`, to the times that people are somewhere."""

    term: _Term
    role: str
    stays: bool
    origin: Match | None
    destination: Match | None
    group_by: tuple[str, ...]
    paired: bool = False
    who: Who = field(default_factory=Who)


def fill_questions(
    engine: Engine, rules: Sequence[Rule], directory: Directory, *, since: Mapping[str, date]
) -> None:
    """Put the rules where the statements find them, each to be evaluated from its day on."""
    engine.run("rule_tables")
    numbers = term_numbers(rules)
    terms = [
        _Term(rule=rule, number=numbers[rule.id] + step, condition=condition)
        for rule in rules
        for step, condition in enumerate(rule.conditions)
    ]
    asks = [ask for term in terms for ask in _asks(term)]
    wanted = [list(_wanted(ask)) for ask in asks]
    _fill(engine, "terms", [_term_row(term, since[term.rule.id]) for term in terms])
    parts = [row for term in terms for row in _parts(term)]
    _fill(engine, "counted_parts", [{"number": n, **row} for n, row in enumerate(parts)])
    _fill(
        engine,
        "asks",
        [
            {"ask": number, **_ask_row(ask, directory, plain=not wanted[number])}
            for number, ask in enumerate(asks)
        ],
    )
    _fill(
        engine,
        "ask_sides",
        [{"ask": n, **row} for n, ask in enumerate(asks) for row in _sides(ask, directory)],
    )
    rows = [{"ask": number, **row} for number, some in enumerate(wanted) for row in some]
    _fill(engine, "wanted", [{"want": number, **row} for number, row in enumerate(rows)])


def term_numbers(rules: Sequence[Rule]) -> dict[str, int]:
    """Return the number of the first condition of each rule; the others follow it."""
    numbers: dict[str, int] = {}
    reached = 0
    for rule in rules:
        numbers[rule.id] = reached
        reached += len(rule.conditions)
    return numbers


def alone(rule: Rule) -> bool:
    """Say whether the episodes of a rule are those of its one condition as they are."""
    return len(rule.conditions) == 1 and not rule.keep_open_days


def _fill(engine: Engine, table: str, rows: Sequence[Row]) -> None:
    engine.fill(table, list(rows[0]) if rows else (), [tuple(row.values()) for row in rows])


def _term_row(term: _Term, since: date) -> Row:
    rule, condition = term.rule, term.condition
    grouped = _group_by(term)
    side = "from." if condition.kind == "flow" else "to."
    return {
        "rule": rule.id,
        "term": term.number,
        "alone": alone(rule),
        "told": rule.combine != "ordered" or condition is rule.conditions[-1],
        "restless": rule.restless,
        "sure": condition.count == "certain",
        "plain": _seeks(term)
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


def _seeks(term: _Term) -> bool:
    """Whether a group without so many people on some day needs no closer look."""
    condition = term.condition
    lonely = len(term.rule.conditions) == 1 and condition.kind == "flow"
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


def _group_by(term: _Term) -> tuple[str, ...]:
    """The values that make a group, in the order in which the rule names them."""
    sides = dict(zip(term.condition.names, term.condition.group_by, strict=True))
    return tuple(sides[name] for name in term.rule.group_by)


def _parts(term: _Term) -> Iterator[Row]:
    """Which running counts a condition is held against."""
    condition = term.condition
    sure = condition.count == "certain"
    window = condition.window_days or 0
    falls = condition.change is not None and condition.change < 0
    # A figure that makes an alert is counted low, one that speaks against it high.
    yield _part(term, "count", "count", sure=sure != falls)
    if condition.people.at_most is not None:
        yield _part(term, "most", "count", sure=not sure)
    if condition.net is not None:
        yield _part(term, "back", "back", sure=not sure)
    if condition.change is not None:
        yield _part(term, "base", "count", sure=sure == falls, later=window)
    if condition.share is not None and condition.kind == "stock":
        yield _part(term, "base", "base", sure=False)
    elif condition.share is not None:
        kind, anchor = _anchor(condition)
        base = _part(term, "base", "base", sure=False, later=window)
        yield {**base, "since": kind, "anchor": anchor, "early": list(condition.early)}


def _part(term: _Term, part: str, role: str, *, sure: bool, later: int = 0) -> Row:
    return {
        "term": term.number,
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


def _asks(term: _Term) -> Iterator[_Ask]:
    condition, grouped = term.condition, _group_by(term)
    stock = condition.kind == "stock"
    paired = condition.origin is not None or any(side.startswith("from.") for side in grouped)
    yield _Ask(
        term=term,
        role="count",
        stays=stock,
        paired=stock and paired,
        origin=condition.origin,
        destination=condition.destination,
        group_by=grouped,
        who=condition.who,
    )
    if condition.net is not None:
        yield _Ask(
            term=term,
            role="back",
            stays=False,
            origin=condition.destination,
            destination=condition.origin,
            group_by=tuple(_turned(side) for side in grouped),
            who=condition.who,
        )
    if condition.share is not None:
        sides = [side if stock else _turned(side) for side in grouped]
        shared = tuple(side for side in sides if side.startswith("to.") or side == "source")
        yield _Ask(
            term=term,
            role="base",
            stays=True,
            origin=None,
            destination=condition.destination if stock else condition.origin or Match(),
            group_by=shared,
        )


def _turned(side: str) -> str:
    """The same value of the other side.

    >>> _turned("from.team"), _turned("person")
    ('to.team', 'person')
    """
    end, _, what = side.partition(".")
    other = {"from": "to", "to": "from"}
    return f"{other[end]}.{what}" if end in other else side


def _ask_row(ask: _Ask, directory: Directory, *, plain: bool) -> Row:
    condition = ask.term.condition
    kind, anchor = _anchor(condition)
    slots = [SLOTS.index(side) + 1 for side in ask.group_by]
    origin, destination = ask.origin or Match(), ask.destination or Match()
    return {
        "rule": ask.term.rule.id,
        "term": ask.term.number,
        "role": ask.role,
        "stays": ask.stays,
        "paired": ask.paired,
        "seeking": ask.role == "count" and _seeks(ask.term),
        "dated": "observed" if condition.clock == "observed" else _dated_by(condition),
        "window_days": condition.window_days,
        "since": kind,
        "anchor": anchor,
        # Stated days are those of a calendar, which is the same everywhere.
        "early": list(condition.early) if condition.clock == "observed" else [0, 0, 0, 0],
        "slots": slots,
        "by_way": plain and max(slots, default=0) <= OF_A_WAY,
        "way_grouped": max(slots, default=0) <= OF_A_WAY,
        "not_from": _units(origin.not_organizations, directory),
        "not_to": _units(destination.not_organizations, directory),
    }


def _dated_by(condition: Condition) -> str:
    """A rule that names or groups by a destination dates moves by joining, any other by leaving."""
    grouped = any(side.startswith("to.") for side in condition.group_by)
    return "joined" if condition.destination is not None or grouped else "left"


def _sides(ask: _Ask, directory: Directory) -> list[Row]:
    found: dict[tuple[object, ...], None] = {}
    for side, match in (("from", ask.origin), ("to", ask.destination)):
        # Who goes to nobody knows where is in no group, and is listed as not assigned.
        grouped = {f"{side}.organization", f"{side}.unit"} & {*ask.group_by}
        anywhere = grouped and match and match.organizations is None
        for row in _units_of(None if anywhere else match, directory):
            unit, named, group, starts, ends = row
            by_name = f"{side}.organization" in ask.group_by
            by_group = f"{side}.group" in ask.group_by
            told = (named if by_name else None, group if by_group else None)
            found[(side, unit, *told, starts, ends)] = None
    names = ("side", "unit", "named", "in_group", "starts", "ends")
    return [dict(zip(names, row, strict=True)) for row in found]


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
    groups: dict[str, list[str | None]] = {one: [] for one in match.organizations}
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


def _wanted(ask: _Ask) -> Iterator[Row]:
    """The traits that a move has to have, or must not have, besides its organisations."""
    for side, match in (("from", ask.origin), ("to", ask.destination)):
        if match is not None:
            yield from _traits_of(side, match)
    # A stock asks what somebody is there, not what they were before.
    either = "to" if ask.stays else "any"
    for traits, but_not in ((ask.who, False), (ask.who.but_not, True)):
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
