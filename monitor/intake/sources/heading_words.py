"""What the name of a column says in its words: without accents, and without words that add nothing.

Names of columns come in many languages, and with words that say whose a value is ("Contact First
Name", "Role (current)"); what is left of them is looked for in the vocabulary.
"""

import re
import unicodedata
from collections.abc import Iterable

from monitor.intake.sources.vocabulary import FORMER, FORMER_SIGNS, LEVELS, WORDS

_SPLIT = re.compile(r"(?<=[a-z])(?=[A-Z])|[\W_]+")
_ACCENTS = re.compile(r"(?<=[A-Za-z])[\u0300-\u036f]+")
_OF_SOMEBODY = frozenset(
    """
    contact person people employee emp staff worker member lead prospect candidate speaker
    attendee participant current present primary latest main legal actual recent actuel aktuell
    attuale atual huidige aktueller aktuelle aktuelles
    """.split()  # noqa: SIM905 -- words read best as words
)
"""Words in a name that say whose a value is, or that it is the one of today."""
_NUMBERED = re.compile(r"\b1\b")
_BETWEEN_NAMES = re.compile(r"[,;/&+]| (?:and|und|y|e|et|i|og|och|en|ja|и|та|a) ", re.IGNORECASE)


def plain(name: str) -> str:
    """Return the name of a column without case, blanks and punctuation.

    >>> plain("Employee #"), plain("job_company_name"), plain(" NAME")
    ('employeenumber', 'jobcompanyname', 'name')
    """
    return _NO_LETTERS.sub("", name.replace("#", "number").casefold())


_NO_LETTERS = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|[\W_]")
"""Colours of terminals, which nobody sees, are no part of a name either."""


def telling(names: Iterable[str], fields: Iterable[str]) -> dict[str, list[str]]:
    """By field, the names that tell of it and that somebody may have left unread.

    >>> telling(["End Date", "Title"], ["end", "current"])
    {'end': ['End Date']}
    """
    plain_names = {name: plain(name) for name in names}
    found = {
        field: [name for name, word in plain_names.items() if word in WORDS[field].split()]
        for field in fields
    }
    return {field: some for field, some in found.items() if some}


def words_of(name: str) -> str:
    """The words of a name in small letters, without accents and punctuation.

    >>> words_of("Nº Empleado"), words_of("JobTitle"), words_of("Emp. №")
    ('no empleado', 'job title', 'emp no')
    """
    letters = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", name)))
    return _SPLIT.sub(" ", letters).casefold().strip()


def reduced(name: str) -> str:
    """A name without the words that say whose a value is, and without a first number.

    >>> reduced("Contact First Name"), reduced("Role (current)"), reduced("Organization 1 - Name")
    ('firstname', 'role', 'organizationname')
    """
    *before, last = _NUMBERED.sub("", words_of(name)).split() or [""]
    kept = [word for word in before if word not in _OF_SOMEBODY]
    in_brackets = kept and name.rstrip().endswith(")") and last in _OF_SOMEBODY
    return "".join(kept if in_brackets else [*kept, last])


def is_former(name: str) -> bool:
    """Whether a column tells of a position before the one that the others tell of.

    >>> is_former("Previous company end date"), is_former("Empresa anterior"), is_former("当前公司")
    (True, True, False)
    """
    words = _SPLIT.sub(" ", unicodedata.normalize("NFC", name)).casefold()
    return _FORMER.search(words) is not None


_FORMER = re.compile(rf"\b({FORMER})\b|{FORMER_SIGNS}")


def has_both_names(name: str) -> bool:
    """Whether a column has the last and the first name in one.

    >>> has_both_names("Last name, First name"), has_both_names("Nazwisko i imię")
    (True, True)
    """
    parts = [_of_names(part) for part in _BETWEEN_NAMES.split(name) if part.strip()]
    return len(parts) == len(_NAMES) and all(
        any(kind in fields for fields in parts) for kind in _NAMES
    )


def level_of(name: str) -> int:
    """How far down a part of an organisation stands, by the name of its column."""
    words = words_of(name)
    places = (place for place, level in enumerate(LEVELS) if level.search(words))
    return max(places, default=_USUAL_LEVEL)


_NAMES = ("first", "last")
_USUAL_LEVEL = 1
"""A part of which nothing more is known stands where departments do."""


def _of_names(part: str) -> set[str]:
    word = words_of(part).replace(" ", "")
    return {
        field
        for field in _NAMES
        if any(words_of(known) in (word, word + "s") for known in WORDS[field].split())
    }
