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
_DECADE, _SPANS = 8, {7: 100, 6: 1000}
"""The years of a century and a millennium, by precision."""
_OVER = 2020
"""A span before this year was over when this was written, whatever day it is."""


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


def is_over(value: Json) -> bool:
    """Whether a time that is known to no year is past all the same.

    >>> is_over({"time": "-0044-03-15T00:00:00Z", "precision": 11})
    True
    >>> is_over({"time": "+1990-00-00T00:00:00Z", "precision": 8})
    True
    >>> is_over({"time": "+2020-00-00T00:00:00Z", "precision": 8})
    False
    """
    if not isinstance(value, dict):
        return False
    match = _TIME.fullmatch(str(value.get("time")))
    if match is None or match[1] == "-":
        return match is not None
    precision, year = value.get("precision"), int(match[2])
    if precision == _DECADE:
        return year // 10 * 10 + 9 < _OVER
    # The 20th century and the second millennium end with 2000.
    years = _SPANS.get(precision) if isinstance(precision, int) else None
    return years is not None and -(-year // years) * years < _OVER


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
