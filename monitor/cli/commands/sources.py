"""`talentwatch sources`: what is watched, and the end of a source that is watched no longer."""

import getpass
import tomllib
from pathlib import Path
from typing import Annotated

import typer

from monitor.base.errors import TalentwatchError, UsageError
from monitor.base.private_files import atomic_write
from monitor.base.records import Json
from monitor.base.settings import CollectedSource, Settings, load_settings
from monitor.cli.options import CONFIG, ConfigOption, JsonOption, clock, known, print_rows
from monitor.cli.views.files.sources import print_sources
from monitor.intake.gone_sources import (
    DECISION,
    REMOVED,
    gone_sources,
    removal_days,
    removed_sources,
    stored_sources,
)
from monitor.intake.lost_state import open_state
from monitor.state import Transaction
from monitor.wiring import open_store

app = typer.Typer(
    help="What is watched; try a file of a source; say that one is watched no longer.",
    invoke_without_command=True,
)


@app.callback()
def sources(
    context: typer.Context, config: ConfigOption = CONFIG, json: JsonOption = False
) -> None:
    """List the sources: watched, removed, or fallen out of the configuration."""
    if context.invoked_subcommand is None:
        listed(config, json)


@app.command("list")
def listed(config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """List the sources: watched, removed, or fallen out of the configuration; how far each is."""
    settings = load_settings(config)
    with open_state(settings) as state, state.reading() as tx:
        rows = _rows(settings, tx)
    print_rows(rows, json=json, record=lambda row: row, table=print_sources)


@app.command("collect")
def collected(
    source: Annotated[str, typer.Argument(help="A source of the configuration.")],
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Though it wants to be left alone for a while.")
    ] = False,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Ask the service of a source now, as politely as a run does; `run` takes it in when due.

    It goes on where it stopped, with no request sent twice. Exits with 1 where nobody answers.
    """
    # Who lists or removes sources asks no service.
    from monitor.cli.commands.asked_source import collect_now  # noqa: PLC0415

    settings = load_settings(config)
    known(source, sorted(settings.sources), "source")
    collect_now(settings, source, anyway=anyway, json=json)


@app.command("test")
def tried(
    source: Annotated[str, typer.Argument(help="A source of the configuration.")],
    file: Annotated[
        Path | None,
        typer.Argument(help="A file, wherever it is; default: the newest that its path matches."),
    ] = None,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Say what one file, or one record of a service, would give: who is in it, what is new.

    Nothing is kept of it: neither the store nor the state changes. Exits with 1 if a run would find
    the file suspect by itself, as where more would be set aside than is allowed.
    """
    settings = load_settings(config)
    known(source, sorted(settings.sources), "source")
    # Who lists or removes sources reads no file, and who reads a file asks no service.
    if file is None and isinstance(settings.sources[source], CollectedSource):
        from monitor.cli.commands.asked_source import try_source  # noqa: PLC0415

        try_source(settings, source, json=json)
        return
    from monitor.cli.commands.tried_file import try_file  # noqa: PLC0415

    try_file(settings, source, file, json=json)


@app.command()
def remove(
    source: Annotated[str, typer.Argument(help="A source that is watched no longer.")],
    why: Annotated[str, typer.Option(help="Why it is removed.")],
    config: ConfigOption = CONFIG,
) -> None:
    """Say that a source is watched no longer: the next run ends the alerts that rest on it.

    Its section is taken out of the configuration if it is still there. What it showed until now
    stays in the ledger, and its snapshots stay in the store. A section that is put back later
    takes the removal back.
    """
    if not why.strip():
        raise UsageError("the removal of a source needs its reason: --why TEXT")
    settings = load_settings(config)
    store = open_store(settings)
    with open_state(settings) as state:
        with state.reading() as tx:
            gone = {
                gone_source.name
                for gone_source in gone_sources(tx, settings.sources, stored_sources(store))
            }
            removed = removed_sources(tx, settings.sources)
        known(source, sorted({*settings.sources, *gone, *removed}), "source")
        if source in removed:
            raise UsageError(f"{source} is removed already: there is nothing to do")
        if source in settings.sources:
            _take_out(settings, source)
            typer.echo(f"[sources.{source}] is no longer in {settings.path}.")
        with state.transaction() as tx:
            tx.decide(DECISION, source, REMOVED, getpass.getuser(), why.strip(), on=clock())
    typer.echo(f"{source} is removed: the next run ends the alerts that rest on it alone.")


def _rows(settings: Settings, tx: Transaction) -> list[dict[str, Json]]:
    stored = dict(stored_sources(open_store(settings)))
    decided = {
        decision.key: decision for decision in tx.decisions(DECISION) if decision.verdict == REMOVED
    }
    since = removal_days(tx, settings.sources, on=None)
    sources = dict.fromkeys(settings.sources, "watched")
    sources |= dict.fromkeys(removed_sources(tx, settings.sources), "removed")
    sources |= {
        gone_source.name: "not in the configuration"
        for gone_source in gone_sources(tx, settings.sources, stored.items())
    }
    return [
        {
            "source": name,
            "status": status,
            "snapshots": stored.get(name, 0),
            "since": since[name].isoformat() if name in since else None,
            "why": decided[name].why if status == "removed" else None,
            **_followed(settings, name),
        }
        for name, status in sorted(sources.items())
    ]


def _followed(settings: Settings, name: str) -> dict[str, Json]:
    """How many a service is asked for, when last, and what is left of the day's budget."""
    nothing = {
        "followed": None,
        "looked_at": None,
        "left_today": None,
        "credits_left": None,
        "waits": None,
    }
    if not isinstance(settings.sources.get(name), CollectedSource):
        return nothing
    from monitor.intake.collecting.planning import progress_of, standing_of  # noqa: PLC0415 -- as above
    from monitor.operations.collecting import source_plan  # noqa: PLC0415 -- few sources are asked

    try:
        progress = progress_of(source_plan(settings, name), clock())
    except TalentwatchError as exc:
        return {**nothing, "waits": str(exc)}
    return {
        "followed": progress.people,
        "looked_at": None if progress.looked_at is None else progress.looked_at.isoformat(),
        "left_today": progress.left,
        "credits_left": progress.credits_left,
        "waits": "; ".join(lack.text for lack in standing_of(progress)) or None,
    }


def _take_out(settings: Settings, source: str) -> None:
    """Take a source's section out of the configuration, and leave all else as it is written.

    Raises UsageError where that cannot be done, and where the configuration is refused without it.
    """
    import tomlkit  # noqa: PLC0415 -- only a removal edits the configuration

    by_hand = f"take [sources.{source}] out of {settings.path} yourself, and say it again"
    text = settings.path.read_text(encoding="utf-8")
    document, wanted = tomlkit.parse(text), tomllib.loads(text)
    del wanted["sources"][source]
    try:
        tables: dict[str, object] = document["sources"]
        del tables[source]
        document_text = tomlkit.dumps(document)
        left = tomllib.loads(document_text)
    except (tomlkit.exceptions.TOMLKitError, tomllib.TOMLDecodeError, KeyError) as exc:
        raise UsageError(f"{settings.path} cannot be edited here: {by_hand}") from exc
    if {"sources": {}} | left != wanted:
        raise UsageError(f"{settings.path} cannot be edited here: {by_hand}")
    with atomic_write(settings.path) as unfinished:
        _write_checked(unfinished, document_text, by_hand)


def _write_checked(path: Path, text: str, by_hand: str) -> None:
    path.write_text(text, encoding="utf-8")
    try:
        load_settings(path)
    except TalentwatchError as exc:
        raise UsageError(f"without it the configuration is refused ({exc}): {by_hand}") from exc
