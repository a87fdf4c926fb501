"""What fails again and again: told once for each distinct error, and once when it is over."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from monitor.base.records import Notice
from monitor.state import Transaction

FAILING = "failing:"
_PASSING = re.compile(r"https?://\S+|(?<!said )(?<!us \()\S*\d\S*")
"""What of an error changes from one day to the next; the number of an answer is its cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """Something that failed at its last try."""

    error: str
    times: int
    """In a row."""
    since: date
    notified: tuple[str, ...] = ()
    """The errors that the operator was told of."""


def follow(
    before: Failing | None, error: str | None, *, most: int, on: date
) -> tuple[Failing | None, str | None]:
    """Return what is failing now, and what is to be told: the error, "" for recovered, or None.

    >>> follow(None, "refused", most=1, on=date(2025, 1, 1))[1]
    'refused'
    >>> follow(follow(None, "refused", most=1, on=date(2025, 1, 1))[0], None, most=1,
    ...        on=date(2025, 1, 2))
    (None, '')
    """
    if error is None:
        return None, "" if before is not None and before.notified else None
    times = 1 if before is None else before.times + 1
    since = on if before is None else before.since
    notified = () if before is None else before.notified
    tell = times >= most and cause_of(error) not in map(cause_of, notified)
    after = Failing(
        error=error, times=times, since=since, notified=(*notified, error) if tell else notified
    )
    return after, error if tell else None


def cause_of(error: str) -> str:
    """The error less the addresses, ids, days and counts in it.

    >>> cause_of("https://a.example/p/1 said 403, the last of 5") == cause_of(
    ...     "https://a.example/p/2 said 403, the last of 17"
    ... )
    True
    >>> cause_of("https://a.example/p/1 said 403") == cause_of("https://a.example/p/1 said 500")
    False
    """
    return _PASSING.sub("", error)


def watch_over(
    tx: Transaction,
    tried: Mapping[str, str | None],
    *,
    most: int,
    channels: tuple[str, ...],
    at: datetime,
) -> None:
    """Follow what was tried, each with its error or None, and tell the operators what is new.

    What is told about a channel goes to the other ones.
    """
    failing_before = failing(tx)
    for what, error in tried.items():
        before = failing_before.get(what)
        after, tell = follow(before, error, most=most, on=at.date())
        if after != before:
            text = None if after is None else msgspec.json.encode(after).decode()
            tx.set_cursor(FAILING + what, text)
        if tell is not None:
            from monitor.delivery.outbox import enqueue_notice  # noqa: PLC0415 -- on most days nothing is told

            others = [name for name in channels if what != f"channel {name}"]
            notice = _notice(what, after or before, tell, at=at)
            enqueue_notice(tx, notice, channels=others, at=at)


def failing(tx: Transaction) -> dict[str, Failing]:
    """Read what failed at its last try, by what it is."""
    return {
        name.removeprefix(FAILING): msgspec.json.decode(value, type=Failing)
        for name, value in tx.cursors(FAILING).items()
    }


def _notice(what: str, case: Failing | None, tell: str, *, at: datetime) -> Notice:
    since = case.since if case is not None else at.date()
    facts = {"what": what, "since": since.isoformat()}
    if not tell:
        return Notice(
            key=f"recovered:{what}:{at.isoformat()}",
            title=f"The {what} works again",
            text=f"It had failed since {since}. Nothing is to be done.",
            on=at.date(),
            facts=facts,
        )
    digest = hashlib.sha256(tell.encode()).hexdigest()[:12]
    times = case.times if case is not None else 1
    return Notice(
        key=f"failing:{what}:{since}:{digest}:{at.isoformat()}",
        title=f"The {what} fails",
        text=f"{tell} (failed {_in_a_row(times)}, since {since}). It is tried again at every"
        " run, and everything else goes on.",
        on=at.date(),
        facts={**facts, "error": tell, "times": times},
    )


def _in_a_row(times: int) -> str:
    return "once" if times == 1 else f"{times:,} times in a row"
