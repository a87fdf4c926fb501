"""The file of what was set aside: the first records one by one, then counts by reason."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path

import orjson

from monitor.base.records import Json
from monitor.intake.profiles import Rejected

MOST_EXCERPTS = 5_000
"""Records of a snapshot that are written down one by one."""
MOST_REASONS = 500
"""Reasons that are told apart among the other records; what has another is counted together."""
_NUMBER = re.compile(r"\d+")
_LONGEST_REASON = 200
_OTHER = ("", "any other reason")


class RejectedFile:
    """JSON Lines of bounded length, however much is set aside; the counts add up to all of it."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._room = MOST_EXCERPTS
        self._first: dict[tuple[str, str], Rejected] = {}
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, records: Iterable[Rejected]) -> None:
        """Writes records down while there is room, and counts the others by their reasons."""
        for record in records:
            if self._room:
                self._room -= 1
                self._write(asdict(record))
            else:
                self._count(record)

    def close(self) -> None:
        """Writes where the excerpts end and what else was set aside, and ends the file."""
        if self._counts:
            line = min(rejected_row.line for rejected_row in self._first.values())
            more = f"{self._counts.total():,} more records were set aside, counted below by reason"
            self._write(asdict(Rejected(line=line, id=None, path="", reason=more, excerpt="")))
        for key, count in self._counts.most_common():
            self._write({**asdict(self._first[key]), "count": count})
        self._file.close()

    def _count(self, rejected_row: Rejected) -> None:
        """Numbers, such as places in a line, make no reason of their own."""
        key = (
            _NUMBER.sub("N", rejected_row.path),
            _NUMBER.sub("N", rejected_row.reason[:_LONGEST_REASON]),
        )
        if key not in self._first and len(self._first) >= MOST_REASONS:
            key = _OTHER
            rejected_row = replace(rejected_row, id=None, path="", reason=_OTHER[1], excerpt="")
        self._first.setdefault(key, rejected_row)
        self._counts[key] += 1

    def _write(self, record: Mapping[str, Json]) -> None:
        self._file.write(orjson.dumps(record) + b"\n")
