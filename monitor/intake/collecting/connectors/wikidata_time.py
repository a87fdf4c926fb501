"""Times of Wikidata as partial dates.

https://www.wikidata.org/wiki/Help:Dates: only as much of a time counts as its precision says.
"""

import re
from datetime import date

from monitor.base.records import Json

_TIME = re.compile(r"([+-])0*(\d{1,16})-(\d\d)-(\d\d)T00:00:00Z")
_JULIAN = "http://www.wikidata.org/entity/Q1985786"
_YEAR, _MONTH, _DAY = 9, 10, 11
_LATEST = 9999


def partial_date(value: Json) -> str | None:
    """A time as far as it is known; None for one known to no year, or before the year 1.

    >>> partial_date({"time": "+2021-09-00T00:00:00Z", "precision": 10})
    '2021-09'
    """
    if not isinstance(value, dict):
        return None
    match = _TIME.fullmatch(str(value.get("time")))
    if match is None or match[1] == "-":
        return None
    year, month, day = int(match[2]), int(match[3]), int(match[4])
    precision = value.get("precision")
    if precision not in {_YEAR, _MONTH, _DAY} or not 1 <= year <= _LATEST:
        return None
    if value.get("calendarmodel") == _JULIAN:
        return _of_julian(year, month, day, precision)
    if precision == _YEAR or not month:
        return f"{year:04d}"
    return f"{year:04d}-{month:02d}" + (f"-{day:02d}" if precision == _DAY and day else "")


def _of_julian(year: int, month: int, day: int, precision: int) -> str:
    """The date in the Gregorian calendar, as far as it is known there.

    A Julian month lies in two Gregorian ones, so only the year is known of it.
    """
    if precision != _DAY or not month or not day:
        return f"{year:04d}"
    try:
        return _gregorian(year, month, day).isoformat()
    except (ValueError, OverflowError):
        return f"{year:04d}"


def _gregorian(year: int, month: int, day: int) -> date:
    """Convert by the number of the day. Richards 2013, Explanatory Supplement, section 15.11."""
    before = (14 - month) // 12
    years, months = year + 4800 - before, month + 12 * before - 3
    number = day + (153 * months + 2) // 5 + 365 * years + years // 4 - 32083
    return date.fromordinal(number - 1_721_425)
