"""Checksums kept between runs, so that a file that did not change is not read to find that out."""

import json
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path

from monitor.base.error_words import of_system
from monitor.base.private_files import atomic_write, make_folder
from monitor.base.telemetry import logs

Checksums = MutableMapping[str, str]
"""By path: what the file looked like (size, times, inode) and its SHA-256, parted by a space."""


@contextmanager
def remembered(path: Path, *, keep: bool = True) -> Iterator[Checksums]:
    """The checksums kept in a file, and kept there again at the end if any was added, unless told.

    A file that is missing or damaged is an empty one: everything is read once more. One that cannot
    be written costs the same, and is said.
    """
    checksums = _read(path)
    before = dict(checksums)
    try:
        yield checksums
    finally:
        if keep and checksums != before:
            try:
                make_folder(path.parent)
                with atomic_write(path, private=True) as unfinished:
                    text = json.dumps(checksums, indent=0, sort_keys=True)
                    unfinished.write_text(text, encoding="utf-8")
            except OSError as exc:
                logs.warning("checksums are not kept, files are read again", error=of_system(exc))


def _read(path: Path) -> dict[str, str]:
    try:
        # A pipe in its place would be waited for.
        checksums = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (OSError, ValueError):
        return {}
    return (
        {key: str(value) for key, value in checksums.items()} if isinstance(checksums, dict) else {}
    )
