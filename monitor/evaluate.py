"""Rules held against moves: which groups were at or over a threshold, when, and by whom.

All rules are evaluated together: they are tables, joined with the moves once. What follows from a
rule is a set of beliefs: for every group, and every day on which something new became known of
it, the episodes as known on that day.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from monitor.engines.duckdb import Engine
from monitor.organizations import Directory
from monitor.records import Interval, Person, Side
from monitor.rules import Match, Rule

SEPARATOR = "\x1f"
UNSURE = "the dates leave open whether it falls into the window"

Grouping = str
"""The values a group is made by, in the order of its rule's `group_by`, joined by SEPARATOR."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A maximal stretch of days on which a group's count is at or over its rule's threshold."""

    opens: date
    closes: date | None
    """The first day below the threshold; None if it never comes by what is known."""
    peak: int
    possible: int
    people: tuple[Person, ...]
    possible_people: tuple[Person, ...]
    left_out: tuple[Person, ...]
    baseline: bool
    """Whether all of its people were revealed by the first snapshot of their source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """The episodes of one group as known at the end of one day."""

    known_on: date
    episodes: tuple[Episode, ...]


Beliefs = Mapping[tuple[str, Grouping], Sequence[Belief]]


def evaluate(  # noqa: PLR0913 -- all that beliefs follow from
    engine: Engine,
    rules: Sequence[Rule],
    directory: Directory,
    *,
    since: Mapping[str, date],
    alerted: Iterable[tuple[str, Grouping]],
    horizon: date,
) -> Beliefs:
    """Return what became known of every group from its rule's day in `since` up to the horizon.

    A rule without a day in `since` is matched with new moves and not evaluated. Groups in `alerted`
    appear even when no episode is left of them.
    """
    load_rules(engine, rules, directory)
    engine.fill("evaluating", ["rule", "since"], sorted(since.items()))
    engine.fill("alerted", ["rule", "grouping"], sorted(alerted))
    with engine.transaction():
        engine.run("match_rules")
    if not since:
        return {}
    engine.run("touched", horizon=horizon)
    engine.run("sweep")
    episodes = _episodes(engine)
    beliefs: dict[tuple[str, Grouping], list[Belief]] = defaultdict(list)
    for rule, grouping, known_on in engine.rows("touched_groups"):
        found = tuple(episodes.get((rule, grouping, known_on), ()))
        beliefs[rule, grouping].append(Belief(known_on=known_on, episodes=found))
    return beliefs


def load_rules(engine: Engine, rules: Sequence[Rule], directory: Directory) -> None:
    """Put the rules where the statements find them."""
    engine.run("rule_tables")
    rows = [_row(rule, directory) for rule in rules]
    engine.fill("rules", list(rows[0]) if rows else (), [tuple(row.values()) for row in rows])
    sides = [side for rule in rules for side in _sides(rule, directory)]
    engine.fill("rule_sides", ["rule", "side", "unit", "named", "starts", "ends"], sides)


def group_of(rule: Rule, grouping: Grouping) -> dict[str, str]:
    """Return a group's values by the names of its rule's `group_by`."""
    return dict(zip(rule.group_by, grouping.split(SEPARATOR), strict=True)) if rule.group_by else {}


def grouping_of(rule: Rule, group: Mapping[str, str]) -> Grouping:
    """Return the inverse of `group_of`."""
    return SEPARATOR.join(group[side] for side in rule.group_by)


def _row(rule: Rule, directory: Directory) -> dict[str, object]:
    origin, destination = rule.origin or Match(), rule.destination or Match()
    kind = rule.since if isinstance(rule.since, str) else "anchor" if rule.since else None
    return {
        "rule": rule.id,
        "meaning": f"{rule.meaning}:{directory.fingerprint}",
        "people": rule.people,
        "window_days": rule.window_days,
        "since": kind,
        "anchor": rule.since if isinstance(rule.since, date) else None,
        "dated_by": _dated_by(rule),
        "clock": rule.clock,
        "counts": rule.count,
        "group_by": list(rule.group_by),
        "not_from": _units(origin.not_organizations, directory),
        "not_to": _units(destination.not_organizations, directory),
        "from_team": list(origin.teams),
        "to_team": list(destination.teams),
        "from_title": _patterns(origin.titles),
        "to_title": _patterns(destination.titles),
        "who_from_title": _patterns(rule.who.from_title),
        "who_to_title": _patterns(rule.who.to_title),
        "any_title": _patterns(rule.who.title),
        "from_location": _patterns(origin.locations),
        "to_location": _patterns(destination.locations),
        "any_location": _patterns(rule.who.location),
        "wearer": _patterns(rule.who.person),
        "version_until": 0,
    }


def _dated_by(rule: Rule) -> str:
    """A rule that names or groups by a destination dates moves by joining, any other by leaving."""
    towards = rule.destination is not None or any(side.startswith("to.") for side in rule.group_by)
    return "joined" if towards else "left"


def _sides(rule: Rule, directory: Directory) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for side, match in (("from", rule.origin), ("to", rule.destination)):
        if match is None:
            rows.append((rule.id, side, "", None, None, None))
        elif match.organizations is None:
            rows.append((rule.id, side, "*", None, None, None))
        elif match.unit:
            rows += [(rule.id, side, unit, unit, None, None) for unit in match.organizations]
        else:
            rows += [
                (rule.id, side, unit, named, starts, ends)
                for named in match.organizations
                for unit, starts, ends in directory.parts(named)
            ]
    return rows


def _units(organizations: Iterable[str], directory: Directory) -> list[str]:
    return sorted({part[0] for named in organizations for part in directory.parts(named)})


def _patterns(globs: Iterable[str]) -> list[str]:
    r"""Turn globs into LIKE patterns.

    >>> _patterns(["Head of *", "100%?"])
    ['head of %', '100\\%_']
    """
    escape = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_", "*": "%", "?": "_"})
    return [glob.lower().translate(escape) for glob in globs]


def _episodes(engine: Engine) -> dict[tuple[str, Grouping, date], list[Episode]]:
    spans = engine.records("episode_possible")
    versions = {row["version"]: row for row in engine.records("episode_versions")}
    people: dict[tuple[str, Grouping, date, date], dict[str, list[Person]]] = {}
    baseline: dict[tuple[str, Grouping, date, date], bool] = {}
    for row in engine.records("episode_people"):
        key = (row["rule"], row["grouping"], row["known_on"], row["opens"])
        version = versions[row["version"]]
        roles = people.setdefault(key, {"counted": [], "possible": [], "left out": []})
        roles[row["role"]].append(_person(row, version))
        if row["role"] == "counted":
            baseline[key] = baseline.get(key, True) and version["baseline"]
    episodes: dict[tuple[str, Grouping, date], list[Episode]] = defaultdict(list)
    for span in spans:
        key = (span["rule"], span["grouping"], span["known_on"], span["opens"])
        roles = people[key]
        episodes[key[:3]].append(
            Episode(
                opens=span["opens"],
                closes=span["closes"],
                peak=span["peak"],
                possible=span["possible"],
                people=tuple(roles["counted"]),
                possible_people=tuple(roles["possible"]),
                left_out=tuple(roles["left out"]),
                baseline=baseline[key],
            )
        )
    return episodes


def side_of(root: str | None, side: Mapping[str, Any] | None) -> Side | None:
    """Return one side of a move as the derived tables keep it; None if it is unknown."""
    if root is None or side is None:
        return None
    return Side(
        organization=root,
        name=side["name"],
        team=side["team"],
        title=side["title"],
        location=side["location"],
    )


def person_of(version: Mapping[str, Any]) -> tuple[str, bool]:
    """Return the id to show for the person of a move, and whether it names another source's.

    >>> person_of({"person": "press:ada", "source": "press"})
    ('ada', False)
    >>> person_of({"person": "press:ada", "source": "web"})
    ('press:ada', True)
    """
    own = f"{version['source']}:"
    linked = not version["person"].startswith(own)
    return version["person"] if linked else version["person"].removeprefix(own), linked


def _person(row: Mapping[str, Any], version: Mapping[str, Any]) -> Person:
    notes = {
        "counted": version["reason"],
        "possible": "; ".join(filter(None, (UNSURE, version["reason"]))),
        "left out": version["reason"] or version["status"],
    }
    person, linked = person_of(version)
    return Person(
        person=person,
        linked=linked,
        name=version["name"] or version["profile"],
        url=version["url"],
        source=version["source"],
        move=version["move"],
        origin=side_of(version["from_root"], version["from_side"]),
        destination=side_of(version["to_root"], version["to_side"]),
        left=Interval(earliest=version["left_earliest"], latest=version["left_latest"]),
        joined=Interval(earliest=version["joined_earliest"], latest=version["joined_latest"]),
        before_on=version["before_on"],
        after_on=version["observed_on"],
        certain_from=row["certain_from"],
        certain_until=row["certain_until"],
        possible_from=row["possible_from"],
        possible_until=row["possible_until"],
        note=notes[row["role"]],
    )
