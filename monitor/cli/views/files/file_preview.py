"""What one file would give, as JSON and for people."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from monitor.base.profile import FIELDS
from monitor.base.records import Json
from monitor.cli.views.tables import table_of
from monitor.delivery.messages import counted, plain
from monitor.intake.preview import Differences, FilePreview, Shown
from monitor.intake.profiles import stands_for_none
from monitor.intake.remarks import namesakes, remarks

if TYPE_CHECKING:
    # Tables are for people; what asks for JSON does without.
    from rich.console import Console

MOST_REASONS = 5
MOST_POSITIONS = 4
MOST_COLUMNS = 30
WIDEST = 40


def preview_record(
    preview: FilePreview,
    expressions: Mapping[str, str],
    since: Differences | None,
    problems: Sequence[str],
) -> dict[str, Json]:
    """What one file would give, as JSON."""
    manifest = preview.manifest
    form = manifest.form
    return {
        "source": manifest.source,
        "file": preview.place,
        "observed_on": manifest.observed_on.isoformat(),
        "days": [day.isoformat() for day in preview.days],
        "encoding": form.encoding,
        "fields": [
            {"field": field, "found": heading, "samples": list(preview.samples.get(field, ()))}
            for field, heading in _found(preview, expressions)
        ],
        "not_used": _unused(preview),
        "missing": {field: list(columns) for field, columns in form.absent.items()},
        "profiles": manifest.profiles,
        "positions": manifest.positions,
        "rejected": manifest.rejected,
        "nobody": manifest.nobody,
        "namesakes": namesakes(manifest),
        "reasons": [
            {
                "reason": reason.reason,
                "path": reason.path,
                "line": reason.line,
                "count": reason.count,
            }
            for reason in preview.reasons
        ],
        "unknown_dates": dict(preview.unknown_dates.most_common()),
        "shown": [
            {
                "id": profile.id,
                "name": profile.name,
                "positions": [dict(at) for at in profile.positions],
            }
            for profile in preview.shown
        ],
        "remarks": list(remarks(manifest, since.before if since else None)),
        "since": None if since is None else _since_record(since),
        "problems": list(problems),
    }


def _since_record(since: Differences) -> dict[str, Json]:
    return {
        "observed_on": since.before.observed_on.isoformat(),
        "file": since.before.origin,
        "gone": list(since.gone),
        "new": list(since.new),
        "renamed": dict(since.renamed),
        "encoding": since.encodings and since.encodings[0],
        "profiles": since.before.profiles,
        "kept": since.kept,
    }


def print_mapping(console: "Console", preview: FilePreview, expressions: Mapping[str, str]) -> None:
    """Show which field was found where, with samples, and which columns are not used."""
    table = table_of("field", "is found in", "for example")
    for field, column in _found(preview, expressions):
        table.add_row(field, " + ".join(column), samples(preview.samples.get(field, ())))
    console.print(table)
    unused = not_used(_unused(preview))
    if unused is not None:
        console.print(unused)
    if preview.manifest.form.encoding:
        console.print(f"It is read as {preview.manifest.form.encoding}.")


def not_used(columns: Sequence[str]) -> str | None:
    """Name the columns that nothing is read from; None if there are none."""
    if not columns:
        return None
    more = f" and {len(columns) - MOST_COLUMNS} more" if len(columns) > MOST_COLUMNS else ""
    return f"Not used: {', '.join(columns[:MOST_COLUMNS])}{more}."


def samples(values: Sequence[str]) -> str:
    """Show some values of a field side by side."""
    return " | ".join(
        plain(value if len(value) <= WIDEST else f"{value[:WIDEST]}...") for value in values
    )


def print_contents(console: "Console", preview: FilePreview, *, organizations: int) -> None:
    """Say what would be taken in and what set aside and why, and show some people."""
    manifest = preview.manifest
    console.print(
        f"In it: {counted(manifest.profiles, 'profile')} with"
        f" {counted(manifest.positions, 'position')} at"
        f" {counted(organizations, 'organisation')}; {manifest.rejected:,} set aside."
    )
    for reason in preview.reasons[:MOST_REASONS]:
        more = f" (and {reason.count - 1:,} more)" if reason.count > 1 else ""
        console.print(f"  line {reason.line}{more}: {reason.path}: {plain(reason.reason)}")
    if len(preview.reasons) > MOST_REASONS:
        others = sum(reason.count for reason in preview.reasons[MOST_REASONS:])
        console.print(f"  and {others:,} more for other reasons")
    _print_unknown_dates(console, preview.unknown_dates)
    if preview.shown:
        console.print("Some of them, as understood:")
    for profile in preview.shown:
        console.print(f"  {_profile(profile)}")


def _print_unknown_dates(console: "Console", unknown: Counter[str]) -> None:
    fillers = Counter({text: unknown[text] for text in unknown if stands_for_none(text)})
    others = unknown - fillers
    if fillers:
        [(shown, _)] = fillers.most_common(1)
        console.print(
            f"{counted(fillers.total(), 'date')} such as {shown!r} stand for none, and count as"
            " unknown."
        )
    if others:
        shown = ", ".join(repr(text) for text, _ in others.most_common(3))
        console.print(
            f"{counted(others.total(), 'date')} cannot be read, such as {shown}, and count as"
            " unknown: `dates` says how they are written (--dates FORM of `init`), such as"
            " %d/%m/%Y."
        )


def print_remarks(console: "Console", preview: FilePreview, since: Differences | None) -> None:
    """Say what the file lacks, and what in it means less than it seems to."""
    for remark in remarks(preview.manifest, since.before if since else None):
        console.print(f"Note: {plain(remark)}.")


def print_differences(console: "Console", preview: FilePreview, since: Differences) -> None:
    """Say what differs from the last file of the source."""
    before = since.before
    share = f" ({since.kept / before.profiles:.0%})" if before.profiles else ""
    console.print(
        f"Since {before.observed_on} ({plain(before.origin)}):"
        f" {counted(before.profiles, 'profile')} then,"
        f" {preview.manifest.profiles:,} now; {since.kept:,} of those then{share} are in it."
    )
    for words, columns in (
        ("Columns gone", since.gone),
        ("New columns", since.new),
        ("Columns renamed", [f"{former} -> {present}" for former, present in since.renamed]),
    ):
        if columns:
            console.print(f"  {words}: {plain(', '.join(columns[:MOST_COLUMNS]))}.")
    if since.encodings:
        console.print(f"  It was read as {since.encodings[0]} then.")


def _profile(profile: Shown) -> str:
    person = plain(profile.id)
    name = f", {plain(profile.name)}" if profile.name and profile.name != profile.id else ""
    positions = [_position(position) for position in profile.positions[:MOST_POSITIONS]]
    more = len(profile.positions) - MOST_POSITIONS
    said = "; ".join([*positions, *([f"and {more} more"] if more > 0 else [])])
    return f"{person}{name}: {said or 'no position'}"


def _position(position: Mapping[str, Json]) -> str:
    words = [plain(str(position.get("organization") or "no employer"))]
    beside = [plain(str(position[key])) for key in ("team", "title") if key in position]
    words += [f"({', '.join(beside)})"] if beside else []
    words += [f"since {plain(str(position['start']))}"] if "start" in position else []
    words += [f"until {plain(str(position['end']))}"] if "end" in position else []
    words += ["no longer"] if "current" in position and "end" not in position else []
    return " ".join(words)


def _found(preview: FilePreview, expressions: Mapping[str, str]) -> list[tuple[str, Sequence[str]]]:
    """Where each field was found, in the order of fields."""
    columns: Mapping[str, Sequence[str]] = preview.manifest.form.found
    if not preview.manifest.form.columns:
        columns = {field: [expression] for field, expression in expressions.items()}
        columns = columns or {field: [field] for field in preview.samples}
    ordered = [field for field in ("positions", *FIELDS) if field in columns]
    return [(field, columns[field]) for field in ordered]


def _unused(preview: FilePreview) -> list[str]:
    form = preview.manifest.form
    used = {name for columns in form.found.values() for name in columns}
    return [name for name in form.columns if name not in used]
