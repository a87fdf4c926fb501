"""What was believed of a profile goes on under the id that a source writes now."""

import pytest

NOW = "2020-06-01"


@pytest.mark.parametrize("table", ["tenures", "profile_moves"])
@pytest.mark.parametrize(
    ("changes", "goes_on"),
    [
        ({}, True),
        ({"profile": "new"}, False),
        ({"source": "t"}, False),
        ({"known_until": "2020-02-01"}, False),
    ],
)
def test_what_is_believed_ends_under_the_former_id_and_begins_under_the_latter(
    sql, table, changes, goes_on
):
    """Nothing of other profiles and sources does, nor what ended before."""
    row = {"profile": "old", "known_until": None, **changes}
    sql.given(table, row)
    sql.given("rekeyed_profiles", {"former": "old", "latter": "new", "last_on": "2020-05-01"})
    sql.run("store_rekeyed_profiles", source="s", day=NOW)
    stays = (row["profile"], "2020-01-01", row["known_until"])
    assert sql.read(table, "profile, known_from, known_until") == (
        [("new", NOW, None), ("old", "2020-01-01", NOW)] if goes_on else [stays]
    )


def test_the_latter_profile_was_seen_before_and_is_linked_with_the_former(sql):
    """Its look before is the last one that showed the former id."""
    sql.given("rekeyed_profiles", {"former": "old", "latter": "new", "last_on": "2020-05-01"})
    sql.given("changed_profiles", {"profile": "new"}, {"profile": "p"})
    sql.run("store_rekeyed_profiles", source="s", day=NOW)
    assert sql.read("changed_profiles", "profile, before_on") == [
        ("new", "2020-05-01"),
        ("p", None),
    ]
    found = sql.read("match_keys", "profile, kind, match_key, known_from, known_until")
    assert found == [("new", "rekeyed", "s:old", NOW, None)]
