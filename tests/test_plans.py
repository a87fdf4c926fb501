"""No statement meets each row of one table with each row of another, as DuckDB plans it."""

from collections.abc import Iterator

import pytest
from plans import FullTables, products
from relation_graph import statement_nodes

ALLOWED = {
    "usual_days": "a row for each move and rule that is asked for: the rules are a few",
    "usual_noise": "a row for each block of a past, which has twelve",
    "usual_panel_days": "as usual_days, and rules that hold the same moves are one",
    "usual_sides": "as usual_noise",
}
"""Statements that may do so, with the reason: what bounds one of the sides."""


@pytest.fixture(scope="module")
def tables() -> Iterator[FullTables]:
    full = FullTables()
    yield full
    full.close()


@pytest.mark.slow
def test_no_plan_of_a_statement_meets_all_rows_with_all(tables):
    """What costs little for thousands of people costs little for a million, too."""
    planned = [node.name for node in statement_nodes() if node.reads and not node.is_in_sqlite]
    plans = {name: tables.plans(name) for name in planned}
    assert [name for name, some in plans.items() if not some] == []
    met = {name: [node for plan in some for node in products(plan)] for name, some in plans.items()}
    unbounded = {name: nodes for name, nodes in met.items() if nodes and name not in ALLOWED}
    assert unbounded == {}, "join by equality, or say in ALLOWED what bounds a side"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("SELECT 1 FROM moves, tenures", 1),
        ("SELECT 1 FROM moves JOIN tenures ON moves.name LIKE tenures.root", 1),
        ("SELECT 1 FROM moves JOIN tenures ON moves.name = tenures.root", 0),
        ("SELECT 1 FROM moves, (SELECT max(observed_on) FROM judged)", 0),
        ("WITH last AS (SELECT max(move) FROM moves, judged) SELECT 1 FROM last, moves", 1),
        ("WITH last AS MATERIALIZED (SELECT max(move) FROM moves) SELECT 1 FROM last, moves", 0),
        ("SELECT 1 FROM moves, (VALUES (1), (2)) AS few", 0),
        ("SELECT 1 FROM moves JOIN judged ON moves.known_from > judged.observed_on", 0),
    ],
)
def test_a_side_of_one_row_or_of_constants_is_no_product(tables, text, count):
    """A newest day joins everything at no cost; an order of days is joined by sorting."""
    assert len(products(tables.explain(text))) == count
