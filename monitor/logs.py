"""Logs as events with keys and values: for a person at a terminal, otherwise as JSON Lines.

structlog, which brings Rich, is imported when something is said: most runs say nothing.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

Level = Literal["info", "warning", "error"]
_ORDER: Mapping[Level, int] = {"info": 0, "warning": 1, "error": 2}
_said_from: list[Level] = ["warning"]
_bound: ContextVar[Mapping[str, object]] = ContextVar("bound", default={})  # noqa: B039 -- never changed


def say_from(level: Level) -> None:
    """Keep back what is less than a level, in the whole process; at first all but warnings."""
    _said_from[:] = [level]


@contextmanager
def bound(**values: object) -> Iterator[None]:
    """Add values, such as the run's id, to all that is said in the block."""
    token = _bound.set({**_bound.get(), **values})
    try:
        yield
    finally:
        _bound.reset(token)


def info(event: str, **values: object) -> None:
    """Say what happened."""
    _say("info", event, values)


def warning(event: str, **values: object) -> None:
    """Say what somebody may have to look at."""
    _say("warning", event, values)


def error(event: str, **values: object) -> None:
    """Say what failed."""
    _say("error", event, values)


def _say(level: Level, event: str, values: Mapping[str, object]) -> None:
    if _ORDER[level] < _ORDER[_said_from[0]]:
        return
    import structlog  # noqa: PLC0415 -- see above

    # Looked up at each event: whoever runs the command may put another stream there.
    stream = sys.stderr
    shown = (
        structlog.dev.ConsoleRenderer() if stream.isatty() else structlog.processors.JSONRenderer()
    )
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    logger = structlog.wrap_logger(
        structlog.PrintLogger(stream),
        processors=[structlog.processors.add_log_level, stamp, shown],
        wrapper_class=structlog.make_filtering_bound_logger("info"),
    )
    getattr(logger, level)(event, **{**_bound.get(), **values})
