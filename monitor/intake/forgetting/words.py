"""What names a person in a text, and what comes in its place."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cached_property

_DISTINCT = 12
"""An id of this many letters alone is no word that a text may have for another reason."""
_LEAST_DIGITS = 6
"""Fewer digits may be any number."""
_LEAST_NAME = 4
_Branches = dict[str, "_Branches"]
_END = ""


class Words:
    """Finds words in texts, all of them at once, whatever their case, and puts others there."""

    def __init__(self, words: Mapping[str, str]) -> None:
        replacements = {word.casefold(): other for word, other in words.items() if word.strip()}
        escaped = {json.dumps(word)[1:-1].casefold(): other for word, other in replacements.items()}
        self.words = {**escaped, **replacements}

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        if not self.words:
            return None
        return re.compile(rf"(?<!\w){any_of(self.words)}(?!\w)", re.IGNORECASE)

    def replaced(self, text: str) -> str:
        """The text with other words.

        >>> Words({"Ada Long": "erased-1"}).replaced("by ADA LONG, and Ada Longer")
        'by erased-1, and Ada Longer'
        """
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda match: self.words.get(match[0].casefold(), ""), text)

    def are_in(self, text: str) -> bool:
        """Whether one of the words is in a text."""
        return self._pattern is not None and self._pattern.search(text) is not None


def tells(profile: str) -> bool:
    """Whether an id without its source tells of whom a text speaks: "ada" may be anybody's.

    >>> [tells(one) for one in ("ada", "20417", "ada-long", "p-20417", "841920417")]
    [False, False, True, True, True]
    """
    if profile.isdigit():
        return len(profile) >= _LEAST_DIGITS
    return len(profile) >= _DISTINCT or (len(profile) >= _LEAST_NAME and not profile.isalpha())


def tells_name(name: str) -> bool:
    """Whether a name tells of whom a text speaks."""
    return len(name.strip()) >= _LEAST_NAME


def lines_of(text: str) -> list[str]:
    r"""The lines of a text, each with its end; nothing but a line feed ends one.

    >>> lines_of("a\u2028b\nc")
    ['a\u2028b\n', 'c']
    """
    return re.findall(r"[^\n]*\n|[^\n]+\Z", text)


def any_of(words: Iterable[str]) -> str:
    """A pattern of all these words, the cost of which hardly grows with their number.

    >>> any_of(["ada", "adam", "bob"])
    '(?:bob|ada(?:m)?)'
    """
    return _alternatives(_tree(words))


def _tree(words: Iterable[str]) -> _Branches:
    tree: _Branches = {}
    for word in words:
        branch = tree
        for char in word:
            branch = branch.setdefault(char, {})
        branch[_END] = {}
    return tree


def _alternatives(tree: _Branches) -> str:
    """A pattern that looks at each letter once, however many words there are; longest first.

    A stretch without a fork is written as one, so that the depth follows the forks.
    """
    parts = []
    for char, rest in sorted(tree.items(), reverse=True):
        if char == _END:
            continue
        stretch, branch = re.escape(char), rest
        while len(branch) == 1 and _END not in branch:
            (following, branch) = next(iter(branch.items()))
            stretch += re.escape(following)
        parts.append(stretch + (_alternatives(branch) if branch.keys() - {_END} else ""))
    together = "|".join(parts)
    ending = "?" if _END in tree else ""
    return f"(?:{together}){ending}"
