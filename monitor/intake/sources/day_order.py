"""Whether the day or the month stands first in the dates of a table, as its source says."""

from collections.abc import Iterable, Sequence

from monitor.base.errors import FileRefused
from monitor.intake.sources.dates import partial_date

_MOST_TEXTS = 10_000
"""So many different dates are enough to tell."""
_LEAST = 2
"""One date that does not fit may be a slip."""


class DayOrder:
    """Remembers the dates of a table, and refuses it where they say the other order.

    An export that was made under other settings has 04/06 where the one before had 06/04. Both are
    dates, so only those with a day beyond the twelfth tell.
    """

    def __init__(self, forms: Sequence[str]) -> None:
        swapped = {form: _swapped(form) for form in forms if "%d" in form and "%m" in form}
        # A source that reads both orders has said which comes first.
        self._orders = {form: other for form, other in swapped.items() if other not in forms}
        self._seen = set[str]()

    def see(self, texts: Iterable[object]) -> None:
        """Remember dates as they are written."""
        if self._orders and len(self._seen) < _MOST_TEXTS:
            self._seen.update(text for text in texts if isinstance(text, str))

    def check(self, *, name: str) -> None:
        """Raise FileRefused if more dates fit the other order alone than the one of the source."""
        for form, other in self._orders.items():
            fits = {text for text in self._seen if partial_date(text, (form,)) != text}
            fits_other = {text for text in self._seen if partial_date(text, (other,)) != text}
            against = sorted(fits_other - fits)
            if len(against) >= _LEAST and len(against) > len(fits - fits_other):
                raise FileRefused(
                    f"{name}: its dates, such as {against[0]!r}, are written {other}, and `dates`"
                    f" of the source says {form}: export it as before, or take it in by a source of"
                    f' its own with dates = ["{other}"]'
                )


def _swapped(form: str) -> str:
    return form.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
