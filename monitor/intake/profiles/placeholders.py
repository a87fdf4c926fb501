"""Words that stand where a name should stand: `placeholders.toml` has them by what they mean."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

import pyarrow as pa
import pyarrow.compute as pc

NO_EMPLOYER = ("not_stated", "own_account", "not_employed", "vacant_post", "robot")
"""The meanings of a word in the place of an organisation: there is none."""
_NOBODY = {
    "vacant_post": "a post that nobody holds",
    "robot": "no person",
    "no_person": "a record that is of no person",
    "total": "the sum of a list",
}
"""What a word in the place of a person's name says, whatever the id."""
_UNNAMED = ("not_stated", "no_name")
"""What says that a name is not known: where the name is the id, that is nobody."""
_DETAIL = re.compile(r":\s.*|\s+[-:\u2013\u2014]\s.*|\s*[(\[#\d].*", re.DOTALL)
"""What may follow: "Vacant (from May)", "Vacant 2", "Vacant - Head of Data"."""


@cache
def placeholders() -> Mapping[str, Sequence[str]]:
    """Every word as the file has it, by its meaning."""
    text = files("monitor.intake").joinpath("placeholders.toml").read_text(encoding="utf-8")
    return {meaning: tuple(words) for meaning, words in tomllib.loads(text).items()}


def words_for_no_employer() -> tuple[str, ...]:
    """Every word that says in the place of an organisation that there is none."""
    return tuple(word for meaning in NO_EMPLOYER for word in placeholders()[meaning])


def reason_for_nobody(name: str | None, identity: str) -> str | None:
    """Say why a profile of this name and id is nobody; None if it is a person.

    >>> reason_for_nobody("Vacant - Head of Data", "17")
    'is nobody: "Vacant - Head of Data" stands for a post that nobody holds'
    >>> reason_for_nobody("N/D", "N/D"), reason_for_nobody("N/D", "17")
    ('is nobody: "N/D" says that the name is not known, and is the id', None)
    >>> reason_for_nobody(None, "Total"), reason_for_nobody(None, "17")
    ('is nobody: "Total" stands for the sum of a list', None)
    >>> reason_for_nobody("1,204", "Grand total:")
    'is nobody: "Grand total:" stands for the sum of a list'
    """
    if name is None or not any(map(str.isalpha, name)):
        if _meanings().get(_light(identity)) == "total":
            return f'is nobody: "{identity}" stands for {_NOBODY["total"]}'
        if name is None:
            return None
    meaning = _meanings().get(_light(name)) or _meanings().get(_light(_DETAIL.sub("", name)))
    if meaning in _NOBODY:
        return f'is nobody: "{name}" stands for {_NOBODY[meaning]}'
    if meaning is not None and _light(name) == _light(identity):
        return f'is nobody: "{name}" says that the name is not known, and is the id'
    return None


def may_be_nobody(names: pa.Array, ids: pa.Array) -> pa.Array:
    """Say of each name whether it begins as a word for nobody does: of few, so that all is fast.

    Where there is none, the id may be the word for a sum.
    """
    said = pc.match_substring_regex(names, _beginnings())
    if not names.null_count:
        return said
    return pc.coalesce(said, pc.match_substring_regex(ids, _beginnings_of_totals()))


@cache
def _meanings() -> Mapping[str, str]:
    """The meaning of each word in the place of a person's name."""
    return {
        _light(word): meaning
        for meaning in (*_UNNAMED, *_NOBODY)
        for word in placeholders()[meaning]
    }


@cache
def _beginnings() -> str:
    words = {word for meaning in (*_UNNAMED, *_NOBODY) for word in placeholders()[meaning]}
    starts = {start for word in words for start in re.findall(r"\w+", word)[:1]}
    return rf"(?i)^\W*(?:{'|'.join(sorted(map(re.escape, starts)))})|^[^\pL]*$"


@cache
def _beginnings_of_totals() -> str:
    starts = {re.findall(r"\w+", word)[0] for word in placeholders()["total"]}
    return rf"(?i)^\W*(?:{'|'.join(sorted(map(re.escape, starts)))})"


@lru_cache(maxsize=1 << 12)
def _light(text: str) -> str:
    """The letters and digits alone, without case and accents; the signs where there are none."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(char for char in folded if char.isalnum()) or text.strip()
