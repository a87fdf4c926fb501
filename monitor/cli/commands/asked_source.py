"""What `talentwatch sources` asks of a service: all that is followed, or one record to look at."""

import orjson

from monitor.base.errors import SourceError
from monitor.base.settings import Settings
from monitor.cli.options import clock, console, json_lines, progress
from monitor.intake.collecting.client import Clock
from monitor.intake.collecting.planning import progress_of
from monitor.intake.collecting.trial import tried_record
from monitor.operations.collecting import collect_source, source_plan


def collect_now(settings: Settings, source: str, *, anyway: bool, json: bool) -> None:
    """Collect a source, and say what came of it. Raises SourceError where nobody answers."""
    with progress() as report:
        collected = collect_source(
            settings, source, clock=Clock(now=clock), progress=report, anyway=anyway
        )
    people = progress_of(source_plan(settings, source), clock()).people
    if json:
        record = {
            "source": source,
            "files": [str(path) for path in collected.written],
            "people": people,
            "requests": collected.requests,
            "unchanged": collected.unchanged,
            "failed": collected.failed,
            "complete": collected.is_complete,
            "note": collected.note,
        }
        json_lines([record])
        return
    terminal = console()
    terminal.print(
        f"{source}: {_requests(collected.requests)}, {collected.looked_at:,} answers of which"
        f" {collected.unchanged:,} said nothing new; {people:,} people are followed.",
        highlight=False,
    )
    for path in collected.written:
        terminal.print(f"{path}: `talentwatch run --source {source}` takes it in.", highlight=False)
    if collected.note:
        begins = "" if collected.is_complete else "It is not complete: "
        terminal.print(f"{begins}{collected.note}.", highlight=False, markup=False)


def try_source(settings: Settings, source: str, *, json: bool) -> None:
    """Ask for one record, keep nothing, and show the profile that it makes and what it cost."""
    record = tried_record(source_plan(settings, source), Clock(now=clock))
    if record is None:
        raise SourceError(
            f"source {source}: nobody is followed yet: write ids or organizations into"
            f" [sources.{source}.watch]"
        )
    if json:
        json_lines([record.as_json()])
        return
    terminal = console()
    terminal.print(f"One record of {source}, from {record.url}:", highlight=False)
    text = orjson.dumps(record.profile, option=orjson.OPT_INDENT_2).decode()
    terminal.print(text, highlight=False, markup=False)
    for name, value in record.limits.items():
        terminal.print(f"{name}: {value}", highlight=False, markup=False)
    for why in record.wrong:
        terminal.print(f"Left out: {why}", highlight=False, markup=False)
    spent = "" if record.credits is None else f" and {record.credits} credits"
    terminal.print(
        f"It cost {_requests(record.requests)}{spent}. Nothing is kept of it.", highlight=False
    )


def _requests(count: int) -> str:
    return f"{count:,} request{'' if count == 1 else 's'}"
