"""The ledger: what every episode looked like at the end of every day, as a pure function.

An alert is an episode as it became known. It is followed for one rule and group at a time, through
the days on which something new became known of the group; between two such days only the passing of
time can change it, by closing it. Reads as if each rule had been evaluated at the end of each day.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from monitor.alerts.removed import rests_on_removed, stopped
from monitor.base.records import SEVERITIES, Alert, AlertStatus, Person, Reason
from monitor.rules.evaluation.evaluate import Belief, Episode
from monitor.unusual.thresholds import JudgedEpisode

FOREVER = date.max


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTemplate:
    """What an alert takes from its rule and group."""

    rule: str
    group: Mapping[str, str]
    severity: str
    threshold: int
    measure: str = "people"
    asked_part: float | None = None
    of_stock: bool = False
    """Whether those who are at a place are counted, not those who moved."""
    levels: tuple[tuple[str, float], ...] = ()
    """The severities by the figure from which on they are said."""
    removed: Mapping[str, date] = field(default_factory=dict)
    """By source that an operator removed, the day from which on it shows nothing."""
    hold: Callable[[Iterable[Alert], Belief], Belief] | None = None
    """Holds a belief against thresholds that each alert has for itself; None: the rule has one."""


ENDED = (AlertStatus.WITHDRAWN, AlertStatus.MERGED)
"""Nothing stands under the id of such an alert any more."""


def follow(
    alerts: Sequence[Alert], beliefs: Sequence[Belief], *, template: AlertTemplate, horizon: date
) -> list[Alert]:
    """Return the revisions that follow the latest ones in `alerts`, in the order of their days.

    `alerts` are the latest revisions of one rule and group, `beliefs` what became known of it
    since, in order of day; alerts that run out by the horizon are closed on their day.
    """
    latest = {alert.alert: alert for alert in alerts}
    revisions: list[Alert] = []
    settled: tuple[Episode, ...] | None = None
    for belief in _as_time_passes(beliefs, horizon):
        news = _close(latest, until=belief.known_on)
        latest |= {alert.alert: alert for alert in news}
        if belief.episodes == settled and not news and _stays(latest, belief.known_on, template):
            continue
        held = template.hold(latest.values(), belief) if template.hold else belief
        learned = _learn(latest, held, template)
        # Where nothing was learned, the same episodes teach nothing on a later day either.
        settled = None if learned or news else belief.episodes
        latest |= {alert.alert: alert for alert in learned}
        revisions += [*news, *learned]
    # The horizon's own day is over too.
    day_after = date.fromordinal(min(horizon.toordinal() + 1, FOREVER.toordinal()))
    return revisions + _close(latest, until=day_after)


def _as_time_passes(beliefs: Sequence[Belief], horizon: date) -> Iterator[Belief]:
    """Let each episode that lies ahead of its belief become known on the day on which it opens."""
    for belief, later in zip(beliefs, (*beliefs[1:], None), strict=False):
        ahead = {episode.opens for episode in belief.episodes if episode.opens > belief.known_on}
        days = (day for day in ahead if day <= horizon and (not later or day < later.known_on))
        for day in (belief.known_on, *sorted(days)):
            begun = tuple(episode for episode in belief.episodes if episode.opens <= day)
            yield Belief(known_on=day, episodes=begun)


def count_on(alert: Alert, day: date, *, counts: str | None = None) -> int:
    """Return how many of an alert's people count on a day, certainly or possibly.

    Where nobody can say how its rule `counts`, they are counted as the alert's own count was.
    """
    if alert.status in ENDED or alert.reason is Reason.SOURCE_REMOVED:
        return 0
    if counts is None:
        counts = (
            "certain" if _count(alert, alert.known_on, "certain") == alert.count else "possible"
        )
    return _count(alert, day, counts)


def _count(alert: Alert, day: date, counts: str) -> int:
    if counts == "certain":
        spans = [(person.certain_from, person.certain_until) for person in alert.people]
    else:
        everyone = (*alert.people, *alert.possible_people)
        spans = [(person.possible_from, person.possible_until) for person in everyone]
    return sum(
        1 for opens, closes in spans if opens and opens <= day and (closes is None or day < closes)
    )


def _close(latest: Mapping[str, Alert], *, until: date) -> list[Alert]:
    """Close what runs out before the day `until`, in the order of the days."""
    over = [
        alert
        for alert in latest.values()
        if alert.status is AlertStatus.OPEN and alert.ends_on and alert.ends_on < until
    ]
    return [
        replace(
            alert,
            revision=alert.revision + 1,
            reason=Reason.CLOSED,
            known_on=alert.ends_on,
            status=AlertStatus.CLOSED,
            closed_on=alert.ends_on,
            new_people=(),
            gone_people=(),
        )
        for alert in sorted(over, key=lambda alert: (alert.ends_on, alert.alert))
        if alert.ends_on
    ]


def _learn(latest: Mapping[str, Alert], belief: Belief, template: AlertTemplate) -> list[Alert]:
    """Fit the episodes of one day's belief to the alerts known so far."""
    # What was withdrawn or merged comes back only where no alert that stands goes on.
    oldest_first = sorted(
        latest.values(),
        key=lambda alert: (
            alert.status in ENDED,
            alert.first_known_on,
            alert.opened_on,
            alert.alert,
        ),
    )
    owned: dict[str, list[Episode]] = {}
    heirs: dict[str, str] = {}
    """By alert that overlaps an episode of an older one: that older one."""
    gone = [source for source, day in template.removed.items() if day <= belief.known_on]
    revisions: list[Alert] = []
    for episode in belief.episodes:
        overlapping = [alert.alert for alert in oldest_first if _overlap(alert, episode)]
        if not overlapping:
            revisions.append(_open(episode, belief.known_on, template))
            continue
        owner, *joined = overlapping
        owned.setdefault(owner, []).append(episode)
        heirs = dict.fromkeys(joined, owner) | heirs
    for alert in oldest_first:
        episodes = owned.get(alert.alert, [])
        if episodes:
            revised = _revise(alert, episodes, belief.known_on, template)
        else:
            heir = heirs.get(alert.alert)
            if heir is None and rests_on_removed(alert, gone):
                revised = _stop(alert, belief.known_on)
            else:
                revised = _end(alert, belief.known_on, heir=heir)
        if revised is not None:
            revisions.append(revised)
    return sorted(revisions, key=lambda alert: (alert.opened_on, alert.alert))


def _stays(latest: Mapping[str, Alert], day: date, template: AlertTemplate) -> bool:
    """Whether the day alone changes no alert: none runs out on it, and nothing else is asked."""
    return (
        template.hold is None
        and not template.removed
        and not any(
            alert.status is AlertStatus.OPEN and alert.ends_on and alert.ends_on <= day
            for alert in latest.values()
        )
    )


def _overlap(alert: Alert, episode: Episode) -> bool:
    return alert.opened_on < (episode.closes or FOREVER) and episode.opens < (
        alert.ends_on or FOREVER
    )


def _open(episode: Episode, known_on: date, template: AlertTemplate) -> Alert:
    over = episode.closes is not None and episode.closes <= known_on
    headcount, headcount_base = _headcount(template, [episode])
    judged = episode if isinstance(episode, JudgedEpisode) else None
    judgement = judged.judgement if judged else None
    return Alert(
        alert=identity_of(template.rule, template.group, known_on=known_on, opens=episode.opens),
        rule=template.rule,
        group=template.group,
        revision=1,
        reason=Reason.OPENED,
        known_on=known_on,
        first_known_on=known_on,
        status=AlertStatus.CLOSED if over else AlertStatus.OPEN,
        late=over,
        late_days=(known_on - episode.closes).days if over and episode.closes else 0,
        severity=_severity(template, [episode]),
        opened_on=episode.opens,
        closed_on=episode.closes if over else None,
        ends_on=episode.closes,
        count=0,
        possible=episode.possible,
        peak=episode.peak,
        threshold=judged.threshold if judged else template.threshold,
        measure=template.measure,
        part=episode.part,
        asked_part=template.asked_part,
        headcount=headcount,
        headcount_base=headcount_base,
        expected=judgement.expected if judgement else None,
        probability=judgement.probability if judgement else None,
        unusual=judgement.usual if judgement else None,
        people=episode.people,
        possible_people=episode.possible_people,
        left_out=episode.left_out,
        new_people=tuple(person.person for person in episode.people),
        baseline=episode.baseline,
    )


def _revise(
    alert: Alert, episodes: Sequence[Episode], known_on: date, template: AlertTemplate
) -> Alert | None:
    """Return the next revision of an alert, or None if what is known changes nothing about it."""
    ends_on = (
        None
        if any(e.closes is None for e in episodes)
        else max(e.closes for e in episodes if e.closes)
    )
    is_open = any(e.opens <= known_on < (e.closes or FOREVER) for e in episodes)
    people = _everyone(e.people for e in episodes)
    counted = {person.key: person.person for person in people}
    counted_before = {person.key: person.person for person in alert.people}
    headcount, headcount_base = _headcount(template, episodes)
    revised = replace(
        alert,
        status=AlertStatus.OPEN if is_open else AlertStatus.CLOSED,
        severity=_severity(template, episodes),
        threshold=alert.threshold if template.hold else template.threshold,
        measure=template.measure,
        part=_part(episodes),
        asked_part=template.asked_part,
        headcount=headcount,
        headcount_base=headcount_base,
        opened_on=min(e.opens for e in episodes),
        closed_on=None if is_open else ends_on,
        ends_on=ends_on,
        peak=max(e.peak for e in episodes),
        possible=max(e.possible for e in episodes),
        people=people,
        possible_people=tuple(
            person
            for person in _everyone(e.possible_people for e in episodes)
            if person.key not in counted
        ),
        left_out=_everyone(e.left_out for e in episodes),
        new_people=(),
        gone_people=(),
        merged_into=None,
    )
    if revised == _without_news(alert):
        return None
    return replace(
        revised,
        revision=alert.revision + 1,
        known_on=known_on,
        reason=_reason(alert, revised),
        new_people=tuple(sorted(counted[key] for key in counted.keys() - counted_before.keys())),
        gone_people=tuple(
            sorted(counted_before[key] for key in counted_before.keys() - counted.keys())
        ),
    )


def _without_news(alert: Alert) -> Alert:
    has_news = bool(alert.new_people or alert.gone_people)
    return replace(alert, new_people=(), gone_people=()) if has_news else alert


def _reason(before: Alert, after: Alert) -> Reason:
    counted = {person.key for person in after.people}
    counted_before = {person.key for person in before.people}
    if before.status in ENDED:
        return Reason.OPENED
    if counted_before - counted:
        return Reason.CORRECTED
    if after.status is AlertStatus.OPEN and _rank(after.severity) > _rank(before.severity):
        return Reason.ESCALATED
    if counted - counted_before:
        return Reason.GREW
    if before.status is not after.status:
        return Reason.CLOSED if after.status is AlertStatus.CLOSED else Reason.CORRECTED
    return Reason.REVISED


def _part(episodes: Sequence[Episode]) -> float | None:
    parts = [episode.part for episode in episodes if episode.part is not None]
    return max(parts, key=abs, default=None)


def _headcount(
    template: AlertTemplate, episodes: Sequence[Episode]
) -> tuple[int | None, int | None]:
    """Say how many were there, and of how many, on the day that the figure is of."""
    if not template.of_stock:
        return None, None
    farthest = max(episodes, key=lambda episode: abs(episode.part or 0))
    if farthest.part is None:
        return max(episode.peak for episode in episodes), None
    return farthest.headcount, farthest.headcount_base


def _severity(template: AlertTemplate, episodes: Sequence[Episode]) -> str:
    """Say the gravest severity whose level was reached, or that of the rule."""
    part = _part(episodes)
    figure = max(episode.peak for episode in episodes) if part is None else abs(part)
    reached = [severity for severity, level in template.levels if figure >= abs(level)]
    return max((template.severity, *reached), key=_rank)


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity)


def _stop(alert: Alert, known_on: date) -> Alert | None:
    """Close what an operator no longer watches; what was over before stays as it was."""
    return stopped(alert, on=known_on) if alert.status is AlertStatus.OPEN else None


def _end(alert: Alert, known_on: date, *, heir: str | None) -> Alert | None:
    """Merge an alert with no episode of its own into its heir, or withdraw it if it has none."""
    if alert.status in ENDED:
        return None
    gone = () if heir else tuple(person.person for person in alert.people)
    return replace(
        alert,
        revision=alert.revision + 1,
        reason=Reason.MERGED if heir else Reason.WITHDRAWN,
        known_on=known_on,
        status=AlertStatus.MERGED if heir else AlertStatus.WITHDRAWN,
        closed_on=known_on,
        people=(),
        possible_people=(),
        left_out=(),
        new_people=(),
        gone_people=gone,
        merged_into=heir,
    )


def _everyone(groups: Iterable[Sequence[Person]]) -> tuple[Person, ...]:
    """Merge people of several episodes, one line a person, in order of person."""
    merged: dict[str, Person] = {}
    for people in groups:
        for person in people:
            merged.setdefault(person.key, person)
    return tuple(merged[key] for key in sorted(merged))


def identity_of(rule: str, group: Mapping[str, str], *, known_on: date, opens: date) -> str:
    """Name an alert, the same in every replay and on every machine."""
    values = "\x1e".join(f"{key}={value}" for key, value in sorted(group.items()))
    text = f"{rule}\x1f{values}\x1f{known_on.isoformat()}\x1f{opens.isoformat()}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]
