"""The shipped mappings, by name: one TOML file a vendor or format."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import jmespath
from jmespath.exceptions import JMESPathError

from monitor.base.records import Json

_ENOUGH = 0.9
"""A layout fits an export if this share of its first records are such records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedLayout:
    """How one vendor or format writes people down."""

    name: str
    title: str
    """What it is called by people."""
    recognized_by: str
    """A JMESPath expression that is true of its records, and of no other layout's."""
    fields: Mapping[str, str]
    records: str | None = None
    """Where the records are, if it is none of the usual places."""
    reader: str | None = None
    """What has to be done with a file before there are records in it."""

    def fits(self, record: Json) -> bool:
        """Whether a record looks like one of its records."""
        try:
            return bool(jmespath.search(self.recognized_by, record))
        except JMESPathError:
            return False


@cache
def named_layouts() -> Mapping[str, NamedLayout]:
    """Every shipped layout by its name."""
    found = {}
    for entry in sorted(files(__name__).iterdir(), key=lambda file: file.name):
        if entry.name.endswith(".toml"):
            name = entry.name.removesuffix(".toml")
            table = tomllib.loads(entry.read_text(encoding="utf-8"))
            found[name] = NamedLayout(name=name, **table)
    return found


def layout_of(sample: Sequence[Json]) -> NamedLayout | None:
    """Return the shipped layout of records; None if there is none that fits nearly all of them."""
    counts = {
        layout.name: sum(layout.fits(record) for record in sample)
        for layout in named_layouts().values()
    }
    name = max(counts, key=lambda one: counts[one])
    return named_layouts()[name] if sample and counts[name] >= _ENOUGH * len(sample) else None
