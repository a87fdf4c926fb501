"""When a source is due: cron fields, names and intervals, right across both changes of the clock.

A fixed time that a spring-forward skips is due at the end of the gap, and one that an autumn
repeats is due once, as Debian has it; `*` and `*/n` hours follow the real time.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

DEFAULT_ZONE = "UTC"
"""The time zone of a watch that names none."""
NAMED = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_EVERY = re.compile(r"@every ([1-9][0-9]{0,4})([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_MISSED = 1000
_FIELDS = 5


@cache
def zones() -> frozenset[str]:
    """All time zones of this machine, listed once: to look for them reads some hundred files."""
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name."""
    return name == DEFAULT_ZONE or name in zones()


class ScheduleError(ValueError):
    """What is written is no schedule; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When something is due: five cron fields, `@daily` and its like, or `@every 6h`.

    Days and hours are those of the time zone. Sunday is 0 and 7. Raises ScheduleError.

    >>> Schedule("0 6 * * 7", "UTC").after(datetime(2025, 1, 1, tzinfo=UTC)).isoformat()
    '2025-01-05T06:00:00+00:00'
    """

    written: str
    timezone: str = DEFAULT_ZONE

    def __post_init__(self) -> None:
        if _interval(self.written) is None:
            if len(self._fields.split()) != _FIELDS:
                raise ScheduleError(f"expected five cron fields, {self.written!r} has others")
            try:
                next(CronSim(self._fields, _EPOCH))
            except (CronSimError, StopIteration) as exc:
                expected = "expected five cron fields, @daily and its like, or @every 6h"
                raise ScheduleError(f"{expected}, {self.written!r} is none ({exc})") from exc

    @property
    def _fields(self) -> str:
        return NAMED.get(self.written, self.written)

    def after(self, moment: datetime) -> datetime:
        """Return the first time after a moment at which it is due, in UTC."""
        every = _interval(self.written)
        if every is not None:
            # Counted from a fixed moment, so that a restart does not shift what follows.
            return _EPOCH + every * ((moment - _EPOCH) // every + 1)
        return next(CronSim(self._fields, moment.astimezone(ZoneInfo(self.timezone)))).astimezone(
            UTC
        )

    def times(self, after: datetime, until: datetime) -> Iterator[datetime]:
        """Return every time later than the first moment and no later than the second."""
        due = self.after(after)
        while due <= until:
            yield due
            due = self.after(due)

    def is_due(self, last: datetime | None, now: datetime) -> bool:
        """Say whether there was a time for it since it was done last.

        A last time that lies ahead was written by a clock that was wrong: it counts as none.
        """
        return last is None or last > now or self.after(last) <= now

    def missed(self, last: datetime | None, now: datetime) -> list[datetime]:
        """Return the times since the last one that nobody kept, the newest excepted."""
        if last is None or last > now:
            return []
        return list(islice(self.times(last, now), _MOST_MISSED))[:-1]


def _interval(text: str) -> timedelta | None:
    match = _EVERY.fullmatch(text)
    return int(match[1]) * _UNITS[match[2]] if match else None
