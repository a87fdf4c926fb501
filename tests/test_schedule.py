"""When a source is due, over two years in a dozen time zones."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.base.days.schedule import Schedule, ScheduleError

ZONES = (
    "UTC",
    "America/New_York",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "America/Santiago",
    "Europe/Berlin",
    "Europe/London",
    "Africa/Cairo",
    "Asia/Beirut",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
)
DAILY = ("@daily", "30 0 * * *", "30 1 * * *", "15 2 * * *", "30 2 * * *", "0 3 * * *", "0 6 * * *")
WEEKLY = ("@weekly", "30 0 * * 7", "30 1 * * 0", "30 2 * * SUN", "0 3 * * 7")
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
DAYS = 730


def local_days(written: str, zone: str) -> Counter[str]:
    """Count the times of a schedule on each local day of two years, the first and last one less."""
    timezone = ZoneInfo(zone)
    end = BEGIN + timedelta(days=DAYS)
    days = Counter(
        str(due.astimezone(timezone).date()) for due in Schedule(written, zone).times(BEGIN, end)
    )
    first, last = (str(moment.astimezone(timezone).date()) for moment in (BEGIN, end))
    return Counter({day: count for day, count in days.items() if first < day < last})


@pytest.mark.parametrize("zone", ZONES)
def test_a_daily_job_runs_once_on_every_local_day(zone):
    """Cases 63: no day is skipped or doubled, at either change of the clock."""
    today = BEGIN.astimezone(ZoneInfo(zone)).date()
    last = (BEGIN + timedelta(days=DAYS)).astimezone(ZoneInfo(zone)).date()
    expected = [str(today + timedelta(days=n)) for n in range(1, (last - today).days)]
    for written in DAILY:
        assert local_days(written, zone) == Counter(expected), written


@pytest.mark.parametrize("zone", ZONES)
def test_a_weekly_job_runs_once_in_every_local_week(zone):
    """Cases 63: each Sunday once, whether Sunday is written 0, 7 or SUN."""
    today = BEGIN.astimezone(ZoneInfo(zone)).date()
    last = (BEGIN + timedelta(days=DAYS)).astimezone(ZoneInfo(zone)).date()
    days = [today + timedelta(days=n) for n in range(1, (last - today).days)]
    expected = [str(day) for day in days if day.isoweekday() == 7]
    for written in WEEKLY:
        assert local_days(written, zone) == Counter(expected), written


def test_every_zone_that_changes_its_clock_was_seen_to_do_so():
    """The proof covers both changes of the clock wherever there are any."""
    changing = set()
    for zone in ZONES:
        offsets = [
            (BEGIN + timedelta(days=n)).astimezone(ZoneInfo(zone)).utcoffset() for n in range(DAYS)
        ]
        changes = sum(a != b for a, b in pairwise(offsets))
        assert changes in {0, 4}, zone
        changing |= {zone} if changes else set()
    assert len(changing) == 9


@pytest.mark.long
def test_two_years_of_schedules_in_a_dozen_zones(record_property):
    """The table of what the tests above hold: no local day or week lacks its run, or has two."""
    for zone in ZONES:
        here = ZoneInfo(zone)
        moments = [BEGIN + timedelta(days=n) for n in range(DAYS)]
        offsets = [moment.astimezone(here).utcoffset() for moment in moments]
        changes = sum(before != after for before, after in pairwise(offsets))
        daily = [local_days(written, zone) for written in DAILY]
        weekly = [local_days(written, zone) for written in WEEKLY]
        runs = {sum(days.values()) for days in daily}, {sum(days.values()) for days in weekly}
        doubled = sum(count > 1 for days in (*daily, *weekly) for count in days.values())
        assert [len(run) for run in runs] == [1, 1]
        assert doubled == 0
        record_property(
            "proof",
            f"{zone}: {changes} changes of the clock; each of {len(DAILY)} daily schedules ran"
            f" {runs[0].pop()} times in {len(daily[0])} days, each of {len(WEEKLY)} weekly ones"
            f" {runs[1].pop()} times in {len(weekly[0])} weeks; {doubled} doubled",
        )


@given(
    st.sampled_from(["@every 5m", "@every 6h", "@every 1d", "0 * * * *", "*/20 3 * * 1-5"]),
    st.sampled_from(ZONES),
    st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 -- the zone is given beside
    st.timedeltas(timedelta(0), timedelta(days=3)),
)
def test_what_was_kept_is_not_due_before_the_next_time(written, zone, last, later):
    """Due is exactly what has a time in between; a missed one is never counted as kept."""
    schedule = Schedule(written, zone)
    times = list(schedule.times(last, last + later))
    assert schedule.is_due(last, last + later) == bool(times)
    assert schedule.missed(last, last + later) == times[:-1]
    assert times == sorted(set(times))


def test_a_last_time_that_lies_ahead_counts_as_none():
    """A clock that jumped ahead and came back stops no source for as long."""
    assert Schedule("@daily").is_due(BEGIN + timedelta(days=99), BEGIN)
    assert Schedule("@daily").missed(BEGIN + timedelta(days=99), BEGIN) == []


@pytest.mark.parametrize(
    "written", ["", "daily", "61 * * * *", "0 0 31 2 *", "* * * *", "@every 0h"]
)
def test_what_is_no_schedule_is_refused(written):
    """Whoever wrote it reads what was expected."""
    with pytest.raises(ScheduleError, match="expected"):
        Schedule(written)
