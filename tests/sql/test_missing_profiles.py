"""Who is missing from a snapshot, and since when."""

from typing import Any

import pytest

BEFORE, EARLIER = "2020-01-15", "2020-01-08"


def missing(sql, **changes: Any) -> Any:
    """Return who is missing, where one vanished and one was gone before."""
    sql.given("compared_profiles", {"profile": "now", "vanished": True}, {"profile": "new"})
    sql.given("changed_profiles", {"profile": "new"})
    seen = {"profile": "then", "seen_from": "2020-01-01", "seen_until": EARLIER}
    sql.given("sightings", seen | changes)
    sql.given("tenures", {"profile": "then"})
    sql.run("missing_profiles", source="s", before_on=BEFORE)
    return sql.read("missing_profiles")


THEN, NOW = ("then", EARLIER, False), ("now", BEFORE, True)


def test_who_vanished_was_seen_at_the_last_look_and_others_before(sql):
    """Both may come back."""
    assert missing(sql) == [NOW, THEN]


@pytest.mark.parametrize("change", [{"seen_until": None}, {"source": "t"}, {"profile": "new"}])
def test_who_is_seen_is_not_missing(sql, change):
    """Nor is somebody of another source, or who comes back under the same id."""
    assert missing(sql, **change) == [NOW]


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [("2019-01-01", "2019-06-01", [NOW, THEN]), (BEFORE, None, [NOW])],
)
def test_the_last_time_that_somebody_was_seen_counts(sql, since, until, found):
    """Several stretches may have ended, and one may go on."""
    sql.given("sightings", {"profile": "then", "seen_from": since, "seen_until": until})
    assert missing(sql) == found


@pytest.mark.parametrize("tenure", [{}, {"known_until": EARLIER}, {"source": "t"}])
def test_nothing_is_believed_of_an_id_that_has_changed(sql, tenure):
    """It is no other one's once more."""
    sql.given("sightings", {"profile": "former", "seen_from": "2020-01-01", "seen_until": EARLIER})
    sql.given("tenures", *([{"profile": "former", **tenure}] if tenure else []))
    assert missing(sql) == [NOW, THEN]


def test_where_nobody_is_new_nobody_has_come_back(sql):
    """All who are there were known."""
    sql.given("previous_tenures", {"profile": "new"})
    assert missing(sql) == [NOW]
