"""What a cell of a table says: without the blanks around it, and whether it may have been cut."""

import re
from collections.abc import Mapping
from typing import Any

_UNSEEN = "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
LAST_BLANK = 0x3000
"""No blank of Unicode has a higher number."""
_BLANKS = "".join(chr(code) for code in range(LAST_BLANK + 1) if chr(code).isspace()) + _UNSEEN
"""Blanks of every kind, and characters that nobody sees."""
_ERROR = re.compile(
    r"#[\u00a1\u00bf]?[A-Z\u00c0-\u00de]{2,}[!?]|#N/[ADV]|#NV|#DIV/0!|#GETTING_DATA|Err:\d{3}"
)
"""What spreadsheets show for a formula that failed, in several languages."""
_LINKED = re.compile(r"(?<!\s)\s*\(https?://[^\s)]{0,2000}\)")
"""The address of a page after its title, as databases of notes write a relation."""
_EMPLOYED = re.compile(
    r"(.+\S)\s*[·•]\s*(?:(?:permanent |temporary )?(?:full|part)[- ]time|permanent|internship"
    r"|apprenticeship|seasonal|vollzeit|teilzeit|praktikum|werkstudent|temps plein|temps partiel"
    r"|cdi|cdd|stage|alternance|jornada completa|media jornada|contrato de prácticas|tempo integral"
    r"|meio período|estágio|tempo pieno|tempo parziale|voltijds?|deeltijds?|heltid|deltid"
    r"|(contract|freelance|self-employed|freiberuflich|selbst(?:st)?ändig|indépendant|autónomo"
    r"|autônomo|libero professionista))",
    re.IGNORECASE,
)
"""A company with the kind of employment, as profiles show it; the group is of contracts."""
MOST_SEEN = 100_000
"""How many different cells of a column are remembered; one that has more hardly has a twin."""


def stripped(text: str) -> str:
    """A text without the blanks around it, of whatever kind; a text of blanks is empty.

    >>> stripped("\u00a0Acme\u200b "), stripped("\u3000\ufeff")
    ('Acme', '')
    """
    return text.strip(_BLANKS)


def of_employer(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A position whose organisation is its name alone, without an address or a kind of employment.

    >>> of_employer({"organization": "Acme · Full-time"}), of_employer({"organization": "A · B"})
    ({'organization': 'Acme'}, {'organization': 'A · B'})
    >>> of_employer({"organization": "Acme (https://x.example/1)"})
    {'organization': 'Acme'}
    >>> of_employer({"organization": "Acme · Freelance"})
    {'organization': 'Acme', 'kind': 'contract'}
    """
    text = row.get("organization")
    if not isinstance(text, str) or not ("·" in text or "•" in text or "(http" in text):
        return row
    name = _LINKED.sub("", text).strip() or text
    match = _EMPLOYED.fullmatch(name)
    if match is None:
        return {**row, "organization": name}
    kind = {"kind": "contract"} if match[2] and "kind" not in row else {}
    return {**row, "organization": match[1], **kind}


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
