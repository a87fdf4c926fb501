"""Archives of files (.zip, and .tar, also packed): which files are in one, and their bytes."""

import os
import tarfile
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from functools import partial
from io import BufferedReader
from typing import Any, Protocol

from monitor.base.errors import FileRefused, brief
from monitor.intake.sources.compression import decompressed, expanded_limit
from monitor.intake.sources.spreadsheets import NO_ARCHIVE

ZIP, TAR = ".zip", ".tar"
ARCHIVES = frozenset({ZIP, TAR})
_PIECE = 1 << 20
_MOST_ENTRIES = 100_000
"""An archive of more files is no list of people; what is known of each takes memory."""
_LONGEST_HEADER = 1 << 16
"""Bytes of what an archive says of one file, its name included."""
_SPARSE = "one of its files is packed without its holes; pack it without --sparse"


class Archive(Protocol):
    """Files that are packed into one."""

    @property
    def sizes(self) -> Mapping[str, int]:
        """By name, the bytes of each file in it, as it says."""

    def limit(self, entry: str) -> int:
        """How many bytes one of them may expand to."""

    def pieces(self, entry: str) -> Iterator[bytes]:
        """Unpack one of them. Raises FileRefused where it is damaged."""

    def each(self, entries: Collection[str]) -> Iterator[Iterator[bytes]]:
        """Unpack several of them, one after the other, each to its end before the next."""


def opened_archive(kind: str, file: BufferedReader, name: str) -> Archive:
    """Open an archive of a kind; raises FileRefused for a file that is none."""
    return _Zip(file, name) if kind == ZIP else _Tar(file, name)


def _no_archive(name: str, error: Exception) -> FileRefused:
    return FileRefused(f"{name}: not an archive that can be read: {brief(error)}")


class _Zip:
    """An archive that says at its end what is where in it."""

    def __init__(self, file: BufferedReader, name: str) -> None:
        self._name = name
        try:
            self._archive = zipfile.ZipFile(file)
            entries = [entry for entry in self._archive.infolist() if not entry.is_dir()]
        except NO_ARCHIVE as exc:
            raise _no_archive(name, exc) from exc
        self.sizes = {entry.filename: entry.file_size for entry in entries}

    def limit(self, entry: str) -> int:
        return expanded_limit(self._archive.getinfo(entry).compress_size)

    def pieces(self, entry: str) -> Iterator[bytes]:
        try:
            with self._archive.open(entry) as member:
                while piece := member.read(_PIECE):
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError) as exc:
            raise FileRefused(f"{self._name}: {brief(entry)} is corrupt: {brief(exc)}") from exc
        except (RuntimeError, NotImplementedError) as exc:  # a password, or a way of packing
            raise FileRefused(
                f"{self._name}: {brief(entry)} cannot be unpacked: {brief(exc)}"
            ) from exc

    def each(self, entries: Collection[str]) -> Iterator[Iterator[bytes]]:
        return map(self.pieces, entries)


class _Entry(tarfile.TarInfo):
    """What an archive says of one file, if that is no more than a name and some properties."""

    def _proc_member(self, archive: tarfile.TarFile) -> Any:
        # tarfile reads a long name, and properties, in one piece, however long they are.
        if self.type in _OF_NAMES and self.size > _LONGEST_HEADER:
            raise tarfile.ReadError(f"one of its files has a name of {self.size:,} bytes")
        if self.type == tarfile.GNUTYPE_SPARSE:
            raise tarfile.ReadError(_SPARSE)
        return super()._proc_member(archive)  # type: ignore[misc]  # typeshed hides it

    def _proc_gnusparse_10(self, *_: Any) -> None:
        # tarfile keeps the list of the holes of a file, however long it is.
        raise tarfile.ReadError(_SPARSE)


_OF_NAMES = frozenset(
    (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE)
)


class _Tar:
    """An archive that has to be read to its end to know what is in it, and again for one file."""

    def __init__(self, file: BufferedReader, name: str) -> None:
        self._file = file
        self._name = name
        self._places: dict[str, int] = {}
        self.sizes: dict[str, int] = {}
        for place, (_, member) in enumerate(self._members()):
            if member.isfile():
                # Of two files of one name, the later one is what unpacking would leave.
                self._places[member.name], self.sizes[member.name] = place, member.size

    def limit(self, entry: str) -> int:  # noqa: ARG002 -- all of it is packed as one
        return expanded_limit(os.fstat(self._file.fileno()).st_size)

    def pieces(self, entry: str) -> Iterator[bytes]:
        for pieces in self.each([entry]):
            yield from pieces

    def each(self, entries: Collection[str]) -> Iterator[Iterator[bytes]]:
        wanted = {self._places[entry] for entry in entries}
        for place, (archive, member) in enumerate(self._members()):
            content = archive.extractfile(member) if place in wanted else None
            if content is not None:
                yield iter(partial(content.read, _PIECE), b"")

    def _members(self) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
        self._file.seek(0)
        stream = decompressed(self._file, name=self._name)
        try:
            with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Entry) as archive:
                for place, member in enumerate(archive):
                    if place >= _MOST_ENTRIES:
                        raise FileRefused(
                            f"{self._name}: has more than {_MOST_ENTRIES:,} files in it; put the"
                            " one with the people into an archive of its own"
                        )
                    yield archive, member
                    archive.members = []  # type: ignore[attr-defined]  # or all that was read would stay in memory
        except (tarfile.TarError, EOFError, ValueError) as exc:
            raise _no_archive(self._name, exc) from exc
