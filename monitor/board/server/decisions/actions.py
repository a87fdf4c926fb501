"""What may be decided on the board: the functions of the commands, with who and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from monitor.base.errors import UsageError
from monitor.base.records import Decided, Verdict
from monitor.board.answers.desk import Desk
from monitor.board.answers.upkeep.held import waiting
from monitor.delivery.outbox import Silence
from monitor.operations.instructions.decisions import (
    REVIEWS,
    Word,
    decide_snapshot,
    end_silence,
    known_rule,
    retry,
    review_move,
    set_silence,
    silence_of_alert,
)
from monitor.operations.instructions.organizations import settle
from monitor.state import State

MOST_DAYS = 3660
LONGEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that a form asks for."""

    name: str
    label: str
    kind: str = "text"
    """text, day, count or choice."""
    choices: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that may be decided."""

    title: str
    button: str
    fields: tuple[Field, ...]
    back: str
    """The page that shows what became of it."""
    do: Callable[[Desk, State, Mapping[str, str], Word], str]
    """Does it, and says what was done. Raises UsageError for what cannot be."""


def _silence(desk: Desk, state: State, form: Mapping[str, str], word: Word) -> str:
    today = word.at.date()
    days = _count(form, "days")
    if days > MOST_DAYS:
        raise UsageError(f"a silence holds for at most {MOST_DAYS} days")
    until = today + timedelta(days=days)
    alert, rule = form.get("alert", ""), form.get("rule", "")
    if bool(alert) == bool(rule):
        raise UsageError("name what to silence: the rule and group of an alert, or a rule")
    if alert:
        silence = silence_of_alert(desk.tx, alert, since=today, until=until, why=word.why)
    else:
        rules = desk.definitions.rules
        there = [*(each.id for each in rules.rules), *rules.broken]
        silence = Silence(rule=known_rule(rule, there), since=today, until=until, why=word.why)
    number = set_silence(state, silence, by=word.by, at=word.at)
    return f"Silence {number} holds until {until}. Alerts are still recorded."


def _end_silence(_: Desk, state: State, form: Mapping[str, str], word: Word) -> str:
    number = _count(form, "number")
    end_silence(state, number, by=word.by, why=word.why, at=word.at)
    return f"Silence {number} is over; the next run tells what is still open."


def _judge(desk: Desk, state: State, form: Mapping[str, str], word: Word) -> str:
    move, verdict = form.get("move", ""), form.get("verdict", "")
    if verdict not in REVIEWS:
        raise UsageError(f"a move is {' or '.join(REVIEWS)}")
    if (move,) not in desk.reading.rows("moves_by_id_prefix", beginning=move) or not move:
        raise UsageError(f"there is no move {move!r}")
    review_move(state, move, verdict, word)
    return f"The move {move} is {verdict} from the next run on, which corrects the alerts."


def _snapshot(verdict: Verdict) -> Callable[[Desk, State, Mapping[str, str], Word], str]:
    def decide(desk: Desk, state: State, form: Mapping[str, str], word: Word) -> str:
        source, day = form.get("source", ""), _day(form.get("day", ""))
        if source not in {row[0] for row in desk.snapshots}:
            raise UsageError(f"there is no source {source!r}")
        decide_snapshot(desk.settings, state, (source, day), verdict, word)
        return f"{source} {day} is {verdict} from the next run on."

    return decide


def _decide(desk: Desk, state: State, form: Mapping[str, str], word: Word) -> str:
    pair = form.get("from", ""), form.get("to", "")
    if pair not in {(record["from_root"], record["to_root"]) for record in waiting(desk)}:
        raise UsageError(f"no change from {pair[0]!r} to {pair[1]!r} waits for a decision")
    if form.get("decided") not in set(Decided):
        raise UsageError(f"they are {', '.join(Decided)}")
    on = _day(form["on"]) if form.get("on") else None
    decided = Decided(form["decided"])
    settled = settle(desk.settings, state, desk.reading, pair, decided, on=on, word=word)
    names = f"{settled.decision.origin} → {settled.decision.destination}"
    said = f"{names} is decided from the next run on: {decided}."
    return " ".join([said, *(f"Note: {note}." for note in settled.notes)])


def _retry(_: Desk, state: State, form: Mapping[str, str], word: Word) -> str:
    retry(state, form.get("message", ""), word)
    return "The message goes out with the next run."


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is no day") from None


def _count(form: Mapping[str, str], name: str) -> int:
    text = form.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > len(str(MOST_DAYS)) + 4:
        raise UsageError(f"{name} is a whole number, not {text[:20]!r}")
    return int(text)


_SNAPSHOT = (Field(name="source", label="Source"), Field(name="day", label="Day", kind="day"))
ACTIONS: Mapping[str, Action] = {
    "silence": Action(
        title="Silence an alert or a rule",
        button="Silence it",
        fields=(
            Field(name="alert", label="Alert: its rule and group", optional=True),
            Field(name="rule", label="or a rule", optional=True),
            Field(name="days", label="For days", kind="count"),
        ),
        back="/silences",
        do=_silence,
    ),
    "end-silence": Action(
        title="End a silence",
        button="End it",
        fields=(Field(name="number", label="Number", kind="count"),),
        back="/silences?show=all",
        do=_end_silence,
    ),
    "judge": Action(
        title="Say whether a move is true",
        button="Say so",
        fields=(
            Field(name="move", label="Move"),
            Field(name="verdict", label="It is", kind="choice", choices=REVIEWS),
        ),
        back="/alerts",
        do=_judge,
    ),
    "accept": Action(
        title="Let a snapshot speak",
        button="Accept it",
        fields=_SNAPSHOT,
        back="/snapshots",
        do=_snapshot(Verdict.ACCEPTED),
    ),
    "reject": Action(
        title="Silence a snapshot",
        button="Reject it",
        fields=_SNAPSHOT,
        back="/snapshots",
        do=_snapshot(Verdict.REJECTED),
    ),
    "decide": Action(
        title="Say what a held change is",
        button="Say so",
        fields=(
            Field(name="from", label="From"),
            Field(name="to", label="To"),
            Field(name="decided", label="They are", kind="choice", choices=tuple(Decided)),
            Field(name="on", label="From this day on (as it was seen)", kind="day", optional=True),
        ),
        back="/held",
        do=_decide,
    ),
    "retry": Action(
        title="Let a message go again",
        button="Send it again",
        fields=(Field(name="message", label="Message"),),
        back="/deliveries",
        do=_retry,
    ),
}
"""What may be decided, by its name in addresses."""
