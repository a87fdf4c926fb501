"""Dates as tables write them, in the partial form that a profile has."""

import re
from collections.abc import Sequence
from datetime import date
from functools import cache, lru_cache

from monitor.intake.sources.months import month_number
from monitor.intake.sources.number_dates import NUMBER_FORMS, day_of_number

_PARTS = {
    "Y": r"(?P<year>\d{4})",
    "y": r"(?P<short_year>\d{2})",
    "m": r"(?P<month>0?[1-9]|1[0-2])",
    "b": r"(?P<name>[^\W\d_]{3,}\.?)",
    "B": r"(?P<long_name>[^\W\d_]{3,}\.?)",
    "d": r"(?P<day>0?[1-9]|[12]\d|3[01])",
    "j": r"(?P<day_of_year>\d{3})",
    "a": r"[^\W\d_]+\.?",
    "A": r"[^\W\d_]+\.?",
    "H": r"(?:[01]?\d|2[0-3])",
    "I": r"(?:0?[1-9]|1[0-2])",
    "M": r"[0-5]?\d",
    "S": r"[0-5]?\d",
    "f": r"\d{1,9}",
    "p": r"(?:[ap]\.?\s?m\.?)",
    "z": r"(?:Z|[+-]\d{2}:?\d{2})",
}
"""What each code of strptime stands for; the names are the parts of a date that we keep."""
_WHOLE = {"m": r"(?P<month>0[1-9]|1[0-2])", "d": r"(?P<day>0[1-9]|[12]\d|3[01])"}
_WHOLE |= {"H": r"(?:[01]\d|2[0-3])", "I": r"(?:0[1-9]|1[0-2])", "M": r"[0-5]\d", "S": r"[0-5]\d"}
"""Beside another number without anything between, a number has all of its digits."""
_CODE = re.compile(r"%([a-zA-Z])")
_IN_DIGITS = frozenset("YymdjHIMSf")
_CENTURY_TURNS = 69
"""Two digits of a year from 69 on are of the 20th century, those below of the 21st, as in POSIX."""


@lru_cache(maxsize=1 << 16)
def partial_date(text: str, forms: Sequence[str]) -> str:
    """A text as a partial date by the first of the forms that it fits; else as it is.

    A form fits only as a whole: 202112 is no %Y%m%d. Months may be named in the languages of
    `months`. The time of day and its zone are passed over.

    >>> partial_date("Jan 2018", ("%b %Y",)), partial_date("05/10/2020", ("%d/%m/%Y",))
    ('2018-01', '2020-10-05')
    >>> partial_date("15 août 2019", ("%d %B %Y",)), partial_date("202112", ("%Y%m%d", "%Y%m"))
    ('2019-08-15', '2021-12')
    >>> partial_date("2018-01", ("%b %Y",))
    '2018-01'
    """
    for form in forms:
        if form in NUMBER_FORMS:
            day = day_of_number(text.strip(), form)
        else:
            match = _pattern(form).fullmatch(text.strip())
            day = _date(match.groupdict()) if match else None
        if day is not None:
            return day
    return text


@cache
def _pattern(form: str) -> re.Pattern[str]:
    codes = list(_CODE.finditer(form))
    pieces, end = [], 0
    for place, code in enumerate(codes):
        pieces.append(_between(form[end : code.start()]))
        touches = {
            other[1]
            for other in codes[max(place - 1, 0) : place + 2]
            if other is not code and code.start() in (other.end(), other.start() - 2)
        }
        kinds = _WHOLE if touches & _IN_DIGITS else _PARTS
        pieces.append(kinds.get(code[1], _PARTS[code[1]]))
        end = code.end()
    return re.compile("".join((*pieces, _between(form[end:]))), re.IGNORECASE)


def _between(text: str) -> str:
    """Match what stands between two codes; a blank is any number of blanks, as for strptime."""
    return r"\s+".join(map(re.escape, re.split(r"\s+", text)))


def _date(parts: dict[str, str | None]) -> str | None:
    """Put a partial date together; None if there is no such day, or no month of that name."""
    year = _year(parts)
    try:
        if parts.get("day_of_year"):
            return _day_of_year(year, int(parts["day_of_year"] or 0)).isoformat()
        month = _month(parts)
        if month is None:
            return f"{year:04}"
        if not parts.get("day"):
            return f"{year:04}-{month:02}"
        return date(year, month, int(parts["day"] or 0)).isoformat()
    except ValueError:
        return None


def _day_of_year(year: int, number: int) -> date:
    """Return a day by its number; raise ValueError if the year has none of that number."""
    day = date.fromordinal(date(year, 1, 1).toordinal() + number - 1)
    if day.year != year:
        raise ValueError(number)
    return day


def _month(parts: dict[str, str | None]) -> int | None:
    """Return the month, if the form has one; raise ValueError for a name that no month has."""
    name = parts.get("name") or parts.get("long_name")
    if not name:
        return int(parts["month"] or 0) if parts.get("month") else None
    number = month_number(name)
    if number is None:
        raise ValueError(name)
    return number


def _year(parts: dict[str, str | None]) -> int:
    if parts.get("year"):
        return int(parts["year"] or 0)
    short = int(parts["short_year"] or 0)
    return short + (1900 if short >= _CENTURY_TURNS else 2000)
