"""Files of the inbox without the people who are erased."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from monitor.base.errors import FileRefused
from monitor.base.private_files import atomic_write
from monitor.base.settings import GitSource, Layout, Settings
from monitor.intake.snapshots.store import Store
from monitor.intake.sources.content import SHEETS, YAML, kind_of
from monitor.operations.rights.journal import Erasure
from monitor.operations.rights.rewriting.inbox_formats import (
    CannotRewrite,
    Sought,
    Unchanged,
    holds,
    rewrite,
)
from monitor.operations.rights.rewriting.searching import why_unread
from monitor.operations.written_inputs import look_at_inboxes

_PAGES = frozenset({".html", ".htm"})
"""Exports and reports, as often as what was collected."""
_OWN = frozenset({".db", ".db-wal", ".duckdb"})
"""What talentwatch writes anew by itself, and nobody deletes."""
_UNREADABLE = (FileRefused, OSError, ValueError, pa.ArrowException)
Observed = Callable[[], Mapping[str, str]]
"""Says by SOURCE:DAY what checksum the files of the inbox have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """What became of the files of the inbox."""

    changed: list[Path] = field(default_factory=list)
    left: list[Path] = field(default_factory=list)
    """They still have somebody, and were not written."""
    unread: list[tuple[Path, str]] = field(default_factory=list)
    """Nobody could look into them, each with why."""


def rewrite_inbox(settings: Settings, erasure: Erasure) -> Rewritten:
    """Take the people out of the files of the inbox.

    Spreadsheets, YAML, what cannot be read, and the history of a repository are not written.
    """
    done = Rewritten()
    listings = look_at_inboxes(settings)
    for name, source in sorted(settings.sources.items()):
        ids = erasure.ids_at(name)
        if isinstance(source, GitSource) and ids:
            done.left.append(settings.root / source.repository)
        if not ids or name not in listings:
            continue
        sought = Sought.of(ids, erasure.words, source.layout_of_files)
        for path in listings[name].files:
            _rewrite(path, source.layout_of_files, sought, done)
    return done


def remedy(path: Path) -> str:
    """Say what an operator does with a file that still has somebody."""
    if path.is_dir():
        return (
            "it is the history of a repository: write it anew (`git filter-repo`), or take the"
            " person out of the file and begin a new history"
        )
    kind = kind_of(path)
    if kind in (SHEETS | YAML) - _PAGES:
        return "delete the rows in it, or the file: its snapshot is stored"
    if path.suffix in _OWN:
        return "the name is somebody else's, too, or stands in what an operator wrote: it stays"
    return "take it out there, or delete the file"


def keep_origins(store: Store, before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """Let snapshots be of the files as they are now; returns the new checksums by the old ones."""
    renewed = {}
    for key, old in before.items():
        new = now.get(key, old)
        source, _, day = key.rpartition(":")
        if new == old:
            continue
        renewed[old] = new
        observed_on = date.fromisoformat(day)
        manifest = store.manifest(source, observed_on)
        if manifest is not None and manifest.origin_sha256 == old:
            store.files.renew(replace(manifest, origin_sha256=new))
    return renewed


def _rewrite(path: Path, layout: Layout, sought: Sought, done: Rewritten) -> None:
    """Write a file without the person, and say whether it changed, and whether it has them."""
    if not path.is_file():
        done.unread.append((path, "it is no file: delete it, or mend what it leads to"))
        return
    try:
        with atomic_write(path) as unfinished:
            rewrite(path, unfinished, layout, sought)
        done.changed.append(path)
    except Unchanged:
        pass
    except CannotRewrite:
        done.left.append(path)
        return
    except _UNREADABLE:
        pass  # whether it has them is asked of the file as it is
    try:
        if holds(path, layout, sought):
            done.left.append(path)
    except _UNREADABLE as exc:
        done.unread.append((path, why_unread(exc)))
