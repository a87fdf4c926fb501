"""From a chance to an alert: `unusual` chooses a threshold once, and then it is frozen.

A judgement made anew each day would let alerts come and go as others' profiles come in. On the
first day on which some window of a group is rare enough, an alert opens with the threshold of that
day, and from then on it is an ordinary alert of so many people.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from monitor.base.days import earlier
from monitor.base.engine import Engine
from monitor.base.records import Alert, Person
from monitor.rules.evaluation.evaluate import Belief, Beliefs, Episode, Grouping
from monitor.rules.language import Rule
from monitor.unusual.judging import OLD_DAYS, Judgement, Tested

FAR = date.max
ASKED_MOVE = {"move": "VARCHAR", "day": "DATE"}
"""A move of somebody in a window that may be tested, and the day of the test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedEpisode(Episode):
    """An episode at a threshold of its own, with the judgement that chose it if that is new."""

    threshold: int
    judgement: Judgement | None = None


def tested_windows(engine: Engine, rules: Mapping[str, Rule], beliefs: Beliefs) -> list[Tested]:
    """Return the windows that rules on `unusual` are held against, from the beliefs they have.

    Windows end where somebody begins to count, hold news of the day, and ended in the last year.
    """
    asked = {
        (person.move, belief.known_on)
        for of_group in beliefs.values()
        for belief in of_group
        for episode in belief.episodes
        for person in episode.people
    }
    engine.hand_over("usual_asked_moves", ASKED_MOVE, sorted(asked))
    news = {(move, day) for move, day in engine.rows("usual_news")}
    return [
        Tested(rule=rule, grouping=grouping, known_on=belief.known_on, ends_on=day, seen=seen)
        for (rule, grouping), of_group in beliefs.items()
        for belief in of_group
        for day, seen in _windows(belief, news, least=rules[rule].main.people.at_least)
    ]


def _windows(
    belief: Belief, news: set[tuple[str, date]], *, least: int
) -> Iterator[tuple[date, int]]:
    oldest = earlier(belief.known_on, OLD_DAYS)
    for episode in belief.episodes:
        fresh = [person for person in episode.people if (person.move, belief.known_on) in news]
        days = {person.certain_from for person in episode.people if person.certain_from}
        for day in sorted(day for day in days if oldest <= day <= belief.known_on):
            if any(_counts(person, day) for person in fresh):
                seen = sum(_counts(person, day) for person in episode.people)
                if seen >= least:
                    yield day, seen


def _counts(person: Person, day: date) -> bool:
    return person.certain_from is not None and person.certain_from <= day < (
        person.certain_until or FAR
    )


@dataclass(frozen=True, slots=True)
class Frozen:
    """How the beliefs of one group become episodes at thresholds that are chosen once."""

    judged: Mapping[Tested, Judgement]
    """The judgement of each window of the group that was tested."""
    keep_open_days: int = 0

    def __call__(self, alerts: Iterable[Alert], belief: Belief) -> Belief:
        """Hold a belief against the thresholds of the alerts so far, and choose new ones."""
        judged: list[JudgedEpisode] = []
        for alert in sorted(alerts, key=lambda one: (one.first_known_on, one.opened_on, one.alert)):
            raised = self._raised(belief, alert.threshold)
            going_on = [
                episode
                for episode in raised
                if alert.opened_on < (episode.closes or FAR)
                and episode.opens < (alert.ends_on or FAR)
            ]
            judged += [
                episode
                for episode in going_on
                if not any(_overlap(episode, each) for each in judged)
            ]
        for tested, judgement in self._rare(belief):
            for episode in self._raised(belief, judgement.threshold or tested.seen):
                is_it = episode.opens <= tested.ends_on < (episode.closes or FAR)
                if is_it and not any(_overlap(episode, each) for each in judged):
                    judged.append(replace(episode, judgement=judgement))
        return replace(belief, episodes=tuple(sorted(judged, key=lambda episode: episode.opens)))

    def _rare(self, belief: Belief) -> list[tuple[Tested, Judgement]]:
        """Return the windows that are rare enough, the rarest first."""
        rare = [
            (tested, judgement)
            for tested, judgement in self.judged.items()
            if tested.known_on == belief.known_on
            and judgement.threshold is not None
            and tested.seen >= judgement.threshold
        ]
        return sorted(rare, key=lambda one: (one[1].rate, one[0].ends_on))

    def _raised(self, belief: Belief, threshold: int) -> list[JudgedEpisode]:
        return [
            one
            for episode in belief.episodes
            for one in raised(episode, threshold, keep_open_days=self.keep_open_days)
            if one.opens <= belief.known_on
        ]


def raised(episode: Episode, threshold: int, *, keep_open_days: int = 0) -> Iterator[JudgedEpisode]:
    """Yield the stretches of an episode on which at least `threshold` people count."""
    stretch: list[tuple[date, date, int]] = []
    kept_open = timedelta(days=keep_open_days)
    for opens, below, count in _counts_by_day(episode.people):
        if count < threshold:
            continue
        closes = min(below, FAR - kept_open) + kept_open
        if stretch and opens <= stretch[-1][1]:
            before = stretch[-1]
            stretch[-1] = (before[0], max(closes, before[1]), max(count, before[2]))
        else:
            stretch.append((opens, closes, count))
    for opens, closes, peak in stretch:
        yield _part(episode, opens, closes, peak=peak, threshold=threshold)


def _counts_by_day(people: Sequence[Person]) -> Iterator[tuple[date, date, int]]:
    """Yield each run of days with how many people count certainly on it."""
    steps: dict[date, int] = {}
    spans: dict[str, list[tuple[date, date]]] = {}
    for person in people:
        if person.certain_from is not None and person.certain_from < (person.certain_until or FAR):
            spans.setdefault(person.key, []).append(
                (person.certain_from, person.certain_until or FAR)
            )
    for some in spans.values():
        reached = date.min
        for opens, closes in sorted(some):
            # What two stretches of one person have in common counts once.
            start = max(opens, reached)
            if start < closes:
                steps[start] = steps.get(start, 0) + 1
                steps[closes] = steps.get(closes, 0) - 1
                reached = closes
    count = 0
    days = sorted(steps)
    for day, following in zip(days, (*days[1:], FAR), strict=True):
        count += steps[day]
        if day < following:
            yield day, following, count


def _part(
    episode: Episode, opens: date, closes: date, *, peak: int, threshold: int
) -> JudgedEpisode:
    counted = tuple(
        person
        for person in episode.people
        if person.certain_from
        and person.certain_from < closes
        and (person.certain_until or FAR) > opens
    )
    keys = {person.key for person in counted}
    possible = tuple(
        person
        for person in (*episode.people, *episode.possible_people)
        if person.key not in keys and _may_count(person, opens, closes)
    )
    return JudgedEpisode(
        opens=opens,
        closes=None if closes == FAR else closes,
        peak=peak,
        possible=_most_possible((*counted, *possible), opens, closes),
        people=counted,
        possible_people=possible,
        left_out=tuple(person for person in episode.left_out if _may_count(person, opens, closes)),
        baseline=episode.baseline,
        threshold=threshold,
    )


def _may_count(person: Person, opens: date, closes: date) -> bool:
    return person.possible_from < closes and (person.possible_until or FAR) > opens


def _most_possible(people: Sequence[Person], opens: date, closes: date) -> int:
    """Return how many people may count on the day on which most may."""
    days = {max(person.possible_from, opens) for person in people if person.possible_from < closes}
    one_day = timedelta(days=1)
    return max(
        (
            len({person.key for person in people if _may_count(person, day, day + one_day)})
            for day in days
        ),
        default=0,
    )


def _overlap(episode: Episode, other: Episode) -> bool:
    return episode.opens < (other.closes or FAR) and other.opens < (episode.closes or FAR)


def tested_opening(alert: Alert, grouping: Grouping) -> Tested | None:
    """Return the window by which a revision of an alert is judged: its fullest as known by then.

    Of its days up to then the one on which most people counted, the earliest of several.
    """
    steps: dict[date, int] = {}
    for person in alert.people:
        begins, ends = person.certain_from, person.certain_until or FAR
        if begins is not None and begins < ends and begins <= alert.known_on:
            steps[begins] = steps.get(begins, 0) + 1
            steps[ends] = steps.get(ends, 0) - 1
    seen = count = 0
    ends_on = None
    for day in sorted(steps):
        count += steps[day]
        if count > seen and day <= alert.known_on:
            seen, ends_on = count, day
    if ends_on is None:
        return None
    return Tested(
        rule=alert.rule, grouping=grouping, known_on=alert.known_on, ends_on=ends_on, seen=seen
    )
