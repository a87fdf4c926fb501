"""Whose turn it is to work on a state: one run at a time, as long as it lasts."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from threading import Event, Thread

from monitor.base.errors import TalentwatchError
from monitor.base.processes import is_gone, this_process
from monitor.base.settings import Settings
from monitor.state import Lease, State

LEASE_SECONDS = 900
RENEW_SECONDS = 60


@contextmanager
def run_lease(settings: Settings, *, at: datetime) -> Iterator[tuple[State, str]]:
    """Hold the lease for a run and write down that it began.

    A run that was killed holds no lease; on another machine, none after LEASE_SECONDS. Raises
    LeaseHeld if another has it and is at work.
    """
    run = secrets.token_hex(8)
    with State.open(settings.state) as state:
        now = state.server_time or datetime.now(UTC)
        lease = state.lease(
            "run", process=this_process(), now=now, seconds=LEASE_SECONDS, is_gone=is_gone
        )
        with lease as lease_held, renewed(state, lease_held):
            with state.transaction() as tx:
                tx.start_run(run, at=at)
            yield state, run


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
