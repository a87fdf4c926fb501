"""The state of things in five seconds."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.base.records import Json
from monitor.cli.views.outcomes import unsent_lines
from monitor.cli.views.tables import table_of
from monitor.delivery.messages import counted
from monitor.unusual.expectation import FEWEST_MOVES, FEWEST_QUARTERS

if TYPE_CHECKING:
    # Tables are for people; what asks for JSON does without.
    from rich.console import Console


def print_status(console: "Console", facts: Mapping[str, Json]) -> None:
    """Print what a person wants to know in five seconds, the verdict first."""
    wrong = len(facts["problems"])
    console.print("All is well." if not wrong else f"{_things(wrong)} wrong, named at the end.")
    table = table_of("source", ">snapshots", "last good", ">age in days", "last verdict")
    for name, source in facts["sources"].items():
        table.add_row(
            name,
            str(source["snapshots"]),
            source["last_good"] or "never",
            "" if source["age_days"] is None else str(source["age_days"]),
            f"{source['last_verdict'] or ''}{', finished' if source['finished'] else ''}",
        )
    console.print(table)
    for name, source in facts["sources"].items():
        if source["waits_for"]:
            console.print(f"{name} waits for its first file: {source['waits_for']}", markup=False)
        if source["gaps"]:
            console.print(f"{name} was due and not looked at on {', '.join(source['gaps'])}.")
    waiting = sum(counts.get("pending", 0) for counts in facts["outbox"].values())
    rules = counted(facts["rules"]["enabled"], "rule")
    alerts, messages = counted(facts["open_alerts"], "open alert"), counted(waiting, "message")
    console.print(f"{rules}, {alerts}, {messages} waiting; last run {_minute(facts['last_run'])}.")
    for line in unsent_lines(facts["not_sent"]):
        console.print(line, markup=False, soft_wrap=True)
    if facts["held_changes"]:
        console.print(
            f"{counted(facts['held_changes'], 'change')} of organisations held until you decide:"
            " `talentwatch organizations suggest` lists what waits."
        )
    if facts["held_moves"]:
        console.print(
            f"{counted(facts['held_moves'], 'move')} held, which no rule counts:"
            " `talentwatch moves --held` says why."
        )
    _print_set_aside(console, facts)
    _print_doubts(console, facts)


def _print_set_aside(console: "Console", facts: Mapping[str, Json]) -> None:
    """Print what waits, is muted or does not count, each with the command that shows more."""
    for group in facts["set_aside"]:
        console.print(f"{group['text']}: `{group['command']}`", markup=False, soft_wrap=True)
    for name, day in facts["sources_removed"].items():
        line = f"source {name}: removed, it shows nothing since {day}: `talentwatch sources`"
        console.print(line, markup=False, soft_wrap=True)


def _print_doubts(console: "Console", facts: Mapping[str, Json]) -> None:
    """Print what may be otherwise than talentwatch takes it."""
    if facts["likely_doubles"]:
        console.print(
            f"{counted(facts['likely_doubles'], 'group')} of profiles that are likely doubles, each"
            " counted once: `talentwatch moves` says of whom, `[[different]]` in people.toml says"
            " that they are several people."
        )
    for doubt in facts["rules"]["doubts"]:
        console.print(f"note: {doubt}")
    for rule, day in facts["rules"]["unusual_tells_from"].items():
        console.print(f"rule {rule}: {_tells_from(day)}", markup=False, soft_wrap=True)


def _tells_from(day: str | None) -> str:
    """Say from which day on a rule on `unusual` can tell."""
    if day is None:
        return (
            f"it cannot tell yet what is unusual: the past has fewer than {FEWEST_QUARTERS} blocks"
            f" of its window's length with moves, or fewer than {FEWEST_MOVES} moves"
        )
    return f"it tells what is unusual of windows that end on {day} or later"


def _things(number: int) -> str:
    return "One thing is" if number == 1 else f"{number} things are"


def _minute(moment: str | None) -> str:
    return "never" if moment is None else f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M} UTC"
