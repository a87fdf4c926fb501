"""Moves whose ids begin alike."""


def test_at_most_twenty_moves_are_told_in_order(sql):
    """Each once, however many versions it has; others are not."""
    names = [f"a{number:02}" for number in range(21)]
    sql.given("moves", *({"move": name} for name in [*names, "a00", "b00"]))
    assert sql.run("moves_by_id_prefix", beginning="a") == [(name,) for name in names[:20]]
