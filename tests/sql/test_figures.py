"""The figures that `status` shows: what is held, and what is likely."""


def figures(sql) -> dict[str, int]:
    return dict(sql.run("figures"))


def test_moves_that_are_held_now_count(sql):
    """One that counts, and one that was held once, do not."""
    sql.given(
        "moves",
        {"status": "held"},
        {"status": "held"},
        {"status": "counted"},
        {"status": "held", "known_until": "2020-02-01"},
    )
    assert figures(sql)["held_moves"] == 2


def test_people_who_are_likely_one_count_once_while_that_is_believed(sql):
    """Links that are certain have no reason."""
    sql.given(
        "clusters",
        {"profile": "a", "person": "s:a", "reason": "r"},
        {"profile": "b", "person": "s:a", "reason": "r"},
        {"profile": "c", "person": "s:c"},
        {"profile": "e", "person": "s:e", "reason": "r", "known_until": "2020-02-01"},
    )
    assert figures(sql)["likely_doubles"] == 1


def test_of_nothing_both_figures_are_nought(sql):
    """Each is there by its name."""
    assert figures(sql) == {"likely_doubles": 0, "held_moves": 0}
