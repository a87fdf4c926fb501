"""What a rule says that is probably not meant: it can never fire, or always does."""

from collections.abc import Iterable, Iterator, Mapping

from monitor.rules.language.model import Condition, Match, Rule, Who


def lint(rule: Rule) -> list[str]:
    """Return what is doubtful in a rule by itself, in words."""
    doubts = [doubt for condition in rule.conditions for doubt in _lint_condition(condition)]
    return list(dict.fromkeys(doubts))


def lint_windows(rules: Iterable[Rule], gaps: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return rules whose window is shorter than the usual gap of a source, with the words.

    `gaps` are days by source. A move without a date lies somewhere in such a gap, so it is never
    certain to lie in the window.
    """
    return [
        (rule.id, _too_short(condition.window_days or days, days, source))
        for rule in rules
        for condition in rule.conditions
        for source, days in sorted(gaps.items())
        if _is_dated(condition, source) and days > (condition.window_days or days)
    ]


def merged_hints(hints: Iterable[tuple[str, str]]) -> list[str]:
    """Say once what is true of several rules.

    >>> merged_hints([("a", "no"), ("b", "no"), ("b", "why")])
    ['rules a, b: no', 'rule b: why']
    """
    rules: dict[str, dict[str, None]] = {}
    for rule, words in hints:
        rules.setdefault(words, {}).setdefault(rule)
    return [
        f"{'rule' if len(named) == 1 else 'rules'} {', '.join(named)}: {words}"
        for words, named in rules.items()
    ]


def _too_short(window: int, gap: int, source: str) -> str:
    return (
        f"`within` of {window} days is shorter than the usual {gap} days between snapshots of"
        f" {source}: a move without a date is never certain to lie in it"
    )


def _is_dated(condition: Condition, source: str) -> bool:
    """Whether moves seen at a source count by days that may not be known."""
    sources = condition.who.source
    return (
        condition.kind == "flow"
        and condition.clock == "effective"
        and condition.count == "certain"
        and (not sources or source in sources)
    )


def _lint_condition(condition: Condition) -> Iterator[str]:
    origin, destination = condition.origin, condition.destination
    if condition.kind == "flow" and _the_one(origin) and _the_one(origin) == _the_one(destination):
        yield "both sides are one organisation, and nobody moves to where they were: never fires"
    for side in (origin, destination):
        if side and side.organizations and not {*side.organizations} - {*side.not_organizations}:
            yield "`not` leaves out every organisation that its side names: never fires"
    people = condition.who.person
    if people and len(people) < condition.people.at_least and not _has_globs(people):
        named = "1 person" if len(people) == 1 else f"{len(people)} people"
        yield f"it names {named} and asks for {condition.people.at_least}: never fires"
    yield from _always(condition)
    if condition.unusual is not None and not condition.group_by:
        yield (
            "`unusual` is held against all groups of a rule, and this rule has one: `people` alone"
            " is simpler"
        )


def _always(condition: Condition) -> Iterator[str]:
    asked = condition.asked if condition.asked is not None else condition.threshold
    for severity, level in condition.levels:
        if abs(level) <= abs(asked):
            yield f"the level {severity} is reached whenever it fires: give the `severity` instead"
    if (
        condition.measure == "people"
        and condition.people.at_least <= 1
        and condition.people.at_most is None
        and _is_empty(condition.origin)
        and _is_empty(condition.destination)
        and condition.who == Who()
    ):
        yield "it asks for one person and says nothing of whom: it always fires"


def _the_one(side: Match | None) -> tuple[str, ...] | None:
    """Return the organisation of a side that names no other."""
    named = side.organizations if side and not side.unit else None
    return named if named and len(named) == 1 else None


def _has_globs(texts: Iterable[str]) -> bool:
    return any("*" in text or "?" in text for text in texts)


def _is_empty(side: Match | None) -> bool:
    return side is None or side == Match()
