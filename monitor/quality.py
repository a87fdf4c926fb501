"""The gates: whether a snapshot may speak, decided from counts alone."""

from dataclasses import dataclass

from monitor.records import Manifest, Verdict
from monitor.settings import Quality

COLLECTIVE_PEOPLE = 5
"""So many people of one organisation, at the least, make a change look collective."""
COLLECTIVE_SHARE = 0.6
"""So large a share of an organisation's people, taking one way in one manner, does."""

CROWDED_UNDATED = 3
"""At so many undated organisations at once, at the least, an id is that of several people."""
CROWDED_DATED = 5
"""At so many it is, whatever dates they have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighted:
    """A snapshot's profiles held against the last accepted snapshot of its source."""

    known: int
    """Profiles in the last accepted snapshot."""
    missing: int
    """How many of them the new snapshot lacks."""


def judge(
    manifest: Manifest, sighted: Sighted | None, limits: Quality, decision: Verdict | None
) -> tuple[Verdict, tuple[str, ...]]:
    """Return the verdict on a snapshot and the reasons for it in words.

    `sighted` is None for a source's first snapshot that may speak; `decision` is an operator's.
    """
    reasons = tuple(_doubts(manifest, sighted, limits))
    if decision is Verdict.REJECTED:
        return Verdict.REJECTED, ("rejected by an operator", *reasons)
    if reasons and decision is not Verdict.ACCEPTED:
        return Verdict.SUSPECT, reasons
    if reasons:
        reasons = ("accepted by an operator", *reasons)
    return (Verdict.BASELINE if sighted is None else Verdict.ACCEPTED), reasons


def _doubts(manifest: Manifest, sighted: Sighted | None, limits: Quality) -> list[str]:
    doubts = []
    records = manifest.profiles + manifest.rejected
    if manifest.profiles == 0:
        doubts.append("it holds no profile")
    if records and manifest.rejected > limits.rejected * records:
        doubts.append(
            f"{manifest.rejected} of {records} records were set aside"
            f" (at most {limits.rejected:.0%} are allowed)"
        )
    if sighted and sighted.known and sighted.missing > limits.missing * sighted.known:
        doubts.append(
            f"{sighted.missing} of {sighted.known} known profiles are missing"
            f" (at most {limits.missing:.0%} are allowed)"
        )
    return doubts
