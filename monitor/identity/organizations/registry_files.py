"""The files of registries, read record by record in pieces: they may be larger than the memory."""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import chain
from pathlib import Path
from typing import BinaryIO, cast

import ijson

from monitor.base.errors import UsageError
from monitor.base.records import Json
from monitor.intake.sources.compression import decompressed, without_compression

PIECE = 1 << 20
_HEAD = 1 << 16
"""How many bytes at the start of a file tell where in it the records are."""
_LIST = re.compile(rb'"(?P<key>records|items|data)"\s*:\s*\[')


def records(path: Path) -> Iterator[Json]:
    """Read the records of a file, packed or not: the rows of a table, or the objects of JSON."""
    with _opened(path) as (name, stream):
        yield from _table(stream) if name.endswith((".csv", ".tsv")) else _objects(stream)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[str, BinaryIO]]:
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive:
            names = [
                name for name in archive.namelist() if name.lower().endswith((".json", ".csv"))
            ]
            # The dump has both; JSON says more.
            chosen = min(
                names, key=lambda name: (name.lower().endswith(".csv"), name), default=None
            )
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
    head = stream.read(PIECE).removeprefix(codecs.BOM_UTF8).lstrip()
    pieces = chain([head], iter(partial(stream.read, PIECE), b""))
    inside = _LIST.search(head[:_HEAD]) if head.startswith(b"{") else None
    place = f"{inside['key'].decode()}.item" if inside else "item" if head[:1] == b"[" else ""
    objects = ijson.items(ijson.from_iter(pieces), place, use_float=True, multiple_values=True)
    for item in objects:
        yield from _unwrapped(item)


def _unwrapped(item: Json) -> Iterator[Json]:
    """Take one answer apart: entities by id, or one record under `data`."""
    if isinstance(item, dict) and isinstance(item.get("entities"), dict):
        yield from item["entities"].values()
    elif isinstance(item, dict) and isinstance(item.get("data"), dict):
        yield item["data"]
    else:
        yield item
