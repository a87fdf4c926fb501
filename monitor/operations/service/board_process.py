"""The board as a process of its own, which the service starts and watches.

Its pages never wait for a run, nor a run for them. It ends with the service, however that ends: it
stops when the pipe to its standard input is closed.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from time import monotonic

from monitor.base.telemetry import logs

_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 300.0
_STOP_SECONDS = 10
_STEADY_SECONDS = 60
"""After so long a life the next end is a first one again."""


class BoardProcess:
    """Keeps one board at work; one that ends is started again, ever later if it ends at once."""

    def __init__(self, config: Path, *, clock: Callable[[], float] = monotonic) -> None:
        self._command = [
            *(sys.executable, "-m", "monitor", "board", "--attached"),
            *("--config", str(config)),
        ]
        self._clock = clock
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._next = 0.0
        self._pause = _FIRST_PAUSE

    def look(self, *, wanted: bool) -> None:
        """Start it if it is wanted and not at work; stop it if it is not wanted."""
        if not wanted:
            self.stop()
            return
        now = self._clock()
        if self._process is not None:
            code = self._process.poll()
            if code is None:
                return
            if now - self._started > _STEADY_SECONDS:
                self._pause = _FIRST_PAUSE
            logs.warning("the board ended, it is started again", code=code, seconds=self._pause)
            self._forget()
            self._put_off(now)
        if now >= self._next:
            self._start(now)

    def restart(self) -> None:
        """Let it begin anew at the next look, as after a change of its configuration."""
        self.stop()
        self._next, self._pause = 0.0, _FIRST_PAUSE

    def stop(self) -> None:
        """End it, and wait until it has ended."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._forget()

    def _start(self, now: float) -> None:
        try:
            self._process = subprocess.Popen(  # noqa: S603 -- our own command
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
        except OSError as exc:
            logs.warning("the board cannot be started, tried again", error=str(exc))
            self._put_off(now)
            return
        self._started = now
        Thread(target=_relay, args=(self._process,), name="board", daemon=True).start()

    def _put_off(self, now: float) -> None:
        """Wait before the next start, each time twice as long."""
        self._next, self._pause = now + self._pause, min(self._pause * 2, _LONGEST_PAUSE)

    def _forget(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        self._process = None


def _relay(process: "subprocess.Popen[bytes]") -> None:
    """Say what the board says: its events as they are, and what is none as an event."""
    if process.stderr is None:
        return
    with process.stderr:
        for line in process.stderr:
            text = line.decode("utf-8", "replace").strip()
            if text.startswith("{"):
                sys.stderr.write(f"{text}\n")
            elif text:
                logs.warning("the board said", said=text)
