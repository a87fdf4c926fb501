"""Of which groups counts are made again, and what the steps of their counts are."""

import pytest

HORIZON = "2020-06-30"
KEY = {"rule": "r", "grouping": "g"}
USUAL = {"rule": "r", "condition": 1, "kept": True, "main": True, "sure": True}


@pytest.mark.parametrize(
    ("known_on", "ahead", "restless", "kept", "is_due"),
    [
        ("2020-05-31", (None, None), False, True, False),
        ("2020-06-01", (None, None), False, True, True),
        ("2020-06-01", (None, None), False, False, False),
        ("2020-05-31", ("2020-06-02", "2020-06-02"), True, True, True),
        ("2020-05-31", ("2020-06-02", "2020-06-02"), False, True, False),
        ("2020-05-31", ("2020-06-02", "2020-06-02"), True, False, False),
        ("2020-05-31", ("2020-06-01", "2020-06-01"), True, True, False),
        ("2020-05-31", ("2020-06-01", "2020-08-01"), True, True, True),
        ("2020-05-31", ("2020-06-30", "2020-06-30"), True, True, True),
        ("2020-05-31", ("2020-07-01", "2020-07-01"), True, True, False),
    ],
)
def test_a_group_is_due_where_an_alert_may_open_after_the_first_day_and_up_to_the_horizon(
    sql, known_on, ahead, restless, kept, is_due
):
    """Or where what was known from the first day on may be known no longer."""
    sql.given("conditions", {**USUAL, "restless": restless, "kept": kept, "since": "2020-06-01"})
    ahead_from, ahead_to = ahead
    row = {**KEY, "known_on": known_on, "ahead_from": ahead_from, "ahead_to": ahead_to}
    sql.given("rule_counts", row)
    sql.run("due_groups", horizon=HORIZON)
    assert sql.read("due_groups") == ([("r", "g")] if is_due else [])


def test_counts_are_made_again_of_what_changed_and_of_what_is_due(sql):
    """Of the rules whose counts are kept."""
    sql.given("conditions", USUAL, {**USUAL, "rule": "other", "kept": False})
    sql.given("changed_groups", {**KEY, "known_on": "2020-06-01"}, {**KEY, "rule": "other"})
    sql.given("due_groups", {**KEY, "grouping": "due"})
    sql.run("counted_groups")
    assert sql.read("counted_groups") == [("r", "due"), ("r", "g")]


def _count(sql, *entries, role: str = "count", **condition) -> list[tuple[object, ...]]:
    """Count people of one group; return the first day and the numbers of each step."""
    sql.given("conditions", {**USUAL, **condition})
    sql.given("counted_groups", KEY)
    sql.given("swept_groups", KEY)
    sql.given("group_queries", {**KEY, "condition": 1, "role": role, "query_group": 5})
    for number, (person, certain, possible, known) in enumerate(entries):
        days = dict(zip(("certain_from", "certain_until"), certain, strict=True))
        days |= dict(zip(("possible_from", "possible_until"), possible, strict=True))
        days |= dict(zip(("known_from", "known_until"), known, strict=True))
        entry = {"query_group": 5, "entry": number, "person": person, "counted": person != "held"}
        sql.given("group_entries", {**entry, **days})
    sql.run("group_counts", horizon=HORIZON)
    steps = "unnest(steps, recursive := true)"
    return [
        (day.isoformat(), certain, maybe, back)
        for day, certain, maybe, back in sql._connection.execute(
            f"SELECT * FROM (SELECT {steps} FROM group_counts) ORDER BY ALL"  # noqa: S608 -- own words
        ).fetchall()
    ]


MAY, JUNE = ("2020-05-01", "2020-06-01"), ("2020-06-01", "2020-07-01")
KNOWN = ("2020-01-01", None)


def test_a_step_begins_where_people_begin_or_end_to_count(sql):
    """For certain and at most; where one goes and another comes, nothing changes."""
    maybe = ("2020-04-01", "2020-07-01")
    found = _count(sql, ("a", MAY, maybe, KNOWN), ("b", JUNE, ("2020-04-01", None), KNOWN))
    assert found == [
        ("2020-04-01", 0, 2, 0),
        ("2020-05-01", 1, 2, 0),
        ("2020-07-01", 0, 1, 0),
    ]


def test_a_person_counts_once_and_who_is_held_does_not(sql):
    """Two stretches of one person are one where they meet."""
    rows = [("a", MAY, MAY, KNOWN), ("a", MAY, JUNE, KNOWN), ("held", MAY, MAY, KNOWN)]
    assert _count(sql, *rows) == [
        ("2020-05-01", 1, 1, 0),
        ("2020-06-01", 0, 1, 0),
        ("2020-07-01", 0, 0, 0),
    ]


@pytest.mark.parametrize(
    ("known", "counts", "known_on"),
    [
        (("2020-06-30", None), True, "2020-06-30"),
        (("2020-01-01", "2020-06-30"), False, "2020-06-30"),
        (("2020-01-01", "2020-07-01"), True, "2020-01-01"),
    ],
)
def test_the_steps_are_what_is_believed_on_the_horizon(sql, known, counts, known_on):
    """And the newest news is a day on which a belief began or ended by then."""
    found = _count(sql, ("a", MAY, MAY, known))
    assert bool(found) == counts
    assert sql.read("group_counts", "known_on") == [(known_on,)]


def test_nothing_is_known_of_a_group_before_its_first_day(sql):
    """It has no row."""
    assert _count(sql, ("a", MAY, MAY, ("2020-07-01", None))) == []
    assert sql.read("group_counts") == []


@pytest.mark.parametrize(("sure", "days"), [(True, JUNE), (False, MAY)])
def test_who_went_back_counts_high_where_those_who_went_count_low(sql, sure, days):
    """Possibly where the rule counts for certain, and the other way round."""
    found = _count(sql, ("a", MAY, JUNE, KNOWN), role="back", sure=sure)
    assert found == [(days[0], 0, 0, 1), (days[1], 0, 0, 0)]


def test_what_counts_as_the_first_ends_with_the_window_of_the_first(sql):
    """Nobody is among the first a window later."""
    rows = [("a", MAY, MAY, KNOWN), ("b", ("2020-05-20", None), ("2020-05-20", None), KNOWN)]
    assert _count(sql, *rows, first=True, window_days=31) == [
        ("2020-05-01", 1, 1, 0),
        ("2020-05-20", 2, 2, 0),
        ("2020-06-01", 0, 0, 0),
    ]


@pytest.mark.parametrize(
    ("opens", "restless", "ahead"),
    [
        (["2020-01-01"], True, (None, None)),
        (["2020-01-02"], True, ("2020-01-02", "2020-01-02")),
        (["2020-01-02"], False, (None, None)),
        (["2020-08-01", "2020-09-01"], True, ("2020-08-01", "2020-09-01")),
    ],
)
def test_the_days_on_which_time_alone_opens_an_alert_are_known_ahead(sql, opens, restless, ahead):
    """They lie after the newest news."""
    sql.given(
        "changed_groups", {**KEY, "known_on": "2020-01-01"}, {**KEY, "known_on": "2019-01-01"}
    )
    for day in opens:
        sql.given("episodes", {**KEY, "known_on": "2020-01-01", "opens": day})
    sql.given("episodes", {**KEY, "known_on": "2019-01-01", "opens": "2021-01-01"})
    _count(sql, ("a", MAY, MAY, KNOWN), restless=restless)
    assert sql.read("group_counts", "ahead_from, ahead_to") == [ahead]


def test_a_group_that_is_counted_again_has_one_row_and_one_that_nobody_fits_has_none(sql):
    """All other rows stay as they are, also those of the next sweeps."""
    groups = {name: {**KEY, "grouping": name} for name in ("g", "gone", "later", "stays")}
    sql.given("rule_counts", *({**group, "known_on": "2020-01-01"} for group in groups.values()))
    sql.given("counted_groups", *(groups[name] for name in ("g", "gone", "later")))
    sql.given("swept_groups", *(groups[name] for name in ("g", "gone", "stays")))
    sql.given("group_counts", {**KEY, "known_on": "2020-06-01"})
    sql.run("store_group_counts")
    expected = [("g", "2020-06-01"), ("later", "2020-01-01"), ("stays", "2020-01-01")]
    assert sql.read("rule_counts", "grouping, known_on") == expected


def test_counts_that_begin_to_change_are_whole_no_longer(sql):
    """Of those that are made afresh nothing is left."""
    sql.given("counted_rules", *({"rule": rule, "version": "v"} for rule in "abc"))
    sql.given("rule_counts", *({"rule": rule, "grouping": "g"} for rule in "abc"))
    sql.run("store_counts_begun", begun=["a", "b"], afresh=["b"])
    assert sql.read("counted_rules") == [("c", "v")]
    assert sql.read("rule_counts", "rule") == [("a",), ("c",)]
