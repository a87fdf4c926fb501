"""Files of the inbox without the lines of people who are erased."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from monitor.base.private_files import atomic_write
from monitor.base.settings import Settings
from monitor.intake.forgetting.words import lines_of, tells
from monitor.intake.profiles.ids import canonical_id
from monitor.intake.snapshots.placing import renew_manifest
from monitor.intake.snapshots.store import Store
from monitor.operations.rights.journal import Erasure
from monitor.operations.written_inputs import look_at_inboxes

_JSON, _TABLES = {".jsonl", ".ndjson"}, {".csv", ".tsv", ".txt"}
_DELIMITERS = ",;\t|"
_QUOTE = '"'
Observed = Callable[[], Mapping[str, str]]
"""Says by SOURCE:DAY what checksum the files of the inbox have."""


def rewrite_inbox(settings: Settings, erasure: Erasure) -> tuple[list[Path], list[Path]]:
    """Take the lines of the people out; returns the files that changed, and those it cannot write.

    JSON Lines and CSV are written anew; what is compressed, or another format, is not.
    """
    changed, left = [], []
    for source, listing in sorted(look_at_inboxes(settings).items()):
        ids = {person.profile for person in erasure.people if person.source == source}
        urls = {word for word, other in erasure.words.items() if not other}
        for path in listing.files if ids else ():
            if not path.is_file() or path.suffix.lower() not in _JSON | _TABLES:
                left.append(path)
            elif _rewrite(path, ids, urls):
                changed.append(path)
    return changed, left


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
            place = store.path(source, observed_on)
            renew_manifest(place, replace(manifest, origin_sha256=new))
    return renewed


def _rewrite(path: Path, ids: set[str], urls: set[str]) -> bool:
    text = path.read_bytes().decode("utf-8", "surrogateescape")
    is_json = path.suffix.lower() in _JSON
    names = _named_in_json(ids, urls) if is_json else _named_in_cells(text, ids, urls)
    records = lines_of(text) if is_json else [*_records(text)]
    kept = [record for record in records if not names(record)]
    if len(kept) == len(records):
        return False
    with atomic_write(path) as unfinished:
        raw = "".join(kept).encode("utf-8", "surrogateescape")
        unfinished.write_bytes(raw)
    return True


def _named_in_json(ids: set[str], urls: set[str]) -> Callable[[str], bool]:
    def names(record: str) -> bool:
        try:
            found = orjson.loads(record)
        except orjson.JSONDecodeError:
            return any(json.dumps(profile_id) in record for profile_id in (*ids, *urls))
        own = str(found.get("id", "")) if isinstance(found, dict) else ""
        return canonical_id(own) in ids or any(
            _is_named(leaf, ids, urls) for leaf in _leaves(found)
        )

    return names


def _named_in_cells(text: str, ids: set[str], urls: set[str]) -> Callable[[str], bool]:
    heading = text.partition("\n")[0].lstrip("\ufeff")
    delimiter = max(_DELIMITERS, key=heading.count)
    columns = [
        cell.strip().casefold() for cell in next(csv.reader([heading], delimiter=delimiter), [])
    ]
    of_id = columns.index("id") if "id" in columns else None

    def names(record: str) -> bool:
        cells = next(csv.reader([record], delimiter=delimiter), [])
        is_own = of_id is not None and of_id < len(cells) and canonical_id(cells[of_id]) in ids
        return is_own or any(_is_named(cell, ids, urls) for cell in cells)

    return names


def _is_named(text: str, ids: set[str], urls: set[str]) -> bool:
    return text in urls or (tells(text) and canonical_id(text) in ids)


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list):
        for observation in value:
            yield from _leaves(observation)
    elif isinstance(value, str | int):
        yield str(value)


def _records(text: str) -> Iterator[str]:
    """The rows of a table, each with its end; a quoted cell may go over several lines."""
    held = ""
    for line in lines_of(text):
        held += line
        if held.count(_QUOTE) % 2 == 0:
            yield held
            held = ""
    if held:
        yield held
