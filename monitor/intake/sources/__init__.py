"""Where profiles come from: one file per kind of source, and the table that names them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from monitor.base.errors import SourceError
from monitor.base.records import Observation
from monitor.intake.sources.files import Files
from monitor.intake.sources.git import Git

__all__ = ["SOURCES", "Files", "Source"]


class Source(Protocol):
    """Something that can be observed: it lists what it shows now and opens it on demand."""

    def observations(self) -> Iterable[Observation | SourceError]:
        """All that can be seen now, in any order; what cannot be one says why instead."""
        ...


SOURCES: Mapping[str, Callable[..., Source]] = {"files": Files, "git": Git}
