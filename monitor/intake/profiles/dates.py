"""Partial dates: what a profile says of a day, as the days it may mean."""

import re
import tomllib
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files

import pyarrow as pa
import pyarrow.compute as pc

from monitor.base.records import LATER_STARTS, OPEN_ENDS, Noticed

YEARS = range(1900, 2201)
"""A year outside of them is a slip or a placeholder."""

_PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_OPEN_ENDS = files("monitor.intake").joinpath("open_ends.toml")
ONGOING = frozenset(
    word
    for words in tomllib.loads(_OPEN_ENDS.read_text(encoding="utf-8")).values()
    for word in words
)
"""Words for an end of what goes on, in small letters."""
_UNKNOWN = "it is treated as unknown"
_NONE = re.compile(
    r"(?:220[1-9]|22[1-9]\d|2[3-9]\d\d|[3-9]\d{3})(?:-\d\d){0,2}"
    r"|1900-01-0[01]|1899-12-3[01]|1970-01-01|1753-01-01|1601-01-01|0001-01-01",
    re.ASCII,
)
"""Dates that systems write where they have none; the macros in SQL know them, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """Something in a profile that was kept but could not be understood."""

    line: int
    id: str
    path: str
    """The JSON path of the value, such as `$.positions[2].end`."""
    value: str
    reason: str


def parse_partial_date(text: str) -> tuple[date, date] | None:
    """The first and the last day that a partial date may mean; None if it is no date.

    Dates are YYYY, YYYY-MM or YYYY-MM-DD of a real calendar day in the years 1900 to 2200, but the
    days with which systems fill a date that they do not have.

    >>> parse_partial_date("2025-06")
    (datetime.date(2025, 6, 1), datetime.date(2025, 6, 30))
    >>> parse_partial_date("2025-13"), parse_partial_date("1900-01-01")
    (None, None)
    """
    match = _PARTIAL.fullmatch(text)
    if match is None or int(match[1]) not in YEARS or stands_for_none(text):
        return None
    year = int(match[1])
    try:
        first = date(year, int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return None
    last_month = first.month if match[2] else 12
    last_day = first.day if match[3] else monthrange(year, last_month)[1]
    return first, date(year, last_month, last_day)


def stands_for_none(text: str) -> bool:
    """Whether a date says that there is none, as 9999-12-31 does.

    A position with such an end goes on, and such a start is not known.

    >>> stands_for_none("9999-12-31"), stands_for_none("1900-01-01"), stands_for_none("2199-12-31")
    (True, True, False)
    """
    return _NONE.fullmatch(text) is not None


def leaves_open(text: str) -> bool:
    """Whether the text of an end says that the position goes on.

    >>> leaves_open("Heute"), leaves_open("9999-12-31"), leaves_open("soon")
    (True, True, False)
    """
    return stands_for_none(text) or text.strip().lower() in ONGOING


def why_not_a_date(text: str) -> str:
    """Why a text is no partial date, for the person who looks after the source."""
    if text.strip().lower() in ONGOING:
        return f"a word and no date; {_UNKNOWN} (leave it out where a position goes on)"
    if stands_for_none(text):
        return f"a date that systems write where they have none; {_UNKNOWN}"
    if re.fullmatch(r"[0-]+", text):
        return f"zeros are no date; {_UNKNOWN}"
    match = _PARTIAL.fullmatch(text)
    if match is None:
        return f"not written as 2025, 2025-06 or 2025-06-14; {_UNKNOWN}"
    if int(match[1]) not in YEARS:
        return f"the year is not between {YEARS[0]} and {YEARS[-1]}; {_UNKNOWN}"
    return f"no such day in the calendar; {_UNKNOWN}"


@dataclass(frozen=True, slots=True)
class DateWarnings:
    """The positions of some profiles whose dates cannot be used, described when asked."""

    positions: pa.Table
    """Flat, with `line`, `profile`, `ordinal`, `start` and `end`; only those to warn of."""
    count: int

    def __iter__(self) -> Iterator[Warned]:
        """Each warning in words, in order of lines."""
        for row in self.positions.to_pylist():
            yield from _warnings(row)


def date_warnings(positions: pa.Table, lines: pa.Array) -> DateWarnings:
    """The unusable dates of positions (flat, in order; `lines` says on which line each one stands).

    The cost follows the number of distinct dates, not that of positions.
    """
    start = _days(positions.column("start"))
    end = _days(positions.column("end"), but=leaves_open)
    wrong = [pc.and_(pc.is_valid(side.text), pc.is_null(side.earliest)) for side in (start, end)]
    reversed_ = pc.fill_null(pc.less(end.latest, start.earliest), fill_value=False)
    count = sum(pc.sum(mask).as_py() or 0 for mask in (*wrong, reversed_))
    if count == 0:
        return DateWarnings(positions.slice(0, 0), 0)
    columns = positions.select(["profile", "ordinal", "start", "end"]).append_column("line", lines)
    return DateWarnings(columns.filter(pc.or_(pc.or_(*wrong), reversed_)), count)


def date_notices(positions: pa.Table, day: date | None) -> dict[str, Noticed]:
    """Count the ends of positions that mean none, and the starts after the day of observation."""
    notices = {
        OPEN_ENDS: [
            counted for counted in _counted(positions["end"]) if stands_for_none(counted[0])
        ]
    }
    if day is not None:
        last = day.toordinal()
        notices[LATER_STARTS] = [
            counted
            for counted in _counted(positions["start"])
            if (_ordinals(counted[0])[0] or 0) > last
        ]
    return {
        kind: Noticed(count=sum(count for _, count in some), example=min(some)[0])
        for kind, some in notices.items()
        if some
    }


def _counted(column: pa.ChunkedArray) -> list[tuple[str, int]]:
    """Each text of a column, and how often it is there."""
    counts = pc.value_counts(column.combine_chunks()).to_pylist()
    return [(text["values"], text["counts"]) for text in counts if text["values"]]


@dataclass(frozen=True, slots=True)
class _Days:
    """A column of partial dates: the stated texts, and the numbers of the days they may mean."""

    text: pa.Array
    earliest: pa.Array
    latest: pa.Array


def _days(column: pa.ChunkedArray, *, but: Callable[[str], bool] = lambda _text: False) -> _Days:
    """Read a column of dates; those that `but` tells of count as not stated."""
    encoded = column.combine_chunks().dictionary_encode()
    texts = ["" if but(text) else text for text in encoded.dictionary.to_pylist()]
    bounds = [_ordinals(text) for text in texts]
    stated = pa.array([text or None for text in texts], pa.string())
    first = pa.array([earliest for earliest, _ in bounds], pa.int32())
    last = pa.array([latest for _, latest in bounds], pa.int32())
    return _Days(*(values.take(encoded.indices) for values in (stated, first, last)))


@lru_cache(maxsize=1 << 16)
def _ordinals(text: str) -> tuple[int | None, int | None]:
    bounds = parse_partial_date(text)
    return (None, None) if bounds is None else (bounds[0].toordinal(), bounds[1].toordinal())


def _warnings(row: Mapping[str, object]) -> Iterator[Warned]:
    def warned(field: str, value: str, reason: str) -> Warned:
        path = f"$.positions[{row['ordinal']}].{field}"
        line, profile = int(str(row["line"])), str(row["profile"])
        return Warned(line=line, id=profile, path=path, value=value, reason=reason)

    start, end = (str(row[field] or "") for field in ("start", "end"))
    end = "" if leaves_open(end) else end
    intervals = [parse_partial_date(text) for text in (start, end)]
    for field, text, days in zip(("start", "end"), (start, end), intervals, strict=True):
        if text and days is None:
            yield warned(field, text, why_not_a_date(text))
    if intervals[0] and intervals[1] and intervals[1][1] < intervals[0][0]:
        yield warned(
            "end", end, f"the end comes before the start, {start}; both are treated as unknown"
        )
