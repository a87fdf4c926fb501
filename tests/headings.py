"""How many columns of public staff lists `init --from` finds by their headings.

.venv/bin/python tests/headings.py

prints it for the two halves of tests/files/headings.json: the first was looked at while the
vocabulary was made, the second never. `make formats` writes it into docs/sources/staff-lists.md.
"""

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from monitor.base.settings import Column, Layout
from monitor.scaffold.guessing.columns import understood

HEADINGS = Path(__file__).with_name("files") / "headings.json"
FIELDS = ("organization", "id", "name", "title", "team", "start")
ROWS = 5
PAGE = Path(__file__).resolve().parent.parent / "docs" / "sources" / "staff-lists.md"
BEGIN, END = "<!-- headings: `make formats` writes this -->\n", "<!-- end of headings -->\n"
Heading = Mapping[str, Any]


def halves() -> Mapping[str, Sequence[Heading]]:
    """The headings by half, each with the columns that are right."""
    found: Mapping[str, Sequence[Heading]] = json.loads(HEADINGS.read_text("utf-8"))
    return found


def taken(heading: Heading) -> dict[str, Column | None]:
    """By field, the column that is taken; names that serve as ids are no column of ids."""
    names = heading["heading"]
    rows = [[_cell(name, number) for name in names] for number in range(ROWS)]
    columns = understood(names, rows, Layout()).layout.columns
    found = {field: columns.get(field, field if field in names else None) for field in FIELDS}
    name = found["name"]
    found["name"] = [name] if isinstance(name, str) else name
    if found["id"] in (name, found["name"]) and not heading["right"].get("id"):
        found["id"] = None
    return {field: column or None for field, column in found.items()}


def _cell(name: str, number: int) -> str:
    word = name.casefold()
    dated = any(one in word for one in ("date", "_dt", "hired", "hire", "eintritt", "austritt"))
    return f"20{10 + number}-01-0{1 + number}" if dated else f"{name} {number}"


def counts(headings: Sequence[Heading]) -> Counter[tuple[str, str]]:
    """By field, how many are found, missed, and taken wrongly."""
    total: Counter[tuple[str, str]] = Counter()
    for heading in headings:
        found = taken(heading)
        for field in FIELDS:
            right = heading["right"].get(field)
            if right is None and found[field] is None:
                continue
            kind = "found" if found[field] == right else "missed" if not found[field] else "wrong"
            total[field, kind] += 1
    return total


def table() -> str:
    """One line for each field: how many of each half are found."""
    of = {half: counts(headings) for half, headings in halves().items()}
    head = "".join(f" {half} ({len(halves()[half])} lists) |" for half in of)
    lines = [f"| column |{head}", f"|---|{'---|' * len(of)}"]
    for field in FIELDS:
        cells = [
            f"{total[field, 'found']} of {sum(n for (one, _), n in total.items() if one == field)}"
            f"{', ' + str(total[field, 'wrong']) + ' wrong' if total[field, 'wrong'] else ''}"
            for total in of.values()
        ]
        lines.append(f"| {field} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def in_page(text: str) -> str:
    """The table that a page has."""
    return text.partition(BEGIN)[2].partition(END)[0]


def wrong(headings: Sequence[Heading]) -> list[str]:
    """Each column that is not as it should be, in words."""
    return [
        f"{heading['where']}: {field} is {found[field]}, not {heading['right'].get(field)}"
        for heading in headings
        for found in [taken(heading)]
        for field in FIELDS
        if found[field] != heading["right"].get(field)
    ]


if __name__ == "__main__":
    sys.stdout.write(table())
