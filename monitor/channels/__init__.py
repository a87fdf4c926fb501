"""Channels: one file for each kind of place that messages go to, and one entry here."""

from collections.abc import Callable, Mapping

from monitor.channels.apprise import Apprise
from monitor.channels.channel import Channel, Clock, Receipt
from monitor.channels.console import Console
from monitor.channels.discord import Discord
from monitor.channels.email import Email
from monitor.channels.file import File
from monitor.channels.pagerduty import PagerDuty
from monitor.channels.slack import Slack
from monitor.channels.slack_bot import SlackBot
from monitor.channels.teams import Teams
from monitor.channels.webhook import Webhook
from monitor.settings import ChannelSettings

CHANNELS: Mapping[str, Callable[[ChannelSettings, Clock], Channel]] = {
    "apprise": Apprise,
    "console": Console,
    "discord": Discord,
    "email": Email,
    "file": File,
    "pagerduty": PagerDuty,
    "slack": Slack,
    "slack_bot": SlackBot,
    "teams": Teams,
    "webhook": Webhook,
}
"""How to make a channel of each kind."""

__all__ = ["CHANNELS", "Channel", "Clock", "Receipt"]
