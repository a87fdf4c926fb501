"""The market: organisations, what befalls them, the raid, and the days on which one looks."""

from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import accumulate
from random import Random

from monitor.base.errors import UsageError
from monitor.simulate.market.faults import OF_SNAPSHOTS
from monitor.simulate.market.pulls import PULLS, Pulls, SurgeKind, growths, make_surges
from monitor.simulate.market.raids import Raid, great_raid, lesser_raids
from monitor.simulate.wording import TEAMS, organization_names

MOST_PROFILES = 1_000_000
_FLATNESS = 0.6  # the n-th largest organisation has n ** -0.6 times the people of the largest
_LARGE = 8
"""Of this many organisations one is large."""
_MIXED_UP = ("shuffled_rows", "backdated_ends")
"""Faults with draws of their own: how often they happen leaves all other looks as they are."""
_YEARS_BEFORE = 30
"""How many years before the first look a pasted history lies: ten before any career."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is to be simulated; equal options give equal files."""

    profiles: int = 20_000
    snapshots: int = 156
    days: int = 7
    """From one snapshot to the next."""
    people_each: int = 50
    """At an organisation on average."""
    first: date = date(2021, 1, 4)
    seed: int = 0
    rates: Mapping[str, float]
    """Of every fault."""


class Kind(StrEnum):
    """What befalls an organisation, and is no move of its people."""

    RENAME = "rename"
    MERGER = "merger"
    MISLABEL = "mislabel"
    SLOW_RENAME = "slow_rename"
    CARVE_OUT = "carve_out"


NEW_NAMES = frozenset({Kind.RENAME, Kind.SLOW_RENAME, Kind.CARVE_OUT})
"""The kinds that bring a name which nobody had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketEvent:
    """From a day on profiles write another name; days are counted as `date.toordinal` does."""

    kind: Kind
    organization: int
    target: int | None
    """The organisation whose name is taken, if there is one of that name."""
    name: str
    day: int
    until: int | None
    """The day on which the old name is back, if it comes back."""
    share: float
    """Of the profiles, which the source itself rewrites on the day; others follow when edited."""
    dated: bool
    """Whether positions are ended and begun on the day, instead of written otherwise."""
    spread: int = 0
    """How many days after the first profile the source rewrites the last one."""
    teams: frozenset[str] = frozenset()
    """The teams that it befalls; none stands for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondEmployer:
    """From a day on the source lists the people of an organisation at another one, too."""

    organization: int
    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastedHistory:
    """Two stays that the source writes into many profiles on one day, years before any career."""

    day: int
    organizations: tuple[int, int]
    turns: tuple[int, int, int]
    """The days on which the first begins, the second follows it, and the second ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One snapshot."""

    day: int
    before: int
    """The day of the last whole snapshot before, or 0."""
    fault: str | None = None
    """What is wrong with all of it, if something is."""
    share: float = 0.0
    """Of the profiles, which that spoils."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """Everything that more than one person has to do with."""

    options: Options
    names: Sequence[str]
    reach: Sequence[float]
    """The sizes of the organisations, added up."""
    events: Mapping[int, MarketEvent]
    """By organisation."""
    looks: Sequence[Look]
    new_ids: int | None
    """The day from which on all ids are of another kind, if there is one."""
    backlog: tuple[int, int] | None
    """The stretch of days, if there is one, in which no update of a profile is passed on: all that
    were meant for it show on the day after it."""
    second_employers: Mapping[int, SecondEmployer]
    """By organisation."""
    pasted: PastedHistory | None
    raids: Sequence[Raid]
    """The great one first."""
    raid_of: Mapping[int, Raid]
    """By person."""
    pulls: Pulls

    @property
    def raid(self) -> Raid:
        """The great raid, which every market has."""
        return self.raids[0]

    def draw_next(self, random: Random, at: int, day: int) -> int:
        """Where somebody goes who leaves an organisation (or begins) on a day."""
        while (to := self.draw(random)) == at or not self.pulls.accepts(random, at, to, day):
            pass
        return to

    def draw(self, random: Random) -> int:
        """Some organisation, a large one more likely."""
        return bisect(self.reach, random.random() * self.reach[-1])


def make_market(options: Options) -> Market:
    """The market of the options. Raises UsageError when they ask for none that there can be."""
    _check(options)
    count = max(20, options.profiles // options.people_each)
    first = options.first.toordinal()
    last = first + options.days * (options.snapshots - 1)
    raids = _raids(options, count, first, last)
    raided = {side for raid in raids for side in (raid.origin, raid.rival)}
    events, new_names = _events(options, count, first, last, quiet=raided)
    struck = _involved(events) | raided
    calm = [number for number in range(count) if number not in struck]
    return Market(
        options=options,
        names=new_names[:count],
        reach=tuple(accumulate((rank + 1) ** -_FLATNESS for rank in range(count))),
        events=events,
        looks=_looks(options, first),
        new_ids=_new_ids(options, first, last),
        backlog=_backlog(options, first, last),
        second_employers=_second_employers(options, calm, first, last),
        pasted=_pasted(options, calm, first, last),
        raids=raids,
        raid_of={person: raid for raid in raids for person in raid.days},
        pulls=_pulls(options, count, first, last),
    )


def stream(options: Options, name: str) -> Random:
    """Random numbers of one purpose: what one fault draws leaves all others as they are."""
    return Random(f"{options.seed}:{name}")


def _check(options: Options) -> None:
    for name, value, least, most in (
        ("--profiles", options.profiles, 100, MOST_PROFILES),
        ("--snapshots", options.snapshots, 2, 5_000),
        ("--days", options.days, 1, 366),
        ("--people-each", options.people_each, 2, 1_000),
    ):
        if not least <= value <= most:
            raise UsageError(f"{name} is {value:,}; write a number from {least:,} to {most:,}")


def _raids(options: Options, count: int, first: int, last: int) -> tuple[Raid, ...]:
    day = first + (last - first) // 4
    great = great_raid(stream(options, "raid"), TEAMS, count, options.profiles, day)
    chance = options.rates["raids"] * (last - first) / 365
    span = first + (last - first) // 8, last - (last - first) // 4
    others = lesser_raids(
        stream(options, "raids"), chance, great, count=count, people=options.profiles, span=span
    )
    return (great, *others)


def _pulls(options: Options, count: int, first: int, last: int) -> Pulls:
    random_of = {kind: stream(options, f"{kind}s") for kind in SurgeKind}
    rates = options.rates
    return Pulls(
        seed=options.seed,
        rates=rates,
        first=first,
        growths=growths(options.seed, rates["drifts"], count),
        surges=make_surges(random_of, rates, count, span=(first, last)),
        any=any(rates[name] for name in PULLS),
    )


def _events(
    options: Options, count: int, first: int, last: int, *, quiet: set[int]
) -> tuple[dict[int, MarketEvent], list[str]]:
    """What befalls the organisations, each of them once at most, and all names there ever are."""
    names = organization_names(2 * count, stream(options, "names"))
    taken = set(quiet)
    events: dict[int, MarketEvent] = {}
    for kind in Kind:
        fault = f"{kind}s"
        random = stream(options, fault)
        chance = options.rates[fault] * (last - first) / 365
        # Of a small one no team is so large that its people can be told from who leave.
        for number in range(count // _LARGE if kind is Kind.CARVE_OUT else count):
            struck, target = random.random() < chance, random.randrange(count)
            involved = {number} if kind in NEW_NAMES else {number, target}
            if struck and number != target and not involved & taken:
                taken |= involved
                name = names[count + number] if kind in NEW_NAMES else names[target]
                events[number] = _event(
                    kind, number, target, name, random=random, span=(first, last)
                )
    return events, names


def _event(  # noqa: PLR0913 -- the parts of an event
    kind: Kind, organization: int, target: int, name: str, *, random: Random, span: tuple[int, int]
) -> MarketEvent:
    first, last = span
    day = first + int((last - first) * random.uniform(0.1, 0.85))
    return MarketEvent(
        kind=kind,
        organization=organization,
        target=None if kind in NEW_NAMES else target,
        name=name,
        day=day,
        until=day + random.randint(10, 45) if kind is Kind.MISLABEL else None,
        share=random.uniform(0.7, 1.0),
        dated=kind is Kind.MERGER and random.random() < 0.5,  # noqa: PLR2004 -- one in two
        spread=random.randint(60, 120) if kind is Kind.SLOW_RENAME else 0,
        teams=frozenset(random.sample(TEAMS, 3) if kind is Kind.CARVE_OUT else ()),
    )


def _involved(events: Mapping[int, MarketEvent]) -> set[int]:
    """The organisations that something befalls, and those whose name is taken."""
    targets = {event.target for event in events.values() if event.target is not None}
    return {*events, *targets}


def _second_employers(
    options: Options, calm: Sequence[int], first: int, last: int
) -> dict[int, SecondEmployer]:
    """Of the organisations that nothing befalls, those whose people get a second employer."""
    random = stream(options, "second_employers")
    chance = options.rates["second_employers"] * (last - first) / 365
    employers: dict[int, SecondEmployer] = {}
    taken: set[int] = set()
    for one in calm:
        struck, other = random.random() < chance, random.choice(calm)
        day = first + int((last - first) * random.uniform(0.1, 0.85))
        if struck and other != one and not {one, other} & taken:
            taken |= {one, other}
            employers[one] = SecondEmployer(organization=other, day=day)
    return employers


def _pasted(options: Options, calm: Sequence[int], first: int, last: int) -> PastedHistory | None:
    random = stream(options, "pasted_histories")
    struck = random.random() < options.rates["pasted_histories"] * (last - first) / 365
    day = first + int((last - first) * random.uniform(0.2, 0.8))
    if not struck or len(calm) < 2:  # noqa: PLR2004 -- two stays
        return None
    one, other = random.sample(calm, 2)
    began = date(options.first.year - _YEARS_BEFORE, 4, 1)
    turns = (began, began.replace(year=began.year + 3), began.replace(year=began.year + 6))
    first_day, turn, last_day = (turn_day.toordinal() for turn_day in turns)
    return PastedHistory(day=day, organizations=(one, other), turns=(first_day, turn, last_day))


def _new_ids(options: Options, first: int, last: int) -> int | None:
    random = stream(options, "new_ids")
    struck = random.random() < options.rates["new_ids"] * (last - first) / 365
    return (first + last) // 2 if struck else None


def _backlog(options: Options, first: int, last: int) -> tuple[int, int] | None:
    random = stream(options, "backlogs")
    struck = random.random() < options.rates["backlogs"] * (last - first) / 365
    begins = first + int((last - first) * random.uniform(0.1, 0.6))
    return (begins, min(begins + random.randint(150, 330), last)) if struck else None


def _looks(options: Options, first: int) -> tuple[Look, ...]:
    """The snapshots; the first is whole, and so is one of any three that follow each other."""
    random, mixed = stream(options, "looks"), stream(options, "mixed up looks")
    looks = [Look(day=first, before=0)]
    whole = first
    begins, ends = _outage(options, first)
    for number in range(1, options.snapshots):
        draws = {
            fault: (mixed if fault in _MIXED_UP else random).random() for fault in OF_SNAPSHOTS
        }
        faults = [fault for fault, draw in draws.items() if draw < options.rates[fault]]
        drawn = random.random()
        fault = faults[0] if faults and not (looks[-1].fault and looks[-2].fault) else None
        least, most = OF_SNAPSHOTS.get(fault or "", (0.0, 0.0))
        if begins <= first + number * options.days < ends:
            continue
        looks.append(
            Look(
                day=first + number * options.days,
                before=whole,
                fault=fault,
                share=least + drawn * (most - least),
            )
        )
        whole = whole if fault else looks[-1].day
    return tuple(looks)


def _outage(options: Options, first: int) -> tuple[int, int]:
    """The days from the first on which nobody looks to the first on which one looks again."""
    random = stream(options, "outages")
    span = options.days * (options.snapshots - 1)
    struck = random.random() < options.rates["outages"] * span / 365
    begins = first + int(span * random.uniform(0.2, 0.7))
    length = random.randint(60, 150)
    return (begins, min(begins + length, first + span)) if struck else (first, first)
