"""How long what took: spans of work, one inside of the other.

A stage is a span that is logged in one line with its counts, and whose seconds a run sums. Where
traces are wanted, `monitor.base.telemetry.traces` opens one of theirs with each span.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from time import monotonic

from monitor.base.telemetry import logs

Note = Callable[..., None]
"""Takes what is known of a span, by name, once it is: strings and numbers."""
Opener = Callable[[str], AbstractContextManager[Note]]

_seconds: ContextVar[dict[str, float] | None] = ContextVar("seconds", default=None)
_opener: list[Opener] = []


@contextmanager
def span(name: str, **known: object) -> Iterator[Note]:
    """Mark a stretch of work; what is known of it is given, or noted once it is."""
    with _opener[-1](name) if _opener else nullcontext(_ignore) as note:
        note(**known)
        yield note


@contextmanager
def stage(name: str) -> Iterator[Note]:
    """Mark a stage of a run: a span, a line in the log, and its seconds."""
    counts: dict[str, object] = {}
    began = monotonic()
    with span(name) as tell:

        def note(**known: object) -> None:
            counts.update(known)
            tell(**known)

        yield note
    spent = monotonic() - began
    logs.info(name, **counts, seconds=round(spent, 3))
    sums = _seconds.get()
    if sums is not None:
        sums[name] = sums.get(name, 0.0) + spent


@contextmanager
def measured() -> Iterator[dict[str, float]]:
    """Sum the seconds of each stage in the block, by its name."""
    sums: dict[str, float] = {}
    token = _seconds.set(sums)
    try:
        yield sums
    finally:
        _seconds.reset(token)


@contextmanager
def opened_by(opener: Opener) -> Iterator[None]:
    """Have each span of the whole process opened by somebody else as well."""
    _opener.append(opener)
    try:
        yield
    finally:
        _opener.remove(opener)


def _ignore(**_: object) -> None:
    """Nobody traces."""
