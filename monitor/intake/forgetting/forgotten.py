"""The people who are not taken in again, known by keyed hashes of their ids and addresses alone.

The key is a secret of the installation: without it nobody can find out by trying whether somebody
was forgotten. Both files are private, and belong to the snapshots folder.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import msgspec
import pyarrow as pa

from monitor.base.errors import StorageError
from monitor.base.private_files import atomic_write, make_folder
from monitor.intake.profiles.ids import canonical_id, canonical_key
from monitor.intake.profiles.lines import Rejected

LIST, KEY = "forgotten.json", "forgotten.key"
"""The hashes, and the secret they are made with."""
_CELLS = re.compile(r"[,;\t|]")
_QUOTED = re.compile(r'"([^"]*)"')
_PREFIX = re.compile(r"^(?:https?:)?(?://)?(?:www\.)?", re.IGNORECASE)
_VISIT = re.compile(r"(?<=[?&])(?:utm_\w+|fbclid|gclid)=[^&]*&?")
"""What is added to an address to count visits."""
_SECRET_BYTES = 32


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """Two keys (SOURCE:ID) of one person of whom one was erased, and when that was believed."""

    one: str
    other: str
    known_from: date
    known_until: date | None = None
    certain: bool = False
    """Whether they are certainly one person now: who is likely one with a number is not erased
    with somebody else. Lists that were written before do not say so of any."""


class _List(msgspec.Struct, frozen=True, kw_only=True):
    numbers: int = 0
    hashes: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    expired: dict[str, str] = {}


@dataclass(frozen=True)
class Forgotten:
    """Who was forgotten, as far as that is kept."""

    secret: bytes = b""
    hashes: frozenset[str] = frozenset()
    numbers: int = 0
    """How many numbers were given to erased profiles so far."""
    links: tuple[Link, ...] = field(default=())
    """Which numbered profiles are one person, for as long as that was believed."""
    expired: Mapping[str, str] = field(default_factory=dict)
    """By the hash of each id whose time was over, the key of its number: nobody is kept away by
    it. Whoever is collected anew is one person with the number, and is not counted twice."""

    @classmethod
    def load(cls, folder: Path) -> "Forgotten":
        """Read the list of a snapshots folder; nobody was forgotten where there is none.

        Raises StorageError where the list or its secret cannot be read: people would come back.
        """
        place = folder / LIST
        if not place.exists():
            return cls()
        try:
            kept = msgspec.json.decode(place.read_bytes(), type=_List)
            secret = bytes.fromhex((folder / KEY).read_text(encoding="ascii").strip())
        except (OSError, ValueError, msgspec.MsgspecError) as exc:
            raise StorageError(
                f"{place} or {folder / KEY} cannot be read, which say who was forgotten: put both"
                f" back from a copy of the folder, or people come back ({exc})"
            ) from exc
        return cls(secret, frozenset(kept.hashes), kept.numbers, kept.links, kept.expired)

    def save(self, folder: Path) -> None:
        """Write the list into a snapshots folder; the secret comes first, and never changes."""
        make_folder(folder)
        if not (folder / KEY).exists():
            with atomic_write(folder / KEY, private=True) as unfinished:
                unfinished.write_text(self.secret.hex() + "\n", encoding="ascii")
        kept = _List(
            numbers=self.numbers,
            hashes=tuple(sorted(self.hashes)),
            links=self.links,
            expired=dict(sorted(self.expired.items())),
        )
        with atomic_write(folder / LIST, private=True) as unfinished:
            unfinished.write_bytes(msgspec.json.format(msgspec.json.encode(kept), indent=0))

    def with_secret(self) -> "Forgotten":
        """The same with a secret, made now if there is none."""
        return self if self.secret else replace(self, secret=secrets.token_bytes(_SECRET_BYTES))

    def with_people(
        self, keys: Iterable[str], urls: Iterable[str], names: Iterable[str]
    ) -> "Forgotten":
        """The same with more people: their ids as SOURCE:ID, their own addresses, their names.

        A name keeps nobody away: it takes the person out of what is shown of lines set aside.
        """
        forgotten = self.with_secret()
        more = {
            *(forgotten.hash_of("id", _spelled(key)) for key in keys),
            *(forgotten.hash_of("url", _address(url)) for url in urls),
            *(forgotten.hash_of("name", _spelled(name)) for name in names),
        }
        return replace(forgotten, hashes=forgotten.hashes | more)

    def with_linked(self, source: str, ids: Iterable[str]) -> "Forgotten":
        """The same with other ids of these people at a source, by which they came back."""
        more = {self.hash_of("id", _spelled(f"{source}:{profile}")) for profile in ids}
        return replace(self, hashes=self.hashes | more)

    def with_expired(self, keys: Mapping[str, str]) -> "Forgotten":
        """The same with people whose time was over: by SOURCE:ID, the key of each number."""
        forgotten = self.with_secret()
        more = {forgotten.hash_of("id", _spelled(key)): number for key, number in keys.items()}
        return replace(forgotten, expired={**forgotten.expired, **more})

    def with_collected_anew(self, source: str, ids: Iterable[str], on: date) -> "Forgotten":
        """The same after some ids were collected: links in the place of the hashes they had."""
        rest, links = dict(self.expired), list[Link]()
        for profile in ids:
            number = rest.pop(self.hash_of("id", _spelled(f"{source}:{profile}")), None)
            if number is not None:
                key = f"{source}:{profile}"
                links.append(Link(one=key, other=number, known_from=on, certain=True))
        return replace(self, expired=rest, links=(*self.links, *links)) if links else self

    def hash_of(self, kind: str, text: str) -> str:
        """Hash a text with the secret of the installation."""
        digest = hashlib.blake2b(f"{kind}\x1f{text}".encode(), key=self.secret, digest_size=16)
        return digest.hexdigest()

    @cached_property
    def is_empty(self) -> bool:
        """Whether nobody is kept away."""
        return not self.hashes

    def knows(self, key: str) -> bool:
        """Whether an id, as SOURCE:ID, is one of a person who was forgotten."""
        return not self.is_empty and self.hash_of("id", _spelled(key)) in self.hashes

    def of_source(self, source: str) -> "SourceFilter | None":
        """What keeps people away from a source; None where there is nobody to keep away."""
        return None if self.is_empty else SourceFilter(self, source)

    def of_snapshot(self, source: str, day: date, numbers: frozenset[str]) -> "SourceFilter | None":
        """What keeps people away from a snapshot in which some numbers stand already.

        They may stand for people whose time was over, who may come back, but not into the past.
        """
        if not numbers:
            return self.of_source(source)
        keys = {f"{source}:{number}" for number in numbers}
        away = {digest for digest, number in self.expired.items() if number in keys}
        back = [link.one for link in self.links if link.other in keys and link.known_from > day]
        away |= {self.hash_of("id", _spelled(key)) for key in back}
        return SourceFilter(self, source, frozenset(away))


@dataclass(frozen=True, slots=True)
class SourceFilter:
    """Keeps forgotten people out of one source, before anything of them is stored."""

    forgotten: Forgotten
    source: str
    standing_in: frozenset[str] = frozenset()
    """The hashes of those who are in the snapshot as numbers."""
    linked: set[str] = field(default_factory=set)
    """Other ids that were kept away, for they state a forgotten id or have a forgotten address."""

    def are_forgotten(self, made: pa.Table) -> list[bool]:
        """Say of each profile (`id`, `url`, `same_as`) whether it is of somebody forgotten.

        It is by its id, by its own address, or by an id of the same person that it states.
        """
        ids, urls = made["id"].to_pylist(), made["url"].to_pylist()
        stated = made["same_as"].to_pylist()
        away = []
        for profile, url, aliases in zip(ids, urls, stated, strict=True):
            is_known = self._is_id(profile)
            if not is_known and (self._is_address(url) or any(map(self._is_forgotten, aliases))):
                self.linked.add(profile)
                is_known = True
            away.append(is_known or any(map(self._is_id, aliases)))
        return away

    def without_people(self, rejected: Sequence[Rejected]) -> list[Rejected]:
        """Leave out of the lines that were set aside what they show of somebody forgotten."""
        return [
            self._blank(rejected_row) if self._shows(rejected_row) else rejected_row
            for rejected_row in rejected
        ]

    def _is_id(self, profile: str) -> bool:
        digest = self.forgotten.hash_of("id", _spelled(f"{self.source}:{profile}"))
        return digest in self.forgotten.hashes or digest in self.standing_in

    def _is_address(self, url: str | None) -> bool:
        forgotten, address = self.forgotten, _address(url or "")
        # A place on a page, and how somebody came there, make no other page.
        page = _VISIT.sub("", address.partition("#")[0]).rstrip("/?&")
        forms = {address, page} - {""}
        return any(forgotten.hash_of("url", form) in forgotten.hashes for form in forms)

    def _is_forgotten(self, alias: str) -> bool:
        """Whether what a profile states is a forgotten id, with or without its source, or page."""
        forgotten = self.forgotten
        return (
            forgotten.knows(f"{self.source}:{alias}")
            or (":" in alias and forgotten.knows(canonical_key(alias)))
            or self._is_address(alias)
        )

    def _shows(self, rejected_row: Rejected) -> bool:
        shown = f"{rejected_row.excerpt}\n{rejected_row.reason}"
        cells = {
            rejected_row.id or "",
            *_QUOTED.findall(shown),
            *(cell.strip().strip('"') for cell in _CELLS.split(rejected_row.excerpt)),
            rejected_row.reason.rpartition(": ")[2],
        }
        return any(self._is_known(cell) for cell in cells if cell)

    def _is_known(self, cell: str) -> bool:
        forgotten = self.forgotten
        is_name = forgotten.hash_of("name", _spelled(cell)) in forgotten.hashes
        return is_name or self._is_id(canonical_id(cell)) or self._is_address(cell)

    @staticmethod
    def _blank(rejected: Rejected) -> Rejected:
        # What kind of fault it was is counted by how the reason begins.
        begins, colon, _ = rejected.reason.partition(": ")
        return Rejected(
            line=rejected.line, id=None, path=rejected.path, reason=f"{begins}{colon}", excerpt=""
        )


def _spelled(text: str) -> str:
    return " ".join(text.split()).casefold()


def _address(url: str) -> str:
    return _PREFIX.sub("", _spelled(url)).rstrip("/?#")
