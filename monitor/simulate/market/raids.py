"""Raids: some people of an organisation go to one other within a few weeks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random

_RAID_DAYS = 45
_RAIDERS = 12
_FEWEST = 3
_LARGEST = 10
"""The great raid is between two of this many largest organisations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raid:
    """Some people of one team, or of several, go to one rival within a few weeks."""

    origin: int
    team: str | None
    """None where they come from any team."""
    rival: int
    days: Mapping[int, int]
    """By person: the day on which they go."""


def great_raid(random: Random, teams: Sequence[str], count: int, people: int, day: int) -> Raid:
    """The raid of twelve that every market has."""
    # From one of the larger ones, so that it takes a team and not the organisation.
    origin, rival = random.sample(range(min(count, _LARGEST)), 2)
    raiders = sorted(random.sample(range(people), _RAIDERS))
    days = {person: day + random.randrange(_RAID_DAYS) for person in raiders}
    return Raid(origin=origin, team=random.choice(teams), rival=rival, days=days)


def lesser_raids(  # noqa: PLR0913 -- what a raid is drawn from
    random: Random, chance: float, great: Raid, *, count: int, people: int, span: tuple[int, int]
) -> Iterator[Raid]:
    """Raids of 3 to 12 people, on organisations of every size, while one looks.

    `chance` is that of an organisation over the whole span.
    """
    others = sorted(set(range(people)) - great.days.keys())
    random.shuffle(others)
    free = iter(others)
    first, last = span
    for origin in range(count if chance else 0):
        struck, rival = random.random() < chance, random.randrange(count)
        size, day = random.randint(_FEWEST, _RAIDERS), random.randint(first, last)
        if struck and rival != origin and {origin, rival} != {great.origin, great.rival}:
            raiders = list(islice(free, size))
            if len(raiders) < _FEWEST:
                return
            days = {person: day + random.randrange(_RAID_DAYS) for person in raiders}
            yield Raid(origin=origin, team=None, rival=rival, days=days)
