"""Replaying the past through the same code as live, and a run that leaves no trace."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from monitor.base.derived_file import derived_path
from monitor.base.engine import Engine
from monitor.base.errors import UsageError
from monitor.base.private_files import folder_of_copies
from monitor.cycle import run_cycle
from monitor.delivery.outbox import Mode, Policy
from monitor.intake.forgetting.forgotten import KEY, LIST
from monitor.intake.refused_files import Refusals
from monitor.parts import CycleOutcome, Parts


def backfill(  # noqa: PLR0913 -- the options of the command
    parts: Parts,
    *,
    since: date,
    until: date | None,
    rule: str | None,
    deliver: bool,
    now: datetime,
) -> CycleOutcome:
    """Evaluate every rule, or one, again for each day from `since` on, and record what follows.

    The ledger is a pure function of the stored snapshots: days before `since` stay as they are,
    and the result is what running live gave. `until` bounds what is reported and sent, not what is
    known. Nothing is sent unless `deliver`: then so is what became known on these days and was only
    recorded, for it is older than `send_from` or late. Raises UsageError for a rule that is not
    there, and for days the wrong way round.
    """
    if until is not None and until < since:
        raise UsageError(f"--until {until} is before --since {since}")
    enabled = {rule.id for rule in parts.rules.rules if rule.enabled}
    if rule is not None and rule not in enabled:
        names = ", ".join(sorted(enabled)) or "none"
        raise UsageError(f"there is no rule {rule!r} (there are: {names})")
    wanted = {rule} if rule else enabled

    def policies(first_run: date) -> dict[str, Policy]:
        return {
            name: replace(policy, history=(since, until or date.max)) if name in wanted else policy
            for name, policy in parts.policies(first_run).items()
        }

    outcome = run_cycle(
        replace(parts, policies=policies),
        now=now,
        mode=Mode.DELIVER if deliver else Mode.RECORD,
        again=dict.fromkeys(wanted, since),
    )
    revisions = tuple(
        revision
        for revision in outcome.revisions
        if revision.known_on >= since and (until is None or revision.known_on <= until)
    )
    return replace(outcome, revisions=revisions)


@contextmanager
def rehearsal(parts: Parts) -> Iterator[Parts]:
    """The same parts with a copy of the snapshots and the derived tables, for a dry run.

    The copy is made of links to the stored files, which are never changed, so it costs little.
    """
    settings = parts.settings
    with folder_of_copies(settings.snapshots) as root:
        if parts.store.root.exists():
            shutil.copytree(parts.store.root, root / "store", copy_function=_link)
        for name in (LIST, KEY):
            if (settings.snapshots / name).exists():
                shutil.copyfile(settings.snapshots / name, root / name)
        if derived_path(settings).exists():
            shutil.copyfile(derived_path(settings), root / "derived.duckdb")
        copied = Engine(root / "derived.duckdb", original=derived_path(settings))
        with copied as engine:
            refusals = Refusals(dict(parts.refusals.kept))
            yield replace(
                parts, store=parts.store.rehearsed(root / "store"), engine=engine, refusals=refusals
            )


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)
