"""Services asked before a cycle: those that are due, one after the other."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from monitor.base.error_words import of_system
from monitor.base.errors import TalentwatchError, UsageError
from monitor.base.settings import CollectedSource, GitSource, Settings, days_of
from monitor.base.telemetry import logs
from monitor.intake.collecting.client import Clock
from monitor.intake.collecting.collection import Collected, Plan, collect
from monitor.intake.collecting.kept.withdrawn import write_withdrawn
from monitor.intake.collecting.kept.work import NAME, Work
from monitor.intake.collecting.planning import plan_of, progress_of
from monitor.operations.due import ServicesAsked

Progress = Callable[[str, str], None]


def source_plan(settings: Settings, name: str) -> Plan:
    """How a source is collected. Raises UsageError for one that is fed with files."""
    source = settings.sources[name]
    if not isinstance(source, CollectedSource):
        fed = "by a git repository" if isinstance(source, GitSource) else "with files"
        raise UsageError(
            f"{name} is fed {fed}, so there is no service to ask: `talentwatch run --source {name}`"
            " takes in what is new"
        )
    plan = plan_of(name, source, settings.root)
    return replace(plan, is_nameless=settings.names == "none")


def unfinished(settings: Settings, names: Iterable[str], now: datetime) -> list[str]:
    """Name those of some sources whose round was begun and not ended."""
    sources = []
    for name in names:
        try:
            if progress_of(source_plan(settings, name), now).is_open:
                sources.append(name)
        except TalentwatchError:
            sources.append(name)  # collecting it says what is wrong
    return sources


def collect_sources(
    settings: Settings,
    names: Iterable[str],
    *,
    now: Callable[[], datetime],
    progress: Progress = lambda *_: None,
) -> ServicesAsked:
    """Collect some sources, one after the other."""
    failed, notes, wrong = dict[str, str](), dict[str, str](), dict[str, str | None]()
    for name in names:
        try:
            collected = collect_source(settings, name, clock=Clock(now=now), progress=progress)
        except TalentwatchError as exc:
            failed[name] = str(exc)
        except OSError as exc:
            failed[name] = of_system(exc)
        else:
            wrong[name] = collected.wrong
            if collected.is_blind:
                failed[name] = collected.note or "nobody could be reached"
            elif collected.note:
                notes[name] = collected.note
                logs.info("collection", source=name, note=collected.note)
    return ServicesAsked(failed=failed, notes=notes, wrong=wrong)


def forget_followed(settings: Settings, people: Mapping[str, Collection[str]]) -> list[Path]:
    """Erase people, by source, from what was collected and is kept; returns the files that changed.

    Nobody asks for them again, and a source that cannot be asked forgets them, too. Raises
    LeaseHeld while a source is being collected.
    """
    changed = []
    for name, ids in people.items():
        source = settings.sources.get(name)
        if not isinstance(source, CollectedSource):
            continue
        folder = settings.root / source.path
        if (folder / NAME).exists():
            with Work.opened(folder) as work:
                work.forget(ids)
                after = timedelta(days=days_of(source.erase_after))
                write_withdrawn(name, folder, work, erased_after=after)
            changed.append(folder / NAME)
    return changed


def withdrawn_before(folder: Path, day: date) -> list[str]:
    """Return who has been hidden, locked or deleted at a service since a day, by its folder."""
    if not (folder / NAME).exists():
        return []
    with Work.opened(folder, reading=True) as work:
        return [person.id for person in work.withdrawn() if person.day <= day]


def collect_source(
    settings: Settings,
    name: str,
    *,
    clock: Clock,
    progress: Progress = lambda *_: None,
    anyway: bool = False,
) -> Collected:
    """Collect one source; with `anyway` though it wants to be left alone.

    Raises TalentwatchError where it cannot be.
    """

    def told(text: str) -> None:
        progress("asking", f"{name}: {text}")

    return collect(source_plan(settings, name), clock, progress=partial(told), anyway=anyway)
