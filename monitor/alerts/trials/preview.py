"""What a rule would say, and how near it came where it says nothing; nothing is recorded or sent.

Both ask the stored history again with variants of the rule, of which all but itself are one
evaluation.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from monitor.alerts.judged import asked_for_newest
from monitor.alerts.trials.history import complete, first_known_days, follow_from_scratch
from monitor.base.engine import Engine
from monitor.base.records import Alert, AlertStatus, Person
from monitor.identity.organizations import Directory
from monitor.rules.evaluation.evaluate import Episode, evaluate_as_known, group_of
from monitor.rules.language import Bounds, Condition, Match, Rule, Who

STEPS = (-2, -1, 0, 1, 2)
"""The neighbours of a threshold: people of a small one, quarters of a large one."""
LEAST_PART = 1e-6
"""A share or change that every group reaches, so that the farthest one can be seen."""
STRETCHES = (0.5, 1.0, 2.0)
NOT_ASKED_FOR = "does not fit what the rule asks of the person, the team, the title or the place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A neighbouring threshold and window, and what the rule would have said with them."""

    people: int
    """Of a rule on `net` how many more have to go than come."""
    window_days: int | None
    """None for a rule that counts since an anchor."""
    alerts: int
    part: float | None = None
    """The share or change that is varied; None where people are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a rule would have said over the stored history."""

    alerts: tuple[Alert, ...]
    """The newest revision of each, oldest first."""
    variants: tuple[Variant, ...]
    """By threshold, then by window; the rule itself is among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """One group of a rule: how near it came to the threshold, and by whom."""

    group: Mapping[str, str]
    peak: int
    """The highest count on any day."""
    possible: int
    """The highest count on any day of those who may count."""
    counting: int
    """The count at the horizon."""
    threshold: int
    fired: bool
    """Whether the rule has an alert of this group."""
    measure: str = "people"
    """What the rule measures: people, share, net, first or change."""
    part: float | None = None
    """The share or change that came nearest to `asked_part` while people were enough for one."""
    asked_part: float | None = None
    """The share or change that the rule asks for; None where people are counted."""
    people: tuple[Person, ...]
    possible_people: tuple[Person, ...]
    left_out: tuple[Person, ...]

    @property
    def short(self) -> int:
        """How many people more it would have taken."""
        return max(self.threshold - self.peak, 0)

    @property
    def part_short(self) -> float:
        """By how much the share or change fell short; all of it where there was none."""
        if self.asked_part is None:
            return 0.0
        return max(abs(self.asked_part) - abs(self.part or 0), 0.0)


def preview(
    engine: Engine, rule: Rule, directory: Directory, *, since: date, horizon: date
) -> Preview:
    """Say what a rule would have said since a day, and how often with its neighbours.

    The engine has to be a copy: the matches that it keeps are made anew.
    """
    variants = _neighbours(rule)
    others = [neighbour for neighbour, _ in variants if neighbour.id != rule.id]
    days = first_known_days(engine, others, directory, horizon=horizon)
    counts = Counter(name for name, day in days if day >= since)
    revisions = follow_from_scratch(engine, [rule], directory, horizon=horizon)
    of_rule = [revision for revision in revisions if revision.first_known_on >= since]
    counts[rule.id] = len({revision.alert for revision in of_rule})
    return Preview(
        alerts=tuple(
            complete(engine, [rule], directory, _newest(of_rule), opened=asked_for_newest(of_rule))
        ),
        variants=tuple(
            replace(variant, alerts=counts[neighbour.id]) for neighbour, variant in variants
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryCount:
    """How many alerts the stored history holds for one rule that no run has evaluated yet."""

    rule: str
    alerts: int
    open: int
    """How many of them are open at the horizon."""
    since: date | None
    """The first day on which one of them became known; None if there is none."""


def count_history(
    engine: Engine, rules: Sequence[Rule], directory: Directory, *, horizon: date
) -> list[HistoryCount]:
    """Count the alerts that rules would have by the stored history, in the order of the rules.

    The engine has to be a copy, as for `preview`.
    """
    # How many and whether they are open follows from the days alone.
    newest = _newest(follow_from_scratch(engine, rules, directory, horizon=horizon, listed=()))
    standing = [alert for alert in newest if alert.status is not AlertStatus.WITHDRAWN]
    counts = []
    for rule in rules:
        alerts = [alert for alert in standing if alert.rule == rule.id]
        counts.append(
            HistoryCount(
                rule=rule.id,
                alerts=len(alerts),
                open=sum(alert.status is AlertStatus.OPEN for alert in alerts),
                since=min((alert.first_known_on for alert in alerts), default=None),
            )
        )
    return counts


def nearest_groups(
    engine: Engine, rule: Rule, directory: Directory, *, horizon: date
) -> list[Near]:
    """Return the groups of a rule that had anybody at all, the nearest to firing first.

    Those that fired come last.

    The engine has to be a copy, as for `preview`.
    """
    anyone = _anyone(replace(rule, id="anyone"))
    maybe = _with_main(replace(anyone, id="maybe"), replace(anyone.main, count="possible"))
    wide = _wide(replace(maybe, id="wide"))
    asked = [replace(rule, id="itself"), anyone, maybe]
    if wide.conditions != maybe.conditions:
        asked.append(wide)
    if rule.main.measure in {"share", "change", "net"}:
        asked.append(_any_figure(rule))
    groups: dict[str, dict[str, list[Episode]]] = {}
    for beliefs in evaluate_as_known(engine, asked, directory, on=horizon):
        for (name, grouping), (belief,) in beliefs.items():
            begun = [episode for episode in belief.episodes if episode.opens <= horizon]
            if begun:
                groups.setdefault(grouping, {})[name] = begun
    near_groups = [
        _near(rule, group_of(rule, grouping), episodes, horizon=horizon)
        for grouping, episodes in groups.items()
    ]
    return sorted(
        near_groups,
        key=lambda near_group: (
            near_group.fired,
            near_group.part_short if near_group.asked_part is not None else near_group.short,
            near_group.short,
            -near_group.possible,
            -near_group.counting,
            sorted(near_group.group.items()),
        ),
    )


def threshold(rule: Rule) -> int:
    """Return how many people a rule asks for."""
    return rule.main.threshold


def window(rule: Rule) -> int | None:
    """Return a rule's sliding window in days; None if it has another one."""
    return rule.main.window_days


def asking(rule: Rule, *, people: int, window_days: int | None) -> Rule:
    """Return the rule with another threshold and window, and everything else as it is."""
    condition = rule.main
    figure = (
        {"people": replace(condition.people, at_least=people)}
        if condition.net is None
        else {"net": people}
    )
    return _with_main(rule, replace(condition, window_days=window_days, **figure))


def _anyone(rule: Rule) -> Rule:
    """Return the rule as if one person were enough, whatever the share, the change or the way."""
    condition = rule.main
    days = None if condition.change is not None else condition.window_days
    return _with_main(
        rule,
        replace(
            condition,
            people=Bounds(at_least=1),
            share=None,
            net=None,
            first=False,
            change=None,
            unusual=None,
            levels=(),
            window_days=days,
        ),
    )


def _any_figure(rule: Rule) -> Rule:
    """Return the rule as if any share, any change or a net of one were enough."""
    condition = replace(rule.main, levels=(), unusual=None)
    if condition.asked is not None:
        condition = _asking_part(condition, -LEAST_PART if condition.asked < 0 else LEAST_PART)
    elif condition.net is not None:
        condition = replace(condition, net=1)
    return _with_main(replace(rule, id="any figure"), condition)


def _asking_part(condition: Condition, part: float) -> Condition:
    if condition.change is None:
        return replace(condition, share=part)
    return replace(condition, change=part)


def _with_main(rule: Rule, condition: Condition) -> Rule:
    others = [condition if other is rule.main else other for other in rule.conditions]
    return replace(rule, conditions=tuple(others))


def _neighbours(rule: Rule) -> list[tuple[Rule, Variant]]:
    days = window(rule)
    people = threshold(rule)
    if rule.main.unusual is not None:
        # Each group has a threshold of its own, and none of them is the rule's to vary.
        return [(rule, Variant(people=people, window_days=days, alerts=0))]
    if rule.main.asked is not None:
        return _neighbouring_parts(rule, rule.main.asked)
    thresholds = sorted({max(people + step * max(people // 4, 1), 1) for step in STEPS})
    windows = [None] if days is None else sorted({max(round(days * by), 1) for by in STRETCHES})
    return [
        (
            replace(
                asking(rule, people=people, window_days=within), id=_named(rule, people, within)
            ),
            Variant(people=people, window_days=within, alerts=0),
        )
        for people in thresholds
        for within in windows
    ]


def _neighbouring_parts(rule: Rule, asked: float) -> list[tuple[Rule, Variant]]:
    """Vary the share or change by quarters, and the window, but not how many people it takes."""
    days, people, measure = window(rule), threshold(rule), rule.main.measure
    parts = [round(asked * (1 + step / 4), 6) for step in STEPS]
    if measure == "share" or asked < 0:  # nobody can lose more than all
        parts = [part for part in parts if abs(part) <= 1]
    windows = [None] if days is None else sorted({max(round(days * by), 1) for by in STRETCHES})
    variants = []
    for part in sorted({asked, *parts}, key=abs):
        for within in windows:
            condition = _asking_part(replace(rule.main, window_days=within), part)
            is_itself = (part, within) == (asked, days)
            name = rule.id if is_itself else f"{rule.id}/{part}/{within}"
            neighbour = _with_main(replace(rule, id=name), condition)
            variant = Variant(people=people, window_days=within, alerts=0, part=part)
            variants.append((neighbour, variant))
    return variants


def _named(rule: Rule, people: int, window_days: int | None) -> str:
    if (people, window_days) == (threshold(rule), window(rule)):
        return rule.id  # so that its alerts have the ids that they would have
    return f"{rule.id}/{people}/{window_days}"


def _newest(revisions: Iterable[Alert]) -> list[Alert]:
    newest = {alert.alert: alert for alert in revisions}
    return sorted(
        newest.values(), key=lambda alert: (alert.first_known_on, alert.opened_on, alert.alert)
    )


def _wide(rule: Rule) -> Rule:
    """Return the rule with sides that ask for the organisations alone, and for nobody special."""
    condition = rule.main
    return _with_main(
        rule,
        replace(
            condition,
            who=Who(),
            origin=_whole(condition.origin),
            destination=_whole(condition.destination),
        ),
    )


def _whole(match: Match | None) -> Match | None:
    return (
        None
        if match is None
        else Match(
            organizations=match.organizations,
            unit=match.unit,
            groups=match.groups,
            not_organizations=match.not_organizations,
        )
    )


def _near(
    rule: Rule,
    group: Mapping[str, str],
    episodes: Mapping[str, Sequence[Episode]],
    *,
    horizon: date,
) -> Near:
    figures, may_hold = episodes.get("any figure", ()), episodes.get("maybe", ())
    certain = episodes.get("anyone", ()) if rule.count == "certain" else may_hold
    counted = _everyone(episode.people for episode in certain)
    may = _everyone((*episode.people, *episode.possible_people) for episode in may_hold)
    held = _everyone(
        episode.left_out for name in ("anyone", "maybe") for episode in episodes.get(name, ())
    )
    other = _everyone(episode.people for episode in episodes.get("wide", ()))
    of_net = rule.main.net is not None
    parts = [figure.part for figure in figures if figure.part is not None]
    unfit = {
        key: replace(person, note=NOT_ASKED_FOR)
        for key, person in other.items()
        if key not in counted.keys() | may.keys() | held.keys()
    }
    return Near(
        group=group,
        peak=max((figure.peak for figure in (figures if of_net else certain)), default=0),
        possible=max((episode.possible for episode in may_hold), default=0),
        counting=_counting(certain, horizon, counts=rule.count),
        threshold=threshold(rule),
        fired="itself" in episodes,
        measure=rule.main.measure,
        part=max(parts, key=abs, default=None),
        asked_part=rule.main.asked,
        people=tuple(counted.values()),
        possible_people=tuple(one for key, one in may.items() if key not in counted),
        left_out=tuple((held | unfit).values()),
    )


def _counting(episodes: Sequence[Episode], day: date, *, counts: str) -> int:
    """Count the people of some episodes who count on a day, each once."""
    spans = [
        (person.key, person.certain_from, person.certain_until)
        if counts == "certain"
        else (person.key, person.possible_from, person.possible_until)
        for episode in episodes
        for person in (
            episode.people if counts == "certain" else (*episode.people, *episode.possible_people)
        )
    ]
    return len(
        {
            key
            for key, opens, closes in spans
            if opens and opens <= day and (not closes or day < closes)
        }
    )


def _everyone(groups: Iterable[Sequence[Person]]) -> dict[str, Person]:
    """Take each person once, as the last of the groups has them."""
    return {person.key: person for people in groups for person in people}
