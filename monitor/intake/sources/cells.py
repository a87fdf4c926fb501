"""What a cell of a table says: without the blanks around it, and whether it may have been cut."""

import re

_UNSEEN = "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
LAST_BLANK = 0x3000
"""No blank of Unicode has a higher number."""
_BLANKS = "".join(chr(code) for code in range(LAST_BLANK + 1) if chr(code).isspace()) + _UNSEEN
"""Blanks of every kind, and characters that nobody sees."""
_ERROR = re.compile(
    r"#[\u00a1\u00bf]?[A-Z\u00c0-\u00de]{2,}[!?]|#N/[ADV]|#NV|#DIV/0!|#GETTING_DATA|Err:\d{3}"
)
"""What spreadsheets show for a formula that failed, in several languages."""
MOST_SEEN = 100_000
"""So many different cells of a column are remembered; one that has more has hardly a twin there."""


def stripped(text: str) -> str:
    """A text without the blanks around it, of whatever kind; a text of blanks is empty.

    >>> stripped("\u00a0Acme\u200b "), stripped("\u3000\ufeff")
    ('Acme', '')
    """
    return text.strip(_BLANKS)


def is_error(text: str) -> bool:
    """Whether a cell holds the error of a formula: what was there is not known.

    >>> is_error("#REF!"), is_error("#N/A"), is_error("#WERT!"), is_error("#1 Movers")
    (True, True, True, False)
    """
    return text.startswith(("#", "Err:")) and _ERROR.fullmatch(text) is not None


class LastCells:
    """What stands in the last column of a table, as far as it was read."""

    def __init__(self) -> None:
        self._seen = set[str]()

    def add(self, cell: str) -> None:
        """Remember a cell of a line that has its end."""
        if len(self._seen) < MOST_SEEN:
            self._seen.add(cell)

    def has_whole(self, cell: str) -> bool:
        """Whether a cell that may have been cut is whole: it is there, and begins no other one."""
        return cell in self._seen and not any(
            other.startswith(cell) and other != cell for other in self._seen
        )


def cut_off(line: int) -> str:
    """Say that a line may have been cut off, and what to do if it was not."""
    return (
        f"line {line} is the last one and has no end of line, so it may have been cut off:"
        " if it is whole, end the file with a line break"
    )
