"""Rows for one SQL statement: what it reads is given as rows, and what it makes is read as rows.

    sql.given("previous_tenures", {"profile": "ada", "root": "meta", "begun": True})
    assert sql.run("scattered_departures_count", people=5, share=0.6) == [(0,)]
    assert sql.read("next_moves", "profile, from_root") == [("ada", "meta")]

The fixture `sql` of conftest.py is one. Statements, macros and permanent tables are those of the
engine. The temporary tables that statements hand to each other have the columns that they have in
runs: three over four small snapshots are played first. All of them are there and empty, and each
test leaves them so. A column that a row does not name is false where it is a boolean, `s` where it
is the source, DAY where it is `known_from`, and NULL else. Days are told as texts.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import pyarrow as pa
import pyarrow.parquet as pq
from story import World, flow, job

from monitor.base import statements
from monitor.base.engine import _PARSED, Engine
from monitor.moves.derivation.derived_tables import SPELLINGS
from monitor.moves.derivation.doubles import FOUND_DOUBLE
from monitor.moves.derivation.people_moves import FOUND_CLUSTER
from monitor.operations.rights.rewriting.derived_rows import (
    ERASED_MOVE,
    ERASED_PROFILE,
    ERASED_TEXT,
)
from monitor.unusual.counting import TESTED_WINDOW
from monitor.unusual.judging import ORIGIN_QUESTION
from monitor.unusual.panels import COUNTED_PANEL
from monitor.unusual.thresholds import ASKED_MOVE

DAY = "2020-01-01"
USUAL = {"source": "s", "known_from": DAY}
PERMANENT = """
SELECT table_name, list(column_name ORDER BY column_index), list(data_type ORDER BY column_index)
FROM duckdb_columns() WHERE database_name <> 'temp' AND NOT internal GROUP BY table_name
"""
HANDED_OVER = {
    "changed_spellings": SPELLINGS,
    "found_clusters": FOUND_CLUSTER,
    "found_doubles": FOUND_DOUBLE,
    "usual_asked": TESTED_WINDOW,
    "usual_panels": COUNTED_PANEL,
    "origin_questions": ORIGIN_QUESTION,
    "usual_asked_moves": ASKED_MOVE,
    "erased_profiles": ERASED_PROFILE,
    "erased_texts": ERASED_TEXT,
    "erased_moves": ERASED_MOVE,
}
"""Temporary tables that Python makes of what it found, with their columns."""
VIEWS = "SELECT view_name FROM duckdb_views() WHERE NOT internal"
SHAPES = """
SELECT table_name, list(column_name ORDER BY column_index), list(data_type ORDER BY column_index)
FROM duckdb_columns() SEMI JOIN duckdb_tables() USING (database_name, table_name)
WHERE database_name = 'temp' AND NOT internal GROUP BY table_name
"""

Row = Mapping[str, Any]
Columns = tuple[tuple[str, str], ...]
"""Each column of a table with its type."""


class Relations:
    """An engine with empty tables, and empty Parquet files of snapshots, in a folder."""

    def __init__(self) -> None:
        self._kept = TemporaryDirectory(prefix="relations")
        folder = Path(self._kept.name)
        world = World(folder / "world", rules={"talent": flow("meta", "xai", people=1)})
        with _noted_shapes() as shapes:
            _play(world)
        self._shapes = {name: sorted(found, key=len) for name, found in shapes.items()}
        stored = sorted(folder.glob("world/**/*.parquet"))
        self._files = {path.stem: pq.read_schema(path) for path in stored}
        self._folder = folder
        self._written = 0
        self._engine = Engine()
        self._connection = self._engine._connection
        for name in ("derived_tables", "derived_views", "rule_tables"):
            self._engine.run(name)
        self._columns = {
            name: dict(zip(columns, kinds, strict=True))
            for name, columns, kinds in self._connection.execute(PERMANENT).fetchall()
        }
        for name in self._shapes:
            self._make(name, self._shapes[name][-1])
        for name, columns in HANDED_OVER.items():
            self._engine.hand_over(name, columns, [])
        # What a past teaches is asked only where there is enough of it.
        past = {"first": 0, "last": 0, "ends": DAY, "window_days": 10}
        counted = {
            "day": DAY,
            "since": DAY,
            "every": True,
            "of_left": "",
            "of_joined": "",
            "of_panel": "",
        }
        for name in (
            *("usual_macros", "usual_repeats", "usual_places", "usual_chosen", "usual_days"),
            *("usual_panel_days", "usual_quarters", "usual_sides", "usual_pairs"),
        ):
            asked = {"datings": [], "within": 0, **counted, **past}
            self._engine._execute(name, asked)

    @contextmanager
    def emptied(self) -> Iterator[None]:
        """Take back in the end what happens inside."""
        columns = dict(self._columns)
        self._connection.execute("BEGIN TRANSACTION")
        try:
            yield
        finally:
            self._connection.execute("ROLLBACK")
            self._columns = columns

    def forget(self) -> None:
        """Read the statements anew when they are run next."""
        _PARSED.clear()
        statements._text.cache_clear()
        for (view,) in self._engine._connection.execute(VIEWS).fetchall():
            self._engine._connection.execute(f"DROP VIEW {view}")
        for name in ("macros", "rule_tables", "derived_views"):
            self._engine.run(name)

    @property
    def engine(self) -> Engine:
        """The engine that has the tables, for functions that run several statements."""
        return self._engine

    def given(self, table: str, *rows: Row) -> None:
        """Add rows to a table."""
        if table not in self._columns:  # no run makes it: the statement before did
            described = self._connection.execute(f"DESCRIBE {table}").fetchall()
            self._columns[table] = {name: kind for name, kind, *_ in described}
        named = [name for row in rows for name in row]
        if not {*named} <= self._columns[table].keys():
            shape = next(one for one in self._shapes[table] if {*named} <= dict(one).keys())
            self._make(table, shape)
        columns = self._columns[table]
        values = [_value(row, *column) for row in rows for column in columns.items()]
        marks = ", ".join(f"({', '.join('?' * len(columns))})" for _ in rows)
        if rows:
            self._connection.execute(f"INSERT INTO {table} VALUES {marks}", values)  # noqa: S608 -- a test's own words

    def parquet(self, kind: str, *rows: Row) -> str:
        """Write a file as a snapshot has it, of "profiles" or "positions"; return its path."""
        self._written += 1
        path = self._folder / f"{kind}-{self._written}.parquet"
        schema = self._files[kind]
        unknown = {name for row in rows for name in row} - {*schema.names}
        assert not unknown, f"a snapshot's {kind} have no {unknown}"
        whole = [{name: row.get(name) for name in schema.names} for row in rows]
        pq.write_table(pa.Table.from_pylist(whole, schema=schema), path)
        return str(path)

    def run(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        """Run a statement by its name; return the rows of its last part, if it returns some."""
        return _told(self._engine.rows(statement, **values))

    def read(self, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
        """Return the rows of a table, in order."""
        found = self._connection.execute(f"SELECT {columns} FROM {table} ORDER BY ALL")  # noqa: S608 -- a test's own words
        return _told(found.fetchall())

    def value(self, expression: str) -> Any:
        """Return what an expression is, for the macros."""
        return _told(self._connection.execute(f"SELECT {expression}").fetchall())[0][0]

    def _make(self, table: str, shape: Columns) -> None:
        columns = ", ".join(f'"{name}" {kind}' for name, kind in shape)
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({columns})")
        self._columns[table] = dict(shape)


@cache
def relations_of_this_process() -> Relations:
    """Return the same empty tables each time: three runs are played first, which takes a second."""
    return Relations()


def _value(row: Row, name: str, kind: str) -> object:
    if name in row:
        return row[name]
    return False if kind == "BOOLEAN" else USUAL.get(name)


def _told(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [
        tuple(value.isoformat() if isinstance(value, date) else value for value in row)
        for row in rows
    ]


def _play(world: World) -> None:
    """Play two snapshots in which somebody moves, seen by a rule, on the day of each.

    Two more come together.
    """
    world.on("2025-01-01", ada=[job("Meta")])
    world.run()
    world.then("2025-02-01", ada=[job("Meta", end="2025-01-10"), job("xAI")])
    world.run()
    world.then("2025-03-01", ada=[job("Meta", end="2025-01-12"), job("xAI")])
    world.then("2025-03-08", ada=[job("Meta", end="2025-01-12"), job("xAI", start="2025-02")])
    world.run()


@contextmanager
def _noted_shapes() -> Iterator[dict[str, set[Columns]]]:
    """Note the columns of every temporary table after every statement."""
    shapes: dict[str, set[Columns]] = defaultdict(set)
    noted = set[str]()
    run, close = Engine._execute, Engine.close

    def note(engine: Engine) -> None:
        for name, columns, kinds in engine._connection.execute(SHAPES).fetchall():
            shapes[name].add(tuple(zip(columns, kinds, strict=True)))

    def noting_run(engine: Engine, name: str, values: dict[str, object]) -> Any:
        if name not in noted:
            note(engine)
        noted.add(name)
        return run(engine, name, values)

    def noting_close(engine: Engine) -> None:
        note(engine)
        close(engine)

    with patch.object(Engine, "_execute", noting_run), patch.object(Engine, "close", noting_close):
        yield shapes
