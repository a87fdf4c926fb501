"""How many moves are held."""


def test_moves_that_are_held_now_count(sql):
    """One that counts, and one that was held once, do not."""
    sql.given(
        "moves",
        {"status": "held"},
        {"status": "held"},
        {"status": "counted"},
        {"status": "held", "known_until": "2020-02-01"},
    )
    assert sql.run("held_move_count") == [(2,)]
