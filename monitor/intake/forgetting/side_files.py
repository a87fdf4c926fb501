"""What stands beside a snapshot's rows: lines set aside, warnings, shared names, last looks."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Protocol

import orjson

from monitor.intake.forgetting.words import Words

_PARQUET = ".parquet"


class Numbered(Protocol):
    """What stands in the place of a profile."""

    @property
    def id(self) -> str:
        """Its number."""


def shows(path: Path, words: Words, ids: Collection[str]) -> bool:
    """Whether a file of a snapshot that is no table of rows names somebody."""
    if path.suffix == _PARQUET or not path.exists():
        return False
    with path.open(encoding="utf-8", errors="replace") as lines:
        return any(words.are_in(line) or _names(_read(line), ids) for line in lines)


def ids_in_lines(path: Path) -> list[str]:
    """The ids that a file with a line for some people names; none where there is no such file."""
    return (
        [orjson.loads(line)["id"] for line in path.read_bytes().splitlines()]
        if path.exists()
        else []
    )


def write_without(path: Path, into: Path, words: Words, people: Mapping[str, Numbered]) -> None:
    """Write such a file anew: of lines set aside the kind of the fault stays, of warnings all."""
    if path.suffix != ".jsonl":
        kept = [
            choice
            for choice in _read(path.read_text(encoding="utf-8")) or ()
            if choice not in people
        ]
        into.write_bytes(orjson.dumps([entry for entry in kept if not words.are_in(entry)]))
        return
    with path.open("rb") as lines, into.open("wb") as copy:
        for line in lines:
            copy.write(_without(line, words, people))


def _without(line: bytes, words: Words, people: Mapping[str, Numbered]) -> bytes:
    record = _read(line)
    if not isinstance(record, dict):
        return line
    stand_in = people.get(record.get("id") or "")
    if stand_in is None and not words.are_in(line.decode("utf-8", "replace")):
        return line
    gone = {"id": None if stand_in is None else stand_in.id}
    if "excerpt" in record:
        begins, colon, _ = str(record["reason"]).partition(": ")
        gone |= {"id": None, "reason": f"{begins}{colon}", "excerpt": ""}
    return orjson.dumps({**record, **gone}) + b"\n"


def _names(record: Any, ids: Collection[str]) -> bool:
    if isinstance(record, dict):
        return record.get("id") in ids
    return isinstance(record, list) and any(identifier in ids for identifier in record)


def _read(line: str | bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None
