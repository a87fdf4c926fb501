"""Rules held against moves: which groups were at or over a threshold, when, and by whom.

All rules are evaluated together: they are tables, joined with the moves once. What follows from a
rule is a set of beliefs: for every group, and every day on which something new became known of
it, the episodes as known on that day.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from monitor.base.engine import Engine
from monitor.base.records import Person
from monitor.identity.organizations import Directory
from monitor.rules.evaluation.combine import Span, combined
from monitor.rules.evaluation.people import episode_person
from monitor.rules.evaluation.queries import (
    SEPARATOR,
    condition_numbers,
    fill_queries,
    has_one_condition,
)
from monitor.rules.language import Rule

MOST_AT_ONCE = 25_000_000
"""How many moves are held against the rules at once: what bounds the engine's memory."""
MOST_COUNTED_AT_ONCE = 250_000
"""How many counts, one for each day of news and person, are made and told at once: as above."""
UNSEEN_DAYS = 365
"""For how many days somebody whom their source no longer shows may still be where they were."""
FAR = date.max

_FIGURES = ("peak", "part", "headcount", "headcount_base")
"""What is measured of an episode, in the order of its columns."""

Grouping = str
"""The values a group is made by, in the order of its rule's `group_by`, joined by SEPARATOR."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A maximal stretch of days on which a group's count is at or over its rule's threshold."""

    opens: date
    closes: date | None
    """The first day below the threshold; None if it never comes by what is known."""
    peak: int = 0
    part: float | None = None
    """The share or the change that was farthest from none; None where people are counted."""
    headcount: int | None = None
    """How many were counted on the day of `part`."""
    headcount_base: int | None = None
    """Of how many."""
    possible: int = 0
    people: tuple[Person, ...] = ()
    possible_people: tuple[Person, ...] = ()
    left_out: tuple[Person, ...] = ()
    baseline: bool = False
    """Whether all of its people were revealed by the first snapshot of their source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """The episodes of one group as known at the end of one day."""

    known_on: date
    episodes: tuple[Episode, ...]


Beliefs = dict[tuple[str, Grouping], list[Belief]]


def evaluate(  # noqa: PLR0913 -- all that beliefs follow from
    engine: Engine,
    rules: Sequence[Rule],
    directory: Directory,
    *,
    since: Mapping[str, date],
    alerted: Iterable[tuple[str, Grouping]],
    horizon: date,
    listed: Collection[str] | None = None,
    kept: Collection[str] = frozenset(),
) -> Iterator[Beliefs]:
    """Yield what became known of every group from its rule's day in `since` up to the horizon.

    Some groups at a time, each once, so that memory is bounded by the largest group. A rule without
    a day in `since` is not evaluated. Groups in `alerted` appear even when no episode is left of
    them. The engine's tables of questions are those of the last rules yielded. Only the episodes of
    the rules in `listed` (None: of all) have their people. The counts of the rules in `kept` are
    stored as they are met.
    """
    evaluated = [rule for rule in rules if rule.id in since]
    if not evaluated:
        # Even where nothing is asked, what follows looks into these tables.
        fill_queries(engine, evaluated, directory, since=since)
    groups = sorted(alerted)
    asking = _Asking(engine=engine, directory=directory, since=since, kept=kept, listed=listed)
    for chosen in _in_scope(asking, evaluated, horizon=horizon):
        for batch in _filled_batches(asking, chosen):
            engine.fill("alerted_groups", ["rule", "grouping"], groups)
            for _ in _swept(engine, batch, horizon=horizon):
                if kept:
                    engine.run("group_counts", horizon=horizon)
                    engine.run("store_group_counts")
                yield _days(engine) if listed == () else _people(engine)


def evaluate_as_known(
    engine: Engine, rules: Sequence[Rule], directory: Directory, *, on: date
) -> Iterator[Beliefs]:
    """Yield the episodes of all groups as known on one day, with their people.

    Some groups at a time, each once, with one belief.
    """
    since = dict.fromkeys((rule.id for rule in rules), on)
    asking = _Asking(engine=engine, directory=directory, since=since, every_group=True)
    asking.fill(rules)
    engine.run("whole_scope")
    _prepare(engine, horizon=on)
    for batch in _filled_batches(asking, rules):
        for _ in _swept(engine, batch, horizon=on):
            yield _people(engine)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    """What is asked of the engine, whichever rules are asked at once."""

    engine: Engine
    directory: Directory
    since: Mapping[str, date]
    kept: Collection[str] = frozenset()
    listed: Collection[str] | None = None
    every_group: bool = False

    def fill(self, rules: Sequence[Rule]) -> None:
        fill_queries(
            self.engine,
            rules,
            self.directory,
            since=self.since,
            kept=self.kept,
            listed=self.listed,
            every_group=self.every_group,
        )


def _filled_batches(asking: _Asking, rules: Sequence[Rule]) -> Iterator[Sequence[Rule]]:
    """Yield the rules that are held against the moves at once; all of them are filled in."""
    batches = _batches(asking.engine, rules)
    for batch in batches:
        if len(batches) > 1:
            asking.fill(batch)
        yield batch


def _people(engine: Engine) -> Beliefs:
    engine.run_from("episodes", "headcount_changes")
    engine.run_from("episodes", "episode_members")
    return _beliefs(engine, _episodes(engine))


def _days(engine: Engine) -> Beliefs:
    episodes: dict[tuple[str, Grouping, date], list[Episode]] = defaultdict(list)
    columns = ("rule", "grouping", "known_on", "opens", "closes")
    for rule, grouping, known_on, opens, closes in engine.read("episodes", columns):
        ends = None if closes == FAR else closes
        episodes[rule, grouping, known_on].append(Episode(opens=opens, closes=ends))
    return _beliefs(engine, episodes)


def _in_scope(asking: _Asking, rules: Sequence[Rule], *, horizon: date) -> Iterator[Sequence[Rule]]:
    """Yield rules that are held against the same moves, once these are in the engine's tables.

    Rules that were never evaluated meet all moves. The others begin at what became known: it gives
    the groups that may differ, and they meet all that may count in these groups.
    """
    engine, since = asking.engine, asking.since
    afresh = [rule for rule in rules if since[rule.id] == date.min]
    if afresh:
        asking.fill(afresh)
        engine.run("whole_scope")
        _prepare(engine, horizon=horizon)
        yield afresh
    by_news = [rule for rule in rules if since[rule.id] != date.min]
    if not by_news:
        return
    asking.fill(by_news)
    engine.run("news_scope", horizon=horizon)
    _prepare(engine, horizon=horizon)
    engine.run("matching_entries")
    engine.run("due_groups", horizon=horizon)
    engine.run("changed_groups", horizon=horizon)
    touched = {rule for (rule,) in engine.rows("touched_groups")}
    chosen = [rule for rule in by_news if rule.id in touched]
    if chosen:
        if len(chosen) < len(by_news):
            asking.fill(chosen)
        engine.run("group_scope")
        _prepare(engine, horizon=horizon)
        yield chosen


def _prepare(engine: Engine, *, horizon: date) -> None:
    engine.run_from("tenures_in_scope", "dated_tenures")
    engine.run_from("dated_tenures", "presences")
    engine.run("unit_pairs", horizon=horizon)


def _beliefs(
    engine: Engine, episodes: Mapping[tuple[str, Grouping, date], Sequence[Episode]]
) -> Beliefs:
    beliefs: dict[tuple[str, Grouping], list[Belief]] = defaultdict(list)
    for rule, grouping, known_on in engine.rows("days_of_news"):
        as_known = tuple(episodes.get((rule, grouping, known_on), ()))
        beliefs[rule, grouping].append(Belief(known_on=known_on, episodes=as_known))
    return dict(beliefs)


def _batches(engine: Engine, rules: Sequence[Rule]) -> list[list[Rule]]:
    """Part the rules into those that are held against the moves at once."""
    numbers = dict(engine.rows("rule_batches", most=MOST_AT_ONCE))
    return [list(batch) for _, batch in groupby(rules, key=lambda rule: numbers[rule.id])]


def _swept(engine: Engine, rules: Sequence[Rule], *, horizon: date) -> Iterator[int]:
    """Yield the number of each sweep, once the episodes of its groups are in the engine."""
    engine.run("matching_entries")
    engine.run("due_groups", horizon=horizon)
    engine.run("changed_groups", horizon=horizon)
    engine.run("counted_groups")
    engine.run("busy_buckets")
    engine.run("candidate_groups", unseen=UNSEEN_DAYS)
    for (sweep,) in engine.rows("group_sweeps", most=MOST_COUNTED_AT_ONCE):
        engine.run("swept_groups", sweep=sweep)
        engine.run("episodes")
        _combine(engine, rules)
        yield sweep


def unassigned(engine: Engine, rule: Rule, directory: Directory, *, on: date) -> list[Person]:
    """Return who fits a rule by what is known on a day, and is in no group for want of a value.

    One line a person, in order of person.
    """
    fill_queries(engine, [rule], directory, since={rule.id: date.min})
    engine.run("whole_scope")
    _prepare(engine, horizon=on)
    engine.run("matching_entries")
    return [episode_person(row, row) for row in engine.records("ungrouped_moves", day=on)]


def _combine(engine: Engine, rules: Sequence[Rule]) -> None:
    """Add the episodes of the rules with several conditions, and of those that are kept open."""
    several = {rule.id: rule for rule in rules if not has_one_condition(rule)}
    terms = condition_numbers(rules)
    steps_of: dict[tuple[str, Grouping, date], list[list[Span]]] = {}
    for rule_id, grouping, known_on, term, *span in engine.rows("condition_holds_to_combine"):
        steps = steps_of.setdefault(
            (rule_id, grouping, known_on), [[] for _ in several[rule_id].conditions]
        )
        opens, closes, *figures = span
        step = term - terms[rule_id]
        named = dict(zip(_FIGURES, figures, strict=True))
        steps[step].append(Span(opens=opens, closes=min(closes, FAR), **named))
    rows = [
        (
            *(*group, span.opens, min(span.closes, FAR)),
            *(getattr(span, figure) for figure in _FIGURES),
        )
        for group, steps in steps_of.items()
        for span in combined(
            steps,
            several[group[0]].combine,
            within_days=several[group[0]].within_days or 0,
            keep_open_days=several[group[0]].keep_open_days,
        )
    ]
    engine.fill("episodes", ["rule", "grouping", "known_on", "opens", "closes", *_FIGURES], rows)


def group_of(rule: Rule, grouping: Grouping) -> dict[str, str]:
    """Return a group's values by the names of its rule's `group_by`."""
    return dict(zip(rule.group_by, grouping.split(SEPARATOR), strict=True)) if rule.group_by else {}


def grouping_of(rule: Rule, group: Mapping[str, str]) -> Grouping:
    """Return the inverse of `group_of`."""
    return SEPARATOR.join(group[side] for side in rule.group_by)


def _episodes(engine: Engine) -> dict[tuple[str, Grouping, date], list[Episode]]:
    spans = engine.records("episode_possible_counts")
    entries = engine.records("episode_versions")
    versions = {(row["is_presence"], row["entry"]): row for row in entries}
    # By role, for each of the spans, in their order.
    listed: dict[str, list[list[Person]]] = {
        role: [[] for _ in spans] for role in ("counted", "possible", "left out")
    }
    later: set[int] = set()
    for row in engine.stream("episode_people"):
        version = versions[row["is_presence"], row["entry"]]
        person = episode_person(row, version)
        people = listed["left out" if row["role"] == "back" else row["role"]]
        for number in row["episodes"]:
            people[number].append(person)
        if row["role"] == "counted" and not version["baseline"]:
            later.update(row["episodes"])
    episodes: dict[tuple[str, Grouping, date], list[Episode]] = defaultdict(list)
    for number, span in enumerate(spans):
        episodes[span["rule"], span["grouping"], span["known_on"]].append(
            Episode(
                opens=span["opens"],
                closes=span["closes"],
                peak=span["peak"],
                possible=span["possible"],
                part=span["part"],
                headcount=span["headcount"],
                headcount_base=span["headcount_base"],
                people=tuple(listed["counted"][number]),
                possible_people=tuple(listed["possible"][number]),
                left_out=tuple(listed["left out"][number]),
                baseline=bool(listed["counted"][number]) and number not in later,
            )
        )
    return episodes
