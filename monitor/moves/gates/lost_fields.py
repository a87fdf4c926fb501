"""Whether counts of intake ask for a closer look at what known profiles have lost."""

from monitor.base.records import Manifest
from monitor.base.settings import Quality
from monitor.intake.snapshots.counted_fields import COUNTED_OF_PROFILES, EMPLOYED, EVERY_POSITION


def may_have_lost(before: Manifest, now: Manifest, limits: Quality) -> bool:
    """Whether what was counted at intake asks for a closer look at emptied profiles and fields.

    A snapshot taken in by a version that did not count is looked at closely each time.
    """
    if limits.fields is False and limits.emptied is False:
        return False
    if not before.filled or not now.filled:
        return True
    strictest = min(share for share in (limits.fields, limits.emptied) if share is not False)
    return any(
        now.filled.get(name, 0) * rows_before < (1 - strictest) * filled * rows_now
        for name, filled in before.filled.items()
        for rows_before, rows_now in (_rows(name, before, now),)
    )


def _rows(name: str, before: Manifest, now: Manifest) -> tuple[int, int]:
    if name in COUNTED_OF_PROFILES or name in {EVERY_POSITION, EMPLOYED}:
        return before.profiles, now.profiles
    return before.positions, now.positions
