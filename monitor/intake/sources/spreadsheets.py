"""Spreadsheets as CSV, read by a process whose memory is bounded."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from io import BufferedReader, UnsupportedOperation
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, cast

from monitor.base.errors import FileRefused, brief
from monitor.intake.sources import sheet_reader
from monitor.intake.sources.compression import expanded_limit, too_large

NO_ARCHIVE = (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError)
"""What is raised of a list of members that cannot be read."""
# Without -P the modules beside the program would stand in for those of Python that share a name.
_READER = (sys.executable, "-P", str(Path(sheet_reader.__file__)))
_PIECE = 1 << 20
_LONGEST_REASON = 500


def sheet_lines(
    file: BufferedReader, name: str, sheet: str | None = None
) -> Generator[bytes, None, None]:
    """One sheet as CSV in UTF-8, a piece at a time: by default the first with anything in it.

    Raises FileRefused, then or while they are read, for what is no spreadsheet, has no such sheet,
    unpacks to more than a spreadsheet does, or takes more memory than its reader may have.
    """
    return _printed(file, name, sheet)


def sheet_names(file: BufferedReader, name: str) -> list[str]:
    """The names of the sheets with anything in them; raises FileRefused as `sheet_lines` does."""
    return [str(sheet) for sheet in json.loads(b"".join(_printed(file, name, sheet_reader.NAMES)))]


def _printed(file: BufferedReader, name: str, argument: str | None) -> Generator[bytes, None, None]:
    """What the reader prints, given a sheet or NAMES. Raises FileRefused as `sheet_lines` says."""
    with TemporaryFile() as words, _as_file(file) as there:
        _check_size(there, name)
        code = yield from _read(there, words, [] if argument is None else [argument])
        _check_end(code, words, name, argument)


@contextmanager
def _as_file(stream: BufferedReader) -> Iterator[IO[bytes]]:
    """A stream as a file that another process can read: what is unpacked needs one of its own."""
    try:
        stream.fileno()
    except UnsupportedOperation:
        with TemporaryFile() as copy:
            shutil.copyfileobj(stream, copy)
            copy.flush()
            yield copy
    else:
        yield stream


def _check_end(code: int, words: IO[bytes], name: str, sheet: str | None) -> None:
    """Raise FileRefused if the reader did not come to its end, with what it said."""
    words.seek(0)
    reason = words.read(_LONGEST_REASON).decode("utf-8", "replace")
    if code == sheet_reader.NO_SHEET:
        raise FileRefused(
            f"{name}: it has no sheet {sheet!r}, as `sheet` of the source says; its sheets are"
            f" {brief(reason)}"
        )
    if code == sheet_reader.REFUSED:
        raise FileRefused(f"{name}: not a spreadsheet that can be read: {brief(reason)}")
    if code:
        raise FileRefused(
            f"{name}: its first sheet takes more than {sheet_reader.MEMORY_BYTES >> 20} MiB to"
            " read, or breaks its reader: delete cells far from the table, or save it as CSV"
        )


def _read(file: IO[bytes], words: IO[bytes], arguments: list[str]) -> Generator[bytes, None, int]:
    """Pass on what the reader prints; return how it ended."""
    with subprocess.Popen(  # noqa: S603 -- our own program
        (*_READER, *arguments), stdin=file, stdout=subprocess.PIPE, stderr=words
    ) as reader:
        try:
            while piece := _output(reader).read(_PIECE):
                yield piece
        except BaseException:
            reader.kill()  # nobody wants the rest
            raise
        return reader.wait()


def _output(reader: "subprocess.Popen[bytes]") -> IO[bytes]:
    return cast("IO[bytes]", reader.stdout)


def _check_size(file: IO[bytes], name: str) -> None:
    """Refuse a spreadsheet that unpacks to more than a spreadsheet does."""
    if zipfile.is_zipfile(file):
        try:
            with zipfile.ZipFile(file) as archive:
                total = sum(entry.file_size for entry in archive.infolist())
        except NO_ARCHIVE as exc:
            raise FileRefused(f"{name}: not a spreadsheet that can be read: {brief(exc)}") from exc
        limit = expanded_limit(os.fstat(file.fileno()).st_size)
        if total > limit:
            raise too_large(name, limit)
