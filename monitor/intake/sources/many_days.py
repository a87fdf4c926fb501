"""Columns that say when each row of a table was seen: which they are, and tables that need one."""

# ruff: noqa: SIM905 -- words read best as words

import re
import sqlite3
from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache

from monitor.base.errors import FileRefused
from monitor.base.settings import CARRY, COMPLETE, Layout
from monitor.intake.profiles.dates import parse_partial_date
from monitor.intake.sources.dates import partial_date
from monitor.intake.sources.heading_words import plain

OBSERVED_ON = "observed_on"
"""Where a row keeps what its column of days says."""
_SURE = frozenset(
    "checkedon datechecked checkdate"
    " dateseen seenon seenat lastseen observedon observedat observationdate dateobserved observed"
    " snapshotdate snapshotday snapshot asof asofdate reportdate reportingdate reportingperiod"
    " reportingyear capturedon capturedat capturedate datecaptured scrapedon scrapedat scrapedate"
    " datescraped crawledat crawldate collectedon collectedat datecollected listdate dateoflist"
    " retrievedon retrievedat exportdate extractdate dateextracted stichtag datenstand".split()
)
_MAYBE = frozenset(
    "date day datum timestamp year fiscalyear calendaryear salaryyear payyear payrollyear fy yr"
    " month yearmonth period payperiod quarter jahr monat annee année mois ano año mes anno".split()
)
"""Names of what may as well belong to a position."""
_SURE_SHARE, _MAYBE_SHARE = 0.05, 1 / 3
"""Of the people, that are repeated over several days: from there on it is a table of days."""
_LISTED_SHARE = 0.8
"""A day lists everybody if at least this many of those who come before and after it are on it."""
_SHRUNK = 0.5
"""A day with fewer people than this share of the day before lists those alone who were seen."""
_MOST_DAYS = 1000
"""How many different days are enough to tell how they are written."""
_DAY_LIKE = re.compile(r"\D*\d{4}(?:\D.*)?|.*\d[-/. ]\d.*|\d{6}|\d{8}", re.DOTALL)
_MOMENT = re.compile(r"(\d{4})[-/](\d{2})[-/](\d{2})[T ]\d{1,2}:\d{2}.*", re.DOTALL)


class ManyDays(FileRefused):
    """A table whose rows repeat people over several days, without a word about which are when."""

    def __init__(self, name: str, column: str, days: Sequence[str], *, people: int) -> None:
        escaped = column.replace("\\", "\\\\").replace('"', '\\"')
        super().__init__(
            f"{name}: its column {column!r} says when each row was seen: it has rows of several"
            f" days for {people:,} of its people, and one snapshot is one day. Add to the source:"
            f' observed_on = "{escaped}", and days = "complete" where each day lists everybody, or'
            ' days = "carry" where people keep their last row; observed_on = false says that the'
            " column means something else"
        )
        self.column = column
        self.days = tuple(days)
        """Some of them, as they are written."""


def day_column(names: Sequence[str], *, used: Collection[str]) -> str | None:
    """The column of a table that by its name may say when each row was seen, if any.

    >>> day_column(["Name", "Date seen"], used=["Name"])
    'Date seen'
    """
    for words in (_SURE, _MAYBE):
        for name in names:
            if name not in used and plain(name) in words:
                return name
    return None


def is_surely_of_days(column: str) -> bool:
    """Whether the name of a column says that it has the day on which each row was seen."""
    return plain(column) in _SURE


def mapped_column(names: Sequence[str], layout: Layout, *, name: str) -> str:
    """The first of the columns that a source names for its days. Raises FileRefused without one."""
    for column in layout.observed_on or ():
        alike = [there for there in names if there == column or plain(there) == plain(column)]
        if column in names or len(alike) == 1:
            return column if column in names else alike[0]
    wanted = " or ".join(map(repr, layout.observed_on or ()))
    raise FileRefused(
        f"{name}: no column {wanted}, which says when each row was seen; its columns are"
        f" {', '.join(map(repr, names)) or 'none'}; `observed_on` of the source may list several"
        " spellings"
    )


def refuse_many_days(spool: sqlite3.Connection, column: str, *, name: str) -> None:
    """Raise ManyDays if the spooled rows repeat people over several days of a column."""
    people, repeated, careers = spool.execute(
        "SELECT count(*), coalesce(sum(days > 1), 0),"
        " coalesce(sum(days > 1 AND starts >= days), 0) FROM (SELECT count(DISTINCT day) AS days,"
        " count(DISTINCT start) AS starts FROM rows WHERE day IS NOT NULL GROUP BY id)"
    ).fetchone()
    share = _SURE_SHARE if is_surely_of_days(column) else _MAYBE_SHARE
    # Who has another start in each row has a career, and not several looks.
    if not repeated or repeated < share * people or 2 * careers > repeated:
        return
    days = [
        day
        for (day,) in spool.execute(
            "SELECT DISTINCT day FROM rows WHERE day IS NOT NULL LIMIT ?", (_MOST_DAYS,)
        )
    ]
    if all(map(_DAY_LIKE.fullmatch, days)):
        raise ManyDays(name, column, days, people=repeated)


@lru_cache(maxsize=1 << 14)
def observed_day(text: str, forms: Sequence[str], of_file: date | None = None) -> date | None:
    """The day that a cell names; None if it names none.

    A year or a month alone is its last day, or the day of the file's own name if that lies in it.

    >>> observed_day("2024", ()), observed_day("5.3.2024 ", ("%d.%m.%Y",))
    (datetime.date(2024, 12, 31), datetime.date(2024, 3, 5))
    >>> observed_day("2024", (), date(2024, 11, 2))
    datetime.date(2024, 11, 2)
    """
    text = text.strip()
    moment = _MOMENT.fullmatch(text)
    partial = "-".join(moment.groups()) if moment else text
    interval = parse_partial_date(partial) or parse_partial_date(partial_date(text, forms))
    if interval is None:
        return None
    first, last = interval
    return of_file if of_file is not None and first <= of_file <= last else last


def usual_days(spool: sqlite3.Connection) -> str:
    """How a table of days looks: whether each day lists everybody, or people keep their last row.

    Reads `seen` with `id` and `day`.
    """
    listed, spanned = spool.execute(
        "WITH numbered AS (SELECT id, dense_rank() OVER (ORDER BY day) AS number FROM seen)"
        " SELECT sum(days), sum(span) FROM (SELECT count(*) AS days,"
        " max(number) - min(number) + 1 AS span FROM numbered GROUP BY id HAVING count(*) > 1)"
    ).fetchone()
    (shrank,) = spool.execute(
        "SELECT count(*) FROM (SELECT people, lag(people) OVER (ORDER BY day) AS before"
        " FROM (SELECT day, count(*) AS people FROM seen GROUP BY day)) WHERE people < ? * before",
        (_SHRUNK,),
    ).fetchone()
    if shrank:
        return CARRY
    return COMPLETE if not spanned or listed >= _LISTED_SHARE * spanned else CARRY
