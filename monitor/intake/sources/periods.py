"""Columns that hold the start and the end in one, such as "Mar 2021 - Present"."""

import re
from collections.abc import Callable
from typing import Any

from monitor.base.settings import Layout

_HOW_LONG = re.compile(r"(?is)\s*[·•∙(|].*|,\s*\d+ (?:year|yr|month|mo)s?\b.*")
"""What follows the dates: how long it was."""
_BETWEEN = re.compile(
    r"\s*[\u2013\u2014\u2192~\u301c\uff5e]\s*|\s+-+>?\s+"
    r"|\s+(?:to|until|till?|through|and|bis|à|au|al?|ao|até|hasta|do|tot|t/m|fino al?|\u043f\u043e)"
    r"(?:\s+|$)"
    r"|(?<=\d{4})\s*[-/]\s*(?=\d{4}\b)|\s*-\s*(?=[^\W\d]+\.?$)|\s*-$|(?<=-\d\d)/(?=\d{4}-)"
    r"|(?<=\d{4})\s*-\s*(?=(?:[^\W\d]+\.?\s|(?:\d\d?[./]){1,2})\d{4}(?![-\d]))",
    re.IGNORECASE,
)
_SINCE = re.compile(
    r"(?:since|from|between|seit|ab|von|depuis|du|dès|desde|del?|dal?|od|sedan|från|fra|sinds|van"
    r"|vanaf|\u0441)\s+(.*)",
    re.IGNORECASE | re.DOTALL,
)
_UNTIL = re.compile(
    r"(?:until|till?|to|up to|through|bis|jusqu['\u2019](?:en|au|à)|au|à|al?|ao|hasta|até|fino al?"
    r"|tot|t/m|do|\u043f\u043e)\s+(.*)",
    re.IGNORECASE | re.DOTALL,
)


def are_in_one(layout: Layout) -> bool:
    """Whether a source says that one column holds both the start and the end."""
    start, end = (
        layout.columns.get(field) or layout.fields.get(field) for field in ("start", "end")
    )
    return bool(start) and start == end


def start_and_end(text: str) -> tuple[str, str]:
    """The two dates of a period as they are written; an end without a number is none.

    A single date is both: it lasted no longer than that.

    >>> start_and_end("Mar 2021 - Present · 4 yrs 8 mos"), start_and_end("2019-2022")
    (('Mar 2021', ''), ('2019', '2022'))
    >>> start_and_end("seit 03/2021"), start_and_end("2020-01 to 2020-12"), start_and_end("2020")
    (('03/2021', ''), ('2020-01', '2020-12'), ('2020', '2020'))
    >>> start_and_end("05/2019-06/2020"), start_and_end("Jan 2020-Mar 2021")
    (('05/2019', '06/2020'), ('Jan 2020', 'Mar 2021'))
    >>> start_and_end("du 01/2019 au 03/2020"), start_and_end("od 2019 do"), start_and_end("2018 a")
    (('01/2019', '03/2020'), ('2019', ''), ('2018', ''))
    >>> start_and_end("until 2020"), start_and_end("bis 03/2020")
    (('', '2020'), ('', '03/2020'))
    """
    # An expression that begins with blanks takes quadratic time over many of them.
    dates = _HOW_LONG.sub("", " ".join(text.split())).strip()
    start, *rest = _BETWEEN.split(dates, maxsplit=1)
    until = None if rest else _UNTIL.fullmatch(start)
    if until:
        return "", until[1].strip() if any(mark.isdecimal() for mark in until[1]) else ""
    since = _SINCE.fullmatch(start)
    start = (since[1] if since else start).strip()
    end = rest[0].strip() if rest else "" if since else start
    return start, end if any(mark.isdecimal() for mark in end) else ""


def splitting(layout: Layout) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """What puts each date of a row in its place, where a source has both in one column."""
    return _split if are_in_one(layout) else _as_it_is


def _as_it_is(row: dict[str, Any]) -> dict[str, Any]:
    return row


def _split(row: dict[str, Any]) -> dict[str, Any]:
    text = row.get("end")
    if not isinstance(text, str):
        return row
    start, end = start_and_end(text)
    there = {"start": start} if start and "start" in row else {}
    kept = {key: value for key, value in row.items() if key not in ("start", "end")}
    return {**kept, **there, **({"end": end} if end else {})}
