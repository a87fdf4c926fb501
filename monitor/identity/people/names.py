"""Names of persons: which ways of writing one may be one person's; pure.

A name alone makes nobody one person with another. It decides where all else agrees.
"""

# ruff: noqa: SIM905 -- words read best as words

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from monitor.intake.profiles.name_keys import BRACKETS, DEGREES, GENERATIONS, TITLES

_NUMBER = re.compile(r"(?<=.)[\s#-]*\d+$")
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile("['\u2019`\u00b4]")
_UMLAUT = re.compile("(?<=[aou])(?<![aeiou][aou])e")
"""Mueller is Müller, and Soerensen Sørensen; but Bauer is no Baur."""
_LETTERS = str.maketrans("\u00f8\u00e6\u0153\u0142\u0111\u0131", "oaoldi")
"""Letters that no decomposition takes apart."""
_IDEOGRAPHS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
"""Of names in which blanks tell nothing."""
_PARTICLES = frozenset(
    "de del della der den des di da das do dos du la le van von vom zu zur zum ten ter el al bin"
    " ibn st saint san y e".split()
)
_HONOURS = TITLES | DEGREES
_SHORT_FORMS = {
    "alexander": "sasha sascha sandy xander",
    "alexandra": "sasha sascha sandra",
    "andrew": "drew",
    "anthony": "tony",
    "charles": "chuck charlie chas",
    "edward": "ted eddie ned",
    "elizabeth": "liz lizzie beth betty eliza",
    "francisco": "paco pancho",
    "henry": "harry hank",
    "james": "jim jimmy",
    "johannes": "hans",
    "john": "jack johnny",
    "jose": "pepe",
    "joseph": "joe joey",
    "katherine": "kate kathy katie kat",
    "margaret": "maggie peggy meg",
    "michael": "mike mick mickey",
    "nicholas": "nick nicky",
    "patricia": "pat patty tricia",
    "richard": "dick rick ricky",
    "robert": "bob bobby rob",
    "ronald": "ron ronnie",
    "stephen": "steve",
    "steven": "steve",
    "susan": "sue susie",
    "theodore": "ted teddy",
    "thomas": "tom tommy",
    "william": "bill billy will willy liam",
}
"""Short forms that are not the beginning of the name."""
_FORMS: dict[str, set[str]] = {}
for _name, _shorts in _SHORT_FORMS.items():
    for _short in _shorts.split():
        _FORMS.setdefault(_UMLAUT.sub("", _short), set()).add(_UMLAUT.sub("", _name))
_LETTERS_OF_A_SHORT_NAME = 3
"""How many letters the beginning of a name has that is a short form of it; one is an initial."""
_LETTERS_LEFT_OUT = 2
"""A short form leaves out this many letters: Paula is another than Paul."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonName:
    """A name in its parts, folded."""

    given: tuple[str, ...]
    surname: str
    parts: tuple[str, ...]
    """The given names, and the one or two of the surname."""
    generation: str | None
    number: str | None
    """What a register adds to tell people of one name apart ("Wei Wang 0001")."""


@lru_cache(maxsize=1 << 12)
def parsed(name: str) -> PersonName | None:
    """Return the parts of a name; None if it has no given name beside its surname.

    >>> parsed("van der Berg, Jan P.") == parsed("Dr. Jan P. van der Berg")
    True
    >>> parsed("Gregory B. Sample 0001").number, parsed("Cher")
    ('0001', None)
    """
    text = BRACKETS.sub(" ", unicodedata.normalize("NFKC", name)).strip()
    match = _NUMBER.search(text)
    number = match[0].strip(" #-") if match else None
    text = text[: match.start()] if match else text
    first, *rest = [part for part in (_words(part) for part in text.split(",")) if part] or [[]]
    generations = [GENERATIONS[word] for word in _flat([first, *rest]) if word in GENERATIONS]
    parts = [part for part in map(_without_titles, [first, *rest]) if part]
    if not parts:
        return None
    words = [*_flat(parts[1:]), *parts[0]] if len(parts) > 1 else parts[0]
    if len(words) == 1 and _IDEOGRAPHS.fullmatch(words[0]):
        words *= 2  # given name and surname in one
    if len(words) < 2:  # noqa: PLR2004 -- a given name and a surname
        return None
    start = len(parts[0]) if len(parts) > 1 else 1
    given = [word for word in words[:-start] if word not in _PARTICLES]
    if len(words[0]) == 1 and words[0] in _PARTICLES:
        given = [words[0], *given]  # "Y. Lee" and "E. Silva" begin with an initial
    surname = [word for word in words[-start:] if word not in _PARTICLES] or words[-1:]
    if not given:
        return None
    return PersonName(
        given=tuple(given),
        surname="".join(surname),
        parts=(*given, *surname),
        generation=generations[0] if generations else None,
        number=number,
    )


def may_be_one_person(one: str, other: str) -> bool:
    """Whether two names have one surname, and given names that agree as far as both are written.

    >>> may_be_one_person("Greg Sample", "Gregory B. Sample 0001")
    True
    >>> may_be_one_person("Greg Sample", "Anna Sample")
    False
    """
    first, second = parsed(one), parsed(other)
    if first is None or second is None:
        return False
    if _differ(first.number, second.number) or _differ(first.generation, second.generation):
        return False
    if first.surname != second.surname:
        return _are_written_otherwise(first, second)
    return _agree(first.given[0], second.given[0]) and _middle_names_agree(
        first.given[1:], second.given[1:]
    )


def are_of_one_family(names: Iterable[str]) -> bool:
    """Whether all the names have a word that is the last one of some; a given name alone is none.

    Names without a given name tell nothing.

    >>> are_of_one_family(["Ana García López", "A. García"])
    True
    >>> are_of_one_family(["Ana García", "Ana López García", "Ana Pérez"])
    False
    """
    some = [name for name in map(parsed, names) if name is not None]
    common = frozenset.intersection(*map(_full_words, some)) if some else frozenset[str]()
    return not some or any(name.parts[-1] in common for name in some)


def groups_of_one_person(names: Mapping[str, str]) -> list[list[str]]:
    """Group the keys whose names may all be one person's; two keys or more, in order.

    A name that may be that of two people who are not one ("G. Sample" beside Greg and Gina) is
    nobody's.

    >>> groups_of_one_person({"a": "Greg Sample", "b": "Gregory Sample", "c": "Ann Sample"})
    [['a', 'b']]
    """
    alike = {
        key: {
            other for other in names if other == key or may_be_one_person(names[key], names[other])
        }
        for key in names
    }
    clear = {
        key
        for key, some in alike.items()
        if all(other in alike[one] for one in some for other in some)
    }
    groups = {tuple(sorted(alike[key] & clear)) for key in clear}
    return [list(group) for group in sorted(groups) if len(group) > 1]


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFD", _APOSTROPHE.sub("", text).casefold().translate(_LETTERS))
    letters = "".join(char for char in folded if unicodedata.category(char) != "Mn")
    words = _WORD.findall(unicodedata.normalize("NFC", letters))
    if all(map(_IDEOGRAPHS.fullmatch, words)):
        return ["".join(words)] if words else []
    return [_UMLAUT.sub("", word) for word in words]


def _without_titles(words: list[str]) -> list[str]:
    # "Ph. D." and "M. D." are read as two words each.
    joined = re.sub(r"\b(ph) (d)\b", r"\1\2", " ".join(words)).split()
    return [word for word in joined if word not in _HONOURS and word not in GENERATIONS]


def _full_words(name: PersonName) -> frozenset[str]:
    return frozenset(word for word in name.parts if len(word) > 1)


def _are_written_otherwise(one: PersonName, other: PersonName) -> bool:
    """Whether two names of other surnames are one, in another order or without a second surname."""
    orders = [one.parts[turn:] + one.parts[:turn] for turn in range(len(one.parts))]
    # Who has the same two surnames the other way round is somebody else.
    if other.parts in [*orders, one.parts[::-1]] or "".join(one.parts) == "".join(other.parts):
        return True
    shorter, longer = sorted((one.parts, other.parts), key=len)
    without_second = len(shorter) == 2 and shorter[1] in longer[1:]  # noqa: PLR2004 -- Ana García
    return without_second and _agree(shorter[0], longer[0])


def _flat(parts: Iterable[list[str]]) -> list[str]:
    return [word for part in parts for word in part]


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other


def _agree(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if shorter == longer or (len(shorter) == 1 and longer.startswith(shorter)):
        return True
    left_out = len(longer) - len(shorter)
    is_short = len(shorter) >= _LETTERS_OF_A_SHORT_NAME and left_out >= _LETTERS_LEFT_OUT
    return (is_short and longer.startswith(shorter)) or bool(_long_forms(one) & _long_forms(other))


def _long_forms(name: str) -> set[str]:
    return {name} | _FORMS.get(name, set())


def _middle_names_agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether the shorter row of names is in the longer one, in its order."""
    shorter, longer = sorted((one, other), key=len)
    rest = iter(longer)
    return all(any(_agree(name, there) for there in rest) for name in shorter)
