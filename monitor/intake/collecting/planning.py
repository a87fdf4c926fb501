"""From the settings of a source to how it is collected, and how far that is."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from monitor.base.settings import CollectedSource, LicensedSource, days_of
from monitor.intake.collecting.client import Manners
from monitor.intake.collecting.collection import Plan
from monitor.intake.collecting.connectors import CONNECTORS
from monitor.intake.collecting.exchange import Bounds
from monitor.intake.collecting.kept.tables import Counts, Lack
from monitor.intake.collecting.kept.work import NAME, Work


def plan_of(name: str, settings: CollectedSource, root: Path) -> Plan:
    """How a source of the configuration is collected; its paths begin at `root`.

    Raises SourceError for one that cannot be asked as it is configured.
    """
    connector = CONNECTORS[settings.kind](settings)
    limits = settings.limits
    manners = Manners(
        source=name,
        contact=settings.contact,
        base_url=settings.base_url or connector.base_url,
        secrets=connector.secrets,
        parameters=connector.parameters,
        spacing=connector.spacing if limits.spacing is None else limits.spacing,
        retries=limits.retries,
        longest_wait=limits.longest_wait,
        bounds=Bounds(
            seconds=limits.seconds, body=limits.megabytes << 20, redirects=limits.redirects
        ),
    )
    return Plan(
        source=name,
        connector=connector,
        manners=manners,
        folder=root / settings.path,
        fingerprint=settings.reading,
        at_once=limits.concurrency,
        pages=limits.pages,
        budget=connector.budget if settings.budget is None else settings.budget,
        erased_after=timedelta(days=days_of(settings.erase_after)),
        credits=settings.credits if isinstance(settings, LicensedSource) else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the collection of a source is."""

    source: str
    people: int = 0
    """Who is followed and was ever seen."""
    looked_at: datetime | None = None
    """When the last answer came."""
    is_open: bool = False
    """Whether a round was begun and not ended."""
    parked_until: datetime | None = None
    parked_why: str | None = None
    """What the service said, or which budget is spent, where it is left alone."""
    counts: Counts = field(default_factory=Counts)
    lacks: tuple[Lack, ...] = ()
    """Of whom the last round, or the one at work, does not speak, or not for sure."""
    left: int | None = None
    """How many requests the budget of the day still allows; None: there is none."""
    credits_left: int | None = None
    """How many credits the month still allows; None: there is no limit."""
    withdrawn: int = 0
    """How many are hidden, locked or deleted at the source."""


def progress_of(plan: Plan, now: datetime) -> Progress:
    """Look how far a collection is; it is at its beginning where there is no work file."""
    day = now.date()
    if not (plan.folder / NAME).exists():
        return Progress(source=plan.source, left=plan.budget, credits_left=plan.credits)
    with Work.opened(plan.folder, reading=True) as work:
        left = None if plan.budget is None else max(0, plan.budget - work.spent(day))
        parked = work.moment("parked_until")
        return Progress(
            source=plan.source,
            people=work.seen(date.min)[1],
            looked_at=work.moment("looked_at"),
            is_open=work.fact("is_open") is not None,
            parked_until=parked if parked is not None and parked > now else None,
            parked_why=plan.said(work.fact("parked_why") or "") or None,
            counts=work.counts(),
            lacks=tuple(work.lacks(is_nameless=plan.is_nameless)),
            left=left,
            credits_left=(
                None if plan.credits is None else max(0, plan.credits - work.credits(day))
            ),
            withdrawn=len(work.withdrawn()),
        )


def standing_of(progress: Progress) -> list[Lack]:
    """What a collection waits for, and what it lacks; nothing where there is nothing to be told."""
    if progress.parked_until is not None:
        why = "" if progress.parked_why is None else f": {progress.parked_why}"
        text = (
            f"left alone until {progress.parked_until:%Y-%m-%d %H:%M} UTC{why} (once that is"
            f" mended, `talentwatch sources collect {progress.source} --anyway` asks at once)"
        )
        return [Lack(what="left_alone", count=1, text=text), *progress.lacks]
    if progress.is_open and not progress.counts.is_blind:
        counts = progress.counts
        text = f"{counts.open:,} of {counts.total:,} requests to go"
        return [Lack(what="to_go", count=counts.open, text=text), *progress.lacks]
    return [*progress.lacks]
