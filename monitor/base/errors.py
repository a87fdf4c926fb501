"""Every error talentwatch raises on purpose, by who has to act on it.

TalentwatchError
├── UsageError           the user: a wrong argument, config or rule; exit code 2, nothing done
├── SourceError          the operator: one source could not be read; the others go on
│   └── FileRefused      the operator: a file's content is no snapshot, however often it is read
├── SnapshotError        the operator: a stored snapshot is damaged, or a file may not replace it
├── StorageError         the operator: a file, a disk or a database cannot be read or written
│   ├── InputError       the operator: rules, organisations or people cannot be read
│   └── CacheDamaged     nobody: a file that can be made again is damaged; the next run makes it
├── LeaseHeld            nobody: another run is at work; exit code 75
├── DeliveryDeferred     nobody: a channel will be tried again
│   └── DeliveryBlocked  the user: a channel's configuration is wrong; its messages wait
└── DeliveryRejected     the operator: a channel refused a message for good
"""

import re
from dataclasses import dataclass

_HALF = re.compile("[\ud800-\udfff]")
"""Half of a character, which is no text: Python gives names of files such halves for bytes."""
_BRIEF = 200
_BYTES = range(0xDC80, 0xDD00)


def printable(name: object) -> str:
    r"""The name of a file on one line, as every terminal, file and database can take it.

    >>> print(printable("a\udcff\n\x1b[2J.csv"))
    a\xff\n\x1b[2J.csv
    """
    text = str(name)
    if text.isprintable():
        return text
    return "".join(mark if mark.isprintable() else _escaped(mark) for mark in text)


def brief(error: object) -> str:
    """What a library says of a file, on one line: it may quote all that is in the file."""
    said = " ".join(str(error).split())
    return printable(said if len(said) <= _BRIEF else f"{said[:_BRIEF]}...")


def _escaped(mark: str) -> str:
    if ord(mark) in _BYTES:
        return f"\\x{ord(mark) - 0xDC00:02x}"
    return mark.encode("unicode_escape").decode("ascii")


class TalentwatchError(Exception):
    """The base of every error that talentwatch explains in its own words."""

    def __str__(self) -> str:
        """The words, with bytes in the names of files that are no text escaped."""
        return _HALF.sub(lambda half: _escaped(half[0]), super().__str__())


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in a file that a person wrote: where it is and what to write instead."""

    file: str
    path: str
    """The key path, such as `sources.press.kind`; empty for the whole file."""
    line: int | None
    expected: str
    """A sentence: what is wrong and what was expected there."""
    nearest: str | None = None
    """The nearest valid name, if one is near."""

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        key = f" {self.path}:" if self.path else ""
        hint = f" (did you mean {self.nearest!r}?)" if self.nearest else ""
        return f"{where}:{key} {self.expected}{hint}"


class UsageError(TalentwatchError):
    """A wrong argument, configuration or rule: nothing was done, the user must change it."""

    def __init__(self, message: str, *problems: Problem) -> None:
        super().__init__("\n".join([message, *(f"  {problem}" for problem in problems)]))
        self.problems = problems


class SourceError(TalentwatchError):
    """A source, or one file of it, could not be read; the other sources go on."""

    def __str__(self) -> str:
        """The words on one line: a library may have quoted what is in the file."""
        return printable(" ".join(super().__str__().split()))


class FileRefused(SourceError):
    """What is in a file of a source is no snapshot, and will be none while its bytes stay."""


class SnapshotError(TalentwatchError):
    """A stored snapshot is damaged, or a changed file claims the place of a stored one."""


class StorageError(TalentwatchError):
    """A file, a disk or a database cannot be read or written; the operator must look at it."""


class InputError(StorageError):
    """A file or folder that the configuration names cannot be read: nothing is evaluated."""


class CacheDamaged(StorageError):
    """A file of what can be derived again is damaged; it is set aside and made again."""


class LeaseHeld(TalentwatchError):
    """Another run is at work on the same state; try again when it is done."""


class DeliveryDeferred(TalentwatchError):
    """A channel could not take a message now; it stays in the outbox and is tried again."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds that the receiver asked us to wait, if it did."""


class DeliveryBlocked(DeliveryDeferred):
    """A channel cannot be used as it is configured; its messages wait until that is mended."""


class DeliveryRejected(TalentwatchError):
    """A channel refused a message for good; the operator must look at it."""

    def __init__(self, message: str, *, gone: bool = False, channel: bool = False) -> None:
        super().__init__(message)
        self.gone = gone
        """Whether the receiver said that it is gone (410), which turns the channel off."""
        self.channel = channel or gone
        """Whether the channel is at fault and not this message: all go out once it is mended."""
