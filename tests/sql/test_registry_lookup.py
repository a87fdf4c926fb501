"""Which names of a registry mean one organisation. SQLite runs this statement."""

import sqlite3

import pytest

from monitor.base.statements import statement


def looked_up(*named: tuple[str, str, int]) -> dict[str, str]:
    """Return the head of each folded name that means one organisation; h heads, n is of h."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(statement("registry_tables"))
    heads = {"x:h": "x:h", "x:n": "x:h", "x:o": "x:o"}
    for entry, head in heads.items():
        connection.execute("INSERT INTO entries VALUES (?, 'N', ?, ?, NULL)", (entry, entry, head))
    connection.executemany("INSERT INTO names (fold, entry, rank) VALUES (?, ?, ?)", named)
    connection.executescript(statement("registry_lookup"))
    return dict(connection.execute("SELECT fold, head FROM lookup"))


@pytest.mark.parametrize(
    ("named", "head"),
    [
        ([("acme", "x:h", 0)], "x:h"),
        ([("acme", "x:n", 3)], "x:h"),
        ([("acme", "x:h", 0), ("acme", "x:n", 0)], "x:h"),
        ([("acme", "x:h", 0), ("acme", "x:o", 0)], None),
        ([("acme", "x:h", 0), ("acme", "x:o", 1)], "x:h"),
        ([("acme", "x:h", 2), ("acme", "x:o", 1)], "x:o"),
        ([("acme", "x:h", 1), ("acme", "x:o", 1)], None),
        ([("acme", "x:h", 1), ("acme", "x:n", 1)], "x:h"),
    ],
)
def test_a_name_of_one_organisation_means_it(named, head):
    """A first name goes before a further one; two organisations of one rank mean none."""
    assert looked_up(*named) == ({"acme": head} if head else {})


@pytest.mark.parametrize(
    ("named", "unit"),
    [([("acme", "x:h", 0)], "acme"), ([("acme", "x:h", 0), ("acme", "x:o", 0)], "x-h")],
)
def test_the_head_has_the_canonical_id_of_its_name_if_that_means_it(named, unit):
    """Else the id of the registry stands for it."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(statement("registry_tables"))
    connection.execute("INSERT INTO entries VALUES ('x:h', 'Acme', 'acme', 'x:h', NULL)")
    connection.execute("INSERT INTO entries VALUES ('x:o', 'Acme', 'other', 'x:o', NULL)")
    connection.execute("INSERT INTO entries VALUES ('x:n', 'Acme', 'acme', 'x:h', NULL)")
    connection.executemany("INSERT INTO names (fold, entry, rank) VALUES (?, ?, ?)", named)
    connection.executescript(statement("registry_lookup"))
    found = dict(connection.execute("SELECT id, unit FROM entries"))
    assert (found["x:h"], found["x:n"]) == (unit, None)
