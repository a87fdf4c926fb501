"""Names that are ids: the form of a name that its ways of writing share, and who may share it."""

# ruff: noqa: SIM905 -- words read best as words

import re
import unicodedata
from functools import lru_cache

BRACKETS = re.compile('[(\\[\uff08"\u201c\u00ab].*?[)\\]\uff09"\u201d\u00bb]')
TITLES = frozenset(
    "dr prof professor mr mrs ms miss mx sir dame dipl mag ing frau herr mme mlle sra dra".split()
)
"""Words before a name."""
DEGREES = frozenset("phd md mba msc bsc cpa cfa pmp esq rn dds dphil jd llm".split())
"""Words after a name."""
GENERATIONS = {
    "jr": "jr",
    "junior": "jr",
    "sr": "sr",
    "senior": "sr",
    "ii": "ii",
    "2nd": "ii",
    "iii": "iii",
    "3rd": "iii",
    "iv": "iv",
    "4th": "iv",
}
_NUMBER = re.compile(r"[(\[#]\s*(\d+)\s*[)\]]?\s*$|\s(0\d{3})\s*$")
"""What a register adds to tell people of one name apart: Wei Wang 0001, Wei Wang (2)."""
_DOCTOR = re.compile(r"\bPh\.?\s+D\b\.?", re.IGNORECASE)
_FEWEST = 2
"""The fewest words that are left of a name: nothing that looks like a title is taken off fewer."""


def name_key(name: str) -> str:
    """Return a name without titles, degrees, generations, numbers and brackets, in its order.

    >>> name_key("Smith Jr.,  John, Ph.D."), name_key("Dr. Ann Lee (2)"), name_key("Person 12")
    ('John Smith', 'Ann Lee', 'Person 12')
    """
    return _parts(name)[0]


def told_apart(name: str) -> str:
    """Return what a name says beside itself of whom it means: a generation, a number, or nothing.

    >>> told_apart("John Smith, Jr."), told_apart("Wei Wang 0002"), told_apart("Ada Ex, MD")
    ('jr', '0002', '')
    """
    return _parts(name)[1]


def key_with_name(identity: str, name: str) -> str:
    """Return an id in which the name that it is made of stands in its common form.

    >>> key_with_name("Smith, John 2019-05-01", "Smith, John")
    'John Smith 2019-05-01'
    """
    return identity.replace(name, name_key(name), 1) if name else identity


@lru_cache(maxsize=1 << 16)
def _parts(name: str) -> tuple[str, str]:
    """The common form of a name, and what tells it from others that have it."""
    text = " ".join(unicodedata.normalize("NFC", name).split())
    number = _NUMBER.search(text)
    said = (number[1] or number[2]) if number else ""
    plain = text[: number.start()] if number else text
    plain = " ".join(BRACKETS.sub(" ", _DOCTOR.sub("PhD", plain)).split())
    parts = [part.split() for part in plain.split(",")]
    left = [kept for part in parts if (kept := _without_suffixes(part, alone=len(parts) > 1))]
    if sum(map(len, left)) < _FEWEST:  # what looked like a degree are the initials
        left = [part for part in parts if part]
    words = [word for part in (*left[1:], *left[:1]) for word in part]
    while len(words) > _FEWEST and _light(words[0]) in TITLES:
        words = words[1:]
    if len(words) < _FEWEST:
        return text, ""
    after = map(_light, plain.replace(",", " ").split()[1:])
    suffixes = [GENERATIONS[word] for word in after if word in GENERATIONS]
    return " ".join(words), " ".join([*suffixes[:1], *([said] if said else [])])


def _without_suffixes(words: list[str], *, alone: bool) -> list[str]:
    """The words of a part less those that follow a name; of a part between commas maybe all."""
    fewest = 0 if alone else _FEWEST
    while len(words) > fewest and _light(words[-1]) in DEGREES | GENERATIONS.keys():
        words = words[:-1]
    return words


def _light(word: str) -> str:
    return word.replace(".", "").casefold()
