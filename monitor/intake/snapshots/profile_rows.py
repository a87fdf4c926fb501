"""DuckDB as the reader of profiles: lines of JSON become rows with their content hashes."""

import atexit
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import duckdb
import pyarrow as pa

from monitor.base.engine import explained
from monitor.base.machine.limits import READER, in_force
from monitor.base.profile import JSON_STRUCTURE
from monitor.base.statements import statement

CONTENT_VERSION = f"duckdb-{duckdb.__version__}"
"""How content hashes are made: DuckDB promises equal ones within a version only."""
_MOST_MEMORY = 1_000_000_000
"""Bytes; what a reader does not hold it spills."""
_IDLE: list[duckdb.DuckDBPyConnection] = []
"""Connections that wait for the next reader: to open one takes longer than to read a small file."""
atexit.register(_IDLE.clear)  # DuckDB complains of connections that outlive its module.


class ProfileReader:
    """One connection that turns lines into rows; what it cannot hold it spills into `spill`.

    The next reader of this process gets the connection of the last one, if that ended well and
    spilled nothing.
    """

    def __init__(self, spill: Path) -> None:
        self._spill = spill
        memory = min(_MOST_MEMORY, int(in_force().memory * READER))
        with explained():
            self._connection = _IDLE.pop() if _IDLE else duckdb.connect()
            self._connection.execute("SET enable_progress_bar = false")
            self._connection.execute(f"SET memory_limit = '{memory}B'")
            self._connection.execute("SET threads = 1")  # several callers ask at once instead
            self._connection.execute("SET temp_directory = $spill", {"spill": str(spill)})
        self._rows = statement("profile_records")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None or self._spill.exists():
            self._connection.close()
        else:
            _IDLE.append(self._connection)

    def rows(self, accepted: pa.Table) -> pa.Table:
        """The profiles of a table of `line` and `record`, in its order, positions still inside.

        Several threads may ask at once.
        """
        with explained(), self._connection.cursor() as cursor:
            cursor.register("accepted", accepted)
            return cursor.sql(self._rows, params={"structure": JSON_STRUCTURE}).to_arrow_table()

    def repeated(self, profiles: Path) -> Iterator[tuple[int, int]]:
        """Each line of a Parquet file of profiles whose id came before, with the line of that."""
        with explained():
            yield from self._repeated(profiles)

    def _repeated(self, profiles: Path) -> Iterator[tuple[int, int]]:
        self._connection.execute(f"SET threads = {min(2, in_force().cores)}")
        # A cursor of its own: rows are read from the connection while these are not all fetched.
        rows = self._connection.cursor().execute(
            statement("repeated_profile_ids"), {"profiles": str(profiles)}
        )
        while some := rows.fetchmany(1024):
            yield from some
