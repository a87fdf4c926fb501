"""`talentwatch forget`, `export` and `decisions`: a person is erased, or shown what is stored."""

import getpass
import secrets
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from monitor.base.derived_file import healed
from monitor.base.errors import UsageError
from monitor.base.records import Json
from monitor.base.settings import Settings, load_settings
from monitor.cli.options import (
    CONFIG,
    ConfigOption,
    JsonOption,
    clock,
    json_lines,
    leave,
    print_rows,
    progress,
)
from monitor.cli.views.decisions import print_decisions
from monitor.delivery.messages import counted
from monitor.intake.forgetting.forgotten import Forgotten
from monitor.intake.forgetting.words import Words
from monitor.intake.lost_state import open_state
from monitor.operations.lease import run_lease
from monitor.operations.rights import journal
from monitor.operations.rights.access import names_in, stored_about, write_about
from monitor.operations.rights.erasing import Erased, is_over, start
from monitor.operations.rights.plan import FORGET, Order, Planned, plan
from monitor.operations.rights.rewriting.inbox import remedy
from monitor.operations.rights.rewriting.remains import still_named
from monitor.operations.rights.who import Found, find_person
from monitor.operations.written_inputs import load_definitions
from monitor.state import Decision, State
from monitor.wiring import (
    erase,
    observed_checksums,
    open_parts,
    open_reading_engine,
    open_store,
)


class NothingStored(UsageError):
    """Somebody was erased before, and nothing of them is left to erase."""


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
    with run_lease(settings, at=clock()) as (state, run), progress() as report:
        was_cut_off = journal.begun(settings) is not None
        planning = partial(
            planned_erasure, settings, state, person, reason=reason, inbox=inbox, report=report
        )
        try:
            found, planned = healed(settings, planning)
        except NothingStored as exc:
            if not was_cut_off:
                raise
            with state.transaction() as tx:
                tx.finish_run(run, at=clock(), outcome={})
            typer.echo(f"The erasure that was cut off is finished: {exc}", err=True)
            return
        start(settings, planned)
        erased = erase(settings, state, planned.erasure, progress=report)
        with state.transaction() as tx:
            tx.finish_run(run, at=clock(), outcome={})
    if json:
        json_lines([_record(found, erased)])
    else:
        _say(found, erased)
    leave([*erased.troubles])


def planned_erasure(
    settings: Settings,
    state: State,
    person: str,
    *,
    reason: str,
    inbox: bool,
    report: Callable[[str, str], None] = lambda *_: None,
) -> tuple[Found, Planned]:
    """Find a person, and plan the erasure, without doing any of it.

    Raises UsageError where nothing is known of them, NothingStored where nothing is any more.
    """

    def reading(source: str, day: date) -> None:
        report("looking through", f"{source} {day}")

    with open_parts(settings, state=state, sources={}, publishes=False, progress=report) as parts:
        parts.engine.run("derived_tables")
        forgotten = Forgotten.load(settings.snapshots)
        found = find_person(
            parts.engine, parts.store, parts.people, person, forgotten=forgotten, again=True
        )
        with state.reading() as tx:
            planned = plan(
                Order(
                    persons=(found.keys,),
                    kind=FORGET,
                    by=getpass.getuser(),
                    why=reason,
                    at=clock(),
                    inbox=observed_checksums(settings) if inbox else None,
                ),
                store=parts.store,
                engine=parts.engine,
                tx=tx,
                rules=parts.rules.rules,
                people=parts.people,
                forgotten=forgotten,
                progress=reading,
            )
    if not inbox and is_over(settings, state, planned.erasure, forgotten):
        left = still_named(settings, planned.erasure)
        files = ", ".join(map(str, left.named))
        named = f"; still named in {files}: delete that" if files else ""
        unread = "".join(f"; not searched: {path}: {why}" for path, why in left.unread)
        raise NothingStored(
            f"nothing is stored of {person!r} any more: they were erased, and are not taken in"
            f" again; --inbox takes them out of the files of the inbox, too{named}{unread}"
        )
    return found, planned


def _record(person: Found, erased: Erased) -> dict[str, object]:
    return {
        "erased": erased.number,
        "profiles": erased.profiles,
        "snapshots": erased.snapshots,
        "rows": erased.rows,
        "files": list(map(str, erased.files)),
        "likely_doubles": list(person.doubles),
        "left": list(map(str, erased.left)),
        "unread": [{"file": str(path), "why": why} for path, why in erased.unread],
    }


def _say(person: Found, erased: Erased) -> None:
    typer.echo(
        f"Erased: {counted(erased.profiles, 'profile')}, in"
        f" {counted(erased.snapshots, 'snapshot')} and {counted(erased.rows, 'row')} of the state."
        f" The log knows it as erased-{erased.number}."
    )
    if not erased.snapshots:
        keys = ", ".join(sorted(person.keys))
        typer.echo(f"No snapshot has {keys}: never, or no longer. Nobody of that id is taken in.")
    for path in erased.files:
        typer.echo(f"Written anew: {path}")
    for key in person.doubles:
        typer.echo(f"Likely the same person, and still stored: `talentwatch forget {key}`")
    for path in erased.left:
        typer.echo(f"Still names the person: {path}: {remedy(path)}")
    for path, why in erased.unread:
        typer.echo(f"Not searched, and may name the person: {path}: {why}")


def export(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="An id, alone or as SOURCE:ID.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="The JSON; a page stands beside it.")
    ] = Path("export.json"),
    reason: Annotated[str, typer.Option(help="Why; the log keeps it, without the person.")] = "",
    config: ConfigOption = CONFIG,
) -> None:
    """Write all that is stored about a person into one JSON, and a page that can be read.

    It has each observation and where it came from, moves, alerts, and messages with their
    channels. Only the owner of the files can read them.
    """
    settings = load_settings(config)
    people = load_definitions(settings).people
    with open_state(settings) as state, open_reading_engine(settings) as engine:
        store = open_store(settings)
        forgotten = Forgotten.load(settings.snapshots)
        found_person = find_person(engine, store, people, person, forgotten=forgotten)
        with state.reading() as tx:
            about = stored_about(
                found_person, settings=settings, store=store, engine=engine, tx=tx, at=clock()
            )
        files = write_about(about, out.with_suffix(".json"))
        with state.transaction() as tx:
            why = Words(dict.fromkeys([*found_person.keys, *names_in(about)], "...")).replaced(
                reason
            )
            said = counted(len(found_person.keys), "profile")
            tx.decide("export", secrets.token_hex(4), said, getpass.getuser(), why, on=clock())
    for file in files:
        typer.echo(f"Written: {file}")


def decisions(
    kind: Annotated[str | None, typer.Option(help="Only of this kind, such as forget.")] = None,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """List who decided what, when and why: erasures, exports, snapshots, moves, silences.

    The log only grows. Of who was erased or exported it holds nothing but a number.
    """
    settings = load_settings(config)
    with open_state(settings) as state, state.reading() as tx:
        listed = tx.decisions(kind)
    print_rows(listed, json=json, record=_decision_record, table=print_decisions)


def _decision_record(decision: Decision) -> dict[str, Json]:
    return {
        "number": decision.number,
        "on": decision.on.isoformat(),
        "kind": decision.kind,
        "about": decision.key,
        "verdict": decision.verdict,
        "by": decision.by,
        "why": decision.why,
    }
