"""What the moves known from each day on rest on."""


def test_what_a_day_rests_on_is_told_in_eight_letters(sql):
    """Each judged snapshot by its content and verdict, each review by what it says.

    A source that an operator removed has a row of its own.
    """
    sql.given("removed_sources", {"source": "web", "removed_on": "2020-01-02"})
    sql.given("judged", {"observed_on": "2020-01-01", "fingerprint": "f", "verdict": "accepted"})
    sql.given("move_reviews", {"move": "m", "verdict": "false", "reason": "r"})
    first = sql.value("substring(md5('faccepted') FROM 1 FOR 8)")
    second = sql.value("substring(md5('falser') FROM 1 FOR 8)")
    assert len(first) == 8
    assert sql.run("evaluation_basis") == [
        ("move m ", "2020-01-01", second),
        ("removed web", "2020-01-02", ""),
        ("s", "2020-01-01", first),
    ]
