"""Tenures that a source listed beside another one, for nearly all people there."""

import pytest

DAY, EARLIER = "2020-06-15", "2020-05-15"


@pytest.mark.parametrize(
    ("hold", "beside", "host", "found"),
    [
        ({}, {}, {}, True),
        ({"observed_on": DAY}, {}, {}, False),
        ({"kind": "collective"}, {}, {}, False),
        ({"source": "other"}, {}, {}, False),
        ({}, {"start_earliest": "2020-01-01"}, {}, False),
        ({}, {"root": "c"}, {}, False),
        ({}, {}, {"begun": False}, False),
        ({}, {}, {"root": "c"}, False),
        ({}, {}, {"profile": "q"}, False),
    ],
)
def test_only_what_was_held_before_and_has_no_date_is_no_step(sql, hold, beside, host, found):
    """A stated start, and whoever was never at the first organisation, tell of a person."""
    usual = {"kind": "second", "observed_on": EARLIER, "from_root": "a", "to_root": "b"}
    sql.given("holds", usual | hold)
    sql.given("next_tenures", {"profile": "p", "root": "b", "begun": True, **beside})
    sql.given("next_tenures", {"profile": "p", "root": "a", "begun": True, **host})
    sql.run("second_tenures", source="s", day=DAY)
    assert sql.read("second_tenures") == ([("p", "b")] if found else [])
