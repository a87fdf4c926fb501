"""What differs between a file and the one of its source before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from monitor.base.engine import Engine
from monitor.base.profile import FileForm
from monitor.base.records import Manifest
from monitor.intake.sources.heading_words import plain

_ALIKE = 0.75
"""Two names of columns are as alike if one may be another spelling of the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """A file held against the last one of its source."""

    before: Manifest
    gone: Sequence[str]
    """Columns that it lacks, and that have no other name in it."""
    new: Sequence[str]
    renamed: Sequence[tuple[str, str]]
    """Columns that have another name in it: the former, and the present one."""
    encodings: tuple[str, str] | None
    """Of the text then and now, if they differ."""
    kept: int
    """How many of the profiles that were there before it has."""


def differences(before: Manifest, ids: Path, now: Manifest, profiles: Path) -> Differences:
    """Hold a file against the last snapshot of its source, by Parquet files with their ids."""
    gone, new, renamed = _columns(before.form, now.form)
    encodings = (before.form.encoding, now.form.encoding)
    with Engine() as engine:
        kept = engine.rows("kept_profiles_count", before=str(ids), after=str(profiles))[0][0]
    return Differences(
        before=before,
        gone=gone,
        new=new,
        renamed=renamed,
        encodings=(
            (encodings[0], encodings[1])
            if encodings[0] and encodings[1] and encodings[0] != encodings[1]
            else None
        ),
        kept=kept,
    )


def _columns(before: FileForm, now: FileForm) -> tuple[list[str], list[str], list[tuple[str, str]]]:
    """Columns gone, new and renamed; nothing where one of the files is no table."""
    if not before.columns or not now.columns:
        return [], [], []
    gone = [name for name in before.columns if name not in now.columns]
    new = [name for name in now.columns if name not in before.columns]
    renamed = []
    for former in gone:
        present = _present_name(former, new, before, now)
        if present is not None:
            renamed.append((former, present))
            new.remove(present)
    former_names = {former for former, _ in renamed}
    return [name for name in gone if name not in former_names], new, renamed


def _present_name(former: str, new: Sequence[str], before: FileForm, now: FileForm) -> str | None:
    """The new column that a former one is: it holds the same field, or is spelled much alike."""
    fields = [field for field, columns in before.found.items() if former in columns]
    same = [name for field in fields for name in now.found.get(field, ()) if name in new]
    if same:
        return same[0]
    scored = [
        (SequenceMatcher(None, plain(former), plain(name)).ratio(), name)
        for name in new
        if not any(name in columns for columns in now.found.values())
    ]
    best = max(scored, default=(0.0, ""))
    return best[1] if best[0] >= _ALIKE else None
