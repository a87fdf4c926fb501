"""A file taken into a store that is thrown away, and what is then found in it."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq

from monitor.base.engine import Engine
from monitor.base.errors import SourceError
from monitor.base.profile import DATES, POSITION_FIELDS, PROFILE_FIELDS
from monitor.base.records import Json, Manifest, Observation
from monitor.intake.profiles import ONGOING, stands_for_none
from monitor.intake.snapshots.store import Store

PROFILES_SHOWN = 5
SAMPLES = 2
_SAMPLED_ROWS = 2_000
_NUMBER = re.compile(r"\d+")
_DATE_PATH = re.compile(r"\.(start|end)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A profile as it was understood."""

    id: str
    name: str | None
    positions: Sequence[Mapping[str, Json]]
    """Each with `organization`, `team`, `title`, `start` and `end`, as far as they are known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectionReason:
    """Why records would be set aside: one of them, and how many there are."""

    line: int
    path: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePreview:
    """What one file would give; of a file of many days, its newest day."""

    manifest: Manifest
    place: str
    """Where the file is."""
    days: Sequence[date]
    """The days that it holds, in order."""
    samples: Mapping[str, Sequence[str]]
    """By field, some of its values."""
    shown: Sequence[Shown]
    """Some profiles from all over the file."""
    reasons: Sequence[RejectionReason]
    """Why records would be set aside, the most frequent first."""
    unknown_dates: Counter[str] = field(default_factory=Counter)
    """Texts in the place of dates that are none."""
    profiles: Path
    """The Parquet files, as a stored snapshot has them; they are there while it is open."""
    positions: Path

    @property
    def faulty(self) -> int:
        """How many records would be set aside by a fault of theirs."""
        return self.manifest.faulty


@contextmanager
def opened_preview(observations: Iterable[Observation | SourceError]) -> Iterator[FilePreview]:
    """Take the newest day of what was found into a folder that is thrown away, and look at it.

    Raises SourceError for what cannot be read.
    """
    days: dict[date, Observation] = {}
    for observation in observations:
        if isinstance(observation, SourceError):
            raise observation
        days[observation.observed_on] = observation
    if not days:
        raise SourceError("there is no file to be read")
    newest = days[max(days)]
    with TemporaryDirectory(prefix="talentwatch-") as folder:
        store = Store(Path(folder))
        manifest = store.write(newest)
        source, day = manifest.source, manifest.observed_on
        profiles, positions = store.profiles(source, day), store.positions(source, day)
        yield FilePreview(
            manifest=manifest,
            place=newest.place or newest.origin,
            days=sorted(days),
            samples=_samples(profiles, PROFILE_FIELDS) | _samples(positions, POSITION_FIELDS),
            shown=_shown(profiles, positions),
            reasons=_reasons(store.rejected(source, day)),
            unknown_dates=_unknown_dates(store.path(source, day) / "warnings.jsonl"),
            profiles=profiles,
            positions=positions,
        )


def _samples(path: Path, fields: Sequence[str]) -> dict[str, list[str]]:
    """Some values of each field, from the first rows."""
    file = pq.ParquetFile(path)
    batch = next(file.iter_batches(batch_size=_SAMPLED_ROWS), None)
    if batch is None:
        return {}
    named = {name: "id" if name == "position_id" else name for name in fields}
    there = {name: batch.column(at) for name, at in named.items() if at in batch.schema.names}
    texts = {
        name: [_text(value) for value in column.to_pylist() if value not in (None, [])]
        for name, column in there.items()
    }
    return {name: list(dict.fromkeys(some))[:SAMPLES] for name, some in texts.items() if some}


def _text(value: Json) -> str:
    return "; ".join(value) if isinstance(value, list) else str(value)


def _shown(profiles: Path, positions: Path) -> list[Shown]:
    with Engine() as engine:
        rows = engine.records(
            "previewed_profiles",
            profiles=str(profiles),
            positions=str(positions),
            most=PROFILES_SHOWN,
        )
    examples = []
    for _, group in groupby(rows, itemgetter("line")):
        some = list(group)
        examples.append(
            Shown(
                id=some[0]["id"],
                name=some[0]["name"],
                positions=[
                    {
                        name: row[name]
                        for name in ("organization", "team", "title", "start", "end")
                        if row[name] and not (name in DATES and stands_for_none(row[name]))
                    }
                    | ({"current": False} if row["current"] is False else {})
                    for row in some
                    if row["ordinal"] is not None
                ],
            )
        )
    return examples


def _reasons(path: Path) -> list[RejectionReason]:
    """Why records were set aside: those that differ by a number only are counted together."""
    first: dict[tuple[str, str], Mapping[str, Json]] = {}
    counts: Counter[tuple[str, str]] = Counter()
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if record["id"] is None and not record["path"] and "count" not in record:
                continue  # the line that says how many more there are
            alike = _NUMBER.sub("N", record["path"]), _NUMBER.sub("N", record["reason"])
            first.setdefault(alike, record)
            counts[alike] += record.get("count", 1)
    return [
        RejectionReason(
            line=first[alike]["line"],
            path=first[alike]["path"],
            reason=first[alike]["reason"],
            count=count,
        )
        for alike, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def _unknown_dates(path: Path) -> Counter[str]:
    """The texts of dates that could not be read; words for what goes on are none."""
    values: Counter[str] = Counter()
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            reversed_ = record["reason"].startswith("the end comes before")
            if not reversed_ and record["value"].strip().lower() not in ONGOING:
                values[record["value"]] += bool(_DATE_PATH.search(record["path"]))
    return +values
