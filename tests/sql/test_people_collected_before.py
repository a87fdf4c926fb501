"""Who was first seen so long ago that their time is over."""

from datetime import date

JAN, FEB, MAR = "2020-01-01", "2020-02-01", "2020-03-01"


def before(sql, day, *, most=10, **linked):
    rows = sql.run(
        "people_collected_before",
        source="s",
        day=date.fromisoformat(day),
        most=most,
        keys=[f"s:{profile}" for profile in linked],
        persons=[*linked.values()],
    )
    return [profiles for (profiles,) in rows]


def seen(sql, *sightings, source="s"):
    sql.given(
        "sightings",
        *({"source": source, "profile": who, "seen_from": day} for who, day in sightings),
    )


def test_the_first_day_counts_not_the_last_and_the_day_itself_is_in_time(sql):
    """Of several stretches the first; numbers and other sources do not count."""
    seen(sql, ("ada", JAN), ("ada", MAR), ("bob", FEB), ("erased-1", JAN))
    seen(sql, ("bob", JAN), source="t")
    assert before(sql, JAN) == []
    assert before(sql, FEB) == [["ada"]]
    assert before(sql, MAR) == [["ada"], ["bob"]]
    assert before(sql, MAR, most=1) == [["ada"]]


def test_all_ids_of_a_person_go_from_the_first_day_of_any(sql):
    """Whoever has no link, or one with somebody else, has a day of their own."""
    seen(sql, ("ada", JAN), ("ada2", FEB), ("ada3", MAR), ("bob", FEB), ("cy", FEB))
    persons = {"ada2": "o:1", "ada": "o:1", "ada3": "o:1", "bob": "o:2"}
    assert before(sql, JAN, **persons) == []
    assert before(sql, FEB, **persons) == [["ada", "ada2", "ada3"]]
    assert before(sql, FEB) == [["ada"]]
    assert before(sql, MAR, most=2, **persons) == [["ada", "ada2", "ada3"], ["bob"]]


def test_a_number_of_the_person_does_not_begin_their_time(sql):
    """Whoever was collected anew has a new first day."""
    seen(sql, ("erased-1", JAN), ("ada", FEB))
    persons = {"erased-1": "s:ada", "ada": "s:ada"}
    assert before(sql, FEB, **persons) == []
    assert before(sql, MAR, **persons) == [["ada"]]
