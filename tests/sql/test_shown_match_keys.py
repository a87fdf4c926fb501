"""The match keys that a profile shows: what tells whose it is."""

from typing import Any

import pytest

TWO_DAYS = {"s1": "2015-03-04", "s2": "2015-03-04"}
"""A start to the day: eleven bits."""
MONTH = {"s1": "2015-03-01", "s2": "2015-03-31"}
"""A start to the month: six bits."""
YEAR = {"s1": "2015-01-01", "s2": "2015-12-31"}
"""A start to the year: two bits."""


def shown(sql, name: str | None, *tenures: dict[str, Any], **profile: Any):
    """Return the kind and the mark of each key of one profile."""
    for number, tenure in enumerate(tenures):
        sql.given("stated_tenures", {"profile": "p", "root": f"r{number}", **tenure})
    sql.given("shown_profile_names", {"profile": "p", "name": name, **profile})
    sql.run("shown_match_keys", source="s")
    return sql.read("shown_match_keys", "kind, match_key")


def kinds(sql, name: str | None, *tenures: dict[str, Any]) -> list[str]:
    """Return the kind of each key, with what follows the hash of the history."""
    return [f"{kind}{mark[32:]}" for kind, mark in shown(sql, name, *tenures)]


@pytest.mark.parametrize(
    ("earliest", "latest", "bits"),
    [
        (None, None, 0),
        ("2015-03-04", "2015-03-04", 11),
        ("2015-03-04", "2015-03-05", 6),
        ("2015-03-01", "2015-04-01", 6),
        ("2015-03-01", "2015-04-02", 2),
    ],
)
def test_a_day_tells_eleven_bits_a_month_six_and_a_year_two(sql, earliest, latest, bits):
    """A month is at most 31 days between its first and last day."""
    shown(sql, None)
    day = ["NULL" if one is None else f"DATE '{one}'" for one in (earliest, latest)]
    assert sql.value(f"bits({day[0]}, {day[1]})") == bits


@pytest.mark.parametrize(
    ("tenures", "kind"),
    [
        ([], []),
        ([{}], []),
        ([YEAR], ["short history ada"]),
        ([{**YEAR, "e1": "2016-01-01", "e2": "2016-12-31"}], ["short history ada"]),
        ([MONTH], ["short history ada"]),
        ([MONTH, YEAR], ["short history ada"]),
        ([MONTH, {}, {}], ["short history ada"]),
        ([MONTH, {**YEAR, "s1": "2014-01-01"}, {}], ["history ada"]),
        ([MONTH, {**YEAR, "s1": "2014-01-01"}], ["short history ada"]),
        ([TWO_DAYS], ["history ada"]),
    ],
)
def test_a_history_with_a_name_needs_two_bits_and_from_eleven_on_stands_alone(sql, tenures, kind):
    """Eleven bits and the name are enough; fewer serve only to find a profile under a new id."""
    assert kinds(sql, "Ada", *tenures) == kind


def dated(*bits: int) -> list[dict[str, Any]]:
    """Return tenures, one for each number, whose start tells so many bits."""
    spans = {11: ("{}-03-04", "{}-03-04"), 6: ("{}-03-01", "{}-03-31"), 2: ("{}-01-01", "{}-12-31")}
    return [
        {"s1": spans[bit][0].format(2000 + n), "s2": spans[bit][1].format(2000 + n)} if bit else {}
        for n, bit in enumerate(bits)
    ]


@pytest.mark.parametrize(
    ("bits", "kind"),
    [
        ((11,), []),
        ((6, 2, 0), ["short history"]),
        ((6, 2, 2), ["short history"]),
        ((6, 2), []),
        ((6, 6), ["short history"]),
        ((11, 11), ["short history"]),
        ((11, 2, 6, 0), ["history"]),
        ((11, 6, 2, 0), ["history"]),
        ((11, 2, 2, 0), ["short history"]),
        ((6, 6, 2, 2), ["history"]),
        ((6, 6, 2, 0), ["short history"]),
    ],
)
def test_a_history_without_a_name_needs_twelve_bits_and_from_24_on_stands_alone(sql, bits, kind):
    """Each organisation from the third on adds four bits."""
    assert kinds(sql, None, *dated(*bits)) == kind


def test_a_history_at_one_organisation_does_not_stand_alone_without_a_name(sql):
    """Two days and a year of one stay are 24 bits, and those of two organisations are more."""
    first = {"s1": "2015-03-04", "s2": "2015-03-04", "e1": "2016-03-04", "e2": "2016-03-04"}
    again = {"root": "r0", "s1": "2017-01-01", "s2": "2017-12-31"}
    assert kinds(sql, None, first, again) == ["short history"]


def test_a_history_of_two_organisations_with_24_bits_stands_alone_without_a_name(sql):
    """The same dates at two organisations are a history."""
    first = {"s1": "2015-03-04", "s2": "2015-03-04", "e1": "2016-03-04", "e2": "2016-03-04"}
    assert kinds(sql, None, first, {"s1": "2017-01-01", "s2": "2017-12-31"}) == ["history"]


@pytest.mark.parametrize(
    ("last", "halves"),
    [
        ({"s1": "2017-01-01", "s2": "2017-12-31"}, True),
        ({}, False),
        ({"root": "r0", "s1": "2017-01-01", "s2": "2017-12-31"}, False),
    ],
)
def test_from_24_bits_at_two_organisations_on_half_the_name_is_enough(sql, last, halves):
    """The first and the last word of a name make a key each; 22 bits or one organisation do not."""
    first = {"s1": "2015-03-04", "s2": "2015-03-04", "e1": "2016-03-04", "e2": "2016-03-04"}
    found = kinds(sql, "Ada Lovelace", first, last)
    words = ["history ~ ada", "history ~ lovelace"] if halves else []
    assert found == ["history ada lovelace", *words]


@pytest.mark.parametrize(
    ("bits", "known"),
    [
        ((11, 11, 11), False),
        ((11, 6, 6, 0, 0, 0), False),
        ((11, 11, 6, 0, 0), True),
    ],
)
def test_from_40_bits_at_three_organisations_on_no_name_is_needed(sql, bits, known):
    """Forty bits are enough under any name, one fewer are not."""
    found = kinds(sql, "Ada", *dated(*bits))
    assert ("history *" in found) is known


def test_40_bits_at_two_organisations_need_a_name(sql):
    """A history of two organisations is one that others may have."""
    days = {"s1": "2015-03-04", "s2": "2015-03-04", "e1": "2016-03-04", "e2": "2016-03-04"}
    later = {"s1": "2017-03-04", "s2": "2017-03-04", "e1": "2018-03-04", "e2": "2018-03-04"}
    assert "history *" not in kinds(sql, "Ada", days, later)
    sql.given("stated_tenures", {"profile": "p", "root": "r2"})
    assert "history *" in kinds(sql, "Ada")


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        (("2015-03-04", "2015-03-04"), ("2016-03-04", "2016-03-04"), True),
        (("2015-03-04", "2015-03-04"), ("2016-03-01", "2016-03-31"), True),
        (("2015-03-01", "2015-03-31"), ("2016-03-04", "2016-03-04"), True),
        (("2015-03-01", "2015-03-31"), ("2016-03-01", "2016-03-31"), False),
        (("2015-03-04", "2015-03-04"), ("2016-01-01", "2016-12-31"), False),
    ],
)
@pytest.mark.parametrize("over", [True, False])
def test_one_stay_with_two_days_or_a_day_and_a_month_is_a_history(sql, start, end, told, over):
    """Two months, or a day and a year, are not enough; nor is a stay that goes on."""
    dates = {"s1": start[0], "s2": start[1], "e1": end[0], "e2": end[1], "over": over}
    marks = [mark for _, mark in shown(sql, "Ada", dates)]
    stay = "|".join(["r0", *start, *end, "ada"])
    assert (stay in marks) is (told and over)


@pytest.mark.parametrize(
    ("name", "found"), [("Ada B", ["history ada b"]), (None, ["short history"])]
)
def test_23_bits_at_two_organisations_are_not_24(sql, name, found):
    """A day and two months tell 23 bits: the whole name is needed."""
    first = {"s1": "2015-03-04", "s2": "2015-03-04", "e1": "2016-03-01", "e2": "2016-03-31"}
    assert kinds(sql, name, first, {"s1": "2017-03-01", "s2": "2017-03-31"}) == found


def test_pseudo_employers_make_no_history(sql):
    """Between jobs are many people on the same days."""
    over = {"e1": "2016-03-04", "e2": "2016-03-04", "over": True}
    assert shown(sql, "Ada", {**TWO_DAYS, **over, "pseudo": True}) == []


@pytest.mark.parametrize("name", [" ", "", "p", None])
def test_a_name_that_is_empty_or_the_id_is_none(sql, name):
    """It tells nothing, so the page makes no key either."""
    assert shown(sql, name, TWO_DAYS, url="https://x.example/p") == []


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://www.X.example/p/", "x.example/p"),
        ("http://x.example/p#", "x.example/p"),
        (" ", None),
    ],
)
def test_a_page_is_the_same_however_it_is_written(sql, url, page):
    """Scheme, www, capital letters and what trails do not matter; an empty one is none."""
    found = shown(sql, "Ada", url=url)
    assert found == ([("page", page)] if page else [])


@pytest.mark.parametrize(
    ("alias", "stated"),
    [("x", ["s:x"]), ("t:x", ["s:t:x", "t:x"]), ("s:p", ["s:s:p"]), ("p", []), (" ", [])],
)
def test_an_id_that_a_profile_states_is_of_its_source_unless_it_names_one(sql, alias, stated):
    """An id with a namespace may be either; its own id and an empty one tell nothing."""
    found = shown(sql, "Ada", same_as=[alias])
    assert found == [("stated", key) for key in stated]
