"""Whose turn it is to work on a state: one run at a time, as long as it lasts."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from threading import Event, Lock, Thread

from monitor.base.errors import TalentwatchError, UsageError
from monitor.base.machine.processes import is_gone, this_process
from monitor.base.settings import Settings
from monitor.intake.lost_state import open_state
from monitor.state import MOVED, Lease, State

LEASE_SECONDS = 900
RENEW_SECONDS = 60
_AT_WORK: set[str] = set()
"""The states whose lease this process holds: a server that went away keeps one given back."""
_TAKING = Lock()


@contextmanager
def run_lease(settings: Settings, *, at: datetime) -> Iterator[tuple[State, str]]:
    """Hold the lease for a run and write down that it began.

    Raises as `open_state` and `held_state` do, and UsageError where the state was moved into
    another database.
    """
    run = secrets.token_hex(8)
    with held_state(open_state(settings)) as state:
        with state.transaction() as tx:
            moved = tx.cursor(MOVED)
            if moved:
                raise UsageError(
                    f"the state in {state.url} was moved to {moved}: name that as `state` in"
                    f" {settings.path}, so that nothing is told twice"
                )
            tx.start_run(run, at=at)
        yield state, run


@contextmanager
def held_state(state: State) -> Iterator[State]:
    """Hold the lease of a state that was opened, and close it in the end.

    A run that was killed holds no lease, nor does one of this process that could not give it back;
    on another machine, none after LEASE_SECONDS. Raises LeaseHeld if another has it and is at work.
    """
    with state, ExitStack() as held:

        def is_over(holder: str) -> bool:
            return is_gone(holder) or (holder == this_process() and state.url not in _AT_WORK)

        with _TAKING:
            now = state.server_time or datetime.now(UTC)
            lease = held.enter_context(
                state.lease(
                    "run", process=this_process(), now=now, seconds=LEASE_SECONDS, is_gone=is_over
                )
            )
            _AT_WORK.add(state.url)
        held.callback(_AT_WORK.discard, state.url)
        with renewed(state, lease):
            yield state


@contextmanager
def renewed(
    state: State, lease: Lease, *, every: float = RENEW_SECONDS, seconds: int = LEASE_SECONDS
) -> Iterator[None]:
    """Hold a lease for as long as the block lasts, however long that is."""
    ended = Event()

    def renew() -> None:
        while not ended.wait(every):
            # Busy or away for a moment: the next time will do. Taken over: the next write says so.
            with suppress(TalentwatchError):
                now = state.server_time or datetime.now(UTC)
                state.renew(lease, now=now, seconds=seconds)

    thread = Thread(target=renew, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
