"""Titles of what people do beside a job: `side_roles.toml` has them by their place in a title."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

_EITHER_WAY = str.maketrans({"\u0131": "[\u0131i]", "ł": "[łl]", "ø": "[øo]", "ß": "(?:ß|ss)"})
"""Letters that no accent was put upon, which are written without their sign as well."""

_FREQUENT = frozenset({"director", "executive", "member", "board", "company", "candidate"})
"""Words that many titles have."""


@cache
def side_roles() -> Mapping[str, Sequence[str]]:
    """Every word as the file has it, by where in a title it tells a role."""
    text = files("monitor.intake").joinpath("side_roles.toml").read_text(encoding="utf-8")
    return {place: tuple(words) for place, words in tomllib.loads(text).items()}


@cache
def side_role_patterns() -> list[str]:
    """Return four expressions that `is_employment` holds against the words of a title.

    A title that has nothing of the first is a job. Of the others, one that is all of the second is
    none; nor is one that is all of the third, unless it is all of the fourth as well.
    """
    words = {place: _any_of(written) for place, written in side_roles().items()}
    before, behind = rf"(?:(?:{words['qualifiers']}) )*", rf"(?: (?:{words['qualifiers']}))*"
    telling = {
        _telling_word(title)
        for place in ("alone", "first", "anywhere")
        for title in side_roles()[place]
    }
    return [
        f"(?:^| )(?:{_any_of(telling)})(?: |$)",
        rf"{before}(?:(?:{words['alone']}){behind}|(?:{words['first']})(?: .*)?)",
        rf"(?:.* )?(?:{words['anywhere']})(?: .*)?",
        rf"(?:.* )?(?:{words['jobs']})(?: .*)?",
    ]


def _telling_word(title: str) -> str:
    """Return the word of a title that the fewest other titles have."""
    return min(_words(title).split(), key=lambda word: (word in _FREQUENT, -len(word), word))


def _any_of(written: Iterable[str]) -> str:
    return "|".join(sorted({_words(title).translate(_EITHER_WAY) for title in written}))


def _words(title: str) -> str:
    """Write a title as the phrase `title_words` of SQL does: its words without case and accents."""
    parts = unicodedata.normalize("NFD", title)
    plain = "".join(char for char in parts if not unicodedata.combining(char))
    return " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFC", plain).lower()))
