"""Which spellings of teams are looked up in the directory."""

import pytest


@pytest.mark.parametrize(
    ("team", "known", "found"),
    [
        ("Labs", [], [("acme", "Labs")]),
        ("Labs", [("acme", "Labs")], []),
        ("Labs", [("beta", "Labs")], [("acme", "Labs")]),
        ("Labs", [("acme", "Sales")], [("acme", "Labs")]),
        (None, [], []),
    ],
)
def test_a_team_that_was_not_met_at_its_organisation_is_looked_up(sql, team, known, found):
    """A team of one name at another organisation is another team."""
    sql.given("names", {"organization": "Acme", "external": "", "unit": "acme"})
    sql.given("stated_positions", {"organization": "Acme", "external": "", "team": team})
    sql.given("teams", *({"unit": unit, "written": written} for unit, written in known))
    assert sql.run("unknown_team_spellings") == found


@pytest.mark.parametrize(
    ("unit", "name", "stays"),
    [("acme", "Acme", True), ("acme", "Beta", False), ("beta", "Acme", False), (None, "Old", True)],
)
def test_a_side_by_a_name_that_means_its_organisation_no_more_is_forgotten(sql, unit, name, stays):
    """A side without an organisation is by no name."""
    sql.given("names", {"organization": "Acme", "external": "", "unit": "acme"})
    sql.given("sides", {"side": 1, "unit": unit, "name": name})
    sql.run("store_forget_sides")
    assert len(sql.read("sides")) == stays
