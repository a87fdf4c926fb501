"""Which tenure that is no longer listed may be the one that is new under another name."""

from typing import Any

import pytest

START = {"start_earliest": "2019-01-01", "start_latest": "2019-01-31"}
SEEN = {"s1": "2019-01-01", "s2": "2019-01-31"}


def pair(
    sql, who: str, previous_tenures: dict[str, Any], stated: dict[str, Any], day: str = "2020-03-01"
) -> None:
    """Let one profile have had a tenure at `a`, and show one at `b`."""
    sql.given(
        "previous_tenures",
        {"profile": who, "tenure": 1, "root": "a", "listed": True, **previous_tenures},
    )
    sql.given("stated_tenures", {"profile": who, "num": 7, "root": "b", **stated})
    sql.given("changed_profiles", {"profile": who, "day": day})


def keys(sql, previous_tenures: dict[str, Any], stated: dict[str, Any]):
    pair(sql, "p", previous_tenures, stated)
    sql.run("relabelled_tenure_candidates")
    return sql.read("pair_candidates", "k1, k2, k3")


@pytest.mark.parametrize(
    ("prior", "stated", "found"),
    [
        ({"ids": "x"}, {"ids": "x"}, [(0, 0, 0)]),
        (START, SEEN, [(1, 0, 0)]),
        ({**START, "ids": "x"}, {**SEEN, "ids": "x"}, [(0, 0, 0)]),
        ({"organization_ids": "7"}, {"organization_ids": "7"}, [(1, 0, 0)]),
        ({"organization_ids": "7"}, {"organization_ids": "8"}, []),
        ({"organization_ids": "7", "pseudo": True}, {"organization_ids": "7"}, []),
        ({"organization_ids": "7"}, {"organization_ids": "7", "pseudo": True}, []),
        ({"organization_ids": "7", "ended": True}, {"organization_ids": "7", "over": True}, []),
        (
            {"organization_ids": "7", **START},
            {"organization_ids": "7", "e2": "2019-01-01", "over": True},
            [(1, 1, 0)],
        ),
        (
            {"organization_ids": "7", **START},
            {"organization_ids": "7", "e2": "2018-12-31", "over": True},
            [],
        ),
        (START, {**SEEN, "s2": "2019-12-31"}, []),
        (START, {**SEEN, "s1": "2019-01-02"}, []),
        ({**START, "listed": False}, SEEN, []),
        (START, {**SEEN, "root": "a"}, []),
        ({**START, "ended": True}, {**SEEN, "over": True}, [(1, 0, 0)]),
        ({**START, "ended": True}, SEEN, [(1, 1, 0)]),
        ({**START, "end_earliest": "2020-01-01"}, {**SEEN, "e1": "2020-01-05"}, [(1, 0, 4)]),
        ({**START, "end_earliest": "2020-01-05"}, {**SEEN, "e1": "2020-01-01"}, [(1, 0, 4)]),
    ],
)
def test_the_same_id_or_the_whole_start_tells_that_only_the_name_changed(sql, prior, stated, found):
    """An id is better than a start, then whether it is over, then the nearer end."""
    assert keys(sql, prior, stated) == found


def test_what_is_paired_already_is_no_candidate(sql):
    """A tenure, on either side, is one."""
    for number, who in enumerate("pq"):
        pair(sql, who, START, SEEN)
        taken = {"a": 1, "b": 9} if number else {"a": 9, "b": 7}
        sql.given("chosen_pairs", {"profile": who, **taken})
    sql.run("relabelled_tenure_candidates")
    assert sql.read("pair_candidates") == []
    assert sql.read("chosen_pairs") == []
    assert sql.read("continued_tenures", "profile, a, b") == [("p", 9, 7), ("q", 1, 9)]


@pytest.mark.parametrize(
    ("others", "start", "found"),
    [
        (3, "2020-01-02", True),
        (3, "2020-01-03", False),
        (2, "2020-01-02", False),
        (3, "2017-12-31", True),
        (3, "2017-12-30", False),
    ],
)
def test_where_three_got_the_name_a_start_may_be_edited_by_a_year(sql, others, start, found):
    """So may the start of a fourth, by at most 366 days; two are too few."""
    for number in range(others):
        pair(sql, f"other{number}", START, SEEN)
    pair(sql, "p", START, {"s1": start, "s2": start})
    sql.run("relabelled_tenure_candidates")
    [(keyed,)] = sql.read("pair_candidates", "max(CASE WHEN profile = 'p' THEN k1 END)")
    assert keyed == (2 if found else None)


def test_three_who_got_the_name_at_different_looks_are_no_three(sql):
    """Looks that are followed together are held apart."""
    for who, day in zip("xyz", ("2020-03-01", "2020-03-01", "2020-03-08"), strict=True):
        pair(sql, who, START, SEEN, day)
    pair(sql, "p", START, {"s1": "2019-01-05", "s2": "2019-01-05"})
    sql.run("relabelled_tenure_candidates")
    assert sql.read("pair_candidates", "profile") == [("x",), ("y",), ("z",)]


def test_one_profile_that_got_the_name_three_times_is_one(sql):
    """Three tenures of one person are no three people."""
    for number in range(3):
        sql.given(
            "previous_tenures",
            {"profile": "q", "tenure": number, "root": "a", "listed": True, **START},
        )
    sql.given("stated_tenures", {"profile": "q", "num": 7, "root": "b", **SEEN})
    sql.given("changed_profiles", {"profile": "q", "day": "2020-03-01"})
    pair(sql, "p", START, {"s1": "2019-01-05", "s2": "2019-01-05"})
    sql.run("relabelled_tenure_candidates")
    assert sql.read("pair_candidates", "DISTINCT profile") == [("q",)]


def test_an_edited_start_to_another_name_than_that_of_the_three_is_no_candidate(sql):
    """Who goes elsewhere has moved."""
    for who in "xyz":
        pair(sql, who, START, SEEN)
    pair(sql, "p", START, {"root": "c", "s1": "2019-01-05", "s2": "2019-01-05"})
    sql.run("relabelled_tenure_candidates")
    assert sql.read("pair_candidates", "profile, k1") == [("x", 1), ("y", 1), ("z", 1)]


END = {"end_earliest": "2020-02-01", "end_latest": "2020-02-29"}
SEEN_END = {"e1": "2020-02-01", "e2": "2020-02-29"}


@pytest.mark.parametrize(
    ("prior", "stated", "found"),
    [
        (END, SEEN_END, [(1, 0, 0)]),
        (END, {**SEEN_END, "e2": "2020-03-31"}, []),
        (END, {**SEEN_END, "e1": "2020-02-02"}, []),
        ({**END, "start_earliest": "2018-01-01"}, SEEN_END, []),
        (END, {**SEEN_END, "s1": "2018-01-01"}, []),
    ],
)
def test_where_no_start_is_stated_the_whole_end_tells_it(sql, prior, stated, found):
    """A past position often states its end alone."""
    assert keys(sql, {**prior, "ended": True}, {**stated, "over": True}) == found
