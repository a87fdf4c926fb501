"""Inputs that had content and show none: nothing is evaluated until they are back, or it is meant.

Rules, organisations and people that are not there would take alerts back, though nobody said so:
a folder that is not mounted and a file that was lost look like ones that were emptied. The state
remembers which inputs had content, and an operator confirms that one is meant to be empty.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from monitor.alerts.ledger import RULE
from monitor.base.errors import UsageError
from monitor.base.inputs import Listing, is_there
from monitor.base.records import Notice
from monitor.base.settings import CollectedSource, Settings
from monitor.identity.organizations import Directory
from monitor.intake.sources import Source
from monitor.state import Transaction

INPUT = "input:"
"""The cursors that say whether an input had content when it was last seen."""
FILLED, EMPTY = "filled", "empty"
DECISION = "input"
"""The kind of the decision that an input is meant to be empty."""
FOLDER = "source:"
"""What the inputs that are the inboxes of sources begin with."""


class InputState(StrEnum):
    """What was found at an input."""

    FILLED = "filled"
    EMPTY = "empty"
    MISSING = "missing"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A file or folder that a person writes and every evaluation rests on."""

    name: str
    """`rules`, `organizations`, `registries` or `people`."""
    path: Path | None
    """None if the configuration names none."""
    content: InputState
    why: str = ""
    """Why it cannot be read."""


def input_stops(tx: Transaction, inputs: Iterable[Input], directory: Directory) -> dict[str, str]:
    """Say of each input that stops the evaluation why, and the way on, by its name.

    `directory` is what the inputs say of organisations.
    """
    inputs = list(inputs)
    readable = all(basis.content is not InputState.UNREADABLE for basis in inputs)
    stops = {}
    for basis in inputs:
        if basis.content is InputState.UNREADABLE:
            stops[basis.name] = f"{basis.why}. Nothing is evaluated until it can be read"
        elif basis.content is not InputState.FILLED and _had_content(
            tx, basis.name, directory if readable else None
        ):
            stops[basis.name] = (
                f"{_what_is_gone(basis)}. Nothing is evaluated until it is back; if it is meant to"
                f" be empty, say so: {confirming(basis.name)}"
            )
    return stops


def confirming(name: str) -> str:
    """Name the command that confirms that an input is meant to be empty.

    >>> confirming("people")
    'talentwatch organizations confirm-empty people --why TEXT'
    """
    words = {"rules": "rules confirm-empty", "organizations": "organizations confirm-empty"}
    return f"talentwatch {words.get(name, f'organizations confirm-empty {name}')} --why TEXT"


def _what_is_gone(given: Input) -> str:
    if given.path is None:
        return f"the configuration names no `{given.name}` any more, and the file had content"
    if given.content is InputState.MISSING:
        return f"{given.path} is missing, and it had content"
    return (
        f"{given.path} {'has no rule' if given.name == 'rules' else 'is empty'}, and it had content"
    )


def _had_content(tx: Transaction, name: str, directory: Directory | None) -> bool:
    """Tell whether an input ever had content that nobody confirmed to be gone.

    Where no run noted it, the ledger knows: it has alerts and meanings of rules, and each meaning
    has the fingerprint of the directory by which it was evaluated.
    """
    noted = tx.cursor(INPUT + name)
    if noted is not None:
        return noted == FILLED
    meanings = tx.cursors(RULE)
    if name == "rules":
        return bool(meanings or tx.rules_with_alerts())
    if name == "organizations" and directory is not None:
        evaluated_by = {meaning.rpartition(":")[2] for meaning in meanings.values()}
        return bool(evaluated_by - {directory.fingerprint})
    return False


def remember(
    tx: Transaction, inputs: Iterable[Input], listings: Mapping[str, Listing], *, evaluated: bool
) -> None:
    """Write down which inputs have content, and which inboxes showed files.

    What was `evaluated` without content is empty from now on, whatever the ledger was before.
    Where an input cannot be read, no other was looked into, and nothing is noted of them.
    """
    noted, inputs = tx.cursors(INPUT), list(inputs)
    seen = {FOLDER + name: FILLED for name, listing in listings.items() if listing.files}
    if any(given.content is InputState.UNREADABLE for given in inputs):
        inputs = []
    for given in inputs:
        if given.content is InputState.FILLED:
            seen[given.name] = FILLED
        elif evaluated:
            seen[given.name] = EMPTY
    for name, content in seen.items():
        if noted.get(INPUT + name) != content:
            tx.set_cursor(INPUT + name, content)


def inbox_faults(tx: Transaction, source: str, listing: Listing) -> list[str]:
    """Say what is wrong with the folders of a source; a folder that was never there is no fault."""
    faults = list(listing.unreadable)
    if listing.missing is not None and tx.cursor(INPUT + FOLDER + source) == FILLED:
        faults.append(
            f"{listing.missing} is missing, and it had files: put it back, or make it anew if it is"
            " meant to be empty"
        )
    return faults


def take_as_empty(tx: Transaction, given: Input, directory: Directory) -> None:
    """Let an input without content stop the evaluation no longer: an operator says it is meant.

    Raises UsageError where there is nothing to confirm.
    """
    if given.content is InputState.UNREADABLE:
        raise UsageError(f"{given.why}: make it readable; what is in it is not known")
    if given.content is InputState.FILLED:
        raise UsageError(f"{given.path} has content: there is nothing to confirm")
    if not _had_content(tx, given.name, directory):
        raise UsageError(
            f"{given.path or given.name} is taken as empty already: there is nothing to confirm"
        )
    tx.set_cursor(INPUT + given.name, EMPTY)


def absences(
    tx: Transaction,
    settings: Settings,
    sources: Mapping[str, Source],
    listings: Mapping[str, Listing],
    *,
    on: date,
) -> dict[str, Notice | None]:
    """Say of every file and source that the configuration names whether it is missing, by key.

    A file that never had content, or is meant to have none, is an empty one: the run goes on.
    Of a source with other faults these are said.
    """
    notices: dict[str, Notice | None] = {}
    for what, path in (("organizations", settings.organizations), ("rules", settings.rules)):
        key = f"missing:{what}"
        notices[key] = (
            None
            if is_there(path)
            else Notice(
                key=key,
                title=f"There is no {path}",
                text=f"It is taken as empty. If that is not meant, write it or mend `{what}` in"
                f" {settings.path}.",
                on=on,
            )
        )
    for name, source in sources.items():
        key = f"missing:source:{name}"
        notices[key] = (
            None
            if inbox_faults(tx, name, listings.get(name, Listing()))
            or any(True for _ in source.observations())
            else Notice(
                key=key,
                title=f"The source {name} shows no file at all",
                text=f"Nothing can be told from it. {_remedy(settings, name)}",
                on=on,
            )
        )
    return notices


def _remedy(settings: Settings, name: str) -> str:
    if isinstance(settings.sources.get(name), CollectedSource):
        return f"`talentwatch sources collect {name}` asks its service, or says why it cannot."
    return f"Look at `path` of [sources.{name}] in {settings.path}."
