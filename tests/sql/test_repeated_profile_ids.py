"""Lines whose id stands on an earlier line already."""


def test_each_later_line_is_told_with_the_first_one(sql):
    """The first line itself, and an id that stands once, are not."""
    rows = [("a", 1), ("b", 2), ("a", 3), ("a", 4), ("c", 5), ("c", 6)]
    path = sql.parquet("profiles", *({"id": who, "line": line} for who, line in rows))
    assert sql.run("repeated_profile_ids", profiles=path) == [(3, 1), (4, 1), (6, 5)]
