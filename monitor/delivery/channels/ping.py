"""A dead-man's switch: an address that expects to hear from us, and tells others when it does not.

The convention is that of healthchecks.io: the address itself for success, `/start`, `/fail`.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from monitor.base.errors import TalentwatchError
from monitor.base.settings import Secret
from monitor.base.telemetry import logs
from monitor.delivery.channels.http import Target, post

_SECONDS = 5


def ping(address: Secret, event: str, *, rid: UUID, now: Callable[[], datetime]) -> None:
    """Tell a dead-man's switch of an event; a switch that does not answer is only logged."""
    try:
        url = f"{address.reveal().rstrip('/')}{event}?rid={rid}"
        # The operator chose the address, and a switch often stands in the same network.
        target = Target(channel="ping", url=url, allow_private=True, seconds=_SECONDS)
        post(target, b"", now=now)
    except TalentwatchError as exc:
        logs.warning("ping failed", ping=event or "success", error=str(exc))
