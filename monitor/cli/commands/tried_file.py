"""What `talentwatch sources test` makes of one file, and shows of it."""

from datetime import date
from pathlib import Path

from monitor.base.errors import SourceError, UsageError, printable
from monitor.base.records import Manifest
from monitor.base.settings import GitSource, Layout, Settings
from monitor.cli.options import clock, console, json_lines, leave
from monitor.cli.views.files.file_preview import (
    preview_record,
    print_contents,
    print_differences,
    print_mapping,
    print_remarks,
)
from monitor.cli.views.files.previewed import problems_of
from monitor.identity.organizations import Directory
from monitor.intake.preview import Differences, FilePreview, differences, opened_preview
from monitor.intake.snapshots.store import Store
from monitor.intake.sources import Source
from monitor.intake.sources.files import day_in_name, day_of_last_change
from monitor.intake.sources.git import Git
from monitor.intake.sources.nested import expressions_of
from monitor.operations.written_inputs import look_at_inboxes
from monitor.scaffold.directory import units_in
from monitor.wiring import imported_source, open_store


def try_file(settings: Settings, source: str, file: Path | None, *, json: bool) -> None:
    """Read a file as a run would, the newest of the inbox by default, and print what it gives.

    Leaves with 1 if a run would find it suspect by itself. Raises UsageError where there is no such
    file, SourceError where it cannot be read.
    """
    layout = settings.sources[source]
    if isinstance(layout, GitSource):
        made, note = _history(settings, source, layout, file)
    else:
        chosen = file if file is not None else _newest(settings, source)
        day, note = _day(chosen, layout)
        made = imported_source(settings, source, [chosen], observed_on=day)[source]
    with opened_preview(made.observations()) as preview:
        since = _since(open_store(settings), preview)
        where = f"[sources.{source}] in {settings.path.name}"
        problems = problems_of(preview, settings.sources[source].quality, where)
        if json:
            json_lines([preview_record(preview, expressions_of(layout), since, problems)])
        else:
            _show(settings, preview, layout, since, note)
    leave([f"a run would find this file suspect: {problem}" for problem in problems])


def _show(
    settings: Settings,
    preview: FilePreview,
    layout: Layout,
    since: Differences | None,
    note: str | None,
) -> None:
    terminal, manifest = console(), preview.manifest
    terminal.print(
        f"{printable(manifest.origin)} of {manifest.source}, observed on {manifest.observed_on}"
        f"{note or ''}:"
    )
    if len(preview.days) > 1:
        terminal.print(
            f"It holds {len(preview.days):,} days, {preview.days[0]} to {preview.days[-1]};"
            " this is the newest."
        )
    print_mapping(terminal, preview, expressions_of(layout))
    directory = Directory.load(settings.organizations)
    organizations = len(units_in(preview.positions, directory))
    print_contents(terminal, preview, organizations=organizations)
    print_remarks(terminal, preview, since)
    if since is not None:
        print_differences(terminal, preview, since)


def _history(
    settings: Settings, source: str, of_git: GitSource, file: Path | None
) -> tuple[Source, str | None]:
    """The history of a source in a repository, and what to say of it."""
    if file is not None:
        raise UsageError(f"the source {source} reads its repository: name no file")
    made = Git(source=source, root=settings.root, settings=of_git)
    said = "; ".join(made.remarks)
    return made, f" ({said})" if said else None


def _newest(settings: Settings, source: str) -> Path:
    """The newest file in the inbox of a source, by the day in its name or else by its change."""
    path = settings.sources[source].inbox
    if path is None:
        raise UsageError(f"the source {source} has no path: name a file")
    files = look_at_inboxes(settings, [source])[source].files
    if not files:
        raise SourceError(f"source {source}: no file matches {path}: name a file, or put one there")
    return max(
        files, key=lambda file: (day_in_name(file.name) or date.min, _changed(file), file.name)
    )


def _day(path: Path, layout: Layout) -> tuple[date | None, str | None]:
    """The day to give a file whose name tells none, and what to say of it."""
    if layout.observed_on or day_in_name(path.name) is not None or not path.is_file():
        return None, None
    today = clock().date()
    return day_of_last_change(path, today), (
        ", the day it was last changed: its name tells none, and a run needs one"
        f" (such as {today}{path.suffix})"
    )


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0


def _since(store: Store, preview: FilePreview) -> Differences | None:
    """What differs from the last snapshot before the file's day."""
    now = preview.manifest
    earlier: list[Manifest] = [
        manifest for day, manifest in store.manifests(now.source).items() if day < now.observed_on
    ]
    if not earlier:
        return None
    before = earlier[-1]
    ids = store.ids(now.source, before.observed_on)
    return differences(before, ids, now, preview.profiles)
