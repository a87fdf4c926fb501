"""How many cells of each field are filled, before and now, in the profiles of both snapshots."""


def files(sql, profiles, positions) -> dict[str, str]:
    """Write one snapshot."""
    return {
        "": sql.parquet("profiles", *profiles),
        "_positions": sql.parquet("positions", *positions),
    }


def test_filled_cells_of_the_profiles_in_both_are_counted(sql):
    """Who is in one snapshot alone counts in neither."""
    before = files(
        sql,
        [
            {"id": "a", "name": "A", "url": "u"},
            {"id": "b", "name": "B"},
            {"id": "gone", "name": "G"},
        ],
        [
            {"profile": "a", "organization": "O", "title": "T", "team": "X"},
            {"profile": "b", "organization": "O", "title": "T"},
            {"profile": "gone"},
        ],
    )
    after = files(
        sql,
        [{"id": "a", "name": "A"}, {"id": "b"}, {"id": "new", "name": "N", "url": "u"}],
        [
            {"profile": "a", "organization": "O", "title": "T"},
            {"profile": "b"},
            {"profile": "new", "title": "T"},
        ],
    )
    named = {f"before{end}": path for end, path in before.items()}
    named |= {f"after{end}": path for end, path in after.items()}
    found = {name: (was, now) for name, was, now in sql.run("field_fill_counts", **named)}
    told = {name: found[name] for name in ("name", "url", "title", "team", "positions", "employed")}
    assert told == {
        "name": (2, 1),
        "url": (1, 0),
        "title": (2, 1),
        "team": (1, 0),
        "positions": (2, 2),
        "employed": (2, 1),
    }


def test_where_nobody_lists_a_position_every_count_is_zero(sql):
    """A side without rows is not missing from the answer."""
    before = files(sql, [{"id": "a"}], [{"profile": "a", "organization": "O", "title": "T"}])
    after = files(sql, [{"id": "a"}], [])
    named = {f"before{end}": path for end, path in before.items()}
    named |= {f"after{end}": path for end, path in after.items()}
    found = {name: (was, now) for name, was, now in sql.run("field_fill_counts", **named)}
    assert found["title"] == (1, 0)
    assert found["employed"] == (1, 0)
    turned = {
        name.replace("before", "x").replace("after", "before").replace("x", "after"): path
        for name, path in named.items()
    }
    found = {name: (was, now) for name, was, now in sql.run("field_fill_counts", **turned)}
    assert found["title"] == (0, 1)
