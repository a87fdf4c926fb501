"""Whether the start in an export is that of each position, or of work for an employer."""

import re
from collections.abc import Callable, Collection, Sequence

from monitor.base.settings import EMPLOYER, Column, Layout
from monitor.intake.sources.columns import columns_in
from monitor.intake.sources.heading_words import plain, words_of
from monitor.intake.sources.numbered import NUMBER
from monitor.intake.sources.periods import start_and_end
from monitor.intake.sources.vocabulary import HIRED

# ruff: noqa: SIM905 -- words read best as words

_EMPLOYERS = frozenset(
    "joindate dateofemployment employmentdate employmentstartdate employmentstart entrydate"
    " dateofentry companyentry dateentree datedentree datumindienst joindt fechadealta".split()
)
_COMPANIES = ("company", "employer", "firma", "unternehmen", "arbeitgeber", "entreprise", "empresa")
"""A column of such a name has the employer itself, who is no part of another one."""
OF_EMPLOYEES = re.compile(
    r"\b(employee|emp|worker|associate|staff|personn?el|mitarbeiter|pers|matric|salarie|empleado)"
)
"""In the name of a column of ids: they are the numbers of one employer's people."""
_OF_ELSE = re.compile(r"fiscal|pay|salary|budget|school|academic|educat|stud[iy]|degree|contract")
"""In the name of a column of periods: they are none of a position."""
_ITSELF = ("employer", "arbeitgeber")
"""Of these words: a column that has the employer, and no part of one."""
_NEARLY_ALL = 0.9
"""The share of the cells of a column of periods that begin with a date."""
_FEW = 0.1
"""More of the people than this share with several starts have careers, and no slips."""


def column_of_hire(
    layout: Layout, names: Sequence[str], rows: Sequence[Sequence[str]]
) -> str | None:
    """The column of starts, if by its name it has the day on which people were hired.

    It is no such day where people have several, or where the organisation is itself the employer;
    companies whose people share one series of numbers are parts of an employer.
    """
    start = layout.columns.get("start")
    where = layout.columns.get("organization", "organization")
    if not isinstance(start, str) or NUMBER in start or "organization" in layout.constants:
        return None
    words = "".join(words_of(start).split())
    if not HIRED.search(plain(start)) and words not in _EMPLOYERS:
        return None
    companies = [
        column
        for column in columns_in(where)
        if any(company in plain(column) for company in _COMPANIES)
    ]
    if companies and not _are_parts(layout, companies, names, rows):
        return None
    return None if _have_careers(layout, start, names, rows) else start


def periods_in_one(
    names: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    taken: Collection[str],
    is_date: Callable[[str], bool],
) -> dict[str, Column]:
    """The column that has the start and the end in one ("Mar 2021 - Present"), by its cells."""
    for place, name in enumerate(names):
        if name in taken or _OF_ELSE.search(words_of(name)):
            continue
        texts = {row[place].strip() for row in rows if place < len(row) and row[place].strip()}
        periods = [(text, *start_and_end(text)) for text in texts]
        both = [start for text, start, end in periods if text != start and is_date(start)]
        alone = [text for text, start, _ in periods if text == start and is_date(start)]
        alone += [end for _, start, end in periods if not start and is_date(end)]
        if both and len(both) + len(alone) >= _NEARLY_ALL * len(texts):
            return {"start": name, "end": name}
    return {}


def meaning_of(column: str) -> str:
    """Say what a column of hires does not tell, and what follows."""
    return (
        f"Note: {column!r} is taken for the day on which people were hired, not for the start of"
        f' their present position (start_of = "{EMPLOYER}"): a transfer is dated by the two exports'
        " that show it. If it is the start of each position, leave that line out of config.toml."
    )


def _are_parts(
    layout: Layout, companies: Sequence[str], names: Sequence[str], rows: Sequence[Sequence[str]]
) -> bool:
    """Whether there are several companies whose people have numbers of one series."""
    ids = map(words_of, columns_in(layout.columns.get("id", "id")))
    are_numbered = any(map(OF_EMPLOYEES.search, ids))
    if not are_numbered or any(word in plain(one) for one in companies for word in _ITSELF):
        return False
    places = [names.index(column) for column in companies if column in names]
    seen = {row[place].strip() for row in rows for place in places if place < len(row)}
    return len(seen - {""}) > 1


def _have_careers(
    layout: Layout, start: str, names: Sequence[str], rows: Sequence[Sequence[str]]
) -> bool:
    """Whether people with several rows have several starts."""
    wanted = columns_in(layout.columns.get("id", "id"))
    if start not in names or not wanted or not set(wanted).issubset(names):
        return False
    places, place = [names.index(column) for column in wanted], names.index(start)
    begun = _starts(rows, places, place)
    several = [starts for starts in begun.values() if len(starts) > 1]
    return len(several) > _FEW * len(begun)


def _starts(
    rows: Sequence[Sequence[str]], places: Sequence[int], start: int
) -> dict[tuple[str, ...], set[str]]:
    begun: dict[tuple[str, ...], set[str]] = {}
    for row in rows:
        if max(*places, start) < len(row):
            begun.setdefault(tuple(row[place] for place in places), set()).add(row[start])
    return begun
