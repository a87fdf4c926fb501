"""JSON of any shape: where its records are, and which of their values are a profile's fields."""

from monitor.intake.sources.nested.layouts import NamedLayout, layout_of, named_layouts
from monitor.intake.sources.nested.mapping import RecordMapping
from monitor.intake.sources.nested.of_layout import (
    are_keyed_by_name,
    are_positions,
    expressions_of,
    mapping_of,
    reads_text,
    text_profiles,
    without_starts,
)
from monitor.intake.sources.nested.records import (
    are_own_lines,
    is_lines,
    json_pairs,
    json_profiles,
    records,
)

__all__ = [
    "NamedLayout",
    "RecordMapping",
    "are_keyed_by_name",
    "are_own_lines",
    "are_positions",
    "expressions_of",
    "is_lines",
    "json_pairs",
    "json_profiles",
    "layout_of",
    "mapping_of",
    "named_layouts",
    "reads_text",
    "records",
    "text_profiles",
    "without_starts",
]
