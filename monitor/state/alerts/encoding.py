"""Records as JSON that is the same on every machine."""

from collections.abc import Mapping

import msgspec

_ENCODER = msgspec.json.Encoder(order="deterministic")


def encoded(value: object) -> str:
    """Write a record, or any JSON value, as compact JSON that is the same on every machine."""
    return _ENCODER.encode(value).decode()


def group_key(group: Mapping[str, str]) -> str:
    """Name a group by its values, whatever the order of its keys.

    >>> group_key({"to": "xai", "from": "meta"})
    '{"from":"meta","to":"xai"}'
    """
    return encoded(dict(group))
