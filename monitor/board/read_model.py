"""The read model: one SQLite file that commands and pages read while a run works.

It is derived: it can be deleted, and the next run makes it again. A reader sees the content of one
publication, never a part of the next, and keeps no run waiting.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from monitor.base.derived_file import PUBLISHED_FORMAT, published_path
from monitor.base.settings import Settings
from monitor.base.statements import statement, statement_files
from monitor.moves.derivation.inputs import DERIVATION

FORMAT = f"{PUBLISHED_FORMAT}:{DERIVATION}"
"""What was published in another one is made again."""
BUSY_SECONDS = 5
DAYS = (
    frozenset(f"{side}_{end}" for side in ("left", "joined") for end in ("earliest", "latest"))
    | {"before_on", "observed_on", "ended_on", "first_joined", "last_joined"}
    | {"known_from", "known_until"}
)
"""Columns that hold a day as text."""
DOCUMENTS = frozenset({"from_side", "to_side", "evidence", "reasons"})
"""Columns that hold JSON."""
_WRITTEN = DAYS | DOCUMENTS
UNSET = {"most": None, "seen_since": None, "least": None}
"""What the read model can bound, and need not."""
_DAYS_OF_EVIDENCE = ("before_on", "observed_on")


def read_model_path(settings: Settings) -> Path:
    """The file of the read model, beside the derived tables."""
    return published_path(settings)


class ReadModel:
    """One publication, read in one transaction; statements go by the names of the engine's."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.format = facts_of(connection).get("format")

    def rows(self, name: str, **values: object) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows."""
        _, rows = self._found(name, values)
        return list(rows)

    def records(self, name: str, **values: object) -> list[dict[str, Any]]:
        """Run a statement and return its rows by column name."""
        return list(self.stream(name, **values))

    def stream(self, name: str, **values: object) -> Iterator[dict[str, Any]]:
        """Run a statement and yield its rows by column name."""
        columns, rows = self._found(name, values)
        for row in rows:
            yield dict(zip(columns, row, strict=True))

    def stand_in(self, table: str, name: str, **values: object) -> None:
        """Let the rows of a statement be read in the place of those of board_<table>.

        That holds for this reading alone, and after it for nobody.
        """
        bound = {key: _bound(value) for key, value in values.items()}
        self._connection.execute(f"DROP TABLE IF EXISTS temp.board_{table}")
        rows = text_of(name)
        self._connection.execute(f"CREATE TEMP TABLE board_{table} AS {rows}", {**UNSET, **bound})

    def _found(
        self, name: str, values: Mapping[str, object]
    ) -> tuple[list[str], Iterable[tuple[Any, ...]]]:
        """The columns of a statement and its rows, in which days and documents are read."""
        bound = {key: _bound(value) for key, value in values.items()}
        found = self._connection.execute(text_of(name), {**UNSET, **bound})
        columns = [column[0] for column in found.description]
        if not _WRITTEN.isdisjoint(columns):
            return columns, (tuple(map(_read, columns, row)) for row in found)
        return columns, found


def facts_of(connection: sqlite3.Connection) -> dict[str, str]:
    """What the last publication wrote of itself."""
    return dict(connection.execute("SELECT name, value FROM board_meta").fetchall())


def text_of(name: str) -> str:
    """Return the statement `board_<name>`, or where both databases understand one, `<name>`."""
    return statement(f"board_{name}" if f"board_{name}" in statement_files() else name)


@contextmanager
def open_read_model(path: Path) -> Iterator[ReadModel | None]:
    """Open the last publication for reading; None if there is none that this program can read."""
    try:
        connection = _connected(path)
    except (sqlite3.Error, OSError):
        yield None
        return
    with closing(connection):
        try:
            connection.execute("BEGIN")
            model = ReadModel(connection)
        except (sqlite3.Error, ValueError):
            yield None
            return
        yield model if model.format == FORMAT else None


def _connected(path: Path) -> sqlite3.Connection:
    address = f"{path.resolve().as_uri()}?mode=ro"
    connection = sqlite3.connect(
        address, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    # SQLite folds the letters of English alone.
    connection.create_function("lower", 1, lowered, deterministic=True)
    connection.create_function("nearness", 2, _nearness, deterministic=True)
    return connection


def lowered(text: object) -> str | None:
    """Write a text in small letters as the derived tables do: letter by letter.

    >>> lowered("ÉDGE"), lowered("ΠΩΛΗΣΕΙΣ"), lowered("İdari")
    ('édge', 'πωλησεισ', 'idari')
    """
    if text is None:
        return None
    written = str(text)
    if written.isascii():
        return written.lower()
    return "".join(letter.lower()[0] for letter in written)


def _nearness(one: str | None, other: str | None) -> float:
    """Say how alike two texts are, from 0 to below 1: equal ones are found before."""
    return 0.0 if one is None or other is None else SequenceMatcher(None, one, other).ratio()


def _bound(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return json.dumps(list(value))
    return value


def _read(column: str, value: Any) -> Any:
    if value is None:
        return None
    if column in DAYS:
        return date.fromisoformat(value)
    if column in DOCUMENTS:
        document = json.loads(value)
        if column == "evidence":
            return [_with_days(record) for record in document]
        return document
    return value


def _with_days(evidence: Mapping[str, Any]) -> dict[str, Any]:
    days = {name: evidence[name] for name in _DAYS_OF_EVIDENCE}
    return {
        **evidence,
        **{name: day and date.fromisoformat(day) for name, day in days.items()},
    }
