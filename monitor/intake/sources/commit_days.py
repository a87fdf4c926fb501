"""On which day each commit of a branch was made, whatever the clocks of its authors said."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

_SECONDS_A_DAY = 86_400
_FROM_1970 = date(1970, 1, 1).toordinal()
_LAST = date.max.toordinal()


def commit_days(seconds: Sequence[int]) -> list[date]:
    """The UTC day of each commit of a branch, oldest first; no day comes before an earlier one.

    A clock was wrong where days go back. As few commits as possible are taken for wrong, and of two
    readings with as many, the one that was right first; these have the day of the right one before.

    >>> day = 86_400
    >>> [one.day for one in commit_days([0, day, 40_000 * day, 2 * day, 3 * day])]
    [1, 2, 2, 3, 4]
    """
    days = [_FROM_1970 + second // _SECONDS_A_DAY for second in seconds]
    days = [min(max(day, 1), _LAST) for day in days]
    if all(before <= after for before, after in pairwise(days)):
        return [date.fromordinal(day) for day in days]
    right = _longest_rising(days)
    days_of_commits = list[date]()
    last = days[right[0]]
    places = set(right)
    for place, day in enumerate(days):
        last = day if place in places else last
        days_of_commits.append(date.fromordinal(last))
    return days_of_commits


def _longest_rising(days: Sequence[int]) -> list[int]:
    """The places of a longest run of days that never goes back, in O(n log n).

    It is looked for from the end, so that of several the one with the later days is kept: a commit
    that is new takes nothing back. Patience sorting: Fredman 1975, "On computing the length of
    longest increasing subsequences".
    """
    heads, places = list[int](), list[int]()
    after: list[int | None] = []
    for place in range(len(days) - 1, -1, -1):
        # The heads are negated, since bisect wants them in rising order.
        at = bisect_right(heads, -days[place])
        after.append(places[at - 1] if at else None)
        heads[at : at + 1] = [-days[place]]
        places[at : at + 1] = [place]
    after.reverse()
    rising = list[int]()
    following: int | None = places[-1]
    while following is not None:
        rising.append(following)
        following = after[following]
    return rising
