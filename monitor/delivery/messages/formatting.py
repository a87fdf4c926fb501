"""Foreign words made safe to show, and days written for people."""

import re
import unicodedata
from datetime import date
from typing import overload

from monitor.base.records import Interval

_JOINERS = "\u200c\u200d"
_STYLED = "\u2060"
_LINK = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:[/?#][A-Za-z0-9._~:/?#@!$&+,;=%-]*)?"
)
_LINK_LENGTH = 1500
_WEB = re.compile(r"\bwww(?=\.)", re.IGNORECASE)
_NO_MARK = 0xFFFE
_NO_MARKS = {chr(code) for code in range(0xFDD0, 0xFDF0)}

_PATIENCE = 120
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def plain(words: str) -> str:
    r"""Make foreign text safe to show: one line, nothing that is not seen, no turned directions.

    Joiners stay between letters of scripts (and pictures) that need them.

    >>> plain("Ada\x1b[31m\u202e Love\u200blace\n")
    'Ada[31m Lovelace'
    """
    if words.isascii() and words.isprintable():
        return " ".join(words.split())
    seen = "".join(" " if mark.isspace() else mark for mark in words if not _is_hidden(mark))
    kept = "".join(
        mark
        for place, mark in enumerate(seen)
        if mark not in _JOINERS
        or (_needs_joiner(seen[:place][-1:]) and _needs_joiner(seen[place + 1 : place + 2]))
    )
    return " ".join(kept.split())


def visible(words: str) -> str:
    r"""Make foreign text safe for a terminal and keep its lines: what is not seen is written out.

    >>> visible("Ada\x1b[2J\u202e\r\nLove")
    'Ada\\x1b[2J\\u202e\\r\nLove'
    """
    if words.isascii() and words.isprintable():
        return words
    return "".join(
        mark.encode("unicode_escape").decode("ascii")
        if _is_hidden(mark) or (unicodedata.category(mark) == "Cc" and mark not in "\n\t")
        else mark
        for mark in words
    )


def defused(words: str) -> str:
    r"""Take from plain words what programs make links and mentions of, and leave how they look.

    >>> ascii(defused("@here https://x.example"))
    "'@\\u2060here https:\\u2060//x.example'"
    """
    inert = words.replace("@", f"@{_STYLED}").replace("://", f":{_STYLED}//")
    return _WEB.sub(lambda match: f"{match[0]}{_STYLED}", inert)


def is_link(url: str) -> bool:
    """Tell whether an address may be shown as a link: it leads where it seems to, and is no code.

    >>> is_link("https://people.example/ada"), is_link("https://good.example@evil.example/")
    (True, False)
    """
    return len(url) <= _LINK_LENGTH and _LINK.fullmatch(url) is not None


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


def days_words(days: Interval) -> str:
    """Write a stretch of days for people, as short as it can be said.

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
    category = unicodedata.category(mark)
    if mark.isspace() or mark in _JOINERS:
        return False
    # Control and format marks (directions, zero widths, tags), surrogates, no characters at all.
    is_none = ord(mark) & _NO_MARK == _NO_MARK or mark in _NO_MARKS
    return category in {"Cc", "Cf", "Cs"} or is_none


def _needs_joiner(mark: str) -> bool:
    return bool(mark) and not mark.isascii() and not mark.isspace() and mark not in _JOINERS


def counted(number: int, noun: str) -> str:
    """Count things in words.

    >>> counted(1, "message"), counted(1200, "message")
    ('1 message', '1,200 messages')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


@overload
def at_least(count: int, least: int) -> int: ...
@overload
def at_least(count: int | None, least: int) -> int | None: ...
def at_least(count: int | None, least: int) -> int | None:
    """Return a count of people, and 0 for one of fewer than are ever shown.

    >>> at_least(7, 5), at_least(4, 5), at_least(None, 5)
    (7, 0, None)
    """
    return count if count is None or count >= least else 0


def fewer_people(least: int) -> str:
    """Say that people are too few to be counted; of one and more, nobody is.

    >>> fewer_people(5), fewer_people(1)
    ('fewer than 5 people', '0 people')
    """
    return f"fewer than {least} people" if least > 1 else how_many_people(0)


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


def part_words(measure: str, part: float) -> str:
    """Write how large a share is, or how far a headcount changed.

    >>> part_words("share", 0.125), part_words("change", -0.1)
    ('12.5 %', '10 % fewer')
    """
    if measure != "change":
        return percent(part)
    return f"{percent(abs(part))} {'fewer' if part < 0 else 'more'}"


def threshold_words(measure: str, asked_part: float | None, threshold: int) -> str:
    """Write what a rule asks for, in its measure.

    >>> threshold_words("people", None, 5), threshold_words("change", -0.1, 10)
    ('5', '10 % fewer of at least 10 people')
    """
    if asked_part is None:
        return f"net {threshold}" if measure == "net" else str(threshold)
    people = how_many_people(threshold)
    joined = f"of at least {people}" if measure == "change" else f"and {people}"
    return f"{part_words(measure, asked_part)} {joined}"
