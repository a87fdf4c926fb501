"""The SQL statements: each stands in a folder `sql` beside the code that runs it."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Protocol


def statement(name: str) -> str:
    """Return the text of the statement `name`, wherever in the package its file stands.

    Raises KeyError when there is none.
    """
    return _text(name)


@cache
def _text(name: str) -> str:
    return statement_files()[name].read_text(encoding="utf-8")


@cache
def statement_files() -> Mapping[str, Traversable]:
    """Every statement of the package by its name, which no two share."""
    return {file.name.removesuffix(".sql"): file for file in _walk(files("monitor"))}


def _walk(folder: Traversable) -> Iterator[Traversable]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _walk(entry)
        elif entry.name.endswith(".sql"):
            yield entry


class Reading(Protocol):
    """What answers named statements: the engine with the derived tables, or the read model."""

    def rows(self, name: str, **values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a statement."""

    def records(self, name: str, **values: object) -> list[dict[str, Any]]:
        """Return the rows of a statement by column name."""

    def stream(self, name: str, **values: object) -> Iterator[dict[str, Any]]:
        """Yield the same, some at a time; nothing else may be asked until it is at its end."""


class Published(Reading, Protocol):
    """The read model, as pages read it."""

    def stand_in(self, table: str, name: str, **values: object) -> None:
        """Let the rows of a statement be read in the place of those of a table."""
