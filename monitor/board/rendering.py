"""The templates of pages and of the report: all they are given is escaped."""

from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@cache
def environment() -> Environment:
    """The templates; a name that a page does not get is an error, never an empty place."""
    made = Environment(
        loader=PackageLoader("monitor.board", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["day"] = day_text
    made.filters["moment"] = moment_text
    return made


@cache
def template_text(name: str) -> str:
    """The text of a file beside the templates, as it is."""
    source, _, _ = environment().loader.get_source(environment(), name)  # type: ignore[union-attr]
    return source


def style_text() -> str:
    """The style of the report and of every page."""
    return template_text("style.css") + template_text("charts.css")


def day_text(day: date | str | None) -> str:
    """Write a day as people do; nothing for none.

    >>> day_text(date(2025, 8, 4)), day_text("2025-12-31"), day_text(None)
    ('4 Aug 2025', '31 Dec 2025', '')
    """
    if day is None:
        return ""
    on = date.fromisoformat(day[:10]) if isinstance(day, str) else day
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year:04}"


def moment_text(moment: str, zone: str) -> str:
    """Write a moment as a clock in a time zone shows it, with the zone.

    >>> moment_text("2026-01-05T23:59:00+00:00", "UTC")
    '2026-01-05 23:59 UTC'
    >>> moment_text("2026-01-05T23:59:00+00:00", "Europe/Berlin")
    '2026-01-06 00:59 Europe/Berlin'
    """
    return f"{datetime.fromisoformat(moment).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"
