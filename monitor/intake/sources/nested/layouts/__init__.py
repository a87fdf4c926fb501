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
_FEWEST_KEYS = 3
"""A record of fewer keys tells nothing by them."""


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
    text: str | None = None
    """What makes records of a text that is no JSON."""
    nobody: str | None = None
    """A JMESPath expression that is true of records that are of no person."""

    def fits(self, record: Json) -> bool:
        """Whether a record looks like one of its records."""
        return _is_true(self.recognized_by, record)

    def passes_over(self, record: Json) -> bool:
        """Whether a record is of no person."""
        return self.nobody is not None and _is_true(self.nobody, record)


@cache
def named_layouts() -> Mapping[str, NamedLayout]:
    """Every shipped layout by its name."""
    layouts = {}
    for entry in sorted(files(__name__).iterdir(), key=lambda file: file.name):
        if entry.name.endswith(".toml"):
            name = entry.name.removesuffix(".toml")
            table = tomllib.loads(entry.read_text(encoding="utf-8"))
            layouts[name] = NamedLayout(name=name, **table)
    return layouts


def layout_of(sample: Sequence[Json]) -> NamedLayout | None:
    """Return the shipped layout of records; None if there is none that fits nearly all of them.

    A person without positions has nothing by which a vendor is told, but the keys that others have.
    """
    counts = {
        layout.name: sum(layout.fits(record) for record in sample)
        for layout in named_layouts().values()
    }
    layout = named_layouts()[max(counts, key=lambda name: counts[name])]
    people = [record for record in sample if not layout.passes_over(record)]
    fitting = [record for record in people if layout.fits(record)]
    keys = {key for record in fitting for key in record}
    others = [
        record
        for record in people
        if not layout.fits(record) and len(record) >= _FEWEST_KEYS and record.keys() <= keys
    ]
    return layout if fitting and len(fitting) + len(others) >= _ENOUGH * len(people) else None


def _is_true(expression: str, record: Json) -> bool:
    try:
        return bool(jmespath.search(expression, record))
    except JMESPathError:
        return False
