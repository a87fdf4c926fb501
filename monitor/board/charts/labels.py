"""Labels that fit: how wide a text is, about, and where it has to end."""

import unicodedata

SMALL, LETTER, CAPITAL, WIDE, LIGATURE = 5.2, 8.3, 9.6, 13.6, 60.0
"""Pixels at the size of a chart's letters, in a wide font: too many rather than too few."""
_SMALL = frozenset("fijlrt I.,:;'|!()[]-/\"")
_WIDE = frozenset("mwMW@%&—…<>=+~^#")
_LIGATURES = range(0xFDF0, 0xFE00)
"""Whole phrases of Arabic in one letter."""


def width_of(text: str) -> float:
    r"""Say how wide a text is, in pixels.

    >>> width_of("il") < width_of("ab") < width_of("MW") == width_of("漢字") < width_of("\ufdfa")
    True
    """
    return sum(map(_width, text))


def _width(letter: str) -> float:
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return 0.0
    if ord(letter) in _LIGATURES:
        return LIGATURE
    if letter in _SMALL:
        return SMALL
    is_wide = letter in _WIDE or unicodedata.east_asian_width(letter) in {"W", "F"}
    if is_wide:
        return WIDE
    return CAPITAL if letter.isupper() else LETTER


def shortened(text: str, pixels: float) -> str:
    """Cut a text so that it fits, with an ellipsis where something is left out.

    >>> shortened("Coral Security", 200), shortened("Coral Security", 60)
    ('Coral Security', 'Coral …')
    """
    if width_of(text) <= pixels:
        return text
    used = width_of("…")
    for place, letter in enumerate(text):
        used += _width(letter)
        if used > pixels:
            return f"{text[:place]}…"
    return text
