"""Organisations and people by the names that somebody types."""

from monitor.base.config_files.toml_files import nearest
from monitor.base.errors import UsageError
from monitor.base.statements import Reading
from monitor.identity.organizations import Directory

LEAST_NEARNESS = 0.8
"""From which on a name may be what was meant."""


def named_organization(engine: Reading, directory: Directory, name: str) -> str:
    """Return the id of an organisation that the directory lists or a profile named.

    Raises UsageError, with the nearest name, for one that nobody has.
    """
    found_unit = directory.find(name)
    if found_unit is not None:
        return found_unit
    meant = directory.resolve(name).unit
    spellings = engine.rows("known_organization_names")
    if any(unit == meant for _, unit in spellings):
        return meant
    near = nearest(name, [*directory.spellings(), *(spelling for spelling, _ in spellings)])
    hint = f"; did you mean {near!r}?" if near else ""
    raise UsageError(f"no organisation goes by the name {name!r}, here or in any profile{hint}")


def named_person(engine: Reading, name: str) -> str:
    """Return an id or a whole name that some profile goes by, as it was given.

    Raises UsageError, with the nearest one, if none does.
    """
    people = engine.rows("nearest_person", person=name)
    closest, nearness = people[0] if people else ("", 0.0)
    if nearness == 1:
        return name
    hint = f"; did you mean {closest!r}?" if nearness >= LEAST_NEARNESS else ""
    raise UsageError(f"nobody goes by {name!r}, as an id or a whole name{hint}")
