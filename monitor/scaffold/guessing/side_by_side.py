"""Tables that have several positions of a person side by side, as tables with a row for each."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from monitor.base.profile import FIELDS
from monitor.base.settings import Layout
from monitor.intake.sources.columns import columns_in
from monitor.intake.sources.heading_words import plain, words_of
from monitor.intake.sources.numbered import COUNTING, NUMBER, places_of
from monitor.scaffold.guessing.date_forms import Rows

_COUNTS = re.compile(rf"(?<!\d)(?:{COUNTING})(?!\d)", re.IGNORECASE)
_OF_ELSE = re.compile(r"\b(level|hierarchy|tier|ebene|niveau|nivel|address|line|phone|e ?mail)\b")
"""In the name of a column: its number tells no positions apart."""


@dataclass(frozen=True, slots=True)
class SideBySide:
    """A table of several positions a row, as one with a row for each."""

    names: Sequence[str]
    rows: Rows
    numbered: Mapping[str, str]
    """By column of it, the name with `{n}` that it stands for."""

    def layout(self, layout: Layout) -> Layout:
        """The layout of the table as it is, by that of the one with a row for each."""
        columns = {**layout.columns}
        for field in FIELDS:
            column = columns.get(field, field)
            if isinstance(column, str) and column in self.numbered:
                columns[field] = self.numbered[column]
        return replace(layout, columns=columns)


def side_by_side(
    names: Sequence[str],
    rows: Rows,
    given: Layout,
    *,
    organizations: Callable[[Sequence[str]], Sequence[str]],
) -> SideBySide | None:
    """Make a row for each position, if the rows of a table have several organizations.

    `organizations` names those of some columns that may have them, the surest first.
    """
    numbered = _numbered(names)
    places = {name: places_of(template, names) for name, template in numbered.items()}
    taken = {names[place] for at in places.values() for place in at.values()}
    counted = organizations(list(places))
    if not counted or "organization" in given.constants:
        return None
    if taken & {name for column in given.columns.values() for name in columns_in(column)}:
        return None
    keys = list(places[counted[0]])
    shared = [place for place, name in enumerate(names) if name not in taken]
    flat = []
    for row in rows:
        cells = [*row, *[""] * (len(names) - len(row))]
        for key in keys:
            of_key = [cells[at[key]] if key in at else "" for at in places.values()]
            if key == keys[0] or any(map(str.strip, of_key)):
                flat.append((*(cells[place] for place in shared), *of_key))
    return SideBySide([*(names[place] for place in shared), *places], flat, numbered)


def _numbered(names: Sequence[str]) -> dict[str, str]:
    """By what the columns are called without their numbers, their name with `{n}`."""
    found: dict[str, str] = {}
    seen = set[int]()
    for name in names:
        for template in _templates(name):
            places = tuple(places_of(template, names).values())
            core = _core(template, names)
            if len(places) > 1 and not seen.intersection(places) and core not in found:
                seen.update(places)
                found[core] = template
    return found


def _core(template: str, names: Sequence[str]) -> str:
    """The name of the column that has no number, or else the words beside it."""
    alone = places_of(template, names).get("")
    return words_of(template.replace(NUMBER, " ")) if alone is None else names[alone]


def _templates(name: str) -> Iterator[str]:
    """The names with `{n}` in the place of a number, or a word, that may count positions."""
    if _OF_ELSE.search(words_of(name)):
        return
    for match in _COUNTS.finditer(name):
        before, behind = name[: match.start()], name[match.end() :]
        is_word = match[0][0].isalpha()
        if plain(before + behind) and not (is_word and _goes_on(before, match[0], behind)):
            yield f"{before}{NUMBER}{behind}"


def _goes_on(before: str, word: str, behind: str) -> bool:
    """Whether a word is but a part of a longer one; in names such as `jobTitle` words begin so."""
    return (before[-1:].isalpha() and not (before[-1:].islower() and word[0].isupper())) or (
        behind[:1].isalpha() and not behind[0].isupper()
    )
