"""What an erasure is about to do, written down before it does anything.

Whatever ends the process in the middle, the next command goes on with it. The file names whoever
is erased, so it is private, and it is the last thing that goes.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from monitor.base.derived_file import erasure_path
from monitor.base.errors import StorageError
from monitor.base.private_files import atomic_write
from monitor.base.settings import Settings
from monitor.intake.forgetting.stored_rows import Numbering, StandIn
from monitor.intake.forgetting.words import Words


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that has to be known to erase some people, from whatever point on."""

    number: int
    """The number of the first profile, by which the log of decisions knows the erasure."""
    kind: str
    """`forget`, `expired` or `withdrawn`."""
    by: str
    why: str
    at: datetime
    people: tuple[StandIn, ...]
    keys: Mapping[str, str]
    """By each key (SOURCE:ID) of the people, what comes in its place."""
    others: tuple[str, ...] = ()
    """Keys of others whose id is one of these keys as a whole, or an id at another source."""
    moves: Mapping[str, tuple[str, str]] = {}
    """By the id of each of their moves, its new one, and the number of its profile."""
    alerts: Mapping[str, str] = {}
    """By the id of each alert whose group names one of them, its new one."""
    words: Mapping[str, str] = {}
    """What else names them in texts, and what comes in its place."""
    salt: bytes
    inbox: Mapping[str, str] | None = None
    """By SOURCE:DAY the checksums of the files of the inbox, which are written anew; None: not."""

    @property
    def kept(self) -> dict[str, str]:
        """What names others and stays, though a part of it names one of these people."""
        return {other: other for other in self.others}

    def ids_at(self, source: str) -> set[str]:
        """The people's ids at a source; its files may have somebody whom no snapshot has."""
        keys = (key.partition(":") for key in self.keys)
        return {profile for name, _, profile in keys if name == source}

    def numbering(self, sources: list[str]) -> Numbering:
        """Whose rows of stored snapshots are numbered."""
        people: dict[str, dict[str, StandIn]] = {source: {} for source in sources}
        for person in self.people:
            people.setdefault(person.source, {})[person.profile] = person
        return Numbering(
            people=people,
            salt=self.salt,
            on=self.at.date(),
            words=Words(self.words),
            number=self.number,
        )


def begun(settings: Settings) -> Erasure | None:
    """The erasure that was begun and not finished, if there is one.

    Raises StorageError where its file cannot be read.
    """
    place = erasure_path(settings)
    if not place.exists():
        return None
    try:
        return msgspec.json.decode(place.read_bytes(), type=Erasure)
    except (OSError, msgspec.MsgspecError) as exc:
        raise StorageError(
            f"{place} says whose erasure was begun, and cannot be read ({exc}): delete it, and"
            " call `talentwatch forget` again"
        ) from exc


def begin(settings: Settings, erasure: Erasure) -> None:
    """Write an erasure down; from here on it is finished by whatever command comes next."""
    with atomic_write(erasure_path(settings), private=True) as unfinished:
        unfinished.write_bytes(msgspec.json.encode(erasure))


def end(settings: Settings) -> None:
    """Forget an erasure that is finished."""
    erasure_path(settings).unlink(missing_ok=True)
