"""From when until when the snapshots of a source showed each profile."""

LOOK = {"last_on": "2020-02-01"}


def test_a_run_ends_with_the_last_look_that_showed_the_profile(sql):
    """Who vanished or fell silent was seen until then; who speaks and stayed goes on."""
    profiles = ("gone", "silent", "stays", "back", "new")
    sql.given(
        "sightings",
        *({"profile": who, "seen_from": "2020-01-01"} for who in ("gone", "silent", "stays")),
        {"profile": "back", "seen_from": "2019-01-01", "seen_until": "2019-06-01"},
        {"profile": "gone", "source": "t", "seen_from": "2020-01-01"},
        {"profile": "gone", "seen_from": "2018-01-01", "seen_until": "2018-06-01"},
    )
    sql.given(
        "compared_profiles",
        *({"profile": who, "vanished": who == "gone", **LOOK} for who in profiles),
    )
    sql.given(
        "changed_profiles",
        *(
            {"profile": who, "still": who in {"silent", "stays"}, "day": "2020-03-01", **LOOK}
            for who in profiles[1:]
        ),
    )
    sql.given("carried_profiles", {"profile": "silent", "seen_on": "2020-01-20"})
    sql.given("speaking_profiles", *({"profile": who} for who in ("stays", "back", "new")))
    sql.run("store_sightings", source="s")
    assert sql.read("sightings", "profile, source, seen_from, seen_until") == [
        ("back", "s", "2019-01-01", "2019-06-01"),
        ("back", "s", "2020-03-01", None),
        ("gone", "s", "2018-01-01", "2018-06-01"),
        ("gone", "s", "2020-01-01", "2020-02-01"),
        ("gone", "t", "2020-01-01", None),
        ("new", "s", "2020-03-01", None),
        ("silent", "s", "2020-01-01", "2020-01-20"),
        ("stays", "s", "2020-01-01", None),
    ]
    assert sql.read("changed_profiles", "profile") == [("back",), ("new",), ("stays",)]
