"""A directory to begin with: the organisations that an export names, nothing merged."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pyarrow.parquet as pq

from monitor.base.config_files.toml_files import can_be_written
from monitor.identity.organizations import Directory
from monitor.identity.organizations.duplicates import DuplicatePair, Unit, find_duplicates
from monitor.identity.organizations.edits import new_id
from monitor.scaffold.files import toml

LISTED = 50
"""How many organisations a drafted directory names."""
COMPARED = 5000
"""So many, those with the most people, are compared by name."""


def units_in(positions: Path, directory: Directory | None = None) -> list[Unit]:
    """List the organisations of a snapshot by number of people, by its Parquet file of positions.

    Each goes by the name that most people write.
    """
    directory = directory or Directory()
    people: Counter[str] = Counter()
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for _, of_profile in groupby(_positions(positions), itemgetter(0)):
        names = {name for _, name in of_profile if name}
        units = {name: directory.resolve(name) for name in names}
        people.update({meant.unit for meant in units.values() if not meant.pseudo})
        for name, meant in units.items():
            spellings[meant.unit][name] += 1
    return [
        Unit(unit=unit, name=_first(spellings[unit]), people=count)
        for unit, count in sorted(people.items(), key=lambda item: (-item[1], item[0]))
    ]


def _positions(path: Path) -> Iterator[tuple[str, str | None]]:
    """The profile and the organisation of each position, those of a profile side by side."""
    for batch in pq.ParquetFile(path).iter_batches(columns=["profile", "organization"]):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _first(spellings: Counter[str]) -> str:
    return min(spellings, key=lambda name: (-spellings[name], name))


def directory_text(units: Sequence[Unit]) -> str:
    """Return the entries of the organisations with the most people.

    Likely spellings of one organisation stand under the larger, as comments: nothing is merged.

    >>> print(directory_text([Unit(unit="meta", name="Meta", people=3)]))
    <BLANKLINE>
    [organizations.meta]                            # 3 people
    name = "Meta"
    <BLANKLINE>
    """
    likely = [unit for unit in units[:COMPARED] if can_be_written(unit.name)]
    under = _likely(likely)
    listed = [unit for unit in likely if unit.unit not in under][:LISTED]
    return "".join(
        _entry(unit, [pair for pair in under.values() if pair.one.unit == unit.unit])
        for unit in listed
    )


def _likely(units: Sequence[Unit]) -> dict[str, DuplicatePair]:
    """Map the smaller of two likely twins to what speaks for it; the larger is nobody's smaller."""
    under: dict[str, DuplicatePair] = {}
    larger: set[str] = set()
    for pair in find_duplicates(units):
        small = pair.other.unit
        if small not in under and small not in larger and pair.one.unit not in under:
            under[small] = pair
            larger.add(pair.one.unit)
    return under


def _entry(unit: Unit, likely: Sequence[DuplicatePair]) -> str:
    people = f"{unit.people:,} {'person' if unit.people == 1 else 'people'}"
    head = f"[organizations.{new_id(unit.name)}]"
    lines = ["", f"{head:<47} # {people}", f"name = {toml(unit.name)}"]
    if likely:
        people = ", ".join(f"{pair.other.people:,}" for pair in likely)
        lines += [
            f"# Perhaps the same ({people}); keep what is, and take the # away:",
            f"# aliases = [{', '.join(toml(pair.other.name) for pair in likely)}]",
        ]
    return "\n".join(lines) + "\n"
