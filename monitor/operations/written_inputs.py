"""What people wrote, and what the inboxes show: read, and said where there is nothing."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path

from monitor.alerts.vanished_inputs import Input, InputState
from monitor.base.errors import InputError
from monitor.base.inputs import Listing, has_file, look, names_in
from monitor.base.settings import Settings
from monitor.identity.organizations import Directory
from monitor.identity.organizations.imported import side_file
from monitor.identity.people.clusters import People
from monitor.rules.language import RuleSet, load_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """The files that a person writes: what organisations, people and rules there are."""

    directory: Directory
    people: People
    rules: RuleSet


def load_definitions(settings: Settings) -> Definitions:
    """Read the directory, the people and the rules; what is missing is empty.

    Raises UsageError with every problem, InputError for a folder that cannot be listed.
    """
    directory = Directory.load(settings.organizations)
    return Definitions(
        directory=directory,
        people=People.load(settings.people),
        rules=load_rules(settings.rules, directory=directory, settings=settings),
    )


def read_inputs(settings: Settings) -> tuple[Definitions, tuple[Input, ...]]:
    """Read what people wrote, and say of each file and folder whether it has content.

    If any of them cannot be read, the words are empty. Raises UsageError with every problem.
    """
    files = {
        "organizations": settings.organizations,
        "registries": side_file(settings.organizations),
        "people": settings.people,
    }
    inputs = {name: _looked_at(name, path, has_file) for name, path in files.items()}
    inputs["rules"] = _looked_at("rules", settings.rules, names_in)
    if any(given.content is InputState.UNREADABLE for given in inputs.values()):
        return Definitions(directory=Directory(), people=People(), rules=RuleSet()), (
            *inputs.values(),
        )
    words = load_definitions(settings)
    empty = {
        "organizations": words.directory.is_empty,
        "people": words.people.is_empty,
        "rules": not words.rules.files,
    }
    return words, tuple(
        replace(given, content=InputState.EMPTY)
        if given.content is InputState.FILLED and empty.get(name)
        else given
        for name, given in inputs.items()
    )


def _looked_at(name: str, path: Path | None, there: Callable[[Path], object]) -> Input:
    try:
        is_there = there(path) if path is not None else None
    except InputError as exc:
        return Input(name=name, path=path, content=InputState.UNREADABLE, why=str(exc))
    content = InputState.MISSING if is_there is None or is_there is False else InputState.FILLED
    return Input(name=name, path=path, content=content)


def look_at_inboxes(settings: Settings, only: Collection[str] | None = None) -> dict[str, Listing]:
    """List the files that each source shows, `only` some sources if told."""
    return {
        name: look(settings.root, source.inbox)
        for name, source in settings.sources.items()
        if source.inbox is not None and (only is None or name in only)
    }
