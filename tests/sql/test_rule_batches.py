"""Which rules are evaluated together."""

import pytest


@pytest.mark.parametrize(
    ("versions", "batches"),
    [
        ((1, 1, 0), [0, 0, 0]),
        ((1, 1, 1), [0, 0, 1]),
        ((3, 2, 1), [1, 1, 2]),
        ((0, 0, 0), [0, 0, 0]),
    ],
)
@pytest.mark.parametrize("presence", [False, True])
def test_rules_follow_each_other_in_batches_of_so_many_moves_and_stays(
    sql, versions, batches, presence
):
    """A rule that meets none adds none to its batch."""
    for number, count in enumerate(versions):
        name = f"r{number}"
        sql.given("queries", {"query": number, "rule": name, "is_presence": presence})
        keys = {"from_key": name, "to_key": name, "unit_pair": number, "is_presence": presence}
        sql.given("unit_pairs", keys)
        sides = [{"query": number, "side": side, "unit": name} for side in ("from", "to")]
        sql.given("query_sides", *sides)
        kind = "presences" if presence else "move_entries"
        sql.given(kind, *({"unit_pair": number} for _ in range(count)))
    assert [batch for _, batch in sql.run("rule_batches", most=3)] == batches
