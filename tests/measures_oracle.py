"""Every measure, several conditions and their order by looking at single days: naive on purpose."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from oracle import Asked, Move, Place, Question, any_like, days, fits, group

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One version of a person's time somewhere, and the days on which it was believed."""

    number: int
    person: str
    place: Place
    joined: tuple[date, date] | None
    """None: nobody knows since when; it was seen on `seen_on`."""
    left: tuple[date, date] | None
    """None: it goes on."""
    held_to: bool = False
    """Whether the person is held to have come with a whole organisation."""
    held_from: bool = False
    """Whether the person is held to have gone with a whole organisation."""
    seen_on: date
    known_from: date
    known_until: date | None

    def there(self, day: date, *, sure: bool) -> bool:
        """Say whether the person is there on a day, certainly or possibly."""
        if sure:
            begun = (self.joined[1] if self.joined else self.seen_on) <= day
            return begun and (self.left is None or day < self.left[0])
        begun = self.joined is None or self.joined[0] <= day
        return begun and (self.left is None or self.held_from or day < self.left[1])

    def over(self, day: date, *, sure: bool) -> bool:
        """Say whether the time there is over by a day."""
        if self.left is None or (sure and self.held_from):
            return False
        return self.left[1 if sure else 0] <= day


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition: of a stock the question's sides are where somebody was, and is."""

    question: Question
    kind: Literal["flow", "stock"] = "flow"
    at_most: int | None = None
    share: str | None = None
    net: int | None = None
    first: bool = False
    change: str | None = None
    ago: int = 0

    @property
    def sure(self) -> bool:
        """Say which count is asked for."""
        return self.question.count == "certain"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What is believed on one day, and since when anything was watched."""

    moves: Sequence[Move]
    stays: Sequence[Stay]
    watched_from: date


def groups(condition: Condition, world: World) -> set[str]:
    """Name the groups that anybody makes."""
    found = [group(condition.question, move) for move in _fitting(condition, world)]
    return {value for value in found if value is not None}


def holding(condition: Condition, value: str, world: World, over: Collection[date]) -> set[date]:
    """Try every day."""
    return {day for day in over if _holds(condition, value, world, day)}


def together(
    steps: Sequence[Collection[date]],
    combine: str,
    *,
    within: int,
    keep_open: int,
    calendar: Sequence[date],
) -> list[tuple[date, date | None]]:
    """Put days together into spans; what holds on the last day of the calendar goes on."""
    if combine == "all":
        found = set(steps[0]).intersection(*steps)
    elif combine == "any":
        found = set(steps[0]).union(*steps)
    else:
        found = _in_order(steps, within, calendar)
    last = calendar[-1]
    kept = {day + DAY * ahead for day in found for ahead in range(keep_open + 1)}
    return spans({day for day in kept if day <= last}, calendar)


def spans(found: Collection[date], calendar: Sequence[date]) -> list[tuple[date, date | None]]:
    """List the unbroken stretches of days."""
    edges: list[tuple[date, date | None]] = []
    for day in calendar:
        if day not in found:
            continue
        if edges and edges[-1][1] == day:
            edges[-1] = (edges[-1][0], day + DAY)
        else:
            edges.append((day, day + DAY))
    return [(one, None if end == calendar[-1] + DAY else end) for one, end in edges]


def _in_order(
    steps: Sequence[Collection[date]], within: int, calendar: Sequence[date]
) -> set[date]:
    reached = spans(steps[0], calendar)
    for step in steps[1:]:
        reached = [
            (opens, closes)
            for opens, closes in spans(step, calendar)
            if any(
                before < opens and (end is None or end >= opens or (opens - end).days <= within)
                for before, end in reached
            )
        ]
    return {
        day
        for opens, closes in reached
        for day in calendar
        if opens <= day and (closes is None or day < closes)
    }


def _holds(condition: Condition, value: str, world: World, day: date) -> bool:
    question = condition.question
    asked = (
        _enough(condition, value, world, day),
        question.people > 0 or day >= world.watched_from + DAY * _length(condition),
        condition.at_most is None
        or len(counted(condition, value, world, day, sure=not condition.sure)) <= condition.at_most,
        condition.net is None or net(condition, value, world, day) >= condition.net,
        condition.share is None
        or _share(condition, value, world, day) >= Fraction(condition.share),
    )
    return all(asked)


def _enough(condition: Condition, value: str, world: World, day: date) -> bool:
    """Say whether there are enough people or, of a change, there were and it is as great."""
    sure, least = condition.sure, condition.question.people
    if condition.change is None:
        return len(counted(condition, value, world, day, sure=sure)) >= least
    change = Fraction(condition.change)
    before, now = _headcounts(condition, value, world, day)
    if not before or len(before) < least:
        return False
    part = Fraction(len(now) - len(before), len(before))
    return part >= change if change > 0 else part <= change


def _headcounts(
    condition: Condition, value: str, world: World, day: date
) -> tuple[set[str], set[str]]:
    """Name those who were there one window ago, and those who are there."""
    rises = Fraction(condition.change or 0) > 0
    earlier = day - DAY * condition.ago
    return (
        counted(condition, value, world, earlier, sure=condition.sure != rises),
        counted(condition, value, world, day, sure=condition.sure == rises),
    )


def changed(condition: Condition, value: str, world: World, day: date) -> set[str]:
    """Name who left or came within the window that ends on a day."""
    before, now = _headcounts(condition, value, world, day)
    return now - before if Fraction(condition.change or 0) > 0 else before - now


def net(condition: Condition, value: str, world: World, day: date) -> int:
    there = counted(condition, value, world, day, sure=condition.sure)
    back = _moved(_turned(condition), value, world, day, sure=not condition.sure)
    return len(there) - len(back)


def _share(condition: Condition, value: str, world: World, day: date) -> Fraction:
    base = _base(condition, value, world, day)
    here = len(counted(condition, value, world, day, sure=condition.sure))
    return Fraction(here, base) if base else Fraction(-1)


def _length(condition: Condition) -> int:
    window = condition.question.window
    if condition.kind == "stock":
        return condition.ago
    return window if isinstance(window, int) else 0


def counted(condition: Condition, value: str, world: World, day: date, *, sure: bool) -> set[str]:
    """Name the people who count on a day."""
    if condition.kind == "flow":
        return _moved(condition, value, world, day, sure=sure)
    return {
        move.person
        for move, now, was in _stays(condition, world)
        if group(condition.question, move) == value
        and not now.held_to
        and now.there(day, sure=sure)
        and (was is None or was.over(day, sure=sure))
    }


def _fitting(condition: Condition, world: World) -> list[Move]:
    if condition.kind == "flow":
        return [move for move in world.moves if fits(condition.question, move)]
    return [move for move, _, _ in _stays(condition, world)]


def _stays(condition: Condition, world: World) -> list[tuple[Move, Stay, Stay | None]]:
    """Each time somewhere, with each time elsewhere before it if that is asked for."""
    question = condition.question
    paired = question.origin is not None or any(side[:5] == "from." for side in question.group_by)
    pairs: list[tuple[Stay, Stay | None]] = [(now, None) for now in world.stays]
    if paired:
        pairs = [
            (now, was)
            for now in world.stays
            for was in world.stays
            if now.person == was.person and now.place.root != was.place.root and was.left
        ]
    titled = question.title
    plain = replace(question, title=())
    found = []
    for now, was in pairs:
        move = _as_move(now, was)
        if fits(plain, move) and (not titled or any_like(titled, now.place.title)):
            found.append((move, now, was))
    return found


def _as_move(now: Stay, was: Stay | None) -> Move:
    never = (date.min, date.min)
    return Move(
        version=now.number,
        move="",
        person=now.person,
        origin=was.place if was else None,
        destination=now.place,
        left=never,
        joined=never,
        observed_on=date.min,
        counted=True,
        baseline=False,
        known_from=date.min,
        known_until=None,
    )


def _moved(condition: Condition, value: str, world: World, day: date, *, sure: bool) -> set[str]:
    question = condition.question
    every = [
        move
        for move in world.moves
        if move.counted and fits(question, move) and group(question, move) == value
    ]
    opens = _opens(question.window, day)
    found = set()
    for move in every:
        earliest, latest = _dated(question, move)
        if condition.first and any(_dated(question, one)[0] < opens for one in every):
            return set()
        if sure and opens <= earliest and latest <= day:
            found.add(move.person)
        if not sure and opens <= latest and earliest <= day and opens <= day:
            found.add(move.person)
    return found


def _dated(question: Question, move: Move) -> tuple[date, date]:
    if question.clock == "observed":
        return move.observed_on, move.observed_on
    return move.joined if question.dated_by_joining else move.left


def _opens(window: int | date | str, day: date) -> date:
    if isinstance(window, int):
        return day - DAY * (window - 1)
    if isinstance(window, date):
        return window
    return date(day.year, 1 if window == "year" else (day.month - 1) // 3 * 3 + 1, 1)


def _turned(condition: Condition) -> Condition:
    question = condition.question
    other = {"from": "to", "to": "from"}
    sides = [side.partition(".") for side in question.group_by]
    turned = replace(
        question,
        origin=question.destination,
        destination=question.origin,
        group_by=tuple(f"{other.get(end, end)}{dot}{what}" for end, dot, what in sides),
    )
    return replace(condition, question=turned)


def _base(condition: Condition, value: str, world: World, day: date) -> int:
    """Count who may have been there: now, or when the window opened."""
    question = condition.question
    values = dict(zip(question.group_by, value.split("\x1f"), strict=False))
    if condition.kind == "stock":
        on, where = day, question.destination
        asked = {side: told for side, told in values.items() if side[:3] == "to."}
    else:
        on, where = _opens(question.window, day) - DAY, question.origin or Asked()
        if on >= day:
            return 0
        asked = {f"to.{side[5:]}": told for side, told in values.items() if side[:5] == "from."}
    plain = replace(
        question,
        origin=None,
        destination=where,
        title=(),
        from_title=(),
        to_title=(),
        person=(),
        group_by=tuple(asked),
    )
    found = set()
    for stay in world.stays:
        move = _as_move(stay, None)
        if fits(plain, move) and group(plain, move) == "\x1f".join(asked.values()):
            there = not stay.held_to and stay.there(on, sure=False)
            found |= {stay.person} if there else set()
    return len(found)


def believed(known_on: date, moves: Sequence[Move], stays: Sequence[Stay], since: date) -> World:
    """Leave out what was not believed on a day."""
    held = [move for move in moves if not move.counted]
    held_to = {(move.person, move.destination.root) for move in held if move.destination}
    held_from = {(move.person, move.origin.root) for move in held if move.origin}
    return World(
        moves=[move for move in moves if move.believed_on(known_on)],
        stays=[
            replace(
                stay,
                held_to=(stay.person, stay.place.root) in held_to,
                held_from=(stay.person, stay.place.root) in held_from,
            )
            for stay in stays
            if stay.known_from <= known_on
            and (stay.known_until is None or known_on < stay.known_until)
        ],
        watched_from=since,
    )


def calendar_of(first: date, last: date) -> list[date]:
    """List the days."""
    return list(days(first, last))


Groups = Mapping[str, Sequence[tuple[date, date | None]]]
