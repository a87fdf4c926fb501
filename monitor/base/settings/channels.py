"""Where messages are sent, a table for each kind of channel."""

from datetime import datetime, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from msgspec import Meta, field

from monitor.base.settings.values import (
    Address,
    AddressOrSecret,
    ClockTime,
    Headers,
    ResolvedPath,
    Seconds,
    SecretValue,
    Table,
)

_SATURDAY = 5
_MIDNIGHT = "00:00"

Digest = Annotated[
    int,
    Meta(
        description="over so many alerts of one run, one message for all; 0 for never",
        ge=0,
        le=10_000,
    ),
]
Mailbox = Annotated[
    str,
    Meta(
        description="a mail address",
        extra_json_schema={"pattern": r"^[^\s@,;<>]+@[^\s@,;<>]+$"},
        max_length=254,
    ),
]


class QuietHours(Table, frozen=True, kw_only=True):
    """When a channel is not to be sent to: what is written then waits until the end."""

    start: ClockTime | None = field(name="from", default=None)
    """When they begin."""
    until: ClockTime | None = None
    """When they end; the next day if it is before `from`."""
    weekends: Annotated[
        bool, Meta(description="true or false (whether Saturday and Sunday are quiet)")
    ] = False

    def covers(self, moment: datetime, *, zone: str) -> bool:
        """Whether a moment is in them, by the clocks of a time zone."""
        here = moment.astimezone(ZoneInfo(zone))
        if self.weekends and here.weekday() >= _SATURDAY:
            return True
        start = time.fromisoformat(self.start or _MIDNIGHT)
        until = time.fromisoformat(self.until or _MIDNIGHT)
        if start <= until:
            return start <= here.time() < until
        return here.time() >= start or here.time() < until


QuietTimes = Annotated[
    QuietHours | None,
    Meta(
        description='a table such as { from = "20:00", until = "07:00", weekends = true }',
        extra_json_schema={
            "minProperties": 1,
            "dependentRequired": {"from": ["until"], "until": ["from"]},
        },
    ),
]


class ChannelSettings(Table, frozen=True, kw_only=True, tag_field="kind"):
    """Every kind of channel."""

    names: Annotated[
        Literal["full", "short", "none"],
        Meta(description='how people are named: "full", "short", or "none" for counts only'),
    ] = "full"
    quiet_hours: QuietTimes = None
    """When it is not sent to, by `timezone`."""

    @property
    def kind(self) -> str:
        """The word for its kind."""
        return str(self.__struct_config__.tag)

    @property
    def digest_over(self) -> int:
        """Over this many alerts of one run it gets one message for all; 0: each has its own."""
        return int(getattr(self, "digest", 0))


class Remote(ChannelSettings, frozen=True, kw_only=True):
    """Channels to other machines."""

    allow_private: Annotated[
        bool,
        Meta(description="true or false (whether private and loopback addresses are allowed)"),
    ] = False
    timeout: Seconds = 20
    """How long a whole exchange may take."""


class ForPeople(Remote, frozen=True, kw_only=True):
    """Channels that people read: many alerts of one run are one message."""

    digest: Digest = 10


class Illustrated(ForPeople, frozen=True, kw_only=True):
    """Channels that can show a picture beside the words."""

    pictures: Annotated[
        bool,
        Meta(
            description="true or false (whether the count of an alert is drawn beside the words;"
            " needs talentwatch[pictures])"
        ),
    ] = False


class Console(ChannelSettings, frozen=True, kw_only=True, tag="console"):
    """Text on the standard error stream."""

    digest: Digest = 0


class File(ChannelSettings, frozen=True, kw_only=True, tag="file"):
    """JSON Lines in a file."""

    path: ResolvedPath
    """The file."""
    digest: Digest = 0


class Slack(ForPeople, frozen=True, kw_only=True, tag="slack"):
    """An incoming webhook of Slack."""

    url: SecretValue


class SlackBot(Illustrated, frozen=True, kw_only=True, tag="slack_bot"):
    """A bot of Slack: one thread for each alert, in which it grows."""

    token: SecretValue
    channel: Annotated[
        str,
        Meta(
            description='the id of a Slack channel, such as "C024BE91L"',
            extra_json_schema={"pattern": "^[A-Z0-9]{2,32}$"},
        ),
    ]
    api: Address = "https://slack.com/api"
    """Another address of Slack's interface."""


class Teams(ForPeople, frozen=True, kw_only=True, tag="teams"):
    """A workflow of Microsoft Teams that posts what a webhook request brings."""

    url: SecretValue


class Discord(Illustrated, frozen=True, kw_only=True, tag="discord"):
    """A webhook of Discord."""

    url: SecretValue


class PagerDuty(Remote, frozen=True, kw_only=True, tag="pagerduty"):
    """A service of PagerDuty: one incident for each alert, resolved when it is over."""

    routing_key: SecretValue
    api: Address = "https://events.pagerduty.com"
    """Another address of PagerDuty's interface."""


class Apprise(ForPeople, frozen=True, kw_only=True, tag="apprise"):
    """Any service that Apprise knows."""

    url: SecretValue


class Email(Illustrated, frozen=True, kw_only=True, tag="email"):
    """Mailboxes that a mail server delivers to."""

    host: Annotated[
        str,
        Meta(
            description="the name of a mail server",
            extra_json_schema={"pattern": "^[A-Za-z0-9.:-]+$"},
            max_length=253,
        ),
    ]
    port: Annotated[
        Annotated[int, Meta(ge=1, le=65535)] | None,
        Meta(description="a port (587, or 465 for ssl, or 25 for none, if it is not given)"),
    ] = None
    security: Literal["starttls", "ssl", "none"] = "starttls"
    username: Annotated[
        Annotated[str, Meta(max_length=254)] | None, Meta(description="the name to log in with")
    ] = None
    password: SecretValue | None = None
    sender: Mailbox = field(name="from")
    to: Annotated[
        tuple[Mailbox, ...],
        Meta(
            description="a list of mail addresses",
            min_length=1,
            extra_json_schema={"uniqueItems": True},
        ),
    ]
    ca_file: ResolvedPath | None = None
    """The certificates that vouch for the server, instead of the system's."""


class Webhook(Remote, frozen=True, kw_only=True, tag="webhook"):
    """JSON to any program, signed as Standard Webhooks says."""

    url: AddressOrSecret
    secret: SecretValue | None = None
    """Signs each message."""
    old_secret: SecretValue | None = None
    """Signs as well, while a secret is replaced."""
    cloudevents: Annotated[
        bool, Meta(description="true or false (whether to wrap documents as CloudEvents)")
    ] = False
    headers: Headers = field(default_factory=dict)
    digest: Digest = 0


AnyChannel = (
    Apprise | Console | Discord | Email | File | PagerDuty | Slack | SlackBot | Teams | Webhook
)
