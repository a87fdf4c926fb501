"""What a rule's periods, groups and ranks are."""

import pytest

NEVER = "9999-12-31"


@pytest.mark.parametrize("count", range(6))
def test_the_values_of_a_group_stand_in_the_order_of_their_slots(sql, count):
    """No slot makes the one group without a name, five are the most."""
    slots = [*range(1, count + 1)]
    expected = "\x1f".join("abcde"[:count])
    assert sql.value(f"joined({slots}::INTEGER[], 'a', 'b', 'c', 'd', 'e')") == expected


@pytest.mark.parametrize(
    ("day", "early", "told_by"),
    [
        ("2019-12-31", [1, 0, 0, 0], "2020-01-01"),
        ("2019-12-31", [0, 1, 1, 1], "2019-12-31"),
        ("2019-12-30", [1, 0, 0, 0], "2019-12-30"),
        ("2020-01-01", [1, 0, 0, 0], "2020-01-01"),
        ("2020-03-31", [0, 1, 0, 0], "2020-04-01"),
        ("2020-03-31", [1, 0, 1, 1], "2020-03-31"),
    ],
)
def test_where_a_zone_is_ahead_the_day_before_a_period_is_told_by_the_next(
    sql, day, early, told_by
):
    """Only for the quarters that begin early there."""
    assert sql.value(f"period_day(DATE '{day}', {early})") == told_by


@pytest.mark.parametrize(
    ("since", "day", "early", "ends"),
    [
        ("year", "2020-05-01", [0, 0, 0, 0], "2021-01-01"),
        ("year", "2020-05-01", [1, 0, 0, 0], "2020-12-31"),
        ("quarter", "2020-03-31", [0, 0, 0, 0], "2020-04-01"),
        ("quarter", "2020-10-01", [1, 0, 0, 0], "2020-12-31"),
        ("quarter", "2020-01-01", [1, 0, 1, 1], "2020-04-01"),
    ],
)
def test_a_period_ends_where_the_next_begins(sql, since, day, early, ends):
    """A day sooner where the next one begins early."""
    assert sql.value(f"period_ends('{since}', DATE '{day}', {early})") == ends


@pytest.mark.parametrize(
    ("day", "since", "counted_on"),
    [
        ("2020-01-01", None, "2020-01-31"),
        ("9999-12-01", None, NEVER),
        ("9999-12-30", None, NEVER),
        ("2020-04-30", "anchor", "2020-05-01"),
        ("2020-05-01", "anchor", NEVER),
        ("9989-12-31", "year", "9990-01-01"),
        ("9990-01-01", "year", NEVER),
    ],
)
def test_what_began_on_a_day_counts_so_many_days_later_or_from_the_anchor_on(
    sql, day, since, counted_on
):
    """What began on the anchor is not before it; beyond the calendar nothing is counted."""
    kind = f"'{since}'" if since else "NULL"
    call = f"counted_on(DATE '{day}', 30, {kind}, DATE '2020-05-01', [0, 0, 0, 0])"
    assert sql.value(call) == counted_on


@pytest.mark.parametrize(
    ("title", "rank"),
    [
        ("Member of Technical Staff", None),
        ("Staff Engineer", "lead"),
        ("Assistant to the CEO", "junior"),
        ("Product Manager", None),
        ("Engineering Manager", "manager"),
        ("Senior Vice President", "vp"),
        ("Internal Auditor", None),
    ],
)
def test_a_title_has_the_rank_of_its_words(sql, title, rank):
    """A word that only looks like a rank is none."""
    assert sql.value(f"seniority_of('{title}')") == rank


@pytest.mark.parametrize(
    ("patterns", "title", "fits"),
    [
        (["%engineer%"], "Senior Engineer", True),
        (["%lawyer%", "%engineer%"], "Senior Engineer", True),
        (["%lawyer%"], "Senior Engineer", False),
        (["%"], None, False),
    ],
)
def test_one_pattern_that_fits_is_enough(sql, patterns, title, fits):
    """What is not written fits none."""
    written = f"'{title}'" if title else "NULL"
    assert sql.value(f"fits_any({patterns}, {written})") is fits
