"""Foreign words made safe to show, and days written for people."""

import unicodedata
from datetime import date
from typing import Protocol

_INVISIBLE = {"\u061c", "\u200b", "\u200e", "\u200f", "\u2028", "\u2029", "\u2060", "\ufeff"}
_DIRECTIONS = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}

_PATIENCE = 120
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Stretch(Protocol):
    """A day known only as lying between two days, both included."""

    @property
    def earliest(self) -> date:
        """The first day that it may be."""

    @property
    def latest(self) -> date:
        """The last day that it may be."""


def plain(words: str) -> str:
    r"""Make foreign text safe to show: one line, no control characters, no turned directions.

    >>> plain("Ada\x1b[31m\u202e Lovelace\n")
    'Ada[31m Lovelace'
    """
    kept = "".join(" " if mark.isspace() else mark for mark in words if not _is_hidden(mark))
    return " ".join(kept.split())


def short(words: str) -> str:
    """Make foreign text safe to show and no longer than a reader has patience for.

    >>> len(short("x" * 5000))
    120
    """
    shown = plain(words)
    return shown if len(shown) <= _PATIENCE else f"{shown[: _PATIENCE - 3]}..."


def day_words(day: date) -> str:
    """Write a day for people.

    >>> day_words(date(2025, 6, 30))
    '30 June 2025'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def days_words(days: Stretch) -> str:
    """Write a stretch of days for people, as short as it can be said.

    >>> from monitor.records import Interval
    >>> days_words(Interval(earliest=date(2025, 6, 1), latest=date(2025, 6, 30)))
    '1-30 June 2025'
    >>> days_words(Interval(earliest=date(2024, 12, 30), latest=date(2025, 1, 2)))
    '30 December 2024 to 2 January 2025'
    """
    first, last = days.earliest, days.latest
    if first == last:
        return day_words(last)
    if first.year == 1:
        return f"by {day_words(last)}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}-{day_words(last)}"
    if first.year == last.year:
        return f"{first.day} {_MONTHS[first.month - 1]} to {day_words(last)}"
    return f"{day_words(first)} to {day_words(last)}"


def _is_hidden(mark: str) -> bool:
    if mark in _INVISIBLE or mark in _DIRECTIONS:
        return True
    return unicodedata.category(mark) in {"Cc", "Cs"} and not mark.isspace()


def how_many_people(count: int) -> str:
    """Count people in words.

    >>> how_many_people(1)
    '1 person'
    """
    return "1 person" if count == 1 else f"{count} people"


def percent(part: float) -> str:
    """Write a part of a whole, or its change, for people.

    >>> percent(0.125), percent(-0.1)
    ('12.5 %', '-10 %')
    """
    return f"{round(part * 100, 1):g} %"
