"""Rows of tables as what profiles are made of, cell by cell."""

from collections.abc import Mapping, Sequence

from monitor.base.profile import DATES
from monitor.base.settings import EMPLOYER, Layout
from monitor.intake.profiles.dates import parse_partial_date
from monitor.intake.sources.cells import of_employer
from monitor.intake.sources.dates import partial_date
from monitor.intake.sources.day_columns import DayColumns
from monitor.intake.sources.grouping import Row, position_of
from monitor.intake.sources.headlines import parting
from monitor.intake.sources.numbered import apart, are_dated
from monitor.intake.sources.periods import splitting
from monitor.intake.sources.unknown_cells import without_errors
from monitor.intake.sources.yes_no import with_answers


class RowReader:
    """Reads the rows of a table as its source says, and learns from their dates."""

    def __init__(
        self, layout: Layout, further: Mapping[str, Sequence[int]], learned: DayColumns
    ) -> None:
        """`further` is where a row has more positions than one."""
        self.learned = learned
        self._layout = layout
        self._split = splitting(layout)
        self._part = parting(layout)
        self._several = bool(further)
        self._are_dated = are_dated(further)

    def read(self, row: Row, line: int) -> Row:
        """A row with its dates in our form; one of several positions has them inside."""
        if not self._several:
            return self._one(row, line)
        first, further = apart(row)
        read = self._one(first, line)
        if "misfit" in read:
            return read
        others = [self._one(position, line) for position in further]
        wrong = next((position for position in others if "misfit" in position), None)
        if wrong is not None:
            return {**read, "misfit": wrong["misfit"]}
        if not self._are_dated:
            # Nothing says when they ended, but they stand behind the one of today.
            others = [{"current": False, **position} for position in others]
        there = [position for position in map(position_of, (read, *others)) if position]
        return {**read, "positions": there or [{}]}

    def _one(self, row: Row, line: int) -> Row:
        form = self.learned.form
        row = self._part(self._split(without_errors(dict(row), line, form)), line)
        row = with_answers(row, form)
        self.learned.see(row)
        same_as = row.get("same_as")
        if isinstance(same_as, str):
            row["same_as"] = [part.strip() for part in same_as.split(";") if part.strip()]
        row = {**of_employer(row)}
        forms = tuple(self._layout.dates)
        if forms:
            dated = [key for key in DATES if isinstance(row.get(key), str)]
            row |= {key: partial_date(row[key], forms) for key in dated}
        row = {**row, **self._layout.constants}
        return without_hire(row) if self._layout.start_of == EMPLOYER else row


def without_hire(row: Row) -> Row:
    """A position without the day of the hire, which says nothing of when the position began.

    An end before that day is of an earlier time there: whoever was hired again is there.

    >>> without_hire({"start": "2021-02-01", "end": "2019-03", "current": True})
    {'current': True}
    >>> without_hire({"start": "2019-03-31", "end": "2019"})
    {'end': '2019'}
    """
    hired, ended = (parse_partial_date(str(row.get(field, ""))) for field in ("start", "end"))
    is_past = hired is not None and ended is not None and ended[1] < hired[0]
    dropped = ("start", "end") if is_past else ("start",)
    return {field: value for field, value in row.items() if field not in dropped}
