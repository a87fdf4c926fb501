"""How the JSON files of a source are read, as its settings say."""

import io
from collections.abc import Generator, Mapping
from typing import BinaryIO

from monitor.base.profile import OF_ENDS
from monitor.base.records import Json
from monitor.base.settings import EMPLOYER, Layout
from monitor.intake.sources.grouping import padded
from monitor.intake.sources.nested.layouts import named_layouts
from monitor.intake.sources.nested.mapping import RecordMapping
from monitor.intake.sources.nested.texts import TEXTS


def expressions_of(layout: Layout) -> Mapping[str, str]:
    """By field, where in a record it is; empty where records are profiles."""
    named = named_layouts()[layout.layout] if layout.layout else None
    return {**(named.fields if named else {}), **layout.fields}


def are_keyed_by_name(layout: Layout) -> bool:
    """Whether the ids of records are names."""
    fields = expressions_of(layout)
    return "name" in fields and fields["name"] == fields.get("id")


def are_positions(layout: Layout) -> bool:
    """Whether each record is a position, so that several may be of one person, as in a table."""
    return bool(layout.fields) and layout.layout is None and "positions" not in layout.fields


def reads_text(layout: Layout) -> bool:
    """Whether its files are texts of a form of their own."""
    return layout.layout is not None and named_layouts()[layout.layout].text is not None


def text_profiles(stream: BinaryIO, layout: Layout) -> Generator[bytes, None, None]:
    """The profiles of such a text as JSON Lines, each on the line where it begins."""
    reader = TEXTS[named_layouts()[layout.layout or ""].text or ""]
    mapping = RecordMapping(expressions_of(layout), constants=layout.constants, dates=layout.dates)
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
    try:
        yield from padded((line, mapping.profile(record)) for line, record in reader(text))
    finally:
        text.detach()  # or it would close the file, which is not its own


def mapping_of(layout: Layout) -> tuple[RecordMapping | None, str | None]:
    """The mapping of its records, None if these are profiles; and the reader of its documents."""
    named = named_layouts()[layout.layout] if layout.layout else None
    fields = dict(expressions_of(layout))
    if layout.start_of == EMPLOYER:
        fields = {name: path for name, path in fields.items() if name != "start"}
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
    if named is None:
        mapping.watched = frozenset(OF_ENDS) - fields.keys() - layout.constants.keys()
    return mapping, named.reader if named else None


class WithoutStarts(RecordMapping):
    """Takes records for profiles, less the starts of their positions."""

    def __init__(self) -> None:
        super().__init__({"id": "id"})

    def unread(self) -> dict[str, str]:
        """Return nothing: no source says where such fields are."""
        return {}

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
