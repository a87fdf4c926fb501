"""Replaying the past through the same code as live."""

from dataclasses import replace
from datetime import date, datetime

from monitor.cycle import Outcome, Parts, run_cycle
from monitor.errors import UsageError
from monitor.outbox import Mode


def backfill(  # noqa: PLR0913 -- the options of the command
    parts: Parts,
    *,
    since: date,
    until: date | None,
    rule: str | None,
    deliver: bool,
    now: datetime,
) -> Outcome:
    """Evaluate every rule, or one, again for each day from `since` on, and record what follows.

    The ledger is a pure function of the stored snapshots: days before `since` stay as they are,
    and the result is what running live gave. `until` bounds what is reported, not what is known.
    Nothing is sent unless `deliver`. Raises UsageError for a rule that is not there, and for days
    the wrong way round.
    """
    if until is not None and until < since:
        raise UsageError(f"--until {until} is before --since {since}")
    known = {one.id for one in parts.rules.rules if one.enabled}
    if rule is not None and rule not in known:
        names = ", ".join(sorted(known)) or "none"
        raise UsageError(f"there is no rule {rule!r} (there are: {names})")
    outcome = run_cycle(
        parts,
        now=now,
        mode=Mode.DELIVER if deliver else Mode.RECORD,
        again=dict.fromkeys([rule] if rule else known, since),
    )
    revisions = tuple(
        one
        for one in outcome.revisions
        if one.known_on >= since and (until is None or one.known_on <= until)
    )
    return replace(outcome, revisions=revisions)
