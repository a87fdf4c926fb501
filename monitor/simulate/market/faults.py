"""The faults of profiles and crawls that can be simulated, each with its own rate."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from monitor.base.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One kind of fault and how often it happens."""

    rate: float
    of: str
    """What the rate is a share of, or counted by."""
    hard: float | None = None
    """How often it happens in a hard world; None where that changes nothing."""


OF_SNAPSHOTS: Mapping[str, tuple[float, float]] = {
    "partial_crawls": (0.3, 0.7),
    "broken_records": (0.08, 0.6),
    "emptied_profiles": (0.14, 0.6),
    "emptied_fields": (0.3, 0.7),
    "foreign_ids": (1.0, 1.0),
    "scrambled_employers": (1.0, 1.0),
    "shuffled_rows": (1.0, 1.0),
    "backdated_ends": (0.5, 0.9),
}
"""The faults of whole snapshots, with the share of their profiles that they spoil."""
FAULTS: Mapping[str, Fault] = {
    "update_lag": Fault(rate=1.0, of="changes shown late: lognormal, median 240, up to 970 days"),
    "month_dates": Fault(rate=0.55, of="profiles that write months"),
    "year_dates": Fault(rate=0.10, of="profiles that write years"),
    "missing_dates": Fault(rate=0.15, of="profiles without dates, the present employer only"),
    "edits": Fault(rate=0.20, of="a profile and year: a title and a start written otherwise"),
    "corrections": Fault(rate=0.01, of="a profile and year: an employer that is taken back"),
    "concurrent_jobs": Fault(rate=0.10, of="long jobs beside which another one is held"),
    "advisers": Fault(rate=0.08, of="jobs beside which somebody else is advised"),
    "pseudo_employers": Fault(rate=0.30, of="gaps between jobs filled with a word for nobody"),
    "spellings": Fault(rate=0.15, of="names of organisations written otherwise"),
    "renames": Fault(rate=0.03, of="an organisation and year"),
    "mergers": Fault(rate=0.02, of="an organisation and year: it goes into another one"),
    "mislabels": Fault(rate=0.01, of="an organisation and year: another one's name, then back"),
    "partial_crawls": Fault(rate=0.03, of="snapshots that lack 30 to 70 % of the profiles"),
    "broken_records": Fault(
        rate=0.01, of="snapshots in which 8 to 60 % of the lines are cut short"
    ),
    "emptied_profiles": Fault(
        rate=0.01, of="snapshots in which 14 to 60 % of the profiles list no job"
    ),
    "emptied_fields": Fault(
        rate=0.01, of="snapshots in which 30 to 70 % of the profiles lack fields"
    ),
    "foreign_ids": Fault(rate=0.01, of="snapshots whose ids are of another kind"),
    "scrambled_employers": Fault(rate=0.01, of="snapshots that name undated, wrong employers"),
    "shuffled_rows": Fault(rate=0.0, of="snapshots that show the jobs of somebody else"),
    "backdated_ends": Fault(
        rate=0.0, of="snapshots in which 50 to 90 % of the present jobs ended two years ago"
    ),
    "new_ids": Fault(rate=0.0, of="a year: from a day on all ids are of another kind, for good"),
    "backlogs": Fault(
        rate=0.1, of="a year: for 5 to 11 months no update is passed on, then all on one day"
    ),
    "vanishing": Fault(rate=0.05, of="a profile and year: gone for 3 to 17 weeks"),
    "duplicates": Fault(rate=0.02, of="people with a second profile"),
    "rekeyed_ids": Fault(rate=0.02, of="a profile and year: a new id"),
    "crowded_ids": Fault(rate=0.002, of="people whose names are ids shared by several others"),
    "slow_renames": Fault(rate=0.0, of="an organisation and year: spread over 2 to 4 months"),
    "carve_outs": Fault(
        rate=0.0, of="a large organisation and year: three teams go on under a new name"
    ),
    "second_employers": Fault(
        rate=0.0, of="an organisation and year: its people are listed at another one, too"
    ),
    "page_doubles": Fault(rate=0.0, of="people whom one page lists under six spellings"),
    "pasted_histories": Fault(
        rate=0.0, of="a year: on one day 2 % of the profiles get one history of two stays"
    ),
    "replaced_careers": Fault(
        rate=0.0, of="dated profiles that show an undated employer first who never was theirs"
    ),
    "gone_for_good": Fault(rate=0.0, of="a profile and year: gone and never back"),
    "outages": Fault(rate=0.0, of="a year: for 2 to 5 months nobody looks"),
    "affinities": Fault(
        rate=0.0, hard=1.0, of="how far pairs differ beside sizes: at 1 a gamma of 0.5, sectors"
    ),
    "fashions": Fault(
        rate=0.0, hard=1.0, of="how far a pair differs by quarter without a cause: at 1 by half"
    ),
    "seasons": Fault(rate=0.0, hard=0.35, of="the swing of leaving over a year"),
    "drifts": Fault(
        rate=0.0, hard=0.4, of="how far organisations grow or shrink in 3 years: at 1 by e"
    ),
    "layoffs": Fault(
        rate=0.0, hard=0.1, of="an organisation and year: 6 times as many leave for 30 to 60 days"
    ),
    "hiring_sprees": Fault(
        rate=0.0, hard=0.2, of="an organisation and year: 6 times as many join for 60 to 120 days"
    ),
    "growing_panel": Fault(
        rate=0.0, hard=0.35, of="people whose profile the source takes up while one looks"
    ),
    "slow_reporters": Fault(
        rate=0.0, hard=1.0, of="how far organisations differ in delays: at 1 by half"
    ),
    "raids": Fault(
        rate=0.0, of="an organisation and year: 3 to 12 of its people go to one other in 45 days"
    ),
}
HARD: Mapping[str, float] = {
    name: fault.hard for name, fault in FAULTS.items() if fault.hard is not None
}
"""The rates of a hard world: whatever makes it hard to say what is unusual."""


def rates_of(
    changed: Mapping[str, float], *, only: Iterable[str] | None = None
) -> Mapping[str, float]:
    """The rate of every fault: the usual ones, those of `only` alone, and what was `changed`.

    Raises UsageError for a fault that is not there, or a rate that is no share.

    >>> rates_of({"renames": 0.5}, only=["renames", "mergers"])["renames"]
    0.5
    """
    wanted = None if only is None else frozenset(only)
    for name in (*changed, *(wanted or ())):
        if name not in FAULTS:
            near = get_close_matches(name, FAULTS, n=1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            raise UsageError(f"there is no fault {name!r}{hint}; there are: {', '.join(FAULTS)}")
    for name, rate in changed.items():
        if not 0 <= rate <= 1:
            raise UsageError(f"the rate of {name} is {rate:g}; write a number from 0 to 1")
    return {
        name: changed.get(name, fault.rate if wanted is None or name in wanted else 0.0)
        for name, fault in FAULTS.items()
    }
