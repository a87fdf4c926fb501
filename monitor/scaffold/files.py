"""The files that a new folder begins with, as texts; and writing them where nothing is yet."""

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from monitor.base.errors import UsageError
from monitor.base.records import Column, Layout
from monitor.base.settings import check_folder

INBOX = "inbox/people"
_FIRST_PLANE = 0xFFFF

CONFIG = """\
# What talentwatch watches, and whom it tells. Paths are relative to this file.
# `talentwatch rules check` says what is wrong with it; `talentwatch run` does what it says.

snapshots = "snapshots"                         # the snapshots taken, and what follows
rules = "rules"                                 # what counts, one file a rule
organizations = "organizations.toml"            # which names are one organisation
state = "sqlite:///snapshots/talentwatch.db"    # what was told to whom
timezone = "UTC"                                # in which a year or a quarter begins
operations = ["console"]                        # where notices about talentwatch itself go

# What became known before this day is recorded and not sent; without it the day of the first run.
# send_from = "2025-01-01"

[sources.people]
kind = "files"
path = "inbox/people/*"                         # each observed on the day in its name:
                                                # 2025-06-14.jsonl, say, or .csv, .parquet
{layout}# schedule = "0 6 * * *"                        # when it is due; without one at every run
# stale_after = "14d"                           # so long without a good snapshot is said
{columns}
# [sources.people.quality]                      # a snapshot over these shares does not speak
# missing = 0.20                                # of the known profiles
# rejected = 0.05                               # of the records

[channels.console]                              # messages in words, on the terminal
kind = "console"

[channels.alerts]                               # the same as JSON Lines, for other programs
kind = "file"
path = "snapshots/alerts.jsonl"

# A secret stays out of this file: in the environment, or {{ file = "/run/secrets/slack" }}.
# [channels.talent]
# kind = "slack"
# url = {{ env = "TALENTWATCH_SLACK_URL" }}
"""
RULE = """\
# For every two organisations: three people who went from the one to the other within 90 days.
title = "Three people went the same way within 90 days"
severity = "warning"                            # info, warning or critical

[flow]
from = "*"                                      # an organisation, "@group", a list, or "*"
to = "*"
within = "90d"                                  # or: since = "year"
people = 3                                      # at least so many distinct people
group_by = ["from.organization", "to.organization"]     # one alert for each pair

# [notify]
# channels = ["console"]                        # channels of config.toml; without it all of them
"""
RULE_FILE = "rules/same-way.toml"
DIRECTORY = """\
# Which names are one organisation. They are compared without case, accents, punctuation and legal
# forms, always whole. What is not listed is an organisation of its own, so this may stay as it is.
# `talentwatch organizations unresolved` lists names that are met, `suggest` likely twins.
"""
DIRECTORY_EXAMPLE = """
# [organizations.meta]                            # its id, which rules name
# name = "Meta"
# aliases = ["Meta Platforms", "FAIR"]
# renamed = [{ from = "Facebook", on = 2021-10-28 }]
#
# [organizations.google]
# name = "Google"
#
# [organizations.deepmind]
# name = "DeepMind"
# part_of = "google"                              # counted as Google, unless a rule asks for units
#
# [groups]
# rivals = ["meta", "google"]                     # a rule names it as "@rivals"
"""


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
    directory: str = DIRECTORY_EXAMPLE,
    copies: Mapping[str, Path] | None = None,
) -> ScaffoldFiles:
    """Return what `init` writes; without an export, an inbox that waits for files."""
    lines, columns = ("", "") if layout is None else (_layout(layout), _columns(layout))
    return ScaffoldFiles(
        texts={
            "organizations.toml": DIRECTORY + directory,
            RULE_FILE: RULE,
            "config.toml": CONFIG.format(layout=lines, columns=columns),
        },
        folders=(INBOX,),
        copies=copies or {},
    )


def _layout(layout: Layout) -> str:
    usual = Layout()
    lines = []
    if layout.encoding != usual.encoding:
        lines.append(f"encoding = {toml(layout.encoding)}")
    if layout.dates:
        lines.append(f"dates = {toml(list(layout.dates))}   # forms of dates, as strptime has them")
    if layout.constants:
        pairs = ", ".join(f"{field} = {toml(one)}" for field, one in layout.constants.items())
        lines.append(f"constants = {{ {pairs} }}   # the same in every row")
    return "".join(f"{line}\n" for line in lines)


def _columns(layout: Layout) -> str:
    if not layout.columns:
        return ""
    head = (
        "\n[sources.people.columns]                        # what it is, and the column it is in\n"
    )
    return head + "".join(f"{field} = {toml(one)}\n" for field, one in layout.columns.items())


def toml(value: Column) -> str:
    r"""Return a value as TOML, with all that is not seen written out.

    >>> print(toml(["a\u202eb", "c"]), toml(False))
    ["a\u202eb", "c"] false
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return f"[{', '.join(toml(one) for one in value)}]"
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
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir()
        begun.append(one)


def _take_back(begun: Iterable[Path]) -> None:
    for path in reversed([*begun]):
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
