"""Channels: one file for each kind of place that messages go to, and one entry here."""

from collections.abc import Callable, Mapping
from importlib import import_module

from monitor.base.settings import ChannelSettings
from monitor.delivery.channels.channel import Channel, Clock, Illustrator, Receipt

Make = Callable[[str, ChannelSettings, Clock], Channel]


def _of(place: str) -> Make:
    """Make a channel of a class, whose module is imported for the first of its kind.

    Each kind needs other packages, and few configurations have more than two of them.
    """
    module, _, name = place.partition(":")

    def make(called: str, settings: ChannelSettings, clock: Clock) -> Channel:
        made: Channel = getattr(import_module(f"monitor.delivery.channels.{module}"), name)(
            called, settings, clock
        )
        return made

    return make


CHANNELS: Mapping[str, Make] = {
    "apprise": _of("apprise:AppriseChannel"),
    "console": _of("console:ConsoleChannel"),
    "discord": _of("discord:DiscordChannel"),
    "email": _of("email:EmailChannel"),
    "file": _of("file:FileChannel"),
    "pagerduty": _of("pagerduty:PagerDutyChannel"),
    "slack": _of("slack:SlackChannel"),
    "slack_bot": _of("slack_bot:SlackBotChannel"),
    "teams": _of("teams:TeamsChannel"),
    "webhook": _of("webhook:WebhookChannel"),
}
"""How to make a channel of each kind."""

__all__ = ["CHANNELS", "Channel", "Clock", "Illustrator", "Receipt"]
