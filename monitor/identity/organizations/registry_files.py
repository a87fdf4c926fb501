"""The files of registries, read record by record in pieces: they may be larger than the memory."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from monitor.base.errors import UsageError
from monitor.base.records import Json
from monitor.intake.sources.compression import decompressed, without_compression

PIECE = 1 << 20
_LIST = re.compile(r'"(?:records|items|data)"\s*:\s*\[')


def records(path: Path) -> Iterator[Json]:
    """Read the records of a file, packed or not: the rows of a table, or the objects of JSON."""
    with _opened(path) as (name, stream):
        yield from _table(stream) if name.endswith((".csv", ".tsv")) else _objects(stream)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[str, BinaryIO]]:
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive:
            names = [one for one in archive.namelist() if one.lower().endswith((".json", ".csv"))]
            # The dump has both; JSON says more.
            chosen = min(names, key=lambda one: (one.lower().endswith(".csv"), one), default=None)
            if chosen is None:
                raise UsageError(f"{path} holds neither a .json nor a .csv file")
            with archive.open(chosen) as member:
                yield chosen.lower(), cast("BinaryIO", member)
        return
    with path.open("rb") as file:
        yield without_compression(path).name, decompressed(file, name=path.name)


def _table(stream: BinaryIO) -> Iterator[Mapping[str, str]]:
    with io.TextIOWrapper(stream, encoding="utf-8-sig", newline="") as text:
        yield from csv.DictReader(text)


def _objects(stream: BinaryIO) -> Iterator[Json]:
    """Read the objects of a JSON array, of a list inside of one object, or one after the other."""
    with io.TextIOWrapper(stream, encoding="utf-8-sig") as text:
        buffer = text.read(PIECE).lstrip()
        start = _LIST.search(buffer[: PIECE // 16]) if buffer.startswith("{") else None
        buffer = buffer[start.end() :] if start else buffer.removeprefix("[")
        for found in _one_by_one(text, buffer):
            yield from _unwrapped(found)


def _one_by_one(text: io.TextIOWrapper, buffer: str) -> Iterator[Json]:
    """Read what stands one after the other, up to the end of the list that it may be in."""
    decoder = json.JSONDecoder()
    while True:
        buffer = buffer.lstrip(" \t\r\n,")
        if buffer.startswith("]"):
            return
        try:
            found, end = decoder.raw_decode(buffer)
        except json.JSONDecodeError:
            # Twice as much each time, so that one long record is not tried again and again.
            more = text.read(max(PIECE, len(buffer)))
            if not more and buffer:
                raise
            if not more:
                return
            buffer += more
            continue
        yield found
        buffer = buffer[end:]


def _unwrapped(found: Json) -> Iterator[Json]:
    """Take one answer apart: entities by id, or one record under `data`."""
    if isinstance(found, dict) and isinstance(found.get("entities"), dict):
        yield from found["entities"].values()
    elif isinstance(found, dict) and isinstance(found.get("data"), dict):
        yield found["data"]
    else:
        yield found
