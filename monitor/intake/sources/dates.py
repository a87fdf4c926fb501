"""Dates as tables write them, in the partial form that a profile has."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

_MONTH = ("%m", "%b", "%B")


@lru_cache(maxsize=1 << 16)
def partial_date(text: str, forms: Sequence[str]) -> str:
    """A text as a partial date by the first of the forms that it fits; else as it is.

    >>> partial_date("Jan 2018", ("%b %Y",)), partial_date("05/10/2020", ("%d/%m/%Y",))
    ('2018-01', '2020-10-05')
    >>> partial_date("2018-01", ("%b %Y",))
    '2018-01'
    """
    for form in forms:
        try:
            moment = datetime.strptime(text.strip(), form)  # noqa: DTZ007 -- a day as it was written
        except ValueError:
            continue
        if "%d" in form:
            return moment.date().isoformat()
        return (
            moment.date().isoformat()[:7]
            if any(sign in form for sign in _MONTH)
            else moment.date().isoformat()[:4]
        )
    return text
