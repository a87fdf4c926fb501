"""External ids that profiles write beside the names of several organisations."""

import pytest


@pytest.mark.parametrize(("units", "listed"), [(1, 0), (2, 1), (20, 1), (21, 0)])
def test_an_id_of_two_to_twenty_organisations_is_shared(sql, units, listed):
    """An id of one is its own, and one of very many is no id."""
    names = [{"external": "x", "unit": f"u{number:02}"} for number in range(units)]
    sql.given("names", *names)
    found = sql.run("shared_organization_ids")
    assert len(found) == listed
    if found:
        assert found == [("x", [row["unit"] for row in names])]


def test_spaces_and_capital_letters_do_not_matter(sql):
    """One id in two spellings is one."""
    sql.given("names", {"external": " X", "unit": "b"}, {"external": "x", "unit": "a"})
    assert sql.run("shared_organization_ids") == [("x", ["a", "b"])]


@pytest.mark.parametrize("change", [{"external": ""}, {"pseudo": True}])
def test_no_id_and_pseudo_employers_share_nothing(sql, change):
    """What names nobody tells nothing of names."""
    names = [{"external": "x", "unit": unit, **change} for unit in "ab"]
    sql.given("names", *names)
    assert sql.run("shared_organization_ids") == []
