"""Compares the `[stock]` alerts found after an outage with those found by looking all the time.

The truth is the same world, looked at all the time: dates that profiles state do not depend on
when somebody looks, so an alert that opened while nobody looked has to be there afterwards, with
the same day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from simulated import see

from monitor.base.records import Alert
from monitor.simulate import Options, rates_of, simulate

RULE = """title = "An organisation is a fifth smaller than three months before"
[stock]
at = "*"
change = -0.2
within = "90d"
people = 5
group_by = ["at.organization"]
"""
DAYS_APART, LOOKS = 30, 24
MISSED = range(10, 15)
"""The looks that do not take place: five months."""
Episode = tuple[str, date]
"""The group of an alert, and the day on which it opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """How many alerts there are, over all worlds."""

    all: int
    """With every look."""
    meanwhile: int
    """Of them, those that opened between the last look before the outage and the first after."""
    found: int
    """Of those, the ones that are there after the outage, too."""
    false: int
    """Alerts after an outage that nobody would have had without it."""


def compared(seeds: Sequence[int], *, profiles: int) -> Compared:
    """Look at each world twice, once with all its snapshots and once without the missed ones."""
    total = [0, 0, 0, 0]
    for seed in seeds:
        always, broken, since, until = _both(seed, profiles)
        meanwhile = {episode for episode in always if since < episode[1] <= until}
        figures = (len(always), len(meanwhile), len(meanwhile & broken), len(broken - always))
        total = [before + more for before, more in zip(total, figures, strict=True)]
    return Compared(all=total[0], meanwhile=total[1], found=total[2], false=total[3])


def _both(seed: int, profiles: int) -> tuple[set[Episode], set[Episode], date, date]:
    with TemporaryDirectory(prefix="talentwatch-outage-") as scratch:
        worlds = []
        for name in ("always", "broken"):
            world = Path(scratch) / name
            simulate(
                Options(
                    profiles=profiles,
                    snapshots=LOOKS,
                    days=DAYS_APART,
                    people_each=20,
                    seed=seed,
                    rates=rates_of({}, only=()),
                ),
                world,
            )
            (world / "rules" / "any-to-any.toml").unlink()
            (world / "rules" / "a-fifth-smaller.toml").write_text(RULE, encoding="utf-8")
            worlds.append(world)
        files = sorted((worlds[1] / "snapshots").iterdir())
        days = [date.fromisoformat(file.name[:10]) for file in files]
        for look in MISSED:
            files[look].unlink()
        always, broken = (_episodes(see(world)[1]) for world in worlds)
        return always, broken, days[MISSED[0] - 1], days[MISSED[-1] + 1]


def _episodes(revisions: Sequence[Alert]) -> set[Episode]:
    """Name the alerts as they stand in the end; one that was withdrawn is none."""
    last = {revision.alert: revision for revision in revisions}
    return {
        (str(revision.group), revision.opened_on)
        for revision in last.values()
        if revision.status in {"open", "closed"}
    }
