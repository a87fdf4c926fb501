"""The files in which somebody lists a name that another directory reads otherwise."""

import pytest


@pytest.mark.parametrize(
    ("listed", "is_found"),
    [
        ({}, True),
        ({"organization_id": "x:1"}, False),
        ({"organization": "Beta"}, False),
        ({"organization": None}, False),
    ],
)
def test_a_name_is_one_with_its_id(sql, listed, is_found):
    """A position that names nobody lists none."""
    path = sql.parquet("positions", {"organization": "Acme", **listed})
    since = (
        {"organization": "Acme", "external": "", "since": day}
        for day in ("2021-01-01", "2020-01-01")
    )
    sql.given("changed_spellings", *since)
    found = sql.run("files_with_changed_spellings", positions=[path])
    assert found == [(path, "2020-01-01")] * is_found


@pytest.mark.parametrize(
    ("changed", "listed", "is_found"),
    [
        ("Labs", "Labs", True),
        ("Labs", "Sales", False),
        ("Labs", None, False),
        (None, "Sales", True),
    ],
)
def test_a_team_that_is_read_otherwise_counts_where_it_is_listed(sql, changed, listed, is_found):
    """The whole organisation counts with every team, and without one."""
    path = sql.parquet("positions", {"organization": "Acme", "team": listed})
    row = {"organization": "Acme", "external": "", "team": changed, "since": "2020-01-01"}
    sql.given("changed_spellings", row)
    assert len(sql.run("files_with_changed_spellings", positions=[path])) == is_found
