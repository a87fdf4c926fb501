"""Links between profiles, and between what they have in common."""

from typing import Any

import pytest

FIRST = "2020-01-01"


def shows(sql, profile: str, kind: str = "history", key: str = "k", **more: Any) -> None:
    """Let a profile show a match key, from the first day on and by the name of everybody."""
    digest = sum(map(ord, kind + key))
    row = {"profile": profile, "kind": kind, "match_key": key, "digest": digest, "name": "N"}
    sql.given("match_keys", {**row, **more})


def links(sql, since: str = FIRST) -> Any:
    """Return who has links, with what they are linked to, from when and until when."""
    sql.run("store_edges", since=since)
    return sql.read("edges", "one, other, known_from, known_until")


def who(found: list[Any]) -> list[str]:
    return [key for key, *_ in found]


@pytest.mark.parametrize("kind", ["history", "page", "step"])
def test_what_one_profile_alone_shows_links_nobody(sql, kind):
    """Two that show it are linked, from the later one's day on."""
    shows(sql, "p", kind)
    assert links(sql) == []
    shows(sql, "q", kind, known_from="2020-02-01")
    found = links(sql)
    assert who(found) == ["s:p", "s:q"]
    assert [day for *_, day, _ in found] == ["2020-02-01"] * 2


@pytest.mark.parametrize("kind", ["stated", "rekeyed"])
def test_an_id_that_a_profile_states_links_it_to_that_id(sql, kind):
    """Whether there is another profile or not, and by the id itself."""
    shows(sql, "p", kind, "s:old")
    assert links(sql) == [("s:p", "s:old", FIRST, None)]


def test_a_short_history_links_nobody(sql):
    """It is looked at, and proves nothing."""
    shows(sql, "p", "short history")
    shows(sql, "q", "short history")
    assert links(sql) == []


def test_a_link_holds_while_its_key_is_shown(sql):
    """Until the day on which the profile no longer shows it."""
    shows(sql, "p")
    shows(sql, "q", known_until="2020-03-01")
    assert [until for *_, until in links(sql)] == [None, "2020-03-01"]


@pytest.mark.parametrize(("until", "linked"), [("2020-02-01", False), ("2020-02-02", True)])
def test_a_link_that_would_hold_on_no_day_is_none(sql, until, linked):
    """One of the two stopped to show the key when the other began."""
    shows(sql, "p", known_until=until)
    shows(sql, "q", known_from="2020-02-01")
    assert ("s:p" in who(links(sql))) is linked


# -- what too many share ---------------------------------------------------------------------------


def test_a_page_under_two_names_is_nobodys(sql):
    """From the day on which the second name bears it."""
    shows(sql, "p", "page")
    shows(sql, "q", "page")
    shows(sql, "r", "page", name="Other", known_from="2020-03-01")
    found = links(sql)
    assert who(found) == ["s:p", "s:q"]
    assert [until for *_, until in found] == ["2020-03-01"] * 2


def test_a_page_links_those_of_one_name(sql):
    """Two names that bear it from the first day on are two people."""
    shows(sql, "p", "page")
    shows(sql, "q", "page", name="Other")
    assert links(sql) == []


@pytest.mark.parametrize(("names", "until"), [("AB", None), ("ABC", "2020-03-03")])
def test_an_id_that_people_of_three_names_state_is_nobodys(sql, names, until):
    """Two may be one person under two names."""
    for place, name in enumerate(names, 1):
        shows(sql, name.lower(), "stated", "s:x", name=name, known_from=f"2020-03-0{place}")
    found = [row for row in links(sql) if row[0] != "s:c"]
    assert [ends for *_, ends in found] == [until, until]


def test_many_profiles_of_one_name_may_state_one_id(sql):
    """Names are counted, not profiles."""
    for profile in "pqr":
        shows(sql, profile, "stated", "s:x")
    assert [until for *_, until in links(sql)] == [None] * 3


@pytest.mark.parametrize(("profiles", "until"), [("pq", None), ("pqr", "2020-03-03")])
def test_a_step_that_three_profiles_make_is_none(sql, profiles, until):
    """Of one name or not."""
    for place, profile in enumerate(profiles, 1):
        shows(sql, profile, "step", known_from=f"2020-03-0{place}")
    found = [row for row in links(sql) if row[0] != "s:r"]
    assert [ends for *_, ends in found] == [until, until]


def test_a_history_that_many_show_stays_a_link(sql):
    """Its bits are weighed elsewhere."""
    for profile in "pqr":
        shows(sql, profile)
    assert [until for *_, until in links(sql)] == [None] * 3


def test_one_profile_that_shows_a_key_twice_is_one(sql):
    """Before and after a gap."""
    shows(sql, "p", known_until="2020-02-01")
    shows(sql, "p", known_from="2020-03-01")
    assert links(sql) == []


def test_a_name_that_is_not_told_is_one_name(sql):
    """Two without a name bear a page of nobody's name."""
    shows(sql, "p", "page", name=None)
    shows(sql, "q", "page", name=None)
    assert who(links(sql)) == ["s:p", "s:q"]


# -- from a day on ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "renewed"),
    [
        ({"known_from": "2020-02-01"}, True),
        ({"known_from": "2020-01-31"}, False),
        ({"known_from": FIRST, "known_until": "2020-02-01"}, True),
        ({"known_from": FIRST, "known_until": "2020-01-31"}, False),
    ],
)
def test_links_of_a_key_that_changed_from_the_day_on_are_made_anew(sql, days, renewed):
    """What was written of the others stays."""
    old = {"one": "s:p", "other": "old", "kind": "history", "match_key": "k"}
    sql.given("edges", old, {**old, "match_key": "another"}, {**old, "kind": "page"})
    shows(sql, "p")
    shows(sql, "q", **days)
    found = links(sql, "2020-02-01")
    assert len([other for _, other, *_ in found if other == "old"]) == (2 if renewed else 3)
    assert ("s:q" in who(found)) is renewed


@pytest.mark.parametrize(
    ("days", "reached"),
    [
        ({"known_from": "2020-02-01"}, True),
        ({"known_from": "2020-01-31"}, False),
        ({"known_from": FIRST, "known_until": "2020-02-01"}, True),
        ({"known_from": FIRST, "known_until": "2020-01-31"}, False),
    ],
)
def test_what_changed_links_reach_is_looked_at(sql, days, reached):
    """A link that begins or ends on the day does; both of its ends are reached."""
    sql.given("edges", {"one": "s:p", "other": "s:q", "kind": "decided", **days})
    links(sql, "2020-02-01")
    assert sql.read("reached_keys") == ([("s:p",), ("s:q",)] if reached else [])


@pytest.mark.parametrize("end", ["one", "other"])
@pytest.mark.parametrize(("seen_from", "reached"), [("2020-02-01", True), ("2020-01-31", False)])
def test_an_old_link_to_a_profile_that_is_seen_now_is_looked_at(sql, end, seen_from, reached):
    """It may have been there before the profile was."""
    ends = {"one": "s:a", "other": "s:b", end: "s:new"}
    sql.given("edges", {"kind": "decided", "known_from": FIRST, **ends})
    sql.given("sightings", {"profile": "new", "seen_from": seen_from})
    links(sql, "2020-02-01")
    assert bool(sql.read("reached_keys")) is reached
