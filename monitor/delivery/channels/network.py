"""Which addresses a channel may reach: none in private networks, unless it is configured so."""

from monitor.base.errors import DeliveryBlocked, DeliveryDeferred
from monitor.base.machine.network import Address, is_public, resolved


def addresses_of(host: str, port: int, *, channel: str, allow_private: bool) -> list[Address]:
    """Return the addresses of a host, in the order in which to try them.

    Raises DeliveryDeferred if the name cannot be resolved, DeliveryBlocked if it leads into a
    private network and may not.
    """
    try:
        addresses = resolved(host, port)
    except OSError:
        raise DeliveryDeferred(
            f"channel {channel!r} ({host}): the name cannot be resolved"
        ) from None
    if not allow_private and not all(is_public(address) for address in addresses):
        raise DeliveryBlocked(
            f"channel {channel!r} ({host}) is in a private network; write allow_private = true into"
            f" [channels.{channel}] if that is meant"
        )
    return addresses
