"""Days before and after a day, which the calendar ends."""

from datetime import date, timedelta


def earlier(day: date, days: int) -> date:
    """The day some days before another, as far as the calendar goes.

    >>> earlier(date(2025, 1, 31), 30), earlier(date(2025, 1, 1), 10**7)
    (datetime.date(2025, 1, 1), datetime.date(1, 1, 1))
    """
    return day - timedelta(days=min(days, day.toordinal() - 1))


def later(day: date, days: int) -> date:
    """The day some days after another, as far as the calendar goes.

    >>> later(date(2025, 1, 1), 30), later(date(2025, 1, 1), 10**7)
    (datetime.date(2025, 1, 31), datetime.date(9999, 12, 31))
    """
    return day + timedelta(days=min(days, date.max.toordinal() - day.toordinal()))
