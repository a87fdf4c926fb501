"""How the JSON files of a source are read, as its settings say."""

from collections.abc import Mapping

from monitor.base.records import Json
from monitor.base.settings import EMPLOYER, Layout
from monitor.intake.sources.nested.layouts import named_layouts
from monitor.intake.sources.nested.mapping import RecordMapping


def expressions_of(layout: Layout) -> Mapping[str, str]:
    """By field, where in a record it is; empty where records are profiles."""
    named = named_layouts()[layout.layout] if layout.layout else None
    return {**(named.fields if named else {}), **layout.fields}


def are_keyed_by_name(layout: Layout) -> bool:
    """Whether the ids of records are names."""
    fields = expressions_of(layout)
    return "name" in fields and fields["name"] == fields.get("id")


def mapping_of(layout: Layout) -> tuple[RecordMapping | None, str | None]:
    """The mapping of its records, None if these are profiles; and the reader of its documents."""
    named = named_layouts()[layout.layout] if layout.layout else None
    fields = dict(expressions_of(layout))
    if layout.start_of == EMPLOYER:
        fields = {name: one for name, one in fields.items() if name != "start"}
        if not layout.maps_json:
            return WithoutStarts(), None
    if not fields:
        return None, named.reader if named else None
    mapping = RecordMapping(
        fields,
        constants=layout.constants,
        dates=layout.dates,
        nobody=named.nobody if named else None,
    )
    return mapping, named.reader if named else None


class WithoutStarts(RecordMapping):
    """Takes records for profiles, less the starts of their positions."""

    def __init__(self) -> None:
        super().__init__({"id": "id"})

    def profile(self, record: Json) -> Json:
        """Return a profile whose positions do not say when they began."""
        return without_starts(record)


def without_starts(profile: Json) -> Json:
    """Return a profile whose positions do not say when they began; whatever is none stays."""
    positions = profile.get("positions") if isinstance(profile, dict) else None
    if not isinstance(positions, list):
        return profile
    return {**profile, "positions": [_without_start(position) for position in positions]}


def _without_start(position: Json) -> Json:
    if not isinstance(position, dict):
        return position
    return {name: value for name, value in position.items() if name != "start"}
