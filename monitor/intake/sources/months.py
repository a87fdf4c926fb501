"""Names of months, in the languages that exports come in."""

import unicodedata
from functools import cache

LANGUAGES = (
    *("en", "en_GB", "de", "de_AT", "fr", "es", "it", "pt", "ca", "nl", "sv", "da", "nb", "fi"),
    *("pl", "cs", "sk", "sl", "hu", "ro", "tr", "el", "ru", "uk", "et", "lv", "lt"),
)
"""No name is that of two months in two of them."""
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_OF_SPREADSHEETS = {"mrz": 3}
"""Spreadsheets abbreviate to three letters what the languages do not."""


def month_number(name: str) -> int | None:
    """The number of the month that a name is of, whole or abbreviated; None if it is of none.

    Case, accents and dots do not matter. The names are those of the Unicode CLDR.

    >>> month_number("Sept."), month_number("août"), month_number("MAERZ")
    (9, 8, None)
    """
    word = _plain(name)
    if word in _ENGLISH:
        return _ENGLISH.index(word) + 1
    return _numbers().get(word)


@cache
def _numbers() -> dict[str, int]:
    # It takes a tenth of a second, which tables without names of months do not pay.
    from babel import Locale  # noqa: PLC0415

    numbers = dict(_OF_SPREADSHEETS)
    for language in LANGUAGES:
        for widths in Locale.parse(language).months.values():
            for width in ("wide", "abbreviated"):
                names = widths.get(width, {})
                numbers |= {_plain(str(name)): number for number, name in names.items()}
    return numbers


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).strip(". ")
