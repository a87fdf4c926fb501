"""An export that holds many days: how its column writes them, and what is true between them."""

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from monitor.base.errors import UsageError, printable
from monitor.base.settings import COMPLETE, Layout
from monitor.intake.sources.days_in_files import DayFile, DaysOfFiles
from monitor.intake.sources.opening import stamp
from monitor.scaffold.guessing.columns import understood


def with_days(
    export: Path, layout: Layout, column: str, written: Sequence[str], given: str | None
) -> Layout:
    """The layout of an export whose rows are of several days, which `given` may say how to read.

    `written` are days as the column has them.

    Raises UsageError where the day and the month of its days cannot be told apart, and SourceError
    if it cannot be read so.
    """
    guess = understood(
        ["id", "organization", "start"], [["1", "1", day] for day in written], Layout()
    )
    if guess.uncertainties and not layout.dates:
        doubt = guess.uncertainties[0]
        raise UsageError(
            f"{printable(export.name)}: the column {column!r} says when each row was seen,"
            f" but {doubt}: say with --dates which it is, such as --dates %d/%m/%Y"
        )
    forms = dict.fromkeys([*layout.dates, *guess.layout.dates])
    mapped = replace(layout, dates=tuple(forms), observed_on=(column,), days=given or COMPLETE)
    if given is not None:
        return mapped
    days = DaysOfFiles([DayFile(export, stamp(export), None)], mapped)
    return replace(mapped, days=days.usual_days())
