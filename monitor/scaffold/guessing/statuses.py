"""Which column says who is still there: by its name, and by the words that are in it."""

from collections.abc import Collection, Sequence

from monitor.base.settings import Column
from monitor.intake.sources.heading_words import plain, words_of
from monitor.intake.sources.vocabulary import HIRED, LIKE, WORDS
from monitor.intake.sources.yes_no import answer_of, is_kind, is_of_people
from monitor.scaffold.guessing.date_forms import Rows, cells_of
from monitor.scaffold.guessing.starts import OF_EMPLOYEES

_MOSTLY = 0.5
"""Of the cells of a column that says so, this share are words that are known."""
_MOST_WORDS = 6
_SURE = frozenset(WORDS["current"].split())
_STATUS = frozenset(WORDS["status"].split())


def by_answers(candidates: Sequence[str], names: Sequence[str], rows: Rows) -> list[str]:
    """The columns that answer whether somebody is there, those with kinds of employment last."""
    fitting = [name for name in candidates if _answers(name, names, rows)]
    return sorted(fitting, key=lambda name: all(map(is_kind, _words(name, names, rows))))


def said_of_status(
    column: Column | None, free: Collection[str], names: Sequence[str], rows: Rows
) -> list[str]:
    """Say by which words of a column people are there or gone; or which `free` one is not read."""
    if isinstance(column, str):
        return [f"by {column!r}, {_meaning(column, names, rows)}"] if _is_status(column) else []
    unsure = [name for name in names if name in free and _is_status(name)]
    unsure = [name for name in unsure if _are_known(name, names, rows)]
    return [
        f"{name!r} may say who is still there, or something else, and is not read: with --column"
        f" 'current={name}', {_meaning(name, names, rows)}"
        for name in unsure[:1]
    ]


def _meaning(column: str, names: Sequence[str], rows: Rows) -> str:
    words = list(dict.fromkeys(_words(column, names, rows)))
    said = [
        f"{_listed(some)} {means}"
        for answer, means in ((True, "is there"), (False, "has left"), (None, "is unknown"))
        if (some := [word for word in words if answer_of(word) is answer])
    ]
    return f"whoever is {'; '.join(said)}"


def _answers(name: str, names: Sequence[str], rows: Rows) -> bool:
    words = _words(name, names, rows)
    if words and not _are_known(name, names, rows):
        return False
    # A status may be that of a candidate or an account.
    return (
        plain(name) in _SURE
        or not _is_status(name)
        or any(map(is_of_people, words))
        or any(map(_is_of_employees, names))
    )


def _are_known(name: str, names: Sequence[str], rows: Rows) -> bool:
    """Whether a column has words that are known; of letters (A, T) one that is none makes codes."""
    words = _words(name, names, rows)
    unknown = [word for word in words if answer_of(word) is None]
    has_codes = any(len(word) == 1 and word.isascii() for word in unknown)
    return bool(words) and len(unknown) <= _MOSTLY * len(words) and not has_codes


def _is_status(name: str) -> bool:
    *_, last = words_of(name).split() or [""]
    return plain(name) in _STATUS or last in _STATUS


def _is_of_employees(name: str) -> bool:
    """Whether a table with such a column is one of an employer's people."""
    words, word = words_of(name), plain(name)
    is_hire = word in WORDS["start"].split() and HIRED.search(word) is not None
    is_id = word in WORDS["id"].split() or LIKE["id"].search(words) is not None
    # Anybody is a person.
    return is_hire or (
        is_id and bool(OF_EMPLOYEES.search(words)) and not words.startswith("person ")
    )


def _words(name: str, names: Sequence[str], rows: Rows) -> list[str]:
    return [cell for cell in cells_of(name, names, rows) if cell]


def _listed(words: Sequence[str]) -> str:
    more = " ..." if len(words) > _MOST_WORDS else ""
    return ", ".join(map(repr, words[:_MOST_WORDS])) + more
