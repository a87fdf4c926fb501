"""What the columns of dates in a file tell together: the order of day and month, and numbers."""

from collections.abc import Mapping, Sequence

from monitor.base.errors import FileRefused
from monitor.base.profile import DATES, FileForm
from monitor.base.records import Json
from monitor.intake.sources.dates import partial_date
from monitor.intake.sources.number_dates import day_of_number, number_form

_MOST_TEXTS = 10_000
"""How many different dates are enough to tell."""
_LEAST = 2
"""One date that does not fit may be a slip."""


class DayColumns:
    """Remembers the dates of a file, and refuses it where they say another order of day and month.

    An export that was made under other settings has 04/06 where the one before had 06/04. Both are
    dates, so only those with a day beyond the twelfth tell. A column of which every cell is a
    number that no form of the source reads has days as numbers (44197 for 2021-01-01).
    """

    def __init__(self, forms: Sequence[str], form: FileForm | None, *, name: str) -> None:
        """`form` is told how numbers are read; `name` is that of the file."""
        self.form = form
        self._name = name
        self._forms = tuple(forms)
        swapped = {form: _swapped(form) for form in forms if "%d" in form and "%m" in form}
        # A source that reads both orders has said which comes first.
        self._orders = {form: other for form, other in swapped.items() if other not in forms}
        self._seen: dict[str, set[str]] = {field: set() for field in DATES}
        self._numbers: dict[str, str] = {}

    def see(self, row: Mapping[str, Json]) -> None:
        """Remember the dates of a row as they are written."""
        for field, seen in self._seen.items():
            text = row.get(field)
            if text is not None and len(seen) < _MOST_TEXTS and isinstance(text, str):
                seen.add(text)

    def check(self) -> None:
        """Learn what all of the dates tell.

        Raises FileRefused if more of them fit the other order alone than the one of the source.
        """
        self._check_order(set().union(*self._seen.values()))
        for field, seen in self._seen.items():
            unread = {text for text in seen if partial_date(text, self._forms) == text}
            form = number_form(seen) if unread == seen else None
            if form is not None:
                self._numbers[field] = form
        if self._numbers and self.form is not None:
            self.form.number_dates = dict(self._numbers)

    def read(self, row: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return a row with the days that are numbers in our form, once all were seen."""
        if not self._numbers:
            return row
        days: dict[str, Json] = {
            field: day_of_number(text, form) or text
            for field, form in self._numbers.items()
            if isinstance(text := row.get(field), str)
        }
        inside = row.get("positions")
        if isinstance(inside, list):
            days["positions"] = [self.read(one) if isinstance(one, dict) else one for one in inside]
        return {**row, **days}

    def _check_order(self, seen: set[str]) -> None:
        for form, other in self._orders.items():
            fits = {text for text in seen if partial_date(text, (form,)) != text}
            fits_other = {text for text in seen if partial_date(text, (other,)) != text}
            against = sorted(fits_other - fits)
            if len(against) >= _LEAST and len(against) > len(fits - fits_other):
                raise FileRefused(
                    f"{self._name}: its dates, such as {against[0]!r}, are written {other}, and"
                    f" `dates` of the source says {form}: export it as before, or take it in by a"
                    f' source of its own with dates = ["{other}"]'
                )


def _swapped(form: str) -> str:
    return form.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
