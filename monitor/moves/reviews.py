"""What analysts said of moves: from which day on it holds, and how right each rule is by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from monitor.moves.derivation.inputs import MoveReview
from monitor.state import Decision, Transaction

KIND = "move"


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How many of the moves that a rule's alerts ever counted were confirmed, and found false."""

    confirmed: int
    false: int

    @property
    def share(self) -> float | None:
        """The confirmed part of those that were looked at; None if none was."""
        reviewed = self.confirmed + self.false
        return self.confirmed / reviewed if reviewed else None


def key_of(move: str, day: date) -> str:
    """Name a judgement in the log: the move, and the day from which on it holds.

    >>> key_of("3bfcb5d18f66c5c1", date(2025, 3, 1))
    '3bfcb5d18f66c5c1:2025-03-01'
    """
    return f"{move}:{day.isoformat()}"


def move_reviews(tx: Transaction) -> list[MoveReview]:
    """Return what analysts said of moves, each until the next word on the same move."""
    by_move: dict[str, list[tuple[date, Decision]]] = {}
    for decision in tx.decisions(KIND):
        move, _, since = decision.key.rpartition(":")
        by_move.setdefault(move, []).append((date.fromisoformat(since), decision))
    reviews = []
    for move, decisions in sorted(by_move.items()):
        ends = [*(day for day, _ in decisions[1:]), None]
        for (day, decision), until in zip(decisions, ends, strict=True):
            # A word that holds from no earlier a day than the next one never holds.
            if until is None or day < until:
                reviews.append(_review(move, decision, day, until))
    return reviews


def precision(tx: Transaction, rule: str) -> Precision:
    """Return how right a rule is: of the moves that its alerts counted, on whatever day."""
    last = {decision.key.rpartition(":")[0]: decision for decision in tx.decisions(KIND)}
    if not last:
        return Precision(confirmed=0, false=0)
    counted = tx.counted_moves(rule, sorted(last))
    verdicts = [decision.verdict for move, decision in last.items() if move in counted]
    return Precision(confirmed=verdicts.count("confirmed"), false=verdicts.count("false"))


def precision_record(precision: Precision) -> Mapping[str, int | float | None]:
    """Return a rule's precision, as JSON."""
    return {
        "confirmed": precision.confirmed,
        "false": precision.false,
        "precision": precision.share,
    }


def _review(move: str, decision: Decision, day: date, until: date | None) -> MoveReview:
    note = f": {decision.why}" if decision.why else ""
    return MoveReview(
        move=move,
        verdict=decision.verdict,
        reason=f"{decision.verdict} by {decision.by} on {decision.on.date()}{note}",
        known_from=day,
        known_until=until,
    )
