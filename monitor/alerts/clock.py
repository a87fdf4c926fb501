"""A clock that was set back: nothing is taken back by it, and the operators are told once."""

from datetime import date, timedelta

from monitor.base.records import Notice
from monitor.state import Transaction

CLOCK = "clock"
"""The key of the notice, and the cursor that says what the last run found wrong with its clock."""


def clock_text(reached: str | None, *, on: date) -> str | None:
    """Say that the clock was set back, if days were evaluated that are still to come by it.

    Somewhere it is tomorrow already: a day more is no fault.

    >>> clock_text("2025-06-02", on=date(2025, 6, 1)) is None
    True
    """
    if reached is None or date.fromisoformat(reached) - on <= timedelta(days=1):
        return None
    return (
        f"the clock says {on}, and an earlier run evaluated the days up to {reached}: set the clock"
        " right, or run without --now. Until then nothing dated after its day is taken in, and the"
        " alerts stand as they stood"
    )


def check_clock(tx: Transaction, *, on: date) -> Notice | None:
    """Write down whether the clock was set back, and tell the operators; None if it was not."""
    reached = tx.cursor("horizon")
    text = clock_text(reached, on=on)
    tx.set_cursor(CLOCK, text)
    if text is None:
        return None
    return Notice(
        key=CLOCK,
        title="The clock was set back",
        text=f"{text[0].upper()}{text[1:]}.",
        on=on,
        facts={"clock": on.isoformat(), "reached": reached},
    )
