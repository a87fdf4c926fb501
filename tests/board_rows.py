"""Rows for one statement of the read model: what it reads is given as rows, in a file of SQLite.

    board.given("flows", {"window_days": 90, "from_root": "a", "to_root": "b", "people": 3})
    assert board.run("window_flows", days=90) == [("a", "b", 3, None, None)]

The fixture `board` of conftest.py is one. Filters that a test does not name are not set.
"""

import re
import sqlite3
from itertools import count
from pathlib import Path
from typing import Any

from monitor.base.statements import statement
from monitor.board.read_model import FORMAT, open_read_model, text_of

NAMED = re.compile(r"\$(\w+)")


class Board:
    """An empty read model in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._numbers = count(1)
        with sqlite3.connect(path) as model:
            model.executescript(statement("board_tables"))
            model.execute("INSERT INTO board_meta VALUES ('format', ?)", (FORMAT,))
        model.close()

    def given(self, table: str, *rows: dict[str, Any]) -> None:
        """Add rows to a table; columns that a row does not name are NULL."""
        model = sqlite3.connect(self._path)
        with model:
            columns_there = {
                column for _, column, *_ in model.execute(f"PRAGMA table_info(board_{table})")
            }
            for row in rows:
                number = {"digest": next(self._numbers)} if "digest" in columns_there else {}
                named = {**number, **row}
                marks = ", ".join("?" * len(named))
                columns = ", ".join(named)
                model.execute(
                    f"INSERT INTO board_{table} ({columns}) VALUES ({marks})",  # noqa: S608 -- a test's own words
                    tuple(named.values()),
                )
        model.close()

    def run(self, name: str, **values: Any) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows; days are texts."""
        unset = dict.fromkeys(NAMED.findall(text_of(name)))
        with open_read_model(self._path) as model:
            assert model is not None
            rows = model.rows(name, **{**unset, **values})
        return [
            tuple(str(one) if hasattr(one, "isoformat") else one for one in row) for row in rows
        ]
