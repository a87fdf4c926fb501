"""Notes below a table, such as "Total: 37" or "Generated on 3 June": lines of one cell."""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from monitor.base.profile import FileForm
from monitor.intake.sources.cells import stripped
from monitor.intake.sources.headers import Unended

_MOST = 50
"""How many lines are held back until it is known whether a row follows."""
_LEARNED = 1000
"""How many rows tell what ids and names look like."""
_LONGEST = 80
_BLANKS = 4
"""More cells than these are hardly all blanks but one; most rows are told by their count."""
_SIGN = re.compile(r"[:;=*#|/\\()\[\]\u00a9\u2022]")
_CASE = "a small letter begins the last word"
Numbered = tuple[int, list[str] | str]


def without_notes(
    rows: Iterable[Numbered], who: Iterable[int], width: int, form: FileForm | None
) -> Iterator[Numbered]:
    """The rows of a table less the notes below it, which `form` is told.

    A line of one cell is a note where nothing but such lines follow, and where it does not say who
    (in the places `who`), or looks like none of the ids and names there: whatever may be a person,
    or cut off from one, stays a row.
    """
    known: dict[int, set[frozenset[str]]] = {place: set() for place in who}
    held: deque[Numbered] = deque()
    learned = 0
    for line, cells in rows:
        if width > 1 and not isinstance(cells, str) and _place(cells) is not None:
            held.append((line, cells))
            if len(held) > _MOST:
                yield held.popleft()
            continue
        yield from held
        held.clear()
        if learned < _LEARNED and not isinstance(cells, str):
            learned += 1
            for place, looks in known.items():
                if place < len(cells) and (text := stripped(cells[place])):
                    looks.add(_look(text))
        yield line, cells
    notes = [(line, cells) for line, cells in held if _is_note(cells, known)]
    if form is not None and notes:
        form.notes = [
            f"line {line}: {''.join(map(stripped, cells))[:_LONGEST]!r}" for line, cells in notes
        ]
    yield from (row for row in held if row not in notes)


def _place(cells: Sequence[str]) -> int | None:
    """Where the one cell is that has anything in it."""
    if len(cells) - cells.count("") > _BLANKS:
        return None
    filled = [place for place, cell in enumerate(cells) if cell and stripped(cell)]
    return filled[0] if len(filled) == 1 else None


def _is_note(cells: Sequence[str] | str, known: dict[int, set[frozenset[str]]]) -> bool:
    place = None if isinstance(cells, str) else _place(cells)
    if place is None:
        return False
    looks = known.get(place)
    look = _look(stripped(cells[place]))
    if isinstance(cells, Unended):
        # What was cut off has nothing that no whole one has.
        return bool(looks) and bool(look - frozenset[str]().union(*looks or ()) - {_CASE})
    return looks is None or (bool(looks) and look not in looks)


def _look(text: str) -> frozenset[str]:
    """What is to be seen in a text, whatever it says.

    >>> sorted(_look("Total: 37"))
    ['a digit', 'a letter', 'a sign', 'words']
    """
    words = text.split()
    seen = {
        "a digit": any(map(str.isdigit, text)),
        "a letter": any(map(str.isalpha, text)),
        "a sign": _SIGN.search(text) is not None,
        "words": len(words) > 1,
        _CASE: words[-1][0].islower(),
    }
    return frozenset(name for name, is_there in seen.items() if is_there)
