"""Columns that hold a title and its organisation in one, such as "Engineer at Acme"."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from monitor.base.settings import Layout
from monitor.intake.sources.columns import columns_in

_AT = re.compile(r"\s(?:at|bei|beim|chez|presso|bij|hos)\s|\s?@\s?", re.IGNORECASE)
_ADDRESS = re.compile(r"\S+@[\w-]+(\.[\w-]+)+")
"""An address of e-mail, which is no title at an organisation."""
_MORE = re.compile(r"\s[|·•\u2013\u2014]\s.*", re.DOTALL)
"""What else somebody says of themselves."""
_PARTS = (" | ", " · ", " - ", " \u2013 ", " \u2014 ", "; ", ", ", " / ")
_MOSTLY = 0.8
"""This share of the cells of a column tells what is in it."""
Row = dict[str, Any]


def title_and_organization(text: str) -> tuple[str, str] | None:
    """The parts of a headline; None where nothing tells which is which.

    >>> title_and_organization("VP Sales at Acme | Speaker"), title_and_organization("Aide @Beta")
    (('VP Sales', 'Acme'), ('Aide', 'Beta'))
    >>> title_and_organization("Acme | Engineer"), title_and_organization("ada@acme.example")
    (None, None)
    """
    if _ADDRESS.fullmatch(text.strip()):
        return None
    title, *rest = _AT.split(" ".join(text.split()), maxsplit=1)
    organization = _MORE.sub("", rest[0]).strip() if rest else ""
    return (title.strip(), organization) if title.strip() and organization else None


def parting(layout: Layout) -> Callable[[Row, int], Row]:
    """What puts both in their places, where a source names one column for them."""
    title, organization = (columns_in(layout.columns.get(of)) for of in ("title", "organization"))
    return _part if organization and title == organization else _as_it_is


def way_on(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str | None:
    """Say which column of a table may hold both, and what to do; None if none does."""
    for place, name in enumerate(names):
        cells = [row[place].strip() for row in rows if place < len(row) and row[place].strip()]
        enough = _MOSTLY * len(cells)
        parted = [cell for cell in cells if title_and_organization(cell)]
        if parted and len(parted) >= enough:
            return (
                f"{name!r} has the title and the organisation in one ({parted[0]!r}): --column"
                f" 'title={name}' --column 'organization={name}' reads both, by the word between"
            )
        for mark in _PARTS:
            in_two = [cell for cell in cells if cell.count(mark) == 1]
            if in_two and len(in_two) >= enough:
                return (
                    f"if {name!r} has it, it has two things in one ({in_two[0]!r}), and nothing"
                    f" tells which is which: make two columns of it, parted at {mark!r}"
                )
    return None


def _as_it_is(row: Row, _line: int) -> Row:
    return row


def _part(row: Row, line: int) -> Row:
    text = row.get("organization")
    if not isinstance(text, str):
        return row
    parts = title_and_organization(text)
    if parts is None:
        said = f"line {line} has {text[:80]!r}, which says no title at an organisation"
        return {"id": row.get("id", ""), "misfit": said}
    return {**row, "title": parts[0], "organization": parts[1]}
