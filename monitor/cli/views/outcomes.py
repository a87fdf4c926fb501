"""What a run or a backfill did, in a few lines."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from monitor.base.records import Json
from monitor.delivery.messages import counted, plain
from monitor.parts import CycleOutcome

if TYPE_CHECKING:
    # Tables are for people; what asks for JSON does without.
    from rich.console import Console


def print_outcome(console: "Console", outcome: CycleOutcome, deliveries: Mapping[str, int]) -> None:
    """Say in a few lines what a run did."""
    sent = ", ".join(f"{count} {word}" for word, count in deliveries.items() if count)
    if outcome.stopped:
        console.print(f"Nothing was evaluated; messages: {sent or 'none'}.")
        return
    taken = [row for rows in outcome.snapshots.values() for row in rows]
    if not taken and not outcome.revisions and not any(deliveries.values()):
        console.print("Nothing is new.")
        return
    for row in taken:
        reasons = f": {'; '.join(row.reasons)}" if row.reasons else ""
        profiles = counted(row.profiles, "profile")
        aside = f", {row.rejected:,} set aside" if row.rejected else ""
        console.print(f"{row.source} {row.observed_on}: {profiles}{aside}, {row.verdict}{reasons}")
        for remark in row.remarks:
            console.print(f"  {plain(remark)}", markup=False)
    alerts = ", ".join(f"{count} {word}" for word, count in outcome.alerts.items() if count)
    console.print(
        f"{_moves_words(outcome)}; alerts: {alerts or 'none'}; messages: {sent or 'none'}."
    )
    for line in unsent_lines(outcome.unsent.record(outcome.config)):
        console.print(line, markup=False, soft_wrap=True)


def _moves_words(outcome: CycleOutcome) -> str:
    """Tell new moves apart from the histories that came with people who are seen first."""
    moves = outcome.moves - outcome.history_moves
    histories = f"{outcome.histories} people's histories"
    if outcome.histories == 1:
        histories = "1 person's history"
    said = [histories] if outcome.histories else []
    return ", ".join([*said, *([counted(moves, "new move")] if moves or not said else [])])


def unsent_lines(unsent: Mapping[str, Json]) -> list[str]:
    """Say how many alerts were recorded and sent to nobody, why, and what sends them."""
    if not unsent["alerts"]:
        return []
    alerts = counted(unsent["alerts"], "alert")
    reasons = "; ".join(f"{plain(reason)}: {count}" for reason, count in unsent["reasons"].items())
    said = f"{alerts} recorded and not sent ({reasons}); open now: {unsent['open']}."
    command = unsent["command"]
    return [said, f"This sends them: `{command}`"] if command else [said]
