"""The first rows of an export, to guess from."""

import io
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from msgspec.structs import replace

from monitor.base.errors import SourceError, brief, printable
from monitor.base.settings import Layout
from monitor.intake.sources.columns import has_heading
from monitor.intake.sources.content import (
    JSON,
    PARQUET,
    UTF8,
    content_of,
    encoding_of,
    guess_of,
    kind_of,
    letters_of,
)
from monitor.intake.sources.encodings import LEAST_SURE, USUAL, Guessed
from monitor.intake.sources.files import check_suffix
from monitor.intake.sources.headers import table
from monitor.intake.sources.tables import python_rows
from monitor.scaffold.guessing.columns import recognized

SAMPLE = 1000
"""How many rows are looked at to guess from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The names of the columns of a table, and its first rows."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    encoding: str = UTF8
    confidence: float = 1.0
    """How sure the encoding is; less than 1 where it was guessed by its letters."""
    lists: tuple[str, ...] = ()
    """Columns of a typed table that hold lists, or records, in each cell."""
    nested: bool = False
    """Whether each row is a profile in our own form, with its positions inside."""


def head(path: Path, *, given: Layout, encoding: str | None = None) -> Head | None:
    """Return the beginning of a table; None for JSON, which has no columns.

    `encoding` is what the operator says that it is; without one, it is told by its letters. Where
    all columns are `given` by position, it has no heading.

    Raises SourceError if it cannot be read or is no table.
    """
    check_suffix(path)
    try:
        if kind_of(path) == PARQUET:
            return _parquet_head(path)
        with path.open("rb") as file:
            content = content_of(path, file, given)
            if content.suffix in JSON:
                return None
            mark = content.encoding
        seen = Guessed(mark, 1.0) if mark else _encoding(path, given, encoding)
        with path.open("rb") as file:
            plain = content_of(path, file, given).stream
            codec = "utf-8-sig" if seen.encoding == UTF8 else seen.encoding
            text = io.TextIOWrapper(plain, encoding=codec, errors="replace", newline="")
            heading = has_heading(given)
            opened = table(text, fits=recognized, name=printable(path.name), heading=heading)
            rows = tuple(
                tuple(cells)
                for _, cells in islice(opened.rows, SAMPLE)
                if not isinstance(cells, str)
            )
            return Head(
                names=opened.names, rows=rows, encoding=seen.encoding, confidence=seen.confidence
            )
    except (OSError, pa.ArrowException, UnicodeError) as error:
        raise SourceError(f"{printable(path.name)}: cannot be read: {brief(error)}") from error


def _encoding(path: Path, layout: Layout, given: str | None) -> Guessed:
    """Tell the encoding of a table: UTF-8 if it surely is, as given, or by its letters."""
    if given is not None:
        return Guessed(encoding_of(path, replace(layout, encoding=given)), 1.0)
    letters = letters_of(path, layout)
    if letters.good >= letters.bad:
        return Guessed(UTF8, 1.0)
    guess = guess_of(path, layout)
    if guess.confidence < LEAST_SURE and guess.encoding != USUAL:
        likely = " or ".join(name for name in (guess.encoding, guess.rival) if name)
        raise SourceError(
            f"{printable(path.name)}: it is no UTF-8, and its letters do not tell what it is"
            f" (perhaps {likely}): --encoding NAME says it, such as --encoding {guess.encoding}"
        )
    return guess


def _parquet_head(path: Path) -> Head:
    opened = pq.ParquetFile(path)
    names = tuple(opened.schema_arrow.names)
    batch = next(opened.iter_batches(batch_size=SAMPLE), None)
    rows = [] if batch is None else python_rows(dict(zip(names, batch.columns, strict=True)))
    cells = tuple(
        tuple("" if row[name] is None else str(row[name]) for name in names) for row in rows
    )
    kinds = dict(zip(names, opened.schema_arrow.types, strict=True))
    lists = tuple(name for name, kind in kinds.items() if pa.types.is_nested(kind))
    return Head(names=names, rows=cells, lists=lists, nested=_are_positions(kinds.get("positions")))


def _are_positions(kind: pa.DataType | None) -> bool:
    """Whether a column of this type has lists of positions, as a profile has them."""
    if kind is None or not (pa.types.is_list(kind) or pa.types.is_large_list(kind)):
        return False
    inside = kind.value_type
    return bool(pa.types.is_struct(inside) and inside.get_field_index("organization") >= 0)
