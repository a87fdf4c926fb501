"""Windows, counts, episodes and the ledger by looping over days: no code of the product in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

ROOTS = {"bit": "big"}
"""The organisations that are a part of another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One side of a move."""

    unit: str
    team: str | None = None
    title: str | None = None
    location: str | None = None

    @property
    def root(self) -> str:
        """The organisation that it is a part of, or itself."""
        return ROOTS.get(self.unit, self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One version of a move, and the days on which it was believed."""

    version: int
    move: str
    person: str
    origin: Place | None
    destination: Place | None
    left: tuple[date, date]
    joined: tuple[date, date]
    observed_on: date
    counted: bool
    baseline: bool
    known_from: date
    known_until: date | None

    def believed_on(self, day: date) -> bool:
        """Say whether it was believed at the end of a day."""
        return self.known_from <= day and (self.known_until is None or day < self.known_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a rule asks of one side."""

    organizations: tuple[str, ...] | None = None
    """None: any known one."""
    but_not: tuple[str, ...] = ()
    unit: bool = False
    teams: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A rule, as the oracle reads it."""

    origin: Asked | None
    destination: Asked | None
    title: tuple[str, ...]
    from_title: tuple[str, ...]
    to_title: tuple[str, ...]
    person: tuple[str, ...]
    window: int | date | Literal["year", "quarter"]
    people: int
    group_by: tuple[str, ...]
    clock: Literal["effective", "observed"]
    count: Literal["certain", "possible"]

    @property
    def dated_by_joining(self) -> bool:
        """Say which of the two intervals counts."""
        return self.destination is not None or any(side[:3] == "to." for side in self.group_by)


Counting = tuple[frozenset[date], frozenset[date]]
"""The days on which a move certainly counts, and those on which it possibly does."""


@dataclass(frozen=True, slots=True)
class Found:
    """An episode: `people` and the rest hold person and move."""

    opens: date
    closes: date | None
    peak: int
    possible: int
    people: frozenset[tuple[str, str]]
    possible_people: frozenset[tuple[str, str]]
    left_out: frozenset[tuple[str, str]]
    baseline: bool


def days(first: date, last: date) -> Iterator[date]:
    """Count the days from the first to the last one."""
    while first <= last:
        yield first
        first += timedelta(days=1)


def like(pattern: str, text: str) -> bool:
    """Match a glob letter by letter."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(like(pattern[1:], text[skip:]) for skip in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and like(pattern[1:], text[1:])


def any_like(patterns: Sequence[str], text: str | None) -> bool:
    """Say whether a text is there and fits one of the globs, whatever its case."""
    return text is not None and any(like(pattern.lower(), text.lower()) for pattern in patterns)


def fits(question: Question, move: Move) -> bool:
    """Say whether a move is of the kind that a rule counts."""
    titles = [place.title for place in (move.origin, move.destination) if place]
    return (
        _side_fits(question.origin, question.from_title, move.origin)
        and _side_fits(question.destination, question.to_title, move.destination)
        and (not question.title or any(any_like(question.title, title) for title in titles))
        and (not question.person or any_like(question.person, move.person))
    )


def _side_fits(asked: Asked | None, titles: tuple[str, ...], place: Place | None) -> bool:
    if place is None or (asked is None and not titles):
        return asked is None and not titles
    if titles and not any_like(titles, place.title):
        return False
    if asked is None:
        return True
    named = asked.organizations
    return (
        (named is None or place.unit in named or (not asked.unit and place.root in named))
        and place.unit not in asked.but_not
        and place.root not in asked.but_not
        and (not asked.teams or place.team in asked.teams)
        and (not asked.titles or any_like(asked.titles, place.title))
    )


def group(question: Question, move: Move) -> str | None:
    """Name the group that a move belongs to; None if a value that makes the groups is missing."""
    values = [_value(question, move, side) for side in question.group_by]
    known = [value for value in values if value is not None]
    return "\x1f".join(known) if known == values else None


def _value(question: Question, move: Move, side: str) -> str | None:
    if side == "person":
        return move.person
    end, _, what = side.partition(".")
    place = move.origin if end == "from" else move.destination
    asked = question.origin if end == "from" else question.destination
    if place is None:
        return None
    if what == "organization":
        return place.unit if asked and asked.unit else place.root
    return {"unit": place.unit, "team": place.team, "location": place.location}[what]


def counting(question: Question, move: Move, first: date, last: date) -> Counting:
    """Try every day of the calendar: does the move certainly count on it, or possibly?"""
    earliest, latest = move.joined if question.dated_by_joining else move.left
    if question.clock == "observed":
        earliest = latest = move.observed_on
    certain, possible = set(), set()
    for day in days(first, last):
        opens = _window_opens(question.window, day)
        if opens <= earliest and latest <= day:
            certain.add(day)
        if opens <= latest and earliest <= day and opens <= day:
            possible.add(day)
    return frozenset(certain), frozenset(possible)


def _window_opens(window: int | date | str, day: date) -> date:
    """The first day of the window that ends with a day."""
    if isinstance(window, int):
        return day - timedelta(days=window - 1)
    if isinstance(window, date):
        return window
    return date(day.year, 1 if window == "year" else (day.month - 1) // 3 * 3 + 1, 1)


def episodes(
    question: Question, moves: Mapping[Move, Counting], first: date, last: date
) -> list[Found]:
    """Look at every day, and put those that stand together at or over the threshold into one.

    What is still over on the last day is taken to go on for ever.
    """
    found: list[list[date]] = []
    counts: dict[date, int] = {}
    for day in days(first, last):
        counts[day] = len(_people(question, moves, {day}))
        if counts[day] >= question.people:
            if found and found[-1][-1] == day - timedelta(days=1):
                found[-1].append(day)
            else:
                found.append([day])
    return [_found(question, moves, stretch, counts, last) for stretch in found]


def _people(question: Question, moves: Mapping[Move, Counting], on: set[date]) -> set[str]:
    which = 0 if question.count == "certain" else 1
    return {move.person for move, when in moves.items() if move.counted and when[which] & on}


def _found(
    question: Question,
    moves: Mapping[Move, Counting],
    stretch: list[date],
    counts: Mapping[date, int],
    last: date,
) -> Found:
    on, which = set(stretch), 0 if question.count == "certain" else 1
    counted = _people(question, moves, on)
    touching = {move: when for move, when in moves.items() if when[1] & on}
    possible = {move.person for move in touching if move.counted} - counted
    left_out = {move.person for move in touching} - counted - possible
    shown = [
        _shown(
            {m: w for m, w in touching.items() if m.person == who and m.counted and w[which] & on}
        )
        for who in counted
    ]
    return Found(
        opens=stretch[0],
        closes=None if stretch[-1] == last else stretch[-1] + timedelta(days=1),
        peak=max(counts[day] for day in stretch),
        possible=max(
            len({move.person for move, when in touching.items() if move.counted and day in when[1]})
            for day in stretch
        ),
        people=frozenset((move.person, move.move) for move in shown),
        possible_people=frozenset(
            (who, _shown({m: w for m, w in touching.items() if m.person == who and m.counted}).move)
            for who in possible
        ),
        left_out=frozenset(
            (who, _shown({m: w for m, w in touching.items() if m.person == who}).move)
            for who in left_out
        ),
        baseline=all(move.baseline for move in shown),
    )


def _shown(moves: Mapping[Move, Counting]) -> Move:
    """Choose the move of a person that is shown: the earliest; of those the first seen."""
    return min(moves, key=lambda move: (min(moves[move][1]), move.observed_on, move.move))


ENDED = ("withdrawn", "merged")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """An episode as the ledger needs it."""

    opens: date
    closes: date | None
    peak: int
    people: frozenset[str]

    def over_on(self, day: date) -> bool:
        """Say whether a day lies in it."""
        return self.opens <= day and (self.closes is None or day < self.closes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One revision of an alert."""

    first_known_on: date
    first_opened_on: date
    revision: int
    known_on: date
    reason: str
    status: str
    late_days: int
    opened_on: date
    closed_on: date | None
    ends_on: date | None
    peak: int
    people: frozenset[str]
    new: frozenset[str]
    gone: frozenset[str]


def ledger(beliefs: Mapping[date, Sequence[Stretch]], horizon: date) -> list[Entry]:
    """Evaluate at the end of every calendar day, with the episodes as known on that day."""
    alerts, written = list[Entry](), list[Entry]()
    known: Sequence[Stretch] = ()
    for day in days(min(beliefs, default=horizon), horizon):
        known = beliefs.get(day, known)
        alerts, news = _evaluated(
            alerts, [stretch for stretch in known if stretch.opens <= day], day
        )
        written += news
    return written


def _evaluated(
    alerts: list[Entry], known: Sequence[Stretch], day: date
) -> tuple[list[Entry], list[Entry]]:
    order = sorted(alerts, key=lambda one: (one.status in ENDED, one.first_known_on, one.opened_on))
    owned: dict[Entry, list[Stretch]] = {alert: [] for alert in alerts}
    new: list[Entry] = []
    for stretch in known:
        for alert in order:
            if _share_a_day(alert, stretch):
                owned[alert].append(stretch)
                break
        else:
            new.append(_entry(None, [stretch], day))
    joined = {alert for alert in alerts if any(_share_a_day(alert, one) for one in known)}
    revised = {
        alert: _entry(alert, stretches, day, "merged" if alert in joined else "withdrawn")
        for alert, stretches in owned.items()
    }
    news = [entry for alert, entry in revised.items() if entry.revision != alert.revision]
    return [*revised.values(), *new], [*news, *new]


def _share_a_day(alert: Entry, stretch: Stretch) -> bool:
    far = date.max
    return alert.opened_on < (stretch.closes or far) and stretch.opens < (alert.ends_on or far)


def _entry(
    before: Entry | None, stretches: Sequence[Stretch], day: date, ended: str = "withdrawn"
) -> Entry:
    people = frozenset[str]().union(*(stretch.people for stretch in stretches))
    was = before.people if before else frozenset[str]()
    if not stretches:
        assert before is not None
        status, opened, ends, closed, peak = (
            before.status if before.status in ENDED else ended,
            before.opened_on,
            before.ends_on,
            day,
            before.peak,
        )
        closed_on: date | None = before.closed_on if before.status in ENDED else closed
    else:
        status = "open" if any(stretch.over_on(day) for stretch in stretches) else "closed"
        opened = min(stretch.opens for stretch in stretches)
        closes = [stretch.closes for stretch in stretches]
        ends = None if None in closes else max(close for close in closes if close)
        closed_on = ends if status == "closed" else None
        peak = max(stretch.peak for stretch in stretches)
    if before and (
        before.status,
        before.opened_on,
        before.ends_on,
        before.closed_on,
        before.peak,
        was,
    ) == (
        status,
        opened,
        ends,
        closed_on,
        peak,
        people,
    ):
        return before
    late = status == "closed" and before is None
    return Entry(
        first_known_on=before.first_known_on if before else day,
        first_opened_on=before.first_opened_on if before else opened,
        revision=before.revision + 1 if before else 1,
        known_on=day,
        reason=_reason(before, status, gained=people - was, lost=was - people),
        status=status,
        late_days=(day - ends).days if late and ends else before.late_days if before else 0,
        opened_on=opened,
        closed_on=closed_on,
        ends_on=ends,
        peak=peak,
        people=people,
        new=people - was,
        gone=frozenset() if status == "merged" else was - people,
    )


def _reason(
    before: Entry | None, status: str, *, gained: frozenset[str], lost: frozenset[str]
) -> str:
    if status in ENDED:
        return status
    if before is None or before.status in ENDED:
        return "opened"
    if lost:
        return "corrected"
    if gained:
        return "grew"
    if before.status != status:
        return "closed" if status == "closed" else "corrected"
    return "revised"
