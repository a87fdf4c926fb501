"""What a rule counts with another window: counted by a process of its own, one at a time.

That may take minutes, in which the board answers everything else. What was counted is kept in
memory as long as nothing that it follows from changes, and nowhere else.
"""

from collections.abc import Callable
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import Lock, Thread
from typing import Any

from monitor.base.errors import StorageError, TalentwatchError
from monitor.board.answers.desk import Desk, Rows
from monitor.board.server.errors import BeingCounted
from monitor.rules.language import Rule

CountAnew = Callable[..., Rows]
"""Counts by settings, a rule and a directory, with a window of `days`, up to a `horizon`."""
MOST_KEPT = 4
"""The counts of this many windows are kept."""
MOST_SECONDS = 600
_KEPT = "windows"


class WindowCounts:
    """Starts counting where it was not done yet, and has what was counted."""

    def __init__(self, count: CountAnew) -> None:
        """`count` is a function of a module: another process has to find it."""
        self._count = count
        self._lock = Lock()
        self._newest: _Job | None = None

    def __call__(self, desk: Desk, rule: Rule, days: int) -> Rows:
        """Return the rows of `listed_counts` for a rule with a window of this many days.

        Raises BeingCounted until they are there, and what went wrong in counting, once.
        """
        name = f"{rule.id} within {days} days"
        with self._lock:
            jobs = desk.kept.once(_KEPT, dict[str, _Job])
            if name not in jobs:
                if self._newest is not None and self._newest.is_alive():
                    raise BeingCounted("Another window is being counted first; ask again then.")
                asked = (desk.settings, rule, desk.definitions.directory)
                count = partial(self._count, *asked, days=days, horizon=desk.horizon)
                jobs[name] = self._newest = _Job(count)
                while len(jobs) > MOST_KEPT:
                    del jobs[next(iter(jobs))]
                self._newest.start()
            job = jobs[name]
            if job.is_alive():
                raise BeingCounted(
                    f"{name} is being counted, which takes minutes where many people moved. The"
                    " same address shows it then."
                )
            if job.wrong is not None:
                del jobs[name]
                raise job.wrong
        return job.rows


class _Job(Thread):
    """Waits for the process that counts; both end with the board."""

    def __init__(self, count: Callable[[], Rows]) -> None:
        super().__init__(daemon=True)
        self._count = count
        self.rows: Rows = ()
        self.wrong: TalentwatchError | None = None

    def run(self) -> None:
        context = get_context("spawn")
        heard, told = context.Pipe(duplex=False)
        process = context.Process(target=_tell, args=(told, self._count), daemon=True)
        process.start()
        told.close()
        answer: Any = StorageError("counting took too long, and was given up")
        try:
            if heard.poll(MOST_SECONDS):
                answer = heard.recv()
        except EOFError:
            answer = StorageError("the process that counted was ended: it may have lacked memory")
        finally:
            process.kill()
            process.join()
        if isinstance(answer, TalentwatchError):
            self.wrong = answer
        else:
            self.rows = answer


def _tell(told: Connection, count: Callable[[], Rows]) -> None:
    """Count, and send what came of it."""
    try:
        answer: Any = count()
    except TalentwatchError as exc:
        answer = StorageError(str(exc))
    told.send(answer)
