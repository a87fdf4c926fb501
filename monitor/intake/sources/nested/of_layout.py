"""How the JSON files of a source are read, as its settings say."""

from monitor.base.records import Layout
from monitor.intake.sources.nested.layouts import named_layouts
from monitor.intake.sources.nested.mapping import RecordMapping


def mapping_of(layout: Layout) -> tuple[RecordMapping | None, str | None]:
    """The mapping of its records, None if these are profiles; and the reader of its documents."""
    named = named_layouts()[layout.layout] if layout.layout else None
    fields = {**(named.fields if named else {}), **layout.fields}
    if not fields:
        return None, named.reader if named else None
    mapping = RecordMapping(fields, constants=layout.constants, dates=layout.dates)
    return mapping, named.reader if named else None
