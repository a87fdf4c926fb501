"""Channels: one file for each kind of place that messages go to, and one entry here."""

from collections.abc import Callable, Mapping

from monitor.channels.channel import Channel, Clock, Receipt
from monitor.channels.console import Console
from monitor.channels.file import File
from monitor.channels.slack import Slack
from monitor.channels.webhook import Webhook
from monitor.settings import ChannelSettings

CHANNELS: Mapping[str, Callable[[ChannelSettings, Clock], Channel]] = {
    "console": Console,
    "file": File,
    "slack": Slack,
    "webhook": Webhook,
}
"""How to make a channel of each kind."""

__all__ = ["CHANNELS", "Channel", "Clock", "Receipt"]
