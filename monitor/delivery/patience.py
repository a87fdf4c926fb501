"""How long a run goes on trying what receivers put off, and what ends its waiting early."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event, current_thread, main_thread
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_SOON = timedelta(seconds=1)
"""A run that waits tries again after so long, then after twice as long each time."""
_NOT_SO_SOON = timedelta(seconds=16)
_NEVER = datetime.max.replace(tzinfo=UTC)


class Patience:
    """The seconds that are left for waiting; none at all unless they are given.

    `sleep` takes the place of the real waiting.
    """

    def __init__(
        self, seconds: float = 0, *, sleep: Callable[[float], object] | None = None
    ) -> None:
        self.seconds = seconds
        self._ended = Event()
        self._sleep = sleep or self._ended.wait

    @property
    def is_over(self) -> bool:
        """Whether somebody asked to stop."""
        return self._ended.is_set()

    def end(self) -> None:
        """Ask to stop: who waits goes on at once."""
        self._ended.set()

    def wait(self, seconds: float) -> None:
        """Wait for this many seconds, or until somebody asks to stop."""
        self._sleep(seconds)

    @contextmanager
    def ended_by_signals(self) -> Iterator[None]:
        """Let Ctrl-C and SIGTERM end the patience while the block lasts, the second one all.

        What is at hand then comes to its end, and the rest is left to the next run.
        """
        if not self.seconds or current_thread() is not main_thread():
            yield  # A service has its own way to stop; only a main thread hears signals.
            return
        before = {number: signal.getsignal(number) for number in _SIGNALS}

        def restore() -> None:
            for number, handler in before.items():
                signal.signal(number, handler or signal.SIG_DFL)

        def end(_number: int, _frame: FrameType | None) -> None:
            self.end()
            restore()

        for number in _SIGNALS:
            signal.signal(number, end)
        try:
            yield
        finally:
            restore()


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOff:
    """A message that was put off in this turn, how often in a row, and when it is tried again."""

    message: str | None = None
    error: str | None = None
    times: int = 0
    again_at: datetime = _NEVER

    def again(
        self,
        message: str,
        *,
        error: str,
        asked: timedelta,
        now: datetime,
        jittered: Callable[[timedelta], timedelta],
    ) -> "PutOff":
        """Put it off once more: for longer each time, and no shorter than was asked for."""
        times = self.times + 1 if message == self.message else 1
        wait = max(min(_SOON * 2 ** (times - 1), _NOT_SO_SOON), asked)
        return PutOff(message=message, error=error, times=times, again_at=now + jittered(wait))
