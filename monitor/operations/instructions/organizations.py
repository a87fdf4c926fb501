"""What an operator decides of two organisations: they are one, one took the other over, or neither.

The decision is written into `organizations.toml`, and counts from the next run on.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from monitor.alerts.vanished_inputs import Input, input_stops
from monitor.base.error_words import of_system
from monitor.base.errors import UsageError
from monitor.base.records import Decided, OrganizationDecision
from monitor.base.settings import Settings
from monitor.base.statements import Reading
from monitor.identity.organizations import Directory
from monitor.operations.instructions.decisions import Word
from monitor.operations.written_inputs import read_inputs
from monitor.state import State, Transaction

_FILES = frozenset({"organizations", "registries", "people"})
"""The inputs of which one that is lost keeps the directory from being written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of a decision."""

    decision: OrganizationDecision
    notes: tuple[str, ...]
    """What whoever decided should know of it."""


def settle(  # noqa: PLR0913 -- all that a decision follows from
    settings: Settings,
    state: State,
    reading: Reading,
    pair: tuple[str, str],
    decided: Decided,
    *,
    on: date | None,
    word: Word,
) -> Settled:
    """Settle moves from the first of a pair to the second: write it down, and into the log.

    `on` is the day from which it holds; None: as it was seen. Who decides at the same time waits.
    Raises UsageError for what cannot be decided; then nothing is written.
    """
    # Only a decision edits the directory.
    from monitor.identity.organizations.edits import edited, replace_file  # noqa: PLC0415

    with state.transaction() as tx:
        words, inputs = read_inputs(settings)
        _refuse_if_lost(tx, inputs, words.directory)
        decision, notes, begins = _decision(settings, reading, words.directory, pair, decided, on)
        replaced = _replaced(words.directory, decision, begins)
        notes += [
            f"it takes the place of an earlier decision: people really move from {origin} to"
            f" {destination}{_since(day)}"
            for origin, destination, day in sorted(replaced)
        ]
        path = settings.organizations
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        after = edited(text, decision, words.directory, replaced=replaced)
        key = f"{decision.origin}:{decision.destination}"
        try:
            _check(path, after)
            tx.decide("organizations", key, str(decided), word.by, word.why, on=word.at)
            replace_file(path, after)
        except OSError as exc:
            raise UsageError(f"{path} stays as it is: {of_system(exc)}") from exc
    return Settled(decision=decision, notes=tuple(notes))


def _refuse_if_lost(tx: Transaction, inputs: Iterable[Input], directory: Directory) -> None:
    """Refuse to begin a file anew in the place of one that had content, and is lost."""
    stopped = input_stops(tx, inputs, directory)
    lost = [error for name, error in stopped.items() if name in _FILES]
    if lost:
        raise UsageError("; ".join(lost))


def _decision(  # noqa: PLR0913, PLR0917 -- all that a decision follows from
    settings: Settings,
    reading: Reading,
    directory: Directory,
    pair: tuple[str, str],
    decided: Decided,
    on: date | None,
) -> tuple[OrganizationDecision, list[str], date]:
    """The decision in the words of the snapshots, notes, and the first day of what it settles.

    Its day is the one on which it was seen.
    """
    origin, destination = pair
    if not origin.strip() or not destination.strip():
        raise UsageError("name two organisations, as profiles write them")
    roots = [directory.resolve(name).root for name in pair]
    if roots[0] == roots[1]:
        raise UsageError(
            f"{origin!r} and {destination!r} are one organisation already; what makes them one in"
            f" {settings.organizations} is undone there"
        )
    notes: list[str] = []
    begins = on or date.max
    held = reading.rows("held_flows_between", origin=roots[0], destination=roots[1])
    if held:
        seen_on, ended_on, *names = held[0]
        first = held[-1][0]
        origin, destination = (
            given if directory.find(given) else name
            for given, name in zip(pair, names, strict=True)
        )
        ends = ended_on or seen_on
        shown = first if decided is Decided.REAL else ends
        _refuse_if_part(settings, directory, pair, decided, on=max(on or ends, ends))
        on = on or shown
        begins = first if on <= shown else on
        if decided is Decided.MERGER and on > shown:
            notes.append(
                f"what is held is of {shown}, before {on}, and stays held; with --on {shown}"
                " it is a part of the merger"
            )
    else:
        _refuse_if_part(settings, directory, pair, decided, on=on or date.max)
        origin, destination = (_as_written(reading, directory, name, notes) for name in pair)
    if decided is Decided.MERGER and on is None:
        raise UsageError("say on which day the merger was, with --on: no such moves are held")
    day = None if decided is Decided.SAME and not held else on
    return (
        OrganizationDecision(origin=origin, destination=destination, decided=decided, on=day),
        notes,
        begins,
    )


def _refuse_if_part(
    settings: Settings,
    directory: Directory,
    pair: tuple[str, str],
    decided: Decided,
    *,
    on: date,
) -> None:
    """Refuse to decide anew of an organisation that became a part of the other one.

    People may really have moved before it did: `on` is the last day of what is decided.
    """
    origin, destination = (directory.resolve(name).unit for name in pair)
    for unit, since, until in directory.parts(destination):
        if unit != origin or unit == destination or since is None:
            continue
        if decided is not Decided.REAL or (since <= on and (until is None or on < until)):
            raise UsageError(
                f"{pair[0]!r} is a part of {pair[1]!r} since {since} already, by"
                f" {settings.organizations} or a register: take that out there to decide anew"
            )


def _replaced(
    directory: Directory, decision: OrganizationDecision, begins: date
) -> set[tuple[str, str, date]]:
    """The earlier decisions that people really move so, which this one says otherwise."""
    if decision.decided is Decided.REAL:
        return set()
    origin, destination = (
        directory.resolve(name).root for name in (decision.origin, decision.destination)
    )
    flows = directory.real_flows()
    if decision.decided is Decided.SAME:
        return {flow for flow in flows if {*flow[:2]} == {origin, destination}}
    return {flow for flow in flows if flow[:2] == (origin, destination) and flow[2] >= begins}


def _since(day: date) -> str:
    return "" if day == date.min else f" since {day}"


def decided_changes(
    directory: Directory, records: Iterable[Mapping[str, Any]]
) -> dict[tuple[str, str], Decided]:
    """What was decided of held changes that the last run did not know of yet, by both roots.

    `records` are rows of `undecided_holds`.
    """
    found = {
        (record["from_root"], record["to_root"]): directory.decided(
            record["from_root"], record["to_root"], on=record["observed_on"]
        )
        for record in records
    }
    return {pair: decided for pair, decided in found.items() if decided is not None}


def waiting_changes(directory: Directory, records: Sequence[Mapping[str, Any]]) -> int:
    """How many held changes of organisations wait for a decision; a pair counts once.

    `records` are rows of `undecided_holds`.
    """
    pairs = {(record["from_root"], record["to_root"]) for record in records}
    return len(pairs - decided_changes(directory, records).keys())


def _as_written(reading: Reading, directory: Directory, name: str, notes: list[str]) -> str:
    """A name as most profiles write it; noted if none does and the directory lists it neither."""
    if directory.find(name) is not None:
        return name
    spellings = reading.rows("unit_names", units=[directory.resolve(name).unit])
    if not spellings:
        notes.append(f"no profile names {name!r} so far")
    return str(spellings[0][1]) if spellings else name


def _check(path: Path, text: str) -> None:
    """Refuse to write what could not be read again."""
    from monitor.identity.organizations.edits import replace_file  # noqa: PLC0415 -- as above

    scratch = path.with_name(f".{path.name}.check")
    try:
        tomllib.loads(text)
        replace_file(scratch, text)
        Directory.load(scratch)
    except (UsageError, tomllib.TOMLDecodeError) as exc:
        raise UsageError(f"{path} stays as it is: with this decision it would say: {exc}") from exc
    finally:
        scratch.unlink(missing_ok=True)
