"""What may be asked of an answer: filters, order and pages of rows, read in one place.

Pages, JSON, CSV and commands ask by the same names, so that all of them show the same rows.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeVar, overload
from urllib.parse import urlencode

from monitor.base.config_files.toml_files import nearest
from monitor.base.days.schedule import is_zone, zones
from monitor.base.errors import UsageError
from monitor.base.records import Json

ROWS, MOST_ROWS = 50, 500
"""How many rows a page has, and may be asked for."""
_LONGEST = 300
_LARGEST = 2**63 - 1
"""The largest whole number that SQLite knows."""
NO_KEY = "`after` is of another list: begin without it"
_READS = ("ltr", "rtl")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One thing that may be asked for, by its name in addresses and options."""

    name: str
    label: str
    """What a form calls it."""
    kind: str = "text"
    """text, day, count (a whole number from 1 on), choice or zone."""
    choices: tuple[str, ...] = ()
    default: str = ""
    """What is meant where nothing is said."""


OF_EVERY_PAGE = (
    Filter(name="dir", label="Direction", kind="choice", choices=_READS),
    Filter(name="zone", label="Your time zone", kind="zone"),
)
"""Every page can be laid out from right to left, and has its times in the reader's zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The values of filters, and where a page of rows begins."""

    values: Mapping[str, Any] = field(default_factory=dict)
    """By name: a text, a date or a number; None where nothing was asked."""
    written: Mapping[str, str] = field(default_factory=dict)
    """The same as written, defaults left out: the address that shows it again."""
    after: tuple[Any, ...] | None = None
    """The key of the last row of the page before."""
    limit: int | None = ROWS
    """None: all rows."""

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    def address(self, **changes: object) -> str:
        """Write the query of an address that asks the same, with some values changed or gone.

        >>> Asked(written={"rule": "a b", "status": "open"}).address(status=None, after="x")
        '?rule=a+b&after=x'
        """
        asked = {**self.written, **changes}
        pairs = [(name, str(value)) for name, value in asked.items() if value not in (None, "")]
        return f"?{urlencode(pairs)}" if pairs else ""


class Later(Sequence[T]):
    """Rows that are made when somebody reads them: a page of HTML may show less than they have."""

    def __init__(self, make: Callable[[], Iterable[T]]) -> None:
        """`make` is called once at most."""
        self._make = make

    @cached_property
    def _rows(self) -> list[T]:
        return list(self._make())

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> list[T]: ...
    def __getitem__(self, place: int | slice) -> T | list[T]:
        return self._rows[place]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The rows that were asked for, and what a page shows around them."""

    records: Sequence[Mapping[str, Json]]
    """With the keys that the command's `--json` has."""
    after: str | None = None
    """What to ask for the next page with; None on the last one."""
    document: Mapping[str, Json] | None = None
    """What JSON shows in the place of rows, where one thing was asked for."""
    shown: Mapping[str, Any] = field(default_factory=dict)
    """For the template alone."""


def read_asked(filters: Sequence[Filter], pairs: Iterable[tuple[str, str]]) -> Asked:
    """Read the pairs of an address. Raises UsageError for what no filter is, or has no such value.

    An empty value asks nothing, as a form sends it.
    """
    by_name = {choice.name: choice for choice in (*OF_EVERY_PAGE, *filters)}
    values: dict[str, Any] = {
        choice.name: _value(choice, choice.default) if choice.default else None
        for choice in filters
    }
    written: dict[str, str] = {}
    after, limit = None, ROWS
    for name, text in pairs:
        if text == "":
            continue
        if name == "after":
            after = _key(text)
        elif name == "limit":
            limit = _whole(name, text)
            if limit > MOST_ROWS:
                raise UsageError(f"limit is {MOST_ROWS} at most; `after` leads on from there")
            written[name] = str(limit)
        elif name in by_name:
            values[name] = _value(by_name[name], text)
            written[name] = text
        else:
            near = nearest(name, [*by_name, "after", "limit"])
            hint = f"; did you mean {near!r}?" if near else ""
            raise UsageError(f"there is no filter {name[:40]!r}{hint}")
    return Asked(values=values, written=written, after=after, limit=limit)


def page_of(
    rows: Iterable[T], asked: Asked, *, key: Callable[[T], tuple[Any, ...]]
) -> tuple[list[T], str | None]:
    """Sort rows by a key that no two share, and cut out the page that was asked for.

    Returns the rows, and what to ask for the next page with. A page begins after a key and not at
    a number, so that what is new meanwhile moves no row to another page.
    """
    ordered = sorted(rows, key=key)
    if asked.after is not None:
        try:
            ordered = [row for row in ordered if key(row) > asked.after]
        except TypeError:
            raise UsageError(NO_KEY) from None
    if asked.limit is None or len(ordered) <= asked.limit:
        return ordered, None
    page = ordered[: asked.limit]
    return page, next_page(key(page[-1]))


def next_page(key: Sequence[Any]) -> str:
    """Write the key of the last row of a page, as `after` has it."""
    return base64.urlsafe_b64encode(json.dumps(list(key)).encode()).decode().rstrip("=")


def _key(text: str) -> tuple[Any, ...]:
    try:
        key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        json.dumps(key, ensure_ascii=False).encode()  # half a letter is none that SQLite takes
    except (ValueError, binascii.Error, RecursionError):
        key = None
    if not isinstance(key, list) or not all(map(_is_of_key, key)):
        raise UsageError("`after` is none that a page gave: begin without it")
    return tuple(key)


def _is_of_key(value: object) -> bool:
    if isinstance(value, int):
        return abs(value) <= _LARGEST
    return isinstance(value, str | float)


def _value(choice: Filter, text: str) -> Any:
    if len(text) > _LONGEST:
        raise UsageError(f"{choice.name} is longer than {_LONGEST} letters")
    if choice.kind == "day":
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise UsageError(f"{choice.name} is a day, such as 2025-08-14, not {text!r}") from None
    if choice.kind == "zone":
        return read_zone(text)
    if choice.kind == "count":
        return _whole(choice.name, text)
    if choice.kind == "choice" and text not in choice.choices:
        raise UsageError(f"{choice.name} is one of {', '.join(choice.choices)}, not {text!r}")
    return text


def read_zone(text: str) -> str:
    """Read the name of a time zone. Raises UsageError for what is none."""
    if is_zone(text):
        return text
    near = nearest(text[:_LONGEST], zones())
    hint = f"; did you mean {near!r}?" if near else ""
    raise UsageError(f"{text[:40]!r} is no time zone, such as Europe/Berlin{hint}")


def _whole(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or not int(text[:9]) >= 1 or len(text) > 9:  # noqa: PLR2004 -- a billion
        raise UsageError(f"{name} is a whole number from 1 on, not {text!r}")
    return int(text)
