"""DuckDB as the engine: runs the SQL statements over Parquet and its own tables."""

import atexit
import errno
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import duckdb
import pyarrow as pa

from monitor.base.errors import CacheDamaged, LeaseHeld, StorageError
from monitor.base.inputs import is_special
from monitor.base.machine.limits import MAIN, SIDE
from monitor.base.machine.limits import in_force as limits_in_force
from monitor.base.private_files import tighten
from monitor.base.statements import statement

_OF_THE_MACHINE = tuple(
    os.strerror(number)
    for number in (
        *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT),
        *(errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENAMETOOLONG, errno.ELOOP),
    )
)
"""What DuckDB quotes when a file is whole, and the machine does not let it be used."""
_OF_THE_STATEMENT = (
    duckdb.ConversionException,
    duckdb.NotImplementedException,
    duckdb.OutOfRangeException,
    duckdb.ParserException,
)
"""What DuckDB raises for values and statements that no other file would make right."""
_INTERRUPTED = "Query interrupted"
_ROWS = 1_000
"""How many rows become records of Python at once."""
_BATCH = 122_880
_PARSED: dict[str, list[duckdb.Statement]] = {}
"""Every statement that ran in this process: to parse all of them takes a sixth of a second."""
atexit.register(_PARSED.clear)  # DuckDB complains of statements that outlive its module.


@contextmanager
def explained(path: Path | None = None) -> Iterator[None]:
    """Raise what DuckDB says of a file, or of itself, in words.

    LeaseHeld for a file that another process has open, CacheDamaged for one that is damaged or
    another one, StorageError for all else; KeyboardInterrupt if Ctrl-C came while it was at work.
    """
    try:
        yield
    except duckdb.Error as exc:
        raise in_words(exc, path) from exc
    except RuntimeError as exc:
        if str(exc) == _INTERRUPTED:
            raise KeyboardInterrupt from exc
        raise


def in_words(exc: duckdb.Error, path: Path | None) -> LeaseHeld | StorageError:
    """Say what DuckDB raised, which has no codes: what it quotes of the system tells."""
    said = str(exc).partition("\n")[0]
    if isinstance(exc, duckdb.IOException) and "Could not set lock" in said:
        return LeaseHeld(f"{path} is in use by another talentwatch process")
    place = "DuckDB" if path is None else str(path)
    if isinstance(exc, duckdb.OutOfMemoryException):
        return StorageError(f"{place}: {said}; {_room(str(exc))}")
    if any(words in said for words in _OF_THE_MACHINE):
        return StorageError(
            f"{place} cannot be read or written: {said}; make room on the disk, or give the user"
            " that runs talentwatch the right to it"
        )
    if ".parquet" in said:
        return StorageError(
            f"a stored snapshot cannot be read: {said}; `talentwatch snapshots verify` says what"
            " heals it"
        )
    if path is None or isinstance(exc, _OF_THE_STATEMENT):
        return StorageError(f"{place}: a statement failed: {said}; please report it")
    return _damaged(path, said)


def _room(said: str) -> str:
    """Say what gives a statement the room that it lacks, by all that DuckDB says."""
    if "max_temp_directory_size" in said:
        return "make room on that disk, or name a folder on another one as `temp` in [engine]"
    return (
        "let talentwatch hold more (`memory` in [engine] of the configuration), or do less at once"
        " (`workers = 1`, or fewer `threads`)"
    )


def _damaged(path: Path | None, how: str) -> CacheDamaged:
    return CacheDamaged(
        f"{path} holds what was derived from the snapshots, and is damaged: {how};"
        " delete it and call `talentwatch run`, which makes it again"
    )


def _bare(name: str) -> str:
    return statement(name).rstrip().removesuffix(";")


class Engine:
    """One connection to a DuckDB database, in memory or in a file, that runs named statements.

    `spill` is a folder for what memory cannot hold, which is made and removed if it is needed.

    Raises LeaseHeld when another process has the file open, CacheDamaged when the file is damaged
    or another one, StorageError when the machine does not let it be read or written.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        read_only: bool = False,
        original: Path | None = None,
        spill: Path | None = None,
    ) -> None:
        self._path = original or path
        self._spill = spill
        self.file = path
        """The file of the database; None if it is in memory."""
        self._made = set[str]()
        if path is not None and is_special(path):  # DuckDB would wait for whoever writes into it
            raise _damaged(self._path, "it is no file, but a pipe or a device")
        with self._explained():
            self._connection = duckdb.connect(
                str(path) if path else ":memory:", read_only=read_only and path is not None
            )
        self._connection.execute("SET enable_progress_bar = false")
        self._connection.execute("SET TimeZone = 'UTC'")
        self._keep_within_limits()
        self.run("macros")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database; what was not committed is gone."""
        self._connection.close()

    def content_mark(self) -> str | None:
        """Name what the file holds, once all that was committed is in it; None without a file.

        Equal names are equal content. Whoever changed nothing since the file was opened finds the
        name that it had before.
        """
        if self.file is None:
            return None
        log = self.file.with_name(f"{self.file.name}.wal")
        with self._explained():
            if log.exists():
                self._connection.execute("CHECKPOINT")
            status = self.file.stat()
        return f"{status.st_ino}:{status.st_size}:{status.st_mtime_ns}"

    def write_anew(self) -> None:
        """Write the file anew without a byte of what was deleted, and close it."""
        if self.file is None:
            self.close()
            return
        new = self.file.with_name(f"{self.file.name}.new")
        new.unlink(missing_ok=True)
        with self._explained():
            ((name,),) = self._connection.execute("SELECT current_database()").fetchall()
            place = str(new).replace("'", "''")
            self._connection.execute(f"ATTACH '{place}' AS written_anew")
            self._connection.execute(f'COPY FROM DATABASE "{name}" TO written_anew')
            self._connection.execute("DETACH written_anew")
        self.close()
        tighten(new)
        new.replace(self.file)
        self.file.with_name(f"{self.file.name}.wal").unlink(missing_ok=True)

    def _keep_within_limits(self) -> None:
        """Take this connection's part of what the process may use.

        DuckDB would take most of the machine's memory, and a thread for every core of it, also of
        those that are not ours.
        """
        limits = limits_in_force()
        part = MAIN if self._path else SIDE
        self._connection.execute(f"SET memory_limit = '{int(limits.memory * part)}B'")
        self._connection.execute(f"SET threads = {limits.cores}")
        temp = self._spill or limits.room_of_connection(self._path)
        if temp is not None:
            self._connection.execute("SET temp_directory = $temp", {"temp": str(temp)})

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
        return list(self.stream(name, **values))

    def run_from(self, table: str, name: str, **values: object) -> None:
        """Run `sql/<name>.sql`, all of whose rows begin from rows of a table.

        Where that has none, nothing is asked, and the relation `name` is empty: to find out what
        follows from nothing costs as much as what follows from a few rows.
        """
        if name in self._made and not self.has_rows(table):
            self._connection.execute(f"DELETE FROM {name}")  # noqa: S608 -- own names
        else:
            self.run(name, **values)
            self._made.add(name)

    def records_from(self, table: str, name: str, **values: object) -> list[dict[str, Any]]:
        """Return the records of `sql/<name>.sql`, all of which begin from rows of a table."""
        return self.records(name, **values) if self.has_rows(table) else []

    def has_rows(self, table: str) -> bool:
        """Whether a table of this program has rows."""
        text = f"SELECT 1 FROM {table} LIMIT 1"  # noqa: S608 -- own names
        with self._explained():
            return self._connection.execute(text).fetchone() is not None

    def stream(self, name: str, **values: object) -> Iterator[dict[str, Any]]:
        """Yield the same some at a time; nothing else may be asked until it is at its end."""
        result = self._execute(name, values)
        columns = [column[0] for column in result.description or ()]
        while True:
            with self._explained():
                rows = result.fetchmany(_ROWS)
            if not rows:
                return
            for row in rows:
                yield dict(zip(columns, row, strict=True))

    def table(self, name: str, **values: object) -> pa.Table:
        """Return the rows of `sql/<name>.sql`, which is one statement, as columns."""
        with self._explained():
            return self._connection.sql(statement(name), params=values).to_arrow_table()

    def batches(self, name: str, **values: object) -> Iterator[pa.RecordBatch]:
        """Return the rows of `sql/<name>.sql`, which is one statement, this many at a time."""
        yield from self._batches(statement(name), values)

    def hashed_batches(self, name: str) -> Iterator[pa.RecordBatch]:
        """Return the same rows, no value given, with a hash of each in a first column `digest`."""
        digest = "CAST(hash(made) >> 1 AS BIGINT) AS digest"
        text = f"SELECT {digest}, made.* FROM ({_bare(name)}) AS made"  # noqa: S608 -- own words
        (parsed,) = self._statements(text, text)
        yield from self._batches(text, dict.fromkeys(parsed.named_parameters))

    def digests(self, name: str) -> Iterator[pa.RecordBatch]:
        """Return the column `digest` alone of `sql/<name>.sql`; what it needs not is not made."""
        yield from self._batches(f"SELECT digest FROM ({_bare(name)})", {})  # noqa: S608 -- own words

    def batches_of(self, name: str, digests: Sequence[int]) -> Iterator[pa.RecordBatch]:
        """Return the rows of `sql/<name>.sql` that have one of these digests."""
        text = f"SELECT * FROM ({_bare(name)}) WHERE digest IN (SELECT unnest($digests))"  # noqa: S608 -- own words
        yield from self._batches(text, {"digests": list(digests)})

    def _batches(self, text: str, values: dict[str, object]) -> Iterator[pa.RecordBatch]:
        with self._explained():
            (parsed,) = self._statements(text, text)
            yield from self._connection.sql(parsed, params=values).to_arrow_reader(_BATCH)

    def read(self, table: str, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        """Return these columns of all rows of a table of this program, in order."""
        names = ", ".join(f'"{column}"' for column in columns)
        text = f"SELECT {names} FROM {table} ORDER BY ALL"  # noqa: S608 -- own names
        with self._explained():
            return self._connection.execute(text).fetchall()

    def hand_over(
        self, table: str, columns: Mapping[str, str], rows: Sequence[Sequence[object]]
    ) -> None:
        """Make a temporary table of rows that Python found; `columns` has the type of each."""
        described = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        with self._explained():
            self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({described})")
        self.fill(table, [*columns], rows)

    def drop_everything(self) -> None:
        """Drop every permanent table and view, whatever made it."""
        with self._explained():
            found = self._connection.execute(
                "SELECT table_type, table_name FROM information_schema.tables"
                " WHERE table_catalog = current_database() ORDER BY table_type DESC"
            ).fetchall()
            for kind, name in found:
                self._connection.execute(f'DROP {kind.removeprefix("BASE ")} "{name}"')

    def fill(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Add rows to a table, whose name and columns come from this program, never from input."""
        if rows:
            with self._explained():
                self._fill(table, columns, rows)

    def refill(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Put rows in the place of all that a table has."""
        with self._explained():
            self._connection.execute(f"DELETE FROM {table}")  # noqa: S608 -- own names
        self.fill(table, columns, rows)

    def _fill(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        # One array of all: pyarrow looks for pandas, which is not there, at each that it makes.
        whole = pa.array([dict(zip(columns, row, strict=True)) for row in rows])
        self._connection.register("incoming", pa.Table.from_struct_array(whole))
        names = ", ".join(f'"{column}"' for column in columns)
        text = f"INSERT INTO {table} ({names}) SELECT * FROM incoming"  # noqa: S608 -- own names
        self._connection.execute(text)
        self._connection.unregister("incoming")

    def split(self, name: str, folder: Path, number: int, **values: object) -> None:
        """Write the rows of `sql/<name>.sql` as Parquet, each into the folder of its `bucket`.

        Each of the `number` buckets has a file, some of them one without rows.
        """
        with self._explained():
            relation = self._connection.sql(statement(name), params=values)
            relation.write_parquet(str(folder), partition_by=["bucket"])
            for bucket in range(number):
                place = folder / f"bucket={bucket}"
                if not place.is_dir():
                    place.mkdir(parents=True)
                    none = self._connection.sql(f"FROM ({_bare(name)}) LIMIT 0", params=values)
                    none.project("* EXCLUDE (bucket)").write_parquet(str(place / "none.parquet"))

    def split_table(self, table: str, by: str, key: Sequence[str], folder: Path) -> None:
        """Write rows of a table as Parquet, each into the folder of the `bucket` that `by` says.

        `key` names the columns that both tables have; rows that have no bucket are left out.
        """
        using = ", ".join(key)
        rows = f"SELECT {table}.*, bucket FROM {table}"  # noqa: S608 -- own names
        with self._explained():
            relation = self._connection.sql(f"{rows} JOIN {by} USING ({using})")
            relation.write_parquet(str(folder), partition_by=["bucket"])

    def give(self, table: str, file: Path) -> None:
        """Write all rows of a table into a Parquet file."""
        with self._explained():
            self._connection.table(table).write_parquet(str(file))

    def take(self, table: str, files: Sequence[str], *, once: bool = False) -> None:
        """Add the rows of Parquet files to a table; if `once`, those that it has not already."""
        if not files:
            return
        without = f"EXCEPT SELECT * FROM {table}" if once else ""  # noqa: S608 -- own names
        with self._explained():
            self._connection.execute(
                f"INSERT INTO {table} SELECT * FROM"  # noqa: S608 -- own names
                f" read_parquet($files, hive_partitioning = false) {without}",
                {"files": [*files]},
            )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is committed together, or not at all."""
        with self._explained():
            self._connection.execute("BEGIN TRANSACTION")
        try:
            yield
        except BaseException:
            with suppress(duckdb.Error):  # A database that broke has rolled back by itself.
                self._connection.execute("ROLLBACK")
            self._made.clear()
            raise
        with self._explained():
            self._connection.execute("COMMIT")

    def _execute(self, name: str, values: dict[str, object]) -> duckdb.DuckDBPyConnection:
        result = self._connection
        with self._explained():
            for parsed in self._statements(name, statement(name)):
                bound = {key: values[key] for key in parsed.named_parameters}
                result = self._connection.execute(parsed, bound)
        return result

    def _statements(self, key: str, text: str) -> list[duckdb.Statement]:
        if key not in _PARSED:
            _PARSED[key] = self._connection.extract_statements(text)
        return _PARSED[key]

    def _explained(self) -> AbstractContextManager[None]:
        return explained(self._path)

    def damaged(self, how: str) -> CacheDamaged:
        """Return the error that says that the file is not what was written into it."""
        return _damaged(self._path, how)
