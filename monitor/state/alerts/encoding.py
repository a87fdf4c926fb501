"""Records as JSON that is the same on every machine."""

from collections.abc import Mapping

import msgspec

from monitor.base.records import AlertSummary

Group = tuple[str, str]
"""A rule, and the key of one of its groups."""
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


def group_of_alert(alert: AlertSummary) -> Group:
    """Name the rule and the group that an alert is of."""
    return alert.rule, group_key(alert.group)
