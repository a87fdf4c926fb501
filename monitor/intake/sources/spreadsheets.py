"""Spreadsheets as CSV, read by a process whose memory is bounded."""

import subprocess
import sys
import zipfile
from collections.abc import Generator
from io import BufferedReader
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, cast

from monitor.base.errors import FileRefused, brief
from monitor.intake.sources import sheet_reader
from monitor.intake.sources.compression import EXPANDED_BYTES, too_large

NO_ARCHIVE = (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError)
"""What is raised of a list of members that cannot be read."""
# Without -P the modules beside the program would stand in for those of Python that share a name.
_READER = (sys.executable, "-P", str(Path(sheet_reader.__file__)))
_PIECE = 1 << 20
_LONGEST_REASON = 500


def sheet_lines(file: BufferedReader, name: str) -> Generator[bytes, None, None]:
    """The first sheet with anything in it as CSV in UTF-8, a piece at a time.

    Raises FileRefused, then or while they are read, for what is no spreadsheet, what unpacks to
    more than a spreadsheet does, and a sheet that takes more memory than its reader may have.
    """
    _check_size(file, name)
    with TemporaryFile() as words:
        code = yield from _read(file, words)
        words.seek(0)
        reason = words.read(_LONGEST_REASON).decode("utf-8", "replace")
    if code == sheet_reader.REFUSED:
        raise FileRefused(f"{name}: not a spreadsheet that can be read: {brief(reason)}")
    if code:
        raise FileRefused(
            f"{name}: its first sheet takes more than {sheet_reader.MEMORY_BYTES >> 20} MiB to"
            " read, or breaks its reader: delete cells far from the table, or save it as CSV"
        )


def _read(file: BufferedReader, words: IO[bytes]) -> Generator[bytes, None, int]:
    """Pass on what the reader prints; return how it ended."""
    with subprocess.Popen(  # noqa: S603 -- our own program
        _READER, stdin=file, stdout=subprocess.PIPE, stderr=words
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


def _check_size(file: BufferedReader, name: str) -> None:
    """Refuse a spreadsheet that unpacks to more than a spreadsheet does."""
    if zipfile.is_zipfile(file):
        try:
            with zipfile.ZipFile(file) as archive:
                total = sum(entry.file_size for entry in archive.infolist())
        except NO_ARCHIVE as exc:
            raise FileRefused(f"{name}: not a spreadsheet that can be read: {brief(exc)}") from exc
        if total > EXPANDED_BYTES:
            raise too_large(name, EXPANDED_BYTES)
