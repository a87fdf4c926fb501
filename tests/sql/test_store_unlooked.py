"""From when until when snapshots had each profile as last seen, and nobody looked at it."""


def test_a_run_goes_on_while_nobody_looks_and_ends_with_the_last_such_snapshot(sql):
    """Of another source nothing changes; who is not looked at again begins another run."""
    sql.given(
        "unlooked",
        {"profile": "goes on", "unlooked_from": "2020-01-01"},
        {"profile": "ends", "unlooked_from": "2020-01-01"},
        {"profile": "ends", "source": "t", "unlooked_from": "2020-01-01"},
        {"profile": "again", "unlooked_from": "2019-01-01", "unlooked_until": "2019-02-01"},
    )
    sql.run(
        "store_unlooked",
        source="s",
        day="2020-03-01",
        before_on="2020-02-01",
        unseen=["goes on", "again", "new"],
    )
    assert sql.read("unlooked", "profile, source, unlooked_from, unlooked_until") == [
        ("again", "s", "2019-01-01", "2019-02-01"),
        ("again", "s", "2020-03-01", None),
        ("ends", "s", "2020-01-01", "2020-02-01"),
        ("ends", "t", "2020-01-01", None),
        ("goes on", "s", "2020-01-01", None),
        ("new", "s", "2020-03-01", None),
    ]
