"""`talentwatch forget`: a person is erased from everything that talentwatch keeps."""

import getpass
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Annotated

import typer

from monitor.base.derived_file import healed
from monitor.base.settings import Settings, load_settings
from monitor.cli.options import CONFIG, ConfigOption, JsonOption, clock, json_lines, leave, progress
from monitor.intake.forgetting.forgotten import Forgotten
from monitor.operations.lease import run_lease
from monitor.operations.rights.erasing import Erased, start
from monitor.operations.rights.plan import FORGET, Order, Planned, plan
from monitor.operations.rights.who import Found, find_person
from monitor.state import State
from monitor.wiring import erase, open_parts


def forget(
    person: Annotated[
        str,
        typer.Argument(
            metavar="PERSON", help="An id, alone or as SOURCE:ID; all links go with it."
        ),
    ],
    reason: Annotated[str, typer.Option(help="Why; the log keeps it, without the person.")] = "",
    inbox: Annotated[
        bool, typer.Option("--inbox", help="Take the person out of the files of the inbox, too.")
    ] = False,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Erase a person from snapshots, moves, alerts, messages, backups and logs, for good.

    In the place of each erased row one stays that has a number for a name, so that what was counted
    stays counted. The person is not taken in again: only a keyed hash of the ids is kept for that.
    """
    settings = load_settings(config)
    with run_lease(settings, at=clock()) as (state, run), progress() as told:
        found, planned = healed(
            settings,
            partial(_planned, settings, state, person, reason=reason, inbox=inbox, told=told),
        )
        start(settings, planned)
        erased = erase(settings, state, planned.erasure, progress=told)
        with state.transaction() as tx:
            tx.finish_run(run, at=clock(), outcome={})
    if json:
        json_lines([_record(found, erased)])
    else:
        _say(found, erased)
    leave([*erased.troubles])


def _planned(
    settings: Settings,
    state: State,
    person: str,
    *,
    reason: str,
    inbox: bool,
    told: Callable[[str, str], None],
) -> tuple[Found, Planned]:
    def reading(source: str, day: date) -> None:
        told("looking through", f"{source} {day}")

    with open_parts(settings, state=state, sources={}, publishes=False, progress=told) as parts:
        parts.engine.run("derived_tables")
        found = find_person(parts.engine, parts.store, parts.people, person)
        with state.reading() as tx:
            planned = plan(
                Order(
                    persons=(found.keys,),
                    kind=FORGET,
                    by=getpass.getuser(),
                    why=reason,
                    at=clock(),
                    inbox=inbox,
                ),
                store=parts.store,
                engine=parts.engine,
                tx=tx,
                rules=parts.rules.rules,
                forgotten=Forgotten.load(settings.snapshots),
                progress=reading,
            )
    return found, planned


def _record(found: Found, erased: Erased) -> dict[str, object]:
    return {
        "erased": erased.number,
        "profiles": erased.profiles,
        "snapshots": erased.snapshots,
        "rows": erased.rows,
        "files": list(map(str, erased.files)),
        "likely_doubles": list(found.doubles),
        "left": list(map(str, erased.left)),
    }


def _say(found: Found, erased: Erased) -> None:
    typer.echo(
        f"Erased: {erased.profiles} profiles, in {erased.snapshots} snapshots and"
        f" {erased.rows} rows of the state. The log knows it as erased-{erased.number}."
    )
    for path in erased.files:
        typer.echo(f"Written anew: {path}")
    for key in found.doubles:
        typer.echo(f"Likely the same person, and still stored: `talentwatch forget {key}`")
    for path in erased.left:
        typer.echo(f"Still names the person, take it out there: {path}")
