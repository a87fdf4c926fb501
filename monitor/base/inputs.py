"""Files and folders that the configuration names: what is there, and what cannot be read.

Python takes a folder without permission for an empty one where it looks for names; here it is an
error that names the path.
"""

import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from glob import has_magic
from pathlib import Path

from monitor.base.errors import InputError, printable

_NOWHERE = "it is a link that leads nowhere"
_DAY = re.compile(r"\d{4}-?\d\d-?\d\d")
_FOLDER = "it is a folder, and `path` names files: let it name those in the folder, or move it away"


def is_there(path: Path) -> bool:
    """Tell whether there is something at a path.

    Raises InputError where it cannot be told. A link that leads nowhere is nothing.
    """
    try:
        return path.exists()
    except OSError as exc:
        raise _unreadable(path, exc.strerror) from exc


def is_special(path: Path) -> bool:
    """Tell whether a pipe, a socket or a device is at a path: who reads one waits, maybe for ever.

    Where it cannot be told, it is taken for none.
    """
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def has_file(path: Path) -> bool:
    """Tell whether there is a file to read.

    Raises InputError where it cannot be told, and where what is there is no file that can be read.
    """
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):
            path.open("rb").close()
            return True
    except FileNotFoundError as exc:
        if path.is_symlink():
            raise _unreadable(path, _NOWHERE) from exc
        return False
    except OSError as exc:
        raise _unreadable(path, exc.strerror) from exc
    raise _unreadable(path, "expected a file, this is a directory or a device")


def names_in(folder: Path) -> list[Path] | None:
    """List what is in a folder, sorted; None where there is no folder.

    Raises InputError where it cannot be listed, and where what is there is no folder.
    """
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError as exc:
        if folder.is_symlink():
            raise _unreadable(folder, _NOWHERE) from exc
        return None
    except OSError as exc:
        raise _unreadable(folder, exc.strerror) from exc


def _unreadable(path: Path, why: str | None) -> InputError:
    return InputError(f"{printable(path)} cannot be read: {why}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The files that a pattern matches, and the folders that could not be searched or are none."""

    files: tuple[Path, ...] = ()
    """Sorted; hidden ones are left out. What is no file and no folder is among them, and a link
    that leads nowhere: reading them is an error."""
    missing: Path | None = None
    """The folder that holds all that the pattern can match, if it is not there."""
    unreadable: tuple[str, ...] = ()
    """Sentences, each naming a folder."""


def look(root: Path, pattern: str) -> Listing:
    """List the files that a pattern matches under `root`, or absolutely."""
    absolute = Path(pattern)
    if absolute.is_absolute():
        root, pattern = Path(absolute.anchor), str(absolute.relative_to(absolute.anchor))
    parts = Path(pattern).parts or ("",)
    literal = next((at for at, part in enumerate(parts) if has_magic(part)), len(parts) - 1)
    search = _Search(base=root.joinpath(*parts[:literal]))
    files = tuple(sorted(set(search.files(search.base, parts[literal:]))))
    return Listing(
        files=files, missing=search.missing, unreadable=tuple(dict.fromkeys(search.unreadable))
    )


@dataclass(slots=True, kw_only=True)
class _Search:
    """One walk along a pattern, and what stood in its way."""

    base: Path
    missing: Path | None = None
    unreadable: list[str] = field(default_factory=list)

    def files(self, folder: Path, parts: Sequence[str]) -> Iterator[Path]:
        """Find the files under a folder that the parts of a pattern match."""
        part, rest = parts[0], parts[1:]
        if not has_magic(part):
            yield from self.files(folder / part, rest) if rest else self._file(folder / part)
            return
        if part == "**" and rest:
            yield from self.files(folder, rest)
        for entry in self._entries(folder):
            if part == "**":
                # As in pathlib: a link to a folder above would be followed for ever.
                if _is_folder(entry, follow=False):
                    yield from self.files(Path(entry.path), parts)
            elif fnmatchcase(entry.name, part):
                yield from self._found(entry, parts)

    def _found(self, entry: os.DirEntry[str], parts: Sequence[str]) -> Iterator[Path]:
        path, rest = Path(entry.path), parts[1:]
        if not rest:
            yield from self._wanted(entry, path, is_meant=_names_files(parts[0], entry.name))
        elif _is_folder(entry, follow=True):
            yield from self.files(path, rest)
        elif entry.is_symlink() and not path.exists():
            self._refuse(path, _NOWHERE)

    def _file(self, path: Path) -> Iterator[Path]:
        try:
            path.lstat()
        except FileNotFoundError:
            # The folder may be missing, or only the file.
            for _ in self._entries(path.parent):
                break
        except OSError as exc:
            self._refuse(path.parent, exc.strerror)
        else:
            yield from self._wanted(path, path, is_meant=True)

    def _wanted(
        self, entry: os.DirEntry[str] | Path, path: Path, *, is_meant: bool
    ) -> Iterator[Path]:
        """Yield what is to be read; a folder in the place of a file that is meant is refused."""
        if entry.name.startswith("."):
            return
        try:
            is_folder = entry.is_dir()
        except OSError:
            is_folder = False  # reading it says why it cannot be read
        if not is_folder:
            yield path
        elif is_meant:
            self._refuse(path, _FOLDER)

    def _entries(self, folder: Path) -> Iterator[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                yield from sorted(entries, key=lambda entry: entry.name)
        except FileNotFoundError:
            if folder.is_symlink():
                self._refuse(folder, _NOWHERE)
            elif folder == self.base:
                self.missing = folder
        except NotADirectoryError as exc:
            # Among many folders a file is no fault.
            if folder == self.base:
                self._refuse(folder, exc.strerror)
        except OSError as exc:
            self._refuse(folder, exc.strerror)

    def _refuse(self, folder: Path, why: str | None) -> None:
        self.unreadable.append(f"{printable(folder)} cannot be read: {why}")


def _is_folder(entry: os.DirEntry[str], *, follow: bool) -> bool:
    try:
        return entry.is_dir(follow_symlinks=follow)
    except OSError:
        return True  # listing it says why it cannot be read


def _names_files(part: str, name: str) -> bool:
    """Tell whether the last part of a pattern means a name as that of a file.

    A folder beside files that `*` names is where people put what they are done with, unless it has
    the ending of a file, as the folders have that Spark writes, or a day in its name.
    """
    return bool(part.strip("*?") or Path(name).suffix or _DAY.search(name))
