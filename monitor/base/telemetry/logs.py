"""Logs as events with keys and values: for a person at a terminal, otherwise as JSON Lines.

structlog, which brings Rich, is imported when something is said: most runs say nothing.
"""

import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
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


class Relay(logging.Handler):
    """Says what libraries log, as events like all others; the same words once in a while."""

    def __init__(self, *, again_after: float = 60) -> None:
        super().__init__(logging.WARNING)
        self._again_after = again_after
        self._said: dict[tuple[str, str], float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Say it, unless the same was said lately: who fills a log this way gains nothing."""
        key, now = (record.name, str(record.msg)), monotonic()
        self._said = {text: at for text, at in self._said.items() if now - at < self._again_after}
        if key in self._said:
            return
        self._said[key] = now
        failed = record.exc_info[1] if record.exc_info else None
        say = error if record.levelno >= logging.ERROR else warning
        try:
            more = {} if failed is None else {"error": repr(failed)}
            say(record.getMessage(), logger=record.name, **more)
        except Exception:  # noqa: BLE001 -- as every handler of logging does
            self.handleError(record)


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
