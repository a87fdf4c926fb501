"""The counts of one group of a rule, day by day."""

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from monitor.board.charts.steps import Figure


@dataclass(kw_only=True)
class GroupCounts:
    """The counts of one group as they are known now."""

    grouping: str
    group: Mapping[str, str]
    known_on: date
    """The day of the newest news."""
    steps_json: str
    """The steps as stored: most groups of a rule are small, and theirs are never read."""
    sure: str
    """Which numbers of a step count: `certain` or `possible`."""
    highest: int | None
    """The highest count of any day where it is known; else the steps say it."""
    possible: int
    """The highest count of any day of those who may count."""

    @cached_property
    def steps(self) -> Sequence[tuple[date, int, int]]:
        """From which day on how many count as the rule counts, and how many at most."""
        return [self._step(step) for step in json.loads(self.steps_json)]

    def _step(self, step: Mapping[str, Any]) -> tuple[date, int, int]:
        day = date.fromisoformat(step["day"])
        return day, step[self.sure] - step["back"], step["possible"]

    @cached_property
    def _last(self) -> tuple[date, int, int] | None:
        begins = self.steps_json.rfind("{")
        return None if begins < 0 else self._step(json.loads(self.steps_json[begins:].rstrip("]")))

    @cached_property
    def peak(self) -> int:
        """The highest count of any day."""
        if self.highest is not None:
            return self.highest
        return max((count for _, count, _ in self.steps), default=0)

    def on(self, day: date) -> int:
        """The count of a day."""
        if self._last is None or self._last[0] <= day:
            return 0 if self._last is None else self._last[1]
        place = bisect_right(self.steps, day, key=lambda step: step[0])
        return self.steps[place - 1][1] if place else 0

    def days_left(self, day: date) -> int | None:
        """In how many days the count of a day falls by time alone; None if it never does."""
        count = self.on(day)
        falls = (step[0] for step in self.steps if step[0] > day and step[1] < count)
        first = next(falls, None)
        return None if first is None else (first - day).days

    def reached(self) -> Iterator[int]:
        """Yield each number of people once for each time that the count comes to it."""
        before = 0
        for _, count, _ in self.steps:
            yield from range(before + 1, count + 1)
            before = count

    def openings(self, people: int) -> list[date]:
        """The days on which the count comes to a threshold."""
        if self.peak < people:
            return []
        counts = [0, *(count for _, count, _ in self.steps)]
        return [
            day
            for (day, count, _), before in zip(self.steps, counts, strict=False)
            if before < people <= count
        ]

    def figures(self, first: date, last: date) -> list[Figure]:
        """The steps between two days, beginning with the counts of the first."""
        place = bisect_right(self.steps, first, key=lambda step: step[0])
        _, count, most = self.steps[place - 1] if place else (first, 0, 0)
        return [(first, count, most), *(step for step in self.steps[place:] if step[0] <= last)]
