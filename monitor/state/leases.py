"""Leases: only one run at a time works on a state, and a run that was overtaken notices it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from monitor.base.errors import LeaseHeld
from monitor.state.tables import LEASES


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to work, held until it expires, is given back, or is taken over."""

    name: str
    fence: int
    """Grows with every taking: a write that carries an older number comes from an overtaken run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A lease that was taken and not given back."""

    name: str
    holder: str
    taken_at: datetime
    expires_at: datetime


def take(  # noqa: PLR0913 -- what a lease is, and how to tell that its holder is gone
    connection: Connection,
    name: str,
    *,
    process: str,
    now: datetime,
    seconds: int,
    is_gone: Callable[[str], bool],
) -> Lease:
    """Take a lease that is free, expired, or held by a process that `is_gone` says has ended.

    Raises LeaseHeld, saying since when and by whom.
    """
    row = connection.execute(select(LEASES).where(LEASES.c.name == name).with_for_update()).first()
    if row is not None and row.expires_at > now and not is_gone(row.process):
        raise LeaseHeld(
            f"{row.process} has been at work since {row.taken_at:%Y-%m-%d %H:%M:%S} UTC"
            f" (its lease ends at {row.expires_at:%Y-%m-%d %H:%M:%S} UTC unless it is renewed)"
        )
    fence = 1 if row is None else row.fence + 1
    values = {
        "process": process,
        "taken_at": now,
        "expires_at": now + timedelta(seconds=seconds),
        "fence": fence,
    }
    if row is None:
        connection.execute(insert(LEASES).values(name=name, **values))
    else:
        connection.execute(update(LEASES).where(LEASES.c.name == name).values(**values))
    return Lease(name=name, fence=fence)


def check(connection: Connection, lease: Lease) -> None:
    """Make sure that a lease was not taken over. Raises LeaseHeld if it was."""
    query = select(LEASES).where(LEASES.c.name == lease.name)
    row = connection.execute(query).first()
    if row is None or row.fence != lease.fence:
        by = "another run" if row is None else row.process
        raise LeaseHeld(f"the lease {lease.name!r} expired and was taken over by {by}")


def extend(connection: Connection, lease: Lease, *, until: datetime) -> None:
    """Hold a lease for longer. Raises LeaseHeld if it was taken over meanwhile."""
    check(connection, lease)
    connection.execute(update(LEASES).where(LEASES.c.name == lease.name).values(expires_at=until))


def give_back(connection: Connection, lease: Lease) -> None:
    """End a lease, unless another run has taken it over; the fencing number stays."""
    mine = (LEASES.c.name == lease.name) & (LEASES.c.fence == lease.fence)
    connection.execute(update(LEASES).where(mine).values(expires_at=LEASES.c.taken_at))
