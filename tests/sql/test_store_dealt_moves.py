"""Copies of the past in which the days of moves are dealt anew."""

from collections import Counter
from typing import Any

PAIRS = "from_root, to_root, person"
DAYS = "move, joined_earliest, joined_latest, observed_on, known_from, status"


def past(sql, **changes: Any) -> None:
    """Give twenty moves from a to b in one week, and forty between others in forty weeks."""
    for number in range(60):
        raid = number < 20
        day = f"2024-{1 + number % 12:02}-{1 + (0 if raid else number % 28):02}"
        sql.given(
            "moves",
            {
                "move": f"m{number}",
                "version": number,
                "status": "counted",
                "person": f"p{number}",
                "from_root": "a" if raid else f"o{number % 7}",
                "to_root": "b" if raid else f"t{number % 5}",
                "joined_earliest": day,
                "joined_latest": day,
                "observed_on": day,
                **changes,
            },
        )


def test_pairs_keep_their_people_and_days_stay_as_they_are(sql):
    """Who went from where to where, together; and all days, together: only who went when is new."""
    past(sql)
    before = Counter(sql.read("moves", PAIRS)), sql.read("moves", DAYS)
    whole = sql.read("moves", f"{PAIRS}, move")
    sql.run("store_dealt_moves", seed="one")
    assert (Counter(sql.read("moves", PAIRS)), sql.read("moves", DAYS)) == before
    assert len(set(whole) & set(sql.read("moves", f"{PAIRS}, move"))) < 20


def test_a_deal_is_the_same_for_the_same_seed(sql):
    """And another one for another seed."""
    past(sql)
    before = sql.read("moves", "move, person")
    deals = []
    for seed in ("one", "one", "two"):
        sql._connection.execute("DELETE FROM moves")
        past(sql)
        sql.run("store_dealt_moves", seed=seed)
        deals.append(sql.read("moves", "move, person"))
    assert deals[0] == deals[1]
    assert len({tuple(deal) for deal in (before, *deals)}) == 3


def test_what_rules_do_not_count_stays_as_it_is(sql):
    """Held moves, and those of which one side is unknown."""
    for changes in ({"status": "held"}, {"from_root": None}, {"to_root": None}):
        sql._connection.execute("DELETE FROM moves")
        past(sql, **changes)
        before = sql.read("moves")
        sql.run("store_dealt_moves", seed="one")
        assert sql.read("moves") == before


def test_each_source_is_dealt_for_itself(sql):
    """Its news comes as late as it does."""
    past(sql)
    sql._connection.execute("UPDATE moves SET source = 't' WHERE version % 2 = 0")
    before = Counter(sql.read("moves", f"source, {PAIRS}"))
    sql.run("store_dealt_moves", seed="one")
    assert Counter(sql.read("moves", f"source, {PAIRS}")) == before


def test_all_that_was_believed_of_a_move_is_of_one_person(sql):
    """A move whose days were refined is one move in the copy, too."""
    past(sql)
    sql._connection.execute(
        "INSERT INTO moves SELECT * REPLACE (version + 100 AS version, known_from + 9 AS"
        " known_from) FROM moves"
    )
    sql.run("store_dealt_moves", seed="one")
    assert len(set(sql.read("moves", "move, person"))) == 60


def test_what_was_learnt_of_the_past_is_forgotten(sql):
    """The copy teaches anew."""
    sql.given("usual_fits", {"key": "k", "fit": "{}"})
    sql.run("store_dealt_moves", seed="one")
    assert sql.read("usual_fits") == []
