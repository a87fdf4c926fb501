"""What is said of a snapshot beside its verdict: what its file lacks, and what means less."""

from collections.abc import Sequence

from monitor.base.records import (
    ABSENT,
    LATER_STARTS,
    NAMESAKES,
    NOT_LOOKED_AT,
    OPEN_ENDS,
    Manifest,
)
from monitor.intake.snapshots.counted_fields import EMPLOYED
from monitor.intake.sources.number_dates import shown

MANY_UNEMPLOYED = 0.2
"""From such a share of the profiles on it is said that they name no organisation."""
_MOST_WORDS = 5
"""How many words that are no answers are quoted."""
_FIELDS = {
    "name": "people have no names",
    "url": "profiles have no address",
    "updated_on": "it is not known when a profile was last changed",
    "same_as": "no links to other profiles are stated",
    "organization_id": "organisations are told apart by their names alone",
    "team": "teams are unknown, so rules about teams find nobody",
    "title": "titles are unknown, so rules about titles find nobody",
    "location": "places are unknown",
    "kind": "all positions count as employment unless their titles say otherwise",
    "start": "starts are unknown, so moves are dated by the files that show them",
    "end": "ends are unknown, so who left is known only by the files that show it",
    "current": "positions go on unless they have an end",
    "primary": "no position is the main one",
    "position_id": "positions are told apart by what they say",
}
"""What follows where a field is missing."""


def remarks(manifest: Manifest, before: Manifest | None) -> tuple[str, ...]:
    """Say what is new about how a file is written, and what in it means less than it seems to.

    What was so in the snapshot `before` is not said again, but for what is about rows.
    """
    return (
        *missing_columns(manifest, before),
        *(_unemployed(manifest) if before is None else ()),
        *_namesakes(manifest),
        *_stood_in(manifest, before),
        *_unused(manifest, before),
        *_errors(manifest),
        *_unanswered(manifest, before),
        *_notes(manifest),
        *_number_dates(manifest, before),
        *_unknown_dates(manifest, before),
        *_later_starts(manifest),
        *_open_ends(manifest, before),
        *_not_looked_at(manifest),
        *_absent(manifest, before),
    )


def missing_columns(manifest: Manifest, before: Manifest | None = None) -> list[str]:
    """Name the columns that a file lacks and what follows; those that `before` had or lacked not.

    A column is missing if the source names it, or if the file before had it.
    """
    lacked = {} if before is None else before.form.absent
    return [
        f"no column {either(columns)} for `{field}`: {_FIELDS.get(field, 'it is unknown')}"
        for field, columns in lacking(manifest, before).items()
        if field not in lacked
    ]


def lacking(manifest: Manifest, before: Manifest | None) -> dict[str, list[str]]:
    """By field that a file lacks, the columns that the source names, or that `before` had."""
    form = manifest.form
    if not form.columns:
        return {}
    lacks = {field: list(columns) for field, columns in form.absent.items()}
    for field, columns in before.form.found.items() if before is not None else ():
        if field not in form.found:
            lacks.setdefault(field, list(columns))
    return dict(sorted(lacks.items()))


def namesakes(manifest: Manifest) -> int:
    """Count the names that several people of a snapshot have."""
    notice = manifest.noticed.get(NAMESAKES)
    return 0 if notice is None else notice.count


def _unemployed(manifest: Manifest) -> list[str]:
    """Say that many are nowhere, as after a mapping that does not fit."""
    profiles, employed = manifest.profiles, manifest.filled.get(EMPLOYED)
    if not profiles or employed is None or profiles - employed < MANY_UNEMPLOYED * profiles:
        return []
    return [
        (
            f"{profiles - employed:,} of {profiles:,} profiles name no organisation: these people"
            " are taken to have no employer"
        )
    ]


def _namesakes(manifest: Manifest) -> list[str]:
    notice = manifest.noticed.get(NAMESAKES)
    if notice is None:
        return []
    names = "1 name is" if notice.count == 1 else f"{notice.count:,} names are"
    return [
        (
            f"{names} that of several people ({notice.example!r}), who cannot be told apart and are"
            ' set aside: another column beside the name can (`id = ["Name", "Hire Date"]`)'
        )
    ]


def _stood_in(manifest: Manifest, before: Manifest | None) -> list[str]:
    """Name the columns that were read in the place of others, and the line that says so."""
    form = manifest.form
    said = {} if before is None else before.form.found
    lines = {
        field: ", ".join(f'"{name}"' for name in [*columns, *form.found[field]])
        for field, columns in form.stood_in.items()
        if field in form.found and said.get(field) != form.found[field]
    }
    return [
        (
            f"there is no column {either(form.stood_in[field])}: {form.found[field][0]!r} is read"
            f" for `{field}`. If that is right, write {field} = [{line}] into"
            f" [sources.{manifest.source}.columns]; else say there what is"
        )
        for field, line in lines.items()
    ]


def _unused(manifest: Manifest, before: Manifest | None) -> list[str]:
    """Name what may say who left and is not read, but for what `before` had."""
    known = {} if before is None else before.form.unused
    new = {
        field: [name for name in names if name not in known.get(field, ())]
        for field, names in sorted(manifest.form.unused.items())
    }
    table = "columns" if manifest.form.columns else "fields"
    return [
        (
            f"{either(names)} may be the `{field}` of positions, and is not read:"
            f" [sources.{manifest.source}.{table}] can name it"
        )
        for field, names in new.items()
        if names
    ]


def _errors(manifest: Manifest) -> list[str]:
    """Say how many cells hold the error of a formula and count as unknown."""
    return [
        (
            f"1 cell of `{field}` holds the error of a formula (such as #REF!) and is unknown"
            if count == 1
            else f"{count:,} cells of `{field}` hold the error of a formula (such as #REF!) and are"
            " unknown"
        )
        for field, count in sorted(manifest.form.errors.items())
    ]


def _unanswered(manifest: Manifest, before: Manifest | None) -> list[str]:
    """Say which words in the place of yes or no are neither, but for those that `before` had."""
    known = {} if before is None else before.form.unanswered
    new = {
        field: {word: count for word, count in words.items() if word not in known.get(field, {})}
        for field, words in sorted(manifest.form.unanswered.items())
    }
    return [
        (
            f"{sum(words.values()):,} of the cells of `{field}` say neither yes nor no"
            f" ({', '.join(map(repr, [*words][:_MOST_WORDS]))}): there it is unknown"
        )
        for field, words in new.items()
        if words
    ]


def _notes(manifest: Manifest) -> list[str]:
    """Quote what stands below the table."""
    notes = manifest.form.notes
    return [f"below the table are notes, which are nobody: {'; '.join(notes)}"] if notes else []


def _number_dates(manifest: Manifest, before: Manifest | None) -> list[str]:
    """Say which columns have days as numbers, where the source does not say so."""
    said = {} if before is None else before.form.number_dates
    return [
        (
            f"the numbers of `{field}` are read as {shown(form)}: `dates` of the source names that"
            f' form ("{form}")'
        )
        for field, form in sorted(manifest.form.number_dates.items())
        if said.get(field) != form
    ]


def _unknown_dates(manifest: Manifest, before: Manifest | None) -> list[str]:
    """Say how many dates say nothing, where they are more than in the snapshot before."""
    count = manifest.warnings
    if count <= (0 if before is None else before.warnings):
        return []
    makes, counts = ("1 date makes", "counts") if count == 1 else (f"{count:,} dates make", "count")
    return [
        (
            f"{makes} no sense and {counts} as unknown: `talentwatch sources test"
            f" {manifest.source}` shows some"
        )
    ]


def _later_starts(manifest: Manifest) -> list[str]:
    notice = manifest.noticed.get(LATER_STARTS)
    if notice is None:
        return []
    begin = "1 position begins" if notice.count == 1 else f"{notice.count:,} positions begin"
    return [
        (
            f"{begin} after {manifest.observed_on} ({notice.example}): that is a plan, and nobody"
            " is there before a later snapshot shows it"
        )
    ]


def _open_ends(manifest: Manifest, before: Manifest | None) -> list[str]:
    notice = manifest.noticed.get(OPEN_ENDS)
    if notice is None or (before is not None and OPEN_ENDS in before.noticed):
        return []
    ends, mean = ("1 end", "means") if notice.count == 1 else (f"{notice.count:,} ends", "mean")
    return [f"{ends} such as {notice.example!r} {mean} that there is none: these positions go on"]


def _not_looked_at(manifest: Manifest) -> list[str]:
    count = not_looked_at(manifest)
    if not count:
        return []
    return [
        (
            f"{manifest.profiles - count:,} of {manifest.profiles:,} people were looked at: the"
            " others stand as last seen, and nothing is said of them"
        )
    ]


def _absent(manifest: Manifest, before: Manifest | None) -> list[str]:
    notice = manifest.noticed.get(ABSENT)
    if notice is None or (before is not None and before.noticed.get(ABSENT) == notice):
        return []
    people = "1 person" if notice.count == 1 else f"{notice.count:,} people"
    return [
        (
            f"of {people} the source shows no profile, and says why"
            f" ({'' if notice.count == 1 else 'such as '}{notice.example!r}): nobody of them has"
            " left, and nobody is missing"
        )
    ]


def not_looked_at(manifest: Manifest) -> int:
    """Count the people whom a snapshot has as last seen on an earlier day."""
    notice = manifest.noticed.get(NOT_LOOKED_AT)
    return 0 if notice is None else notice.count


def either(columns: Sequence[str]) -> str:
    """Name columns of which one is needed."""
    return " or ".join(map(repr, columns))
