"""JSON that a source maps to nothing: whether its records are profiles in our own form."""

from collections.abc import Sequence

from monitor.base.errors import FileRefused
from monitor.base.records import Json
from monitor.intake.profiles.schema import SCHEMA
from monitor.intake.sources.nested.layouts import layout_of

LOOKED_AT = 50
"""How many records, the first, tell what the others are."""
_KEYS = frozenset(SCHEMA["properties"])
_MOST_KEYS = 12


def refuse_strangers(records: Sequence[Json], *, name: str) -> None:
    """Raise FileRefused if none of the first records is a profile, and they have keys of others.

    As profiles, they would be people without employers. Single faults are for validation.
    """
    found = [record for record in records if isinstance(record, dict)]
    if not found or any(map(_may_be_own, found)):
        return
    named = layout_of(found)
    if named is not None:
        way = f'they look like {named.title}: write layout = "{named.name}" into the source'
    else:
        keys = list(dict.fromkeys(str(key) for record in found for key in record))[:_MOST_KEYS]
        way = (
            f"their keys are {', '.join(map(repr, keys))}: say in [sources.NAME.fields] where id,"
            " name, positions and organization are, or let `talentwatch init FOLDER --from FILE`"
            " write that"
        )
    raise FileRefused(f"{name}: its records are no profiles as talentwatch writes them; {way}")


def _may_be_own(record: dict[str, Json]) -> bool:
    """Whether a record is a profile, or one with faults: it has positions, or no other keys."""
    positions = record.get("positions")
    if isinstance(positions, list) and positions:
        return any(isinstance(one, dict) and "organization" in one for one in positions)
    return "positions" in record or record.keys() <= _KEYS
