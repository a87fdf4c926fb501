"""Snapshots that are set aside for what they would do to others, wherever they stand in time.

A file of another list, dated before all others, would be the baseline that every good snapshot is
held against. It is told by the snapshots after it, so it makes no difference when it came. A late
file can do the same in other ways; then it waits for the operator's word, which is in the log.
"""

import itertools
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from monitor.base.records import SPEAKS, Manifest, Verdict
from monitor.base.settings import Quality
from monitor.moves.gates.quality import ALIKE
from monitor.state import Taken

STRAY = "next to none of its profiles are in the snapshots after it, which agree with each other"
"""The first reason of a snapshot that is of something else than those after it."""
LATE = "it came late, and by it snapshots that were accepted before would be suspect"
"""The first reason of a late snapshot that waits for the operator's word."""
ASIDE = (STRAY, LATE)
NEXT_TO_NOTHING = 0.1
"""Two snapshots that share a smaller part of the smaller one share next to nothing;"""
MOST = 0.5
"""they agree with each other if they share at least this part."""
AHEAD = 4
"""How many snapshots after the first one are looked at."""

Shared = Callable[[Manifest, Manifest], int]
"""Counts the profiles that two snapshots have in common."""


def held_key(manifest: Manifest) -> str:
    """Name a late snapshot that is held, and its content: another content is judged anew."""
    return f"{manifest.source}:{manifest.fingerprint}"


def set_aside(
    manifests: Mapping[date, Manifest],
    decided: Mapping[date, Verdict | None],
    shared: Shared,
    *,
    held: Collection[str],
    limits: Quality,
) -> dict[date, str]:
    """Say of each snapshot of a source that is set aside, by its day, why.

    `decided` has the operators' words; `held` names the late snapshots that wait for one.
    """
    aside = {
        day: LATE
        for day, manifest in manifests.items()
        if held_key(manifest) in held and decided[day] is None
    }
    if limits.missing is False:
        return aside
    taken = [
        manifest
        for day, manifest in sorted(manifests.items())
        if manifest.profiles and day not in aside and decided[day] is not Verdict.REJECTED
    ]
    accepted = [day for day, decision in decided.items() if decision is Verdict.ACCEPTED]
    return aside | dict.fromkeys(strays(taken, shared, accepted=accepted), STRAY)


def strays(taken: Sequence[Manifest], shared: Shared, *, accepted: Collection[date]) -> set[date]:
    """Find the days at the beginning of a source that are of something else than what follows.

    `taken` are the snapshots that hold profiles and are not rejected, in order of observation. What
    an operator has `accepted` is none, and nothing after it is.
    """
    days: set[date] = set()
    for number, first in enumerate(taken):
        after = taken[number + 1 : number + 1 + AHEAD]
        if first.observed_on in accepted or not _is_stray(first, after, shared):
            break
        days.add(first.observed_on)
    return days


def _is_stray(first: Manifest, after: Sequence[Manifest], shared: Shared) -> bool:
    """Decide by the first two snapshots in a row that agree: what comes later changes nothing."""
    if not any(_is_smaller(first, pair) for pair in itertools.pairwise(after)):
        return False
    for number, later in enumerate(after):
        if shared(first, later) >= NEXT_TO_NOTHING * min(first.profiles, later.profiles):
            return False
        pair = (after[number - 1], later) if number else ()
        if pair and _is_smaller(first, pair):
            least = MOST * min(each.profiles for each in pair)
            if shared(*pair) >= least:
                return True
    return False


def _is_smaller(first: Manifest, pair: Sequence[Manifest]) -> bool:
    """Whether a snapshot is much smaller: as many profiles with other ids are the same people."""
    return all(first.profiles < ALIKE * each.profiles for each in pair)


def to_hold(
    verdicts: Mapping[date, Verdict],
    checksums: Mapping[date, str],
    taken: Mapping[date, Taken],
    *,
    settled: Collection[date],
) -> date | None:
    """Choose the late snapshot that turns one suspect which the ledger rests on; None if none does.

    `known` is what the ledger rests on; `settled` are the days that are held, or decided upon by
    an operator. A snapshot is late if the ledger does not know its content.
    """
    late: date | None = None
    for day in sorted(verdicts):
        before = taken.get(day)
        if before is None or before.sha256 != checksums.get(day):
            if day not in settled and (late is None or verdicts[day] in SPEAKS):
                late = day
        elif verdicts[day] in SPEAKS:
            late = None
        elif late and verdicts[day] is Verdict.SUSPECT and before.verdict in SPEAKS:
            return late
    return None
