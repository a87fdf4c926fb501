"""The forms in which the dates of a stranger's table are written."""

from collections.abc import Sequence
from datetime import date

from msgspec.structs import replace

from monitor.base.profile import DATES
from monitor.base.settings import Column, Layout
from monitor.intake.profiles import parse_partial_date, stands_for_none
from monitor.intake.sources.dates import partial_date
from monitor.intake.sources.day_first import EITHER_WAY, day_comes_first
from monitor.intake.sources.number_dates import number_form
from monitor.intake.sources.periods import are_in_one, start_and_end

Rows = Sequence[Sequence[str]]

FORMS = (
    *("%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S%z"),
    *("%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y/%m/%d"),
    *("%Y%m%d", "%Y%m", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%b %d, %Y", "%B %d, %Y"),
    *("%d. %B %Y", "%d %B, %Y", "%d de %B de %Y", "%a, %d %b %Y", "%b-%Y", "%d-%b-%y"),
    *("%b %Y", "%B %Y", "%m/%Y", "%m.%Y", "%m-%Y"),
    *("%Y年%m月%d日", "%Y年%m月"),
    *("%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%Y.0", "%Y%m.0", "%Y%m%d.0"),
)
_MONTH_IN_DIGITS = "%Y%m"
"""It is taken only if it fits all of six digits: beside 210531 they are no months."""
_DIGITS_OF_A_MONTH = 6
_LAST_YEAR = 2100
"""No date of an export is later, but an end that means none."""


def with_dates(
    layout: Layout,
    names: Sequence[str],
    rows: Rows,
    today: date | None,
    day_first: bool | None,  # noqa: FBT001 -- None is a value of it
) -> tuple[Layout, str | None]:
    """The layout with the forms of its dates, unless it has them; and a date that is not clear."""
    if layout.dates:
        return layout, None
    columns = [layout.columns.get(field) for field in DATES]
    cells = [cells_of(column, names, rows) for column in columns]
    if are_in_one(layout):
        both = [start_and_end(text) for text in cells[0]]
        cells[:2] = [start for start, _ in both], [end for _, end in both]
    dated = [[*dict.fromkeys(filter(None, texts))] for texts in cells]
    if day_first is None:
        day_first = day_comes_first(dated, list(zip(*cells[:2], strict=False)), today)
    forms, unclear = _forms(dated, first=None if day_first is None else int(not day_first))
    return replace(layout, dates=forms), unclear


def cells_of(column: Column | None, names: Sequence[str], rows: Rows) -> list[str]:
    """A column row by row."""
    if not isinstance(column, str) or column not in names:
        return []
    place = names.index(column)
    return [row[place].strip() if place < len(row) else "" for row in rows]


def is_date(value: str) -> bool:
    """Whether a text is a date in one of the forms that are known."""
    forms = (*FORMS, *(form for pair in EITHER_WAY for form in pair))
    return parse_partial_date(partial_date(value, forms)) is not None


def _fits(value: str, form: str) -> bool:
    date_text = partial_date(value, (form,))
    days = parse_partial_date(date_text)
    return (days is not None and days[1].year <= _LAST_YEAR) or (
        date_text != value and stands_for_none(date_text)
    )


def _forms(
    columns: Sequence[Sequence[str]], *, first: int | None
) -> tuple[tuple[str, ...], str | None]:
    """Find the forms that the dates are written in, and one whose day and month are not clear.

    `first` is the place in EITHER_WAY of the order that is taken where nothing tells.
    """
    forms: list[str] = []
    left: list[str] = []
    for values in columns:
        said = [value for value in values if not stands_for_none(value)]
        unread = [value for value in said if parse_partial_date(value) is None]
        numbers = number_form(unread) if unread == said else None
        forms += [] if numbers is None or numbers in forms else [numbers]
        left += unread if numbers is None else []
    for form in FORMS:
        fitting = {value for value in left if _fits(value, form)}
        months = {value for value in left if value.isdecimal() and len(value) == _DIGITS_OF_A_MONTH}
        if fitting and (form != _MONTH_IN_DIGITS or fitting == months):
            forms.append(form)
            left = [value for value in left if value not in fitting]
    for pair in EITHER_WAY:
        fits = {form: {value for value in left if _fits(value, form)} for form in pair}
        if not any(fits.values()):
            continue
        alike = len(fits[pair[0]]) == len(fits[pair[1]])
        if alike and first is None:
            return tuple(forms), min(fits[pair[0]])
        forms.append(pair[first or 0] if alike else max(fits, key=lambda form: len(fits[form])))
    return tuple(forms), None
