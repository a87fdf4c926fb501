"""The files that a new folder begins with, as texts; and writing them where nothing is yet."""

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from monitor.base.errors import UsageError
from monitor.base.settings import CARRY, COMPLETE, Column, Layout, check_folder

_TEMPLATES = Path(__file__).with_name("templates")
INBOX = "inbox/people"
_FIRST_PLANE = 0xFFFF

MEANING_OF_DAYS = {
    COMPLETE: "each day lists everybody",
    CARRY: "people keep their last row",
}
RULE_FILE = "rules/same-way.toml"
UNUSUAL_RULE_FILE = "rules/anything-unusual.toml"
"""A rule that is off until somebody turns it on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaffoldFiles:
    """What a new folder holds: texts by path, folders that stay empty, and files to be copied."""

    texts: Mapping[str, str]
    folders: tuple[str, ...] = ()
    copies: Mapping[str, Path] = field(default_factory=dict)
    """By path in the folder: the file that comes there."""


def scaffold_files(
    layout: Layout | None = None,
    *,
    directory: str | None = None,
    copies: Mapping[str, Path] | None = None,
) -> ScaffoldFiles:
    """Return what `init` writes; without an export, an inbox that waits for files."""
    lines, columns = ("", "") if layout is None else (_layout(layout), _columns(layout))
    entries = filled("organizations_example.toml") if directory is None else directory
    return ScaffoldFiles(
        texts={
            "organizations.toml": filled("organizations.toml", entries=entries),
            RULE_FILE: filled("rule.toml"),
            UNUSUAL_RULE_FILE: filled("unusual_rule.toml"),
            "config.toml": filled("config.toml", layout=lines, columns=columns),
        },
        folders=(INBOX,),
        copies=copies or {},
    )


def filled(template: str, **parts: str) -> str:
    """Read a template and put the parts in their places."""
    return Template((_TEMPLATES / template).read_text(encoding="utf-8")).substitute(parts)


def _layout(layout: Layout) -> str:
    usual = Layout()
    lines = []
    for key, value, what in (
        ("layout", layout.layout, "how its records are written"),
        ("sheet", layout.sheet, "the sheet of the workbook"),
        ("member", layout.member, "the file of the archive"),
    ):
        lines += [] if value is None else [f"{key} = {toml(value)}   # {what}"]
    if layout.encoding != usual.encoding:
        lines.append(f"encoding = {toml(layout.encoding)}")
    if layout.start_of != usual.start_of:
        lines.append(f"start_of = {toml(layout.start_of)}   # no start of the present position")
    if layout.observed_on:
        column = toml(layout.observed_on[0])
        lines.append(f"observed_on = {column}   # the column that says when each row was seen")
        meaning = MEANING_OF_DAYS[layout.days or COMPLETE]
        lines.append(f"days = {toml(layout.days or COMPLETE)}   # {meaning}")
    if layout.dates:
        lines.append(f"dates = {toml(list(layout.dates))}   # forms of dates, as strptime has them")
    if layout.constants:
        pairs = ", ".join(
            f"{field} = {toml(constant)}" for field, constant in layout.constants.items()
        )
        lines.append(f"constants = {{ {pairs} }}   # the same in every row")
    return "".join(f"{line}\n" for line in lines)


def _columns(layout: Layout) -> str:
    text = ""
    for table, comment, entries in (
        ("columns", "what it is, and the column it is in", layout.columns),
        ("fields", "what it is, and where in a record it is (JMESPath)", layout.fields),
    ):
        if entries:
            text += f"\n[sources.people.{table}]".ljust(49) + f"# {comment}\n"
            text += "".join(f"{field} = {toml(entry)}\n" for field, entry in entries.items())
    return text


def toml(value: Column) -> str:
    r"""Return a value as TOML, with all that is not seen written out.

    >>> print(toml(["a\u202eb", "c"]), toml(False))
    ["a\u202eb", "c"] false
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return f"[{', '.join(toml(item) for item in value)}]"
    # JSON writes what is beyond the first plane in two halves, which TOML does not know.
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(mark if mark.isprintable() else _escaped(mark) for mark in quoted)


def _escaped(mark: str) -> str:
    return f"\\u{ord(mark):04x}" if ord(mark) <= _FIRST_PLANE else f"\\U{ord(mark):08x}"


def write(scaffold: ScaffoldFiles, folder: Path) -> list[str]:
    """Write a draft into a folder that has nothing of it yet; return the paths, in order.

    Raises UsageError, having changed nothing, if anything is in the way or cannot be written.
    """
    refuse_to_overwrite([*scaffold.texts, *scaffold.copies, *scaffold.folders, "snapshots"], folder)
    begun: list[Path] = []
    try:
        for path in [folder / name for name in scaffold.folders]:
            _make(path, begun)
        for name, file in scaffold.copies.items():
            _make((folder / name).parent, begun)
            begun.append(folder / name)
            with file.open("rb") as original, (folder / name).open("xb") as copy:
                shutil.copyfileobj(original, copy)
        # The configuration comes last: where there is one, all that it names is there.
        for name, text in scaffold.texts.items():
            _make((folder / name).parent, begun)
            with (folder / name).open("x", encoding="utf-8") as new:
                begun.append(folder / name)
                new.write(text)
    except OSError as exc:
        _take_back(begun)
        raise UsageError(f"{exc.filename or folder} cannot be written: {exc.strerror}") from exc
    return [f"{name}/" for name in scaffold.folders] + [*scaffold.copies, *scaffold.texts]


def refuse_to_overwrite(names: Iterable[str], folder: Path) -> None:
    """Raise UsageError if anything in a folder would be in the way of these paths."""
    check_folder(folder.resolve())
    if os.path.lexists(folder) and not folder.is_dir():
        raise UsageError(f"{folder} is no folder; name another place")
    there = sorted(_in_the_way(folder, names))
    if there:
        raise UsageError(
            f"{folder} is not empty: {', '.join(there)} would be in the way; nothing was written."
            " Name an empty folder, or move them away"
        )


def _in_the_way(folder: Path, names: Iterable[str]) -> set[str]:
    """Name what a draft would meet at the top of a folder; empty folders are no obstacle."""
    tops = {name.partition("/")[0] for name in names}
    return {
        top
        for top in tops
        if os.path.lexists(folder / top)
        and not ((folder / top).is_dir() and not any((folder / top).iterdir()))
    }


def _make(folder: Path, begun: list[Path]) -> None:
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    for path in reversed(missing):
        path.mkdir()
        begun.append(path)


def _take_back(begun: Iterable[Path]) -> None:
    for path in reversed([*begun]):
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
