"""What is read of several derived tables together."""

import pytest


@pytest.mark.parametrize(
    ("known_from", "known_until", "is_evidence"),
    [
        ("2020-02-01", None, True),
        ("2020-02-02", None, False),
        ("2020-01-01", "2020-02-02", True),
        ("2020-01-01", "2020-02-01", False),
    ],
)
def test_the_evidence_of_a_move_is_what_its_profiles_said_when_it_began(
    sql, known_from, known_until, is_evidence
):
    """A version of a profile's move counts from its first day to the day before its last."""
    sql.given("moves", {"version": 7, "known_from": "2020-02-01", "profile_move_ids": ["m"]})
    sql.given(
        "profile_moves",
        {
            "move": "m",
            "before_on": "2019-12-01",
            "observed_on": "2020-01-01",
            "url": "u",
            "known_from": known_from,
            "known_until": known_until,
        },
    )
    found = sql.read("move_evidence", "version, len(evidence), evidence[1].url")
    assert found == ([(7, 1, "u")] if is_evidence else [])


def test_who_is_missed_by_a_look_is_unseen_from_that_look_on(sql):
    """A suspect look says nothing, and a new baseline drops them."""
    looks = [("01", "baseline"), ("02", "accepted"), ("03", "suspect"), ("04", "accepted")]
    looks += [("05", "baseline")]
    sql.given(
        "judged", *({"observed_on": f"2020-0{on[1]}-01", "verdict": what} for on, what in looks)
    )
    runs = [
        ("back", "2020-01-01", "2020-01-01"),
        ("back", "2020-04-01", None),
        ("gone", "2020-01-01", "2020-02-01"),
        ("dropped", "2020-01-01", "2020-04-01"),
        ("there", "2020-01-01", None),
    ]
    sql.given(
        "sightings",
        *({"profile": who, "seen_from": first, "seen_until": last} for who, first, last in runs),
    )
    columns = "profile, unseen_from, seen_again_on, dropped"
    assert sql.read("unseen_profiles", columns) == [
        ("back", "2020-02-01", "2020-04-01", False),
        ("dropped", "2020-05-01", None, True),
        ("gone", "2020-04-01", None, False),
    ]
