"""What of a bucket is on this machine: manifests by their tags, and the files of some days."""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

import msgspec
import orjson

from monitor.base.private_files import atomic_write, make_folder
from monitor.intake.snapshots.placing import WHOLE, clear_leftovers
from monitor.intake.snapshots.storing.names import day_of

_INDEX = ".manifests.json"
_DAY = len("2025-01-01")
_MARK = 16


class _Files(msgspec.Struct):
    files: dict[str, str] = {}
    sizes: dict[str, int] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A manifest as its object has it."""

    text: bytes
    tag: str
    """What the server calls this version of it."""
    files: Mapping[str, str]
    """SHA-256 by name; nothing where the manifest is damaged."""
    sizes: Mapping[str, int]
    """In bytes, by name."""

    @classmethod
    def of(cls, text: bytes, tag: str) -> Self:
        """Read what a manifest says of its files."""
        try:
            said = msgspec.json.decode(text, type=_Files)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            said = _Files()
        return cls(text=text, tag=tag, files=said.files, sizes=said.sizes)


@dataclass(frozen=True, slots=True)
class Fetched:
    """The folder on this machine of one source in a bucket."""

    folder: Path

    def manifests(self) -> dict[date, Kept]:
        """The manifests as they were when the source was listed last; none where that is lost."""
        try:
            index = orjson.loads((self.folder / _INDEX).read_bytes())
            return {
                date.fromisoformat(day): Kept.of(text.encode(), tag)
                for day, (tag, text) in index.items()
            }
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def place(self, day: date, kept: Kept | None) -> Path:
        """The folder of a snapshot's files; another manifest has another one."""
        mark = "" if kept is None else f"-{hashlib.sha256(kept.text).hexdigest()[:_MARK]}"
        return self.folder / f"{day.isoformat()}{mark}"

    def keep(self, manifests: Mapping[date, Kept]) -> None:
        """Keep the manifests, and drop what was fetched of others and made of it."""
        make_folder(self.folder.parent)
        make_folder(self.folder)
        current = {self.place(day, kept).name for day, kept in manifests.items()}
        for path in [*self.folder.iterdir()]:
            is_of_day = day_of(path.name.removeprefix(WHOLE)[:_DAY]) is not None
            if is_of_day and path.name.removeprefix(WHOLE) not in current:
                shutil.rmtree(path, ignore_errors=True)
        index = {
            day.isoformat(): (kept.tag, kept.text.decode("utf-8", "replace"))
            for day, kept in manifests.items()
        }
        with atomic_write(self.folder / _INDEX, private=True) as unfinished:
            unfinished.write_bytes(orjson.dumps(index))

    def clear_leftovers(self) -> None:
        """Clear up what a crash left."""
        if self.folder.is_dir():
            clear_leftovers(self.folder)
