"""How DuckDB means to run every statement, over tables of some thousand rows.

The tables are those of `relations.py`, filled with rows of no meaning: what counts is their number.
Joins of few rows would hide what happens to many, so the thresholds for small sides are off, and
what follows from the least and greatest value of a column is not used.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from relation_graph import statement_nodes
from relations import Relations

from monitor.base.engine import Engine
from monitor.base.profile import JSON_STRUCTURE
from monitor.base.statements import statement

ROWS = 3_000
DAY = date(2022, 1, 1)
PRODUCTS = {"NESTED_LOOP_JOIN", "BLOCKWISE_NL_JOIN", "CROSS_PRODUCT"}
"""The operators that meet each row of one side with each row of the other."""
_SETTINGS = (
    "SET disabled_optimizers = 'statistics_propagation'",
    "SET nested_loop_join_threshold = 0",
    "SET merge_join_threshold = 0",
)
_TABLES = """
SELECT database_name || '.' || schema_name || '.' || table_name,
    list(data_type ORDER BY column_index)
FROM duckdb_columns() WHERE NOT internal
    AND table_name IN (SELECT table_name FROM duckdb_tables()) GROUP BY ALL
"""
_KEYED = (
    "SELECT DISTINCT table_name FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY'"
)
_MADE = re.compile(r"CREATE OR REPLACE TEMP TABLE (\w+)( AS\b)?")


@dataclass(frozen=True, slots=True)
class Plan:
    """One operator of a plan with what it works on."""

    name: str
    told: Mapping[str, Any] = field(hash=False)
    below: tuple["Plan", ...]

    def walk(self) -> Iterator["Plan"]:
        """Yield this operator and all below it."""
        yield self
        for part in self.below:
            yield from part.walk()

    def is_one_row(self, ctes: Mapping[str, "Plan"]) -> bool:
        """Whether it has one row by what it is, or some constants, whatever the tables hold."""
        match self.name:
            case "UNGROUPED_AGGREGATE" | "DUMMY_SCAN" | "COLUMN_DATA_SCAN":
                return True
            case "CTE_SCAN":
                named = ctes.get(self.told["CTE Index"])
                return named is not None and named.is_one_row(ctes)
            case "CROSS_PRODUCT" | "NESTED_LOOP_JOIN":
                return all(part.is_one_row(ctes) for part in self.below)
            case "PROJECTION" | "FILTER" | "UNNEST":
                return self.below[0].is_one_row(ctes)
            case _:
                return False


def products(plan: Plan) -> list[Plan]:
    """Return the operators that meet all with all, and have many rows on both sides."""
    ctes = {node.told["Table Index"]: node.below[0] for node in plan.walk() if node.name == "CTE"}
    return [
        node
        for node in plan.walk()
        if node.name in PRODUCTS and not any(part.is_one_row(ctes) for part in node.below)
    ]


class FullTables:
    """Every relation of DuckDB with some thousand rows."""

    def __init__(self) -> None:
        self._relations = Relations()
        self._connection = self._relations._connection
        self._files = {
            kind: self._relations.parquet(kind, *({key: f"v{row}"} for row in range(300)))
            for kind, key in (("profiles", "id"), ("positions", "profile"))
        }
        for setting in _SETTINGS:
            self._connection.execute(setting)
        self._engine: Engine = self._relations._engine
        self._connection.execute("CREATE TEMP TABLE accepted (line BIGINT, record JSON)")
        for node in statement_nodes():
            only_empty = all(step.is_temporary and not step.reads for step in node.steps)
            if node.steps and only_empty and not node.name.startswith("first_"):
                self._engine.run(node.name)
        self._keyed = {name for (name,) in self._connection.execute(_KEYED).fetchall()}
        for table, kinds in self._connection.execute(_TABLES).fetchall():
            self._fill(table, kinds)

    def close(self) -> None:
        """Drop the tables and the files."""
        self._engine.close()
        self._relations._kept.cleanup()

    def plans(self, name: str) -> list[Plan]:
        """Return how each SELECT, and each change by one, of a statement's file would be run."""
        return list(self._plans(name))

    def explain(self, text: str, values: Mapping[str, object] | None = None) -> Plan:
        """Return how one statement would be run."""
        ((_, told),) = self._connection.execute(
            f"EXPLAIN (FORMAT json) {text}", dict(values or {})
        ).fetchall()
        return _plan(json.loads(told)[0])

    def _plans(self, name: str) -> Iterator[Plan]:
        text = statement(name)
        for parsed in self._connection.extract_statements(text):
            made = _MADE.search(parsed.query)
            if parsed.type.name not in _WITH_PLANS or (made and not made[2]):
                continue
            values = {key: self._value(key, text) for key in parsed.named_parameters}
            yield self.explain(parsed.query, values)
            if True in values.values():  # The other half of what a switch switches.
                off = {key: value is not True and value for key, value in values.items()}
                yield self.explain(parsed.query, off)
            if made and not self._is_there(made[1]):  # It is dropped again further below.
                self._connection.execute(parsed.query, values)
                self._fill(made[1], self._kinds(made[1]))

    def _value(self, key: str, text: str) -> object:
        if re.search(rf"read_parquet\(\${key}\b", text):
            return self._files["positions" if "positions" in key else "profiles"]
        cast = re.search(rf"CAST\(\${key} AS ([A-Z]+(?:\[\])?)\)", text)
        kind = cast[1] if cast else ""
        return _OF_NAME.get(key, _OF_KIND.get(kind, "v1"))

    def _is_there(self, table: str) -> bool:
        query = "SELECT count(*) FROM duckdb_tables() WHERE table_name = $table"
        return self._connection.execute(query, {"table": table}).fetchone() == (1,)

    def _kinds(self, table: str) -> list[str]:
        query = "SELECT data_type FROM duckdb_columns() WHERE table_name = $table"
        return [kind for (kind,) in self._connection.execute(query, {"table": table}).fetchall()]

    def _fill(self, table: str, kinds: list[str]) -> None:
        columns = ", ".join(map(_of_row, kinds))
        twice = "OR IGNORE " if table.rpartition(".")[2] in self._keyed else ""
        self._connection.execute(
            f"INSERT {twice}INTO {table} SELECT {columns} FROM range({ROWS}) AS t (number)"  # noqa: S608 -- a test's own words
        )


_OF_KIND: Mapping[str, object] = {
    "VARCHAR[]": ["v1", "v2"],
    "BOOLEAN": True,
    "DATE": DAY,
    "INTEGER": 2,
    "UBIGINT": 2,
}
"""A value of each kind to which statements cast what they are given."""
_OF_NAME: Mapping[str, object] = {
    **dict.fromkeys(("day", "since", "before_on", "horizon", "known_on", "after", "until"), DAY),
    "carried_on": [DAY.isoformat()],
    "structure": JSON_STRUCTURE,
    **dict.fromkeys(("silent", "retracted", "placeholders", "every", "sure"), True),
    **{key: ["v1", "v2"] for key in ("wanted", "likely", "keys", "units", "reasons")},
    **dict.fromkeys(("most", "people", "chunk", "first", "last", "panel", "share"), 2),
}
"""Values by the names of parameters that no statement casts; the others are texts."""
_WITH_PLANS = {"SELECT", "CREATE", "INSERT", "UPDATE", "DELETE"}


def _of_row(kind: str) -> str:
    """Return an expression of a kind over the number of a row."""
    if kind.endswith("[]"):
        return f"CASE WHEN number % 3 > 0 THEN [{_of_row(kind.removesuffix('[]'))}] END"
    match kind:
        case "VARCHAR":
            return "'v' || (number % 700)"
        case "DATE":
            return "DATE '2020-01-01' + CAST(number * 7 % 1500 AS INTEGER)"
        case "BOOLEAN":
            return "number % 2 = 0"
        case "INTEGER" | "BIGINT" | "UBIGINT" | "DOUBLE" | "HUGEINT":
            return f"CAST(number % 1000 AS {kind})"
        case _:
            return "NULL"


def _plan(told: Mapping[str, Any]) -> Plan:
    return Plan(
        told["name"].strip(), told["extra_info"], tuple(_plan(part) for part in told["children"])
    )
