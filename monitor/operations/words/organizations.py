"""What an operator decides of two organisations: they are one, one took the other over, or neither.

The decision is written into `organizations.toml`, and counts from the next run on.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from monitor.alerts.vanished_inputs import Input, input_stops
from monitor.base.error_words import of_system
from monitor.base.errors import UsageError
from monitor.base.records import Decided, OrganizationDecision
from monitor.base.settings import Settings
from monitor.base.statements import Reading
from monitor.identity.organizations import Directory
from monitor.operations.words.decisions import Word
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
        decision, notes = _decision(settings, reading, words.directory, pair, decided, on)
        path = settings.organizations
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        after = edited(text, decision, words.directory)
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
) -> tuple[OrganizationDecision, list[str]]:
    """The decision in the words of the snapshots, with the day on which it was seen, and notes."""
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
    held = reading.rows("held_flows_between", origin=roots[0], destination=roots[1])
    if held:
        seen_on, ended_on, *names = held[0]
        first = held[-1][0]
        origin, destination = (
            given if directory.find(given) else name
            for given, name in zip(pair, names, strict=True)
        )
        shown = first if decided is Decided.REAL else ended_on or seen_on
        on = on or shown
        if decided is Decided.MERGER and on > shown:
            notes.append(
                f"what is held is of {shown}, before {on}, and stays held; with --on {shown}"
                " it is a part of the merger"
            )
    else:
        origin, destination = (_as_written(reading, directory, name, notes) for name in pair)
    if decided is Decided.MERGER and on is None:
        raise UsageError("say on which day the merger was, with --on: no such moves are held")
    day = None if decided is Decided.SAME and not held else on
    return (
        OrganizationDecision(origin=origin, destination=destination, decided=decided, on=day),
        notes,
    )


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
