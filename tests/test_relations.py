"""The statements and their relations fit together, as sqlglot reads them."""

import re

from relation_graph import (
    CHANGED_AFTERWARDS,
    GIVEN_BY_PYTHON,
    MADE_FOR_TWO_THINGS,
    MADE_IN_TWO_WAYS,
    PACKAGE,
    Node,
    changed_afterwards,
    makers,
    order,
    readers,
    statement_nodes,
    steps_of,
    temporary,
)

NODES = statement_nodes()


def node(text: str) -> Node:
    return Node("a_statement", "here", tuple(steps_of(text)))


def test_the_statements_can_run_in_an_order_in_which_nothing_is_read_before_it_is_made():
    """Whoever reads one relation after the other never has to go back."""
    assert {*order(NODES)} == {statement.name for statement in NODES}


def test_whatever_is_read_is_made_by_a_statement_of_the_same_database_or_given_by_python():
    """A name with a slip of the pen is noticed without a run that comes by."""
    for in_sqlite in (False, True):
        nodes = [statement for statement in NODES if statement.is_in_sqlite is in_sqlite]
        made = makers(nodes).keys() | GIVEN_BY_PYTHON.keys()
        read = {name for name in readers(nodes) if not name.startswith(("$", "duckdb_"))}
        assert read <= made, read - made


def test_no_statement_reads_what_it_makes_further_below():
    """A file is read from top to bottom."""
    made = makers(NODES)
    for statement in NODES:
        for place, step in enumerate(statement.steps):
            below = {later.makes for later in statement.steps[place:]} - {None}
            above = {earlier.makes for earlier in statement.steps[:place]}
            early = {name for name in step.reads & below if made[name] == [statement]}
            assert early <= above, statement.name


def test_nothing_is_made_that_no_statement_reads():
    """What is read by Python alone is a SELECT, and no table."""
    python = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    unread = makers(NODES).keys() - readers(NODES).keys()
    assert not unread & temporary(NODES)
    read = re.compile(r"""FROM (\w+)|\.read\("(\w+)\"""")
    told = {name for found in read.findall(python) for name in found}
    assert unread - told <= {"ids"}


def test_no_relation_is_changed_after_it_was_made():
    """What a name stands for does not depend on when it is read; the exceptions have reasons."""
    changed = changed_afterwards(NODES)
    assert changed <= CHANGED_AFTERWARDS.keys(), "a relation of its own keeps both states"
    better = (CHANGED_AFTERWARDS.keys() & temporary(NODES)) - changed
    assert not better, "take it out of CHANGED_AFTERWARDS in tests/relation_graph.py"


def test_no_name_of_a_temporary_relation_stands_for_two_things():
    """Whoever looks for the file that makes a relation finds one; the exceptions have reasons."""
    made = makers(NODES)
    twice = {name for name in temporary(NODES) if len(made[name]) > 1}
    allowed = MADE_IN_TWO_WAYS.keys() | MADE_FOR_TWO_THINGS.keys()
    assert twice <= allowed, "a name of its own for each"
    better = (allowed & temporary(NODES)) - twice
    assert not better, "take it out of the exceptions in tests/relation_graph.py"


def test_temporary_and_permanent_relations_do_not_share_a_name():
    """A temporary table would hide the permanent one."""
    nodes = [statement for statement in NODES if not statement.is_in_sqlite]
    permanent = {
        step.makes
        for statement in nodes
        for step in statement.steps
        if step.makes and not step.is_temporary
    }
    assert not permanent & temporary(nodes)


def test_a_cte_is_no_relation_and_hides_one_of_the_same_name():
    """The graph has tables and views alone."""
    assert node("WITH a AS (SELECT 1 FROM b), c AS (SELECT 1 FROM a) SELECT 1 FROM c").reads == {
        "b"
    }
    assert node("WITH moves AS (SELECT 1 FROM moves) SELECT 1 FROM moves").reads == {"moves"}
    assert (
        node("WITH RECURSIVE a AS (SELECT 1 UNION SELECT 1 FROM a) SELECT 1 FROM a").reads == set()
    )
    assert node("SELECT 1 FROM (WITH a AS (SELECT 1) SELECT 1 FROM a), a").reads == {"a"}


def test_what_is_written_to_is_changed_and_not_read_by_that():
    """Whoever takes rows out by those of another table reads the other one."""
    deleted = node("DELETE FROM a WHERE x IN (SELECT x FROM b)")
    assert deleted.reads == {"b"}
    assert deleted.changes == ("a",)
    updated = node("UPDATE a SET x = 1 FROM b WHERE a.y = b.y")
    assert updated.reads == {"b"}
    assert updated.changes == ("a",)
    inserted = node("INSERT INTO a SELECT x FROM a JOIN b USING (x)")
    assert inserted.reads == {"a", "b"}
    assert inserted.changes == ("a",)


def test_files_of_snapshots_are_named_by_their_parameters():
    """A statement reads the profiles of one day, whichever file that is."""
    assert node("SELECT 1 FROM read_parquet($after) JOIN json_each($words)").reads == {"$after"}


def test_a_table_of_a_file_is_not_read_from_elsewhere_once_it_was_made():
    """What a file makes for itself is no input of it."""
    own = node("CREATE TEMP TABLE a AS SELECT 1 FROM b; INSERT INTO a SELECT 1 FROM c;")
    assert own.reads == {"b", "c"}
    assert own.makes == own.makes_temporary == ("a",)
