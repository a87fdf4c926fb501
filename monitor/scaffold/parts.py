"""Which sheet of a workbook, or which file of an archive, has the list of people."""

import re
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from monitor.base.errors import FileRefused, SourceError, UsageError, brief, printable
from monitor.base.settings import Layout
from monitor.intake.sources.archives import ARCHIVES
from monitor.intake.sources.content import (
    OWN_DATA,
    SHEETS,
    are_together,
    kind_of,
    members_of,
    sheets_of,
)
from monitor.scaffold.guessing.columns import recognized
from monitor.scaffold.reading import head

_DAY = re.compile(r"\d{4}-?\d{2}-?\d{2}")
_MOST = 50
"""How many sheets or files are looked at."""


def with_part(path: Path, given: Layout) -> tuple[Layout, str | None]:
    """The layout with the part that has the most columns of known names, and what to say of it.

    Raises UsageError where several files of an archive have as many, SourceError where the file
    cannot be read.
    """
    kind = kind_of(path)
    try:
        if kind in SHEETS and given.sheet is None:
            return _sheet(path, given, sheets_of(path)[:_MOST])
        if kind in ARCHIVES and given.member is None:
            return _member(path, given, members_of(path)[:_MOST])
    except (FileRefused, OSError) as exc:
        raise SourceError(f"{printable(path.name)}: cannot be read: {exc}") from exc
    return given, None


def _sheet(path: Path, given: Layout, names: list[str]) -> tuple[Layout, str | None]:
    if len(names) <= 1:
        return given, None
    counts = _counts(path, names, lambda name: replace(given, sheet=name))
    best = max(names, key=lambda name: counts[name])
    others = ", ".join(repr(name) for name in names if name != best)
    said = f"Its sheet {best!r} is read, and not {others}: --sheet NAME says another."
    return (given if best == names[0] else replace(given, sheet=best)), said


def _member(path: Path, given: Layout, names: list[str]) -> tuple[Layout, str | None]:
    if len(names) <= 1 or any(name.rpartition("/")[2] in OWN_DATA for name in names):
        return given, None
    if are_together(path):
        return given, "Its files of JSON have records of one kind and are read as one."
    patterns = {name: _DAY.sub("*", name.rpartition("/")[2]) for name in names}
    counts = _counts(path, names, lambda name: replace(given, member=_exact(name)))
    ranked = sorted(names, key=lambda name: -counts[name])
    best, second = ranked[:2]
    listed = ", ".join(map(brief, names))
    if counts[best] == counts[second]:
        raise UsageError(
            f"{printable(path.name)}: it holds {len(names)} files ({listed}): say with --member"
            f' which is the list, such as --member "{brief(patterns[best])}"'
        )
    others = ", ".join(repr(name) for name in ranked[1:])
    said = f"Its file {best!r} is read, and not {others}: --member NAME says another."
    return replace(given, member=patterns[best]), said


def _exact(name: str) -> str:
    """A pattern that fits this name alone."""
    return re.sub(r"([*?\[])", r"[\1]", name)


def _counts(path: Path, names: list[str], of: Callable[[str], Layout]) -> dict[str, int]:
    """By part, how many of its columns have names that are known."""
    counts = {}
    for name in names:
        try:
            first = head(path, given=of(name))
        except (FileRefused, SourceError):
            counts[name] = -1  # it is damaged, or no table
        else:
            counts[name] = 0 if first is None else recognized(first.names)
    return counts
