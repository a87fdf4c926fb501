"""What an operator decides, whether by a command or on the board: who, why, and from when on."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from monitor.base.errors import UsageError
from monitor.base.records import Verdict
from monitor.base.settings import Settings
from monitor.delivery.deliver import RETRIED, retry_dead_letters
from monitor.delivery.outbox import SILENCE, Silence, silences
from monitor.intake.snapshots.store import Store
from monitor.moves.reviews import KIND, key_of
from monitor.state import State, Transaction

REVIEWS = ("false", "confirmed")
"""What an analyst may say of a move."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """Who decides something, why, and when."""

    by: str
    why: str
    at: datetime


def set_silence(state: State, silence: Silence, *, by: str, at: datetime) -> int:
    """Write what an operator says of a silence into the log; return the silence's number."""
    with state.transaction() as tx:
        tx.decide(SILENCE, silence.key, silence.span, by, silence.why, on=at)
        return next(
            standing.number
            for standing in silences(tx.decisions(SILENCE))
            if standing.key == silence.key
        )


def end_silence(state: State, number: int, *, by: str, why: str | None, at: datetime) -> None:
    """End a silence today. Raises UsageError for one that is over, or that there is not."""
    today = at.date()
    with state.reading() as tx:
        standing = {silence.number: silence for silence in silences(tx.decisions(SILENCE))}
    if number not in standing or standing[number].until <= today:
        there = (
            ", ".join(
                str(each_number) for each_number, each in standing.items() if today < each.until
            )
            or "none"
        )
        raise UsageError(f"there is no silence {number} that could end (there are: {there})")
    ended = standing[number]
    over = replace(ended, since=min(ended.since, today), until=today, why=why or ended.why)
    set_silence(state, over, by=by, at=at)


def decide_snapshot(
    settings: Settings, state: State, snapshot: tuple[str, date], verdict: Verdict, word: Word
) -> None:
    """Override the verdict on a snapshot. Raises UsageError where there is no such snapshot."""
    source, day = snapshot
    if day not in Store.of(settings).manifests(source):
        raise UsageError(
            f"there is no snapshot of {source} on {day} (`talentwatch snapshots` lists them)"
        )
    with state.transaction() as tx:
        tx.decide("snapshot", f"{source}:{day}", str(verdict), word.by, word.why, on=word.at)


def review_move(state: State, move: str, verdict: str, word: Word) -> None:
    """Say that a move never was, or that it is sure; `move` is a whole id that there is."""
    with state.transaction() as tx:
        # Where the past is replayed, what is said today holds from the day that was reached.
        day = min(word.at.date(), date.fromisoformat(tx.cursor("horizon") or date.max.isoformat()))
        tx.decide(KIND, key_of(move, day), verdict, word.by, word.why, on=word.at)


def retry(state: State, message: str, word: Word) -> None:
    """Let a dead message go out again. Raises UsageError where there is no such message."""
    if not retry_dead_letters(state, message=message, at=word.at):
        raise UsageError(f"there is no dead message {message!r}")
    with state.transaction() as tx:
        tx.decide(RETRIED, message, "retry", word.by, word.why, on=word.at)


def silence_of_alert(tx: Transaction, alert: str, *, since: date, until: date, why: str) -> Silence:
    """A silence of the rule and group of an alert. Raises UsageError for an alert of none."""
    alerts = tx.latest_named([alert])
    if alert not in alerts:
        raise UsageError(f"there is no alert {alert!r}")
    alert_group = alerts[alert]
    return Silence(
        rule=alert_group.rule, group=alert_group.group, since=since, until=until, why=why
    )


def known_rule(name: str, rules: Collection[str]) -> str:
    """Return the id of a rule that there is. Raises UsageError, with those that there are."""
    if name not in rules:
        raise UsageError(f"there is no rule {name!r} (there are: {', '.join(sorted(rules))})")
    return name
