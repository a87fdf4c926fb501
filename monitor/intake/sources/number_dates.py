"""Days as numbers: the serial numbers of spreadsheets, and seconds or milliseconds since 1970."""

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime

EXCEL, UNIX, UNIX_MS = "excel", "unix", "unix ms"
NUMBER_FORMS = (EXCEL, UNIX, UNIX_MS)
"""The names of these forms beside those of strptime."""
_BEGIN_OF_SERIALS = date(1899, 12, 30).toordinal()
"""The day 0 for every day after February 1900."""
_BEGIN_OF_SECONDS = date(1970, 1, 1).toordinal()
_SECONDS, _MILLISECONDS = 86_400, 86_400_000
_SHAPES: Mapping[str, re.Pattern[str]] = {
    EXCEL: re.compile(r"(?:[1-7]\d{4}|2958465)(?:\.\d+)?", re.ASCII),
    UNIX: re.compile(r"-?\d{8,12}(?:\.\d+)?", re.ASCII),
    UNIX_MS: re.compile(r"-?\d{11,15}(?:\.\d+)?", re.ASCII),
}
_NONE = re.compile(r"-?0?(?:\.0+)?", re.ASCII)
"""What stands in the place of no day."""
_YEARS = range(1930, 2101)
"""A day that is meant lies in them, but an end that means none."""
_LAST = date.max.toordinal()
_CALENDAR = ("%Y%m%d", "%Y%m%d%H", "%Y%m%d%H%M")


def day_of_number(text: str, form: str) -> str | None:
    """The day that a number means in one of the forms; None if it is none.

    >>> day_of_number("44197", EXCEL), day_of_number("1609459200000", UNIX_MS)
    ('2021-01-01', '2021-01-01')
    >>> day_of_number("2958465", EXCEL), day_of_number("2021", EXCEL)
    ('9999-12-31', None)
    """
    if not _SHAPES[form].fullmatch(text):
        return None
    number = float(text)
    if form == EXCEL:
        ordinal = _BEGIN_OF_SERIALS + int(number)
    else:
        ordinal = _BEGIN_OF_SECONDS + int(number // (_SECONDS if form == UNIX else _MILLISECONDS))
    if not 1 <= ordinal <= _LAST:
        return None
    day = date.fromordinal(ordinal)
    return day.isoformat() if day.year in _YEARS or ordinal == _LAST else None


def number_form(texts: Collection[str]) -> str | None:
    """The form in which all of the texts are days as numbers; None if they are something else.

    Where all of them are days of a calendar as well (20210131), they are these. One text alone
    tells nothing.
    """
    telling = {text for text in texts if not _NONE.fullmatch(text)}
    if len(telling) <= 1 or all(map(_is_of_calendar, telling)):
        return None
    for form in NUMBER_FORMS:
        if all(day_of_number(text, form) is not None for text in telling):
            return form
    return None


def _is_of_calendar(text: str) -> bool:
    for form in _CALENDAR:
        try:
            moment = datetime.strptime(text, form)  # noqa: DTZ007 -- a day has no zone
        except ValueError:
            continue
        return moment.year in _YEARS and moment.strftime(form) == text
    return False


def shown(form: str) -> str:
    """Say what a form is.

    >>> shown(EXCEL)
    'days of a spreadsheet'
    """
    return {
        EXCEL: "days of a spreadsheet",
        UNIX: "seconds since 1970",
        UNIX_MS: "milliseconds since 1970",
    }[form]
