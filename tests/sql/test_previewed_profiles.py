"""A few profiles of a file, that whoever maps its columns looks at."""

import pytest


@pytest.mark.parametrize(
    ("most", "lines"),
    [(4, [1, 2, 3, 4]), (3, [1, 3]), (2, [1, 3]), (1, [1]), (9, [1, 2, 3, 4])],
)
def test_they_lie_evenly_over_the_file(sql, most, lines):
    """Never more than were asked for."""
    profiles = sql.parquet("profiles", *({"id": f"p{n}", "line": n} for n in (1, 2, 3, 4)))
    found = sql.run(
        "previewed_profiles", profiles=profiles, positions=sql.parquet("positions"), most=most
    )
    assert [row[0] for row in found] == lines


def test_each_position_is_a_row_and_a_profile_without_one_is_too(sql):
    """In the order of the profile."""
    profiles = sql.parquet("profiles", {"id": "a", "line": 1}, {"id": "b", "line": 2})
    positions = sql.parquet(
        "positions", *({"profile": "a", "ordinal": n, "title": str(n)} for n in (1, 0))
    )
    found = sql.run("previewed_profiles", profiles=profiles, positions=positions, most=5)
    assert [(row[1], row[3], row[6]) for row in found] == [
        ("a", 0, "0"),
        ("a", 1, "1"),
        ("b", None, None),
    ]
