"""Which profiles are one person: by links that an operator decided, and that profiles state."""

import hashlib
import json
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

from monitor.base.config_files.toml_files import Document, read
from monitor.base.inputs import is_there
from monitor.intake.profiles.ids import canonical_key

BIGGEST_FILE = 64 << 20


def clusters_of(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """This is the person of every profile in the pairs: the smallest key that links reach.

    The order of the pairs does not matter.

    >>> clusters_of([("press:b", "press:c"), ("orcid:1", "press:b")])
    {'orcid:1': 'orcid:1', 'press:b': 'orcid:1', 'press:c': 'orcid:1'}
    """
    parents: dict[str, str] = {}
    for one, other in pairs:
        smaller, larger = sorted((_first(parents, one), _first(parents, other)))
        parents[larger] = smaller
    return {key: _first(parents, key) for key in sorted(parents)}


def _first(parents: dict[str, str], key: str) -> str:
    parents.setdefault(key, key)
    while parents[key] != key:
        parents[key] = parents[parents[key]]  # halving the way keeps long chains of links fast
        key = parents[key]
    return key


def _pairs_of(keys: Iterable[str]) -> Iterable[tuple[str, str]]:
    return combinations(sorted({*keys}), 2)


class People:
    """The profiles that an operator decided to be one person, or several."""

    def __init__(self, document: Document | None = None) -> None:
        rows = document.content.get("people", ()) if document else ()
        # Snapshots from before ids had one form show them as they were written.
        groups = sorted(sorted({*row["ids"], *map(canonical_key, row["ids"])}) for row in rows)
        several = document.content.get("different", ()) if document else ()
        self.different = tuple(
            sorted({pair for row in several for pair in _pairs_of(map(canonical_key, row["ids"]))})
        )
        """The pairs of profiles that are two people, whatever likely links say."""
        self.is_empty = not groups and not self.different
        """Whether nothing is decided."""
        self.pairs = tuple((group[0], other) for group in groups for other in group[1:])
        """The decided links, to be joined by `clusters_of` with those that profiles state."""
        meaning = json.dumps(
            [sorted(clusters_of(self.pairs).items()), self.different], ensure_ascii=False
        )
        self.fingerprint = hashlib.sha256(meaning.encode("utf-8")).hexdigest()
        """This changes with every decided link, and with nothing else in the file."""

    @classmethod
    def load(cls, path: Path | None) -> "People":
        """This reads `people.toml`; without one nobody has two profiles.

        Raises UsageError with every Problem found in the file.
        """
        if path is None or not is_there(path):
            return cls()
        return cls(read(path, "people", biggest=BIGGEST_FILE))
