"""Texts of their own form, or tables that need more than names of columns: records by line."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

Numbered = tuple[int, dict[str, Any]]
"""A record, and the line on which it begins."""
_AFFILIATION = re.compile(
    r"(?P<organization>.+?)"
    r"(?: from (?P<start>\d{4}-\d\d-\d\d))?(?: until (?P<until>\d{4}-\d\d-\d\d))?"
)
_UNKNOWN = {"NotFound": "Not found", "(Unknown)": "Unknown"}
"""What gitdm writes where it knows no employer."""
_NO_PAGE = "NOSCHOLARPAGE"
_NUMBER = re.compile(r" \d{4}$")


def gitdm(lines: Iterable[str]) -> Iterator[Numbered]:
    """The developers of a text of affiliations; the addresses of their mail are not kept.

    https://github.com/cncf/gitdm: a line `login: address, ...`, then, indented, organisations with
    `from` and `until` (which is the first day after).
    """
    number = 0
    record: dict[str, Any] | None = None
    for line_number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if not line[0].isspace():
            if record is not None:
                yield number, record
            login = text.partition(":")[0].rstrip("*").strip()
            number, record = line_number, {"login": login, "affiliations": []}
        elif record is None:
            # It is of nobody, and is set aside as such.
            yield line_number, {"affiliations": [_affiliation(text)]}
        else:
            record["affiliations"].append(_affiliation(text))
    if record is not None:
        yield number, record


def _affiliation(text: str) -> dict[str, Any]:
    # Any text fits: what is no date is part of the name.
    match = _AFFILIATION.fullmatch(text)
    name, start, until = match.groups() if match else (text, None, None)
    return {
        "organization": _UNKNOWN.get(name, name),
        "start": start,
        "end": _day_before(until),
    }


def _day_before(until: str | None) -> str | None:
    try:
        return until and (date.fromisoformat(until) - timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return until  # it is no day, which is said where dates are read


def csrankings(lines: Iterable[str]) -> Iterator[Numbered]:
    """The people of a table of CSrankings: rows of one scholar are names of one person.

    https://github.com/emeryberger/CSrankings: `name,affiliation,homepage,scholarid`.
    """
    rows = csv.DictReader(lines)
    people: dict[str, tuple[int, dict[str, Any]]] = {}
    for row in rows:
        cells = {key: (value or "").strip() for key, value in row.items() if isinstance(key, str)}
        name, scholar = cells.get("name", ""), cells.get("scholarid", "")
        if name == "name":
            continue  # the heading of the next of several files
        identity = scholar if scholar and scholar != _NO_PAGE else name
        _, person = people.setdefault(
            identity,
            (
                rows.line_num,
                {
                    "id": identity,
                    "name": _NUMBER.sub("", name),
                    "homepage": cells.get("homepage"),
                    "affiliations": [],
                },
            ),
        )
        affiliation = {"organization": cells.get("affiliation")}
        if affiliation not in person["affiliations"]:
            person["affiliations"].append(affiliation)
    yield from people.values()


TEXTS: Mapping[str, Callable[[Iterable[str]], Iterator[Numbered]]] = {
    "csrankings": csrankings,
    "gitdm": gitdm,
}
"""What is done with a text of a layout that names a reader of texts."""
