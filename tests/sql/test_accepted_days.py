"""The days of the first and the last snapshot that may speak."""

from datetime import date

import pytest

from monitor.moves.derivation.derived_tables import accepted_days


@pytest.fixture
def judged(sql):
    """Snapshots of two sources, of which each verdict has one."""
    rows = [("01", "baseline"), ("02", "accepted"), ("03", "suspect"), ("04", "rejected")]
    rows += [("05", "accepted")]
    sql.given("judged", *({"observed_on": f"2020-01-{on}", "verdict": what} for on, what in rows))
    sql.given("judged", {"source": "t", "observed_on": "2020-01-06", "verdict": "accepted"})
    sql.given("judged", {"source": "u", "observed_on": "2020-01-07", "verdict": "suspect"})
    return sql


def test_what_is_suspect_or_rejected_is_left_out(judged):
    """So are other sources, where one is asked for."""
    assert judged.run("accepted_days", source="s", before=None) == [("2020-01-01", "2020-01-05")]
    assert judged.run("accepted_days", source="t", before=None) == [("2020-01-06", "2020-01-06")]
    assert judged.run("accepted_days", source="u", before=None) == [(None, None)]


def test_of_all_sources_it_is_the_first_and_the_last(judged):
    """A replay ends on the newest day of any."""
    assert judged.run("accepted_days", source=None, before=None) == [("2020-01-01", "2020-01-06")]


@pytest.mark.parametrize(
    ("before", "last"), [("05", "02"), ("06", "05"), ("02", "01"), ("01", None)]
)
def test_the_day_before_which_is_asked_is_left_out_itself(judged, before, last):
    """A snapshot is compared with one before it."""
    ((_, found),) = judged.run("accepted_days", source="s", before=f"2020-01-{before}")
    assert found == (last and f"2020-01-{last}")


def test_python_asks_of_one_source_or_of_all(judged):
    """Nothing is left out unless a day is given."""
    assert accepted_days(judged.engine) == (date(2020, 1, 1), date(2020, 1, 6))
    assert accepted_days(judged.engine, "none") == (None, None)
