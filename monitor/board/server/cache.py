"""Answers that were made before, of the newest generation only, in bounded memory.

The generation changes whenever anything that a page is made from does.
"""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from starlette.requests import Request
from starlette.responses import Response

from monitor.base.settings import Settings
from monitor.board.answers.desk import KeptAnswers
from monitor.board.read_model import read_model_path
from monitor.operations.due import definitions_fingerprint
from monitor.state import sqlite_mark, state_mark

MOST_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An answer as it is sent."""

    body: bytes
    media_type: str
    etag: str
    file: str | None = None
    """What a browser calls it when it keeps it; None if it is to be shown."""
    remark: str = ""
    """What a header says of the answer, which CSV has no place for."""

    def sent(self) -> Response:
        """The answer with its headers."""
        headers = {"etag": self.etag}
        if self.file:
            headers["content-disposition"] = f'attachment; filename="{self.file}"'
        if self.remark:
            headers["talentwatch-remark"] = self.remark
        return Response(self.body, media_type=self.media_type, headers=headers)


@dataclass(slots=True)
class Generation:
    """What was made of one generation."""

    name: str = ""
    pages: OrderedDict[str, Made] = field(default_factory=OrderedDict)
    kept: KeptAnswers = field(default_factory=KeptAnswers)
    """What several pages are made from."""
    size: int = 0


class Cache:
    """Pages by address; those that were not asked for longest give way."""

    def __init__(self, *, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._lock = Lock()
        self._now = Generation()

    def of(self, generation: str) -> Generation:
        """Return what was made of a generation; what was made of another one is forgotten."""
        with self._lock:
            if self._now.name != generation:
                self._now = Generation(generation)
            return self._now

    def get(self, now: Generation, address: str) -> Made | None:
        """Return what was made for an address."""
        with self._lock:
            page = now.pages.get(address)
            if page is not None:
                now.pages.move_to_end(address)
            return page

    def put(self, now: Generation, address: str, made: Made) -> None:
        """Keep what was made."""
        with self._lock:
            before = now.pages.pop(address, None)
            now.size += len(made.body) - (len(before.body) if before else 0)
            now.pages[address] = made
            while now.size > self._most and len(now.pages) > 1:
                _, gone = now.pages.popitem(last=False)
                now.size -= len(gone.body)


def has_already(request: Request, etag: str) -> bool:
    """Whether whoever asks has an answer already, by one of the tags that they name.

    A proxy that compresses answers marks their tags as weak; they are of the same answer.
    """
    named = ",".join(request.headers.getlist("if-none-match"))
    return not {etag, "*"}.isdisjoint(tag.strip().removeprefix("W/") for tag in named.split(","))


def unchanged(etag: str) -> Response:
    """The answer that there is no other."""
    return Response(status_code=304, headers={"etag": etag})


def generation(settings: Settings, *, today: str) -> str:
    """Name what pages are made from: the publication, the state, what people wrote, and the day."""
    seen = hashlib.sha256(f"{definitions_fingerprint(settings)} {today}".encode())
    seen.update(state_mark(settings.state).encode())
    seen.update(sqlite_mark(read_model_path(settings)).encode())
    return seen.hexdigest()[:32]
