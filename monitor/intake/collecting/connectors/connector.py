"""What a connector is: which requests begin a round, and what each answer says."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol, TypeVar, runtime_checkable

import msgspec

from monitor.base.errors import SourceError
from monitor.base.records import Json
from monitor.base.settings.collected import Watched
from monitor.intake.collecting.exchange import Answer, NotReached, Request, shown

T = TypeVar("T")
HIDDEN, LOCKED, DELETED, OPTED_OUT = "hidden", "locked", "deleted", "opted out"
"""Why somebody is not to be seen any more; none of them is a departure."""
MERGED = "merged"
"""Why there is no such record: its person is seen under another id."""
GONE: Mapping[int, str] = MappingProxyType({404: DELETED, 410: DELETED, 451: HIDDEN})
"""Why somebody is gone whose address answers so: not found, gone, not to be shown by law."""


class Item(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One request of a round, and what it is for."""

    key: str
    """The same in every round: by it an answer is held against the one before."""
    kind: str
    """What is asked for, such as `person`, `search` or `page`."""
    request: Request
    person: str | None = None
    """The one person whom it is about: who is discovered is followed on by it."""
    about: Mapping[str, Any] = {}
    """What earlier answers said and what this one says is put together with; JSON."""
    part_of: str = ""
    """The list of which it is a further page, by the key of its first one."""


class Wrong(msgspec.Struct, frozen=True, kw_only=True):
    """A person or an organisation of the watch list that cannot be asked for as it is written."""

    written: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """That an answer is a list read whole, and how surely somebody is missing who is not in it."""

    reads: int
    """After this many looks in a row without them, people are in the list no longer."""
    least_share: float
    """A list that shows less than this share of the people whom it had is not believed."""
    shape: str
    """How it is built: the first look at another make counts nobody as missing."""
    assumed: frozenset[str] = frozenset()
    """People, by their ids, whose employer it does not say: another list that does is believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one answer says."""

    profiles: Sequence[Mapping[str, Json]] = ()
    """Profiles as in a file of JSON Lines, each with its `id`."""
    further: Sequence[Item] = ()
    """What is to be asked next: the next page, or the people whom a search found."""
    discovered: Sequence[str] = ()
    """People whom it found and who are asked for together with others, by their ids."""
    accumulates: bool = False
    """Whether a position that it no longer has stays: it says where people are, not who left."""
    roster: Roster | None = None
    """Given where `profiles` are a whole list that is not trusted at one look."""
    gone: Mapping[str, str] = field(default_factory=dict)
    """Why somebody is hidden, locked or deleted at the source, by id."""
    is_unknown: bool = False
    """Whether there is nobody by the id or name that was asked for."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Ids that were merged into others, by the old one."""
    took_in: Mapping[str, str] = field(default_factory=dict)
    """Ids that a record says it had before, with its own: mergers, where a name was theirs."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Names that a service may give to somebody else one day, each with the id of who has it now.

    The address of a profile is one, and the key of a request is the name that was asked for.
    """

    @property
    def is_silent(self) -> bool:
        """Whether it says nothing of anybody, not even that there is nobody."""
        has_profiles = any("id" in profile for profile in self.profiles)
        said = self.further or self.discovered or self.gone or self.aliases
        return not (has_profiles or said or self.is_unknown)


class Connector(Protocol):
    """One kind of service. It asks nothing itself, and keeps nothing."""

    base_url: str
    """Where it is, if the configuration does not say."""
    spacing: float
    """Seconds from one request to the next, if the configuration does not say."""
    budget: int | None
    """Requests a day, if the configuration does not say."""

    @property
    def secrets(self) -> Mapping[str, str]:
        """Headers that let us in, beside those of its requests, which are written down."""

    @property
    def parameters(self) -> Mapping[str, str]:
        """The same as parameters of each address."""

    def starts(self, followed: Sequence[str]) -> Iterable[Item | Wrong]:
        """The requests that a round begins with; `followed` were discovered in earlier ones."""

    def read(self, item: Item, answer: Answer) -> Reading:
        """What an answer says.

        Raises NotReached where this one says nothing, SourceError where no other will either.
        """

    def throttled(self, answer: Answer, now: datetime) -> float | None:
        """For how many seconds the service wants to be left alone, if it says so in its own way."""


@runtime_checkable
class Paid(Protocol):
    """What a connector is besides whose answers cost credits."""

    def cost(self, item: Item, answer: Answer) -> int:
        """The credits that an answer cost."""


def people_of(
    watch: Watched, checked: Callable[[str], str], followed: Iterable[str]
) -> tuple[list[str], list[Wrong]]:
    """Whom a watch list names, as `checked` has each, and who is followed; and what is wrong."""
    named, wrong = understood(watch.everybody(), checked)
    return [*dict.fromkeys((*named, *(followed if watch.follow else ())))], wrong


def understood(written: Iterable[str], read: Callable[[str], T]) -> tuple[list[T], list[Wrong]]:
    """What a watch list names, as `read` has it; and what of it is wrong.

    One that is mistyped stops none of the others.
    """
    right, wrong = list[T](), list[Wrong]()
    for text in written:
        try:
            value = read(text)
        except SourceError as exc:
            wrong.append(Wrong(written=text, why=str(exc)))
        else:
            right.append(value)
    return right, wrong


def merged_into(item: Item, primary: str, answer: Answer) -> dict[str, str]:
    """Whose record moved for good to one under another id, with that id.

    Raises NotReached for a record of somebody else to whom nothing has led.
    """
    if item.person is None or primary == item.person:
        return {}
    if not answer.is_moved:
        raise NotReached(f"{shown(answer.url)}: the answer is of {primary}, not of {item.person}")
    return {item.person: primary}


def require_success(answer: Answer, *, person: str | None = None) -> None:
    """Raise SourceError for an answer that refuses us altogether, NotReached for this one only.

    `person` is given where the request is about them alone: a 403 then keeps us from them, and
    says nothing of others.
    """
    place = shown(answer.url)
    if answer.status == 403 and person is not None:  # noqa: PLR2004 -- Forbidden
        raise NotReached(
            f"{place} said 403{_numbered(answer)}: {person} may not be read by us; if nobody may,"
            " look at the token, and at what it may read"
        )
    if answer.status in {401, 403}:
        raise SourceError(
            f"{place} refused us ({answer.status}): look at the token, and at what it may read"
        )
    if not 200 <= answer.status < 300:  # noqa: PLR2004 -- the classes of HTTP statuses
        raise NotReached(refusal(answer))


def refusal(answer: Answer) -> str:
    """What an answer without success says, for whoever runs the source.

    >>> refusal(Answer(status=500, url="https://example.org/people"))
    'https://example.org/people said 500, which is a fault of its own'
    """
    status = answer.status
    if status >= 500:  # noqa: PLR2004 -- the classes of HTTP statuses
        why = "which is a fault of its own"
    elif status in {401, 403}:
        why = "which keeps us out"
    elif status in {404, 410}:
        why = "so nothing is there"
    elif status >= 400:  # noqa: PLR2004 -- as above
        why = "so it does not take what it is asked"
    else:
        why = "which is no record"
    return f"{shown(answer.url)} said {status}, {why}"


def _numbered(answer: Answer) -> str:
    code = error_code(answer)
    return "" if code is None else f" (error {code})"


def error_code(answer: Answer) -> int | None:
    """The number by which a service names its reason; its words may repeat what lets us in."""
    try:
        return msgspec.json.decode(answer.body, type=_Fault).code
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


class _Fault(msgspec.Struct):
    code: int = msgspec.field(name="error-code")
