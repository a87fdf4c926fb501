"""What a measurement hands back, and an engine that keeps the time of each statement."""

import os
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from monitor.base.engine import Engine

Json = Any
_ROWS = 2_048
"""So many rows are taken at a time, so that the clock costs little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One run of one side."""

    seconds: Mapping[str, float]
    """By part of the work; the rows of the table name theirs."""
    result: Json
    """What came of it; both sides of a pair have to come to the same."""
    spent: Mapping[str, float] = field(default_factory=dict)
    """Where the time went, statement by statement."""


def processor() -> float:
    """Seconds that this process and those that it waited for kept a processor busy."""
    return sum(os.times()[:4])


class TimedEngine(Engine):
    """The product's engine with a clock at each statement file."""

    def __init__(self, path: Path | None = None) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        super().__init__(path)

    def run(self, name: str, **values: object) -> None:
        with self._clock(name):
            super().run(name, **values)

    def rows(self, name: str, **values: object) -> list[tuple[Any, ...]]:
        with self._clock(name):
            return super().rows(name, **values)

    def stream(self, name: str, **values: object) -> Iterator[dict[str, Any]]:
        rows = super().stream(name, **values)
        while True:
            with self._clock(name):
                some = list(islice(rows, _ROWS))
            if not some:
                return
            yield from some

    def count(self, table: str) -> int:
        """The rows of a table of this connection, which may be a temporary one."""
        counted = self._connection.execute(f"SELECT count(*) FROM {table}").fetchall()
        return int(counted[0][0])

    @contextmanager
    def _clock(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.spent[name] += time.perf_counter() - began
