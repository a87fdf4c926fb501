"""What rules ask of titles and places, kept where the text itself goes.

A rule that counts researchers goes on counting an erased one: of a title stays the part that the
rule's pattern names, which is the rule's word and not the person's, and the rank that it asks for.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from monitor.rules.language import Rule

_TITLES = frozenset({"titles", "not_titles", "title", "from_title", "to_title"})
_PLACES = frozenset({"location"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedTexts:
    """What the rules ask of texts."""

    titles: tuple[str, ...] = ()
    """The patterns of titles, with * and ?."""
    locations: tuple[str, ...] = ()
    seniority: bool = False
    by_location: bool = False
    """Whether places make groups, so that an alert's id holds them."""


def asked_by(rules: Iterable[Rule]) -> AskedTexts:
    """Collect what some rules ask of titles and places."""
    titles, places, words = set[str](), set[str](), set[str]()
    for rule in rules:
        for condition in rule.conditions:
            words |= {*condition.group_by, *condition.names}
            for key, values in _leaves(asdict(condition)):
                titles |= {*values} if key in _TITLES else set()
                places |= {*values} if key in _PLACES else set()
                words |= {"seniority"} if key == "seniority" and values else set()
    return AskedTexts(
        titles=tuple(sorted(titles)),
        locations=tuple(sorted(places)),
        seniority=any("seniority" in word for word in words),
        by_location=any("location" in word for word in words),
    )


def _leaves(value: Any, key: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, str(name))
    elif isinstance(value, list | tuple):
        yield key, tuple(rejected_row for rejected_row in value if isinstance(rejected_row, str))
        for inner in value:
            yield from _leaves(inner, key)


def numbered(
    texts: Iterable[str], patterns: Sequence[str], ranks: Mapping[str, str | None]
) -> dict[str, str]:
    """Say what stands in the place of each text: a number, and the words that patterns ask for.

    >>> numbered(["Head of Research", "Poet"], ["*research*", "ceo"], {})
    {'Head of Research': 'erased 1 research', 'Poet': 'erased 2'}
    """
    return {
        text: _stand_in(text, number, patterns, ranks.get(text))
        for number, text in enumerate(texts, 1)
    }


def _stand_in(text: str, number: int, patterns: Sequence[str], rank: str | None) -> str:
    wanted = _fitting(text, patterns)
    words = [re.sub(r"[*?]+", " ", pattern).strip() for pattern in patterns if pattern in wanted]
    words = [*filter(None, [*([rank] if rank else []), *words])]
    tries = [" ".join([f"erased {number}", *words]), " ".join(words), *words]
    return max(
        tries,
        key=lambda text: (
            len(wanted & _fitting(text, patterns)) - len(_fitting(text, patterns) - wanted)
        ),
    )


def _fitting(text: str, patterns: Sequence[str]) -> set[str]:
    return {pattern for pattern in patterns if _regex(pattern).fullmatch(text.lower())}


def _regex(pattern: str) -> re.Pattern[str]:
    parts = {"*": ".*", "?": "."}
    return re.compile(
        "".join(parts.get(letter, re.escape(letter)) for letter in pattern.lower()), re.DOTALL
    )
