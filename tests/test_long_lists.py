"""Lists of any length are written and printed some rows at a time."""

import gc
from collections.abc import Callable, Iterator, Mapping
from io import StringIO
from typing import Any
from unittest.mock import patch

import pyarrow.parquet as pq
import pytest
from rich.console import Console

from monitor.base.errors import UsageError
from monitor.cli.views.movement.move_table import COLUMNS, write_moves
from monitor.cli.views.tables import print_rows


class Row(dict[str, Any]):
    """A row that can be counted while it is in memory."""


def rows(count: int, seen: Callable[[], None] = lambda: None) -> Iterator[Mapping[str, Any]]:
    """Yield moves as `listed_moves.sql` finds them."""
    for number in range(count):
        seen()
        yield Row(
            {column.partition(".")[0]: None for column in COLUMNS.values()},
            move=f"m{number}",
            person=f"press:p{number}",
            source="press",
        )


class MostRows:
    """How many rows there were at once."""

    most = 0

    def __call__(self) -> None:
        """Count them now."""
        self.most = max(self.most, sum(isinstance(each, Row) for each in gc.get_objects()))


@pytest.mark.slow
def test_a_parquet_file_of_any_length_is_written_some_moves_at_a_time(tmp_path):
    """It has all of them in their order, with equal columns in each part."""
    file, seen = tmp_path / "moves.parquet", MostRows()
    with patch("monitor.cli.views.movement.move_table.MOVES_AT_ONCE", 10):
        assert write_moves(rows(95, seen), file) == 95
    table = pq.read_table(file)
    assert table["move"].to_pylist() == [f"m{number}" for number in range(95)]
    assert table["person"][94].as_py() == "p94"
    assert 10 <= seen.most <= 25


def test_a_parquet_file_without_moves_has_the_columns(tmp_path):
    """Whoever reads it needs no case of its own."""
    assert write_moves(rows(0), tmp_path / "moves.parquet") == 0
    assert pq.read_table(tmp_path / "moves.parquet").column_names == [*COLUMNS]


def test_where_moves_cannot_be_read_to_the_end_the_file_before_stays(tmp_path):
    """Half of the moves would look like all of them."""
    file = tmp_path / "moves.parquet"
    write_moves(rows(3), file)

    def broken() -> Iterator[Mapping[str, Any]]:
        yield from rows(15)
        raise UsageError("no more")

    with (
        patch("monitor.cli.views.movement.move_table.MOVES_AT_ONCE", 10),
        pytest.raises(UsageError),
    ):
        write_moves(broken(), file)
    assert pq.read_metadata(file).num_rows == 3
    assert [*tmp_path.iterdir()] == [file]


@pytest.mark.slow
def test_a_table_of_any_length_names_its_columns_once():
    """Its rows are printed some at a time."""
    file, seen = StringIO(), MostRows()
    console = Console(file=file, width=60)
    printed = ((row["move"], "x") for row in rows(95, seen))
    with patch("monitor.cli.views.tables.ROWS_AT_ONCE", 10):
        print_rows(console, ("move", ">number"), printed)
    heading, *lines = file.getvalue().splitlines()
    assert heading.split() == ["move", "number"]
    assert [line.split() for line in lines] == [[f"m{number}", "x"] for number in range(95)]
    assert seen.most <= 2
