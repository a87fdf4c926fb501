"""DuckDB as the engine: runs the statements of `monitor/sql/` over Parquet and its own tables."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

import duckdb
import pyarrow as pa

from monitor.errors import LeaseHeld, SnapshotError

_BROKEN = (
    duckdb.FatalException,
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.SerializationException,
)
"""What DuckDB raises when a file is damaged or the disk is full, and not for a wrong statement."""
_BATCH = 122_880
MOST_MEMORY = 4
"""So many GiB DuckDB may hold before it puts the rest beside its file; the process needs more."""
ENGINE_VERSION = f"duckdb-{duckdb.__version__}"


@cache
def _text(name: str) -> str:
    return files("monitor.sql").joinpath(f"{name}.sql").read_text(encoding="utf-8")


class Engine:
    """One connection to a DuckDB database, in memory or in a file, that runs named statements.

    Raises LeaseHeld when another process has the file open, SnapshotError when the file is damaged.
    """

    def __init__(self, path: Path | None = None, *, read_only: bool = False) -> None:
        self._where = f" in {path}" if path else ""
        self._parsed: dict[str, list[duckdb.Statement]] = {}
        try:
            self._connection = duckdb.connect(
                str(path) if path else ":memory:", read_only=read_only and path is not None
            )
        except duckdb.IOException as exc:
            if "lock" in str(exc).lower():
                raise LeaseHeld(f"{path} is in use by another talentwatch process") from exc
            raise SnapshotError(f"{path} cannot be opened: {exc}") from exc
        except duckdb.Error as exc:
            raise SnapshotError(f"{path} cannot be opened: {exc}") from exc
        self._connection.execute("SET enable_progress_bar = false")
        self._connection.execute("SET TimeZone = 'UTC'")
        self._bound_memory()
        self.run("macros")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database; what was not committed is gone."""
        self._connection.close()

    def _bound_memory(self) -> None:
        """Allow no more than MOST_MEMORY, and less where the machine has less."""
        usual = self._connection.execute("SELECT current_setting('memory_limit')").fetchall()
        number, unit = str(usual[0][0]).split()
        if unit == "TiB" or (unit == "GiB" and float(number) > MOST_MEMORY):
            self._connection.execute(f"SET memory_limit = '{MOST_MEMORY}GiB'")

    def run(self, name: str, **values: object) -> None:
        """Run every statement of `sql/<name>.sql`, each with the values it names."""
        self._execute(name, values)

    def rows(self, name: str, **values: object) -> list[tuple[Any, ...]]:
        """Run `sql/<name>.sql` and return the rows of its last statement."""
        result = self._execute(name, values)
        with self._explained():
            return result.fetchall()

    def records(self, name: str, **values: object) -> list[dict[str, Any]]:
        """Run `sql/<name>.sql` and return the rows of its last statement by column name."""
        result = self._execute(name, values)
        columns = [column[0] for column in result.description or ()]
        with self._explained():
            return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]

    def table(self, name: str, **values: object) -> pa.Table:
        """Return the rows of `sql/<name>.sql`, which is one statement, as columns."""
        return self._connection.sql(_text(name), params=values).to_arrow_table()

    def batches(self, name: str, **values: object) -> Iterator[pa.RecordBatch]:
        """Return the rows of `sql/<name>.sql`, which is one statement, so many at a time."""
        with self._explained():
            yield from self._connection.sql(_text(name), params=values).to_arrow_reader(_BATCH)

    def fill(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Add rows to a table, whose name and columns come from this program, never from input."""
        if not rows:
            return
        kinds = {
            row[1]: row[2]
            for row in self._connection.execute(
                "SELECT * FROM pragma_table_info($table)", {"table": table}
            ).fetchall()
        }
        arrays = [pa.array(list(values)) for values in zip(*rows, strict=True)]
        self._connection.register("incoming", pa.table(dict(zip(columns, arrays, strict=True))))
        names = ", ".join(f'"{column}"' for column in columns)
        casts = ", ".join(f'CAST("{column}" AS {kinds[column]})' for column in columns)
        self._connection.execute(
            f"INSERT INTO {table} ({names}) SELECT {casts} FROM incoming"  # noqa: S608 -- own names
        )
        self._connection.unregister("incoming")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is committed together, or not at all."""
        self._connection.execute("BEGIN TRANSACTION")
        try:
            yield
        except BaseException:
            with suppress(duckdb.Error):  # A database that broke has rolled back by itself.
                self._connection.execute("ROLLBACK")
            raise
        with self._explained():
            self._connection.execute("COMMIT")

    def _execute(self, name: str, values: dict[str, object]) -> duckdb.DuckDBPyConnection:
        result = self._connection
        with self._explained():
            if name not in self._parsed:
                # A backfill runs each file once a snapshot: it is read and parsed once.
                self._parsed[name] = self._connection.extract_statements(_text(name))
            for statement in self._parsed[name]:
                bound = {key: values[key] for key in statement.named_parameters}
                result = self._connection.execute(statement, bound)
        return result

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except duckdb.Error as exc:
            # A checksum that does not match comes as the bare base class.
            if type(exc) is not duckdb.Error and not isinstance(exc, _BROKEN):
                raise
            said = str(exc).partition("\n")[0]
            raise SnapshotError(
                f"the derived tables{self._where} cannot be read or written: {said}; if the disk"
                " is not full, delete that file: the next run makes it again"
            ) from exc
