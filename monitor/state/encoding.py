"""Records as JSON that is the same on every machine, and back."""

from collections.abc import Mapping

import msgspec

from monitor.base.records import Alert

_ENCODER = msgspec.json.Encoder(order="deterministic")
_ALERT = msgspec.json.Decoder(Alert)


def encoded(value: object) -> str:
    """Write a record, or any JSON value, as compact JSON that is the same on every machine."""
    return _ENCODER.encode(value).decode()


def decoded(text: str) -> Alert:
    """Read an alert revision back, equal to the one that was written."""
    return _ALERT.decode(text)


def group_key(group: Mapping[str, str]) -> str:
    """Name a group by its values, whatever the order of its keys.

    >>> group_key({"to": "xai", "from": "meta"})
    '{"from":"meta","to":"xai"}'
    """
    return encoded(dict(group))
