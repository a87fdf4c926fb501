"""Messages to Discord by a webhook, as one embed, with mentions of all kinds switched off.

Limits: https://docs.discord.com/developers/resources/message#embed-object-embed-limits (256
characters in a title, 4,096 in a description, 6,000 together). A picture goes
along as a form, and the embed names it: https://docs.discord.com/developers/reference#uploading-files.
"""

from collections.abc import Mapping
from dataclasses import replace

import httpx
import msgspec

from monitor.base.errors import DeliveryRejected
from monitor.base.records import Json, Message
from monitor.base.settings import channels
from monitor.delivery.channels.channel import PICTURE, Clock, Pace, Receipt, cut, revealed
from monitor.delivery.channels.http import Target, post, post_json
from monitor.delivery.messages import Line, defused, fitted, outline

TITLE = 256
DESCRIPTION = 4096
_LINE = 1500
_SECONDS_APART = 2.0
_COLOURS = {"critical": 0xC0392B, "warning": 0xE67E22, "info": 0x2980B9}
_ESCAPES = {ord(mark): f"\\{mark}" for mark in r"\*_~`|>#[]()<:-+."}


class DiscordChannel:
    """A channel of a Discord server."""

    def __init__(self, name: str, settings: channels.Discord, clock: Clock) -> None:
        self._name = name
        self._settings = settings
        self._clock = clock
        self._pace = Pace(clock, seconds=_SECONDS_APART)

    def send(self, message: Message) -> Receipt:
        """Post a message and wait for Discord to have kept it."""
        url = _waiting(revealed(self._settings.url, channel=self._name) or "")
        target = Target.of(self._name, self._settings, url)
        document = payload(message.body)
        if message.picture is not None:
            try:
                return self._post_with_picture(target, document, message)
            except DeliveryRejected as exc:
                if exc.channel:
                    raise
                # The picture may be what was refused: the words go without it.
        self._pace.wait()
        return post_json(target, document, message=message.id, now=self._clock.now).receipt

    def _post_with_picture(
        self, target: Target, document: dict[str, Json], message: Message
    ) -> Receipt:
        embed = {**document["embeds"][0], "image": {"url": f"attachment://{PICTURE}"}}
        words = msgspec.json.encode({**document, "embeds": [embed]}, order="deterministic")
        form = httpx.Request(
            "POST",
            "http://form.invalid",
            files={
                "payload_json": (None, words, "application/json"),
                "files[0]": (PICTURE, message.picture or b"", "image/png"),
            },
        )
        headers = {"webhook-id": message.id, "Content-Type": form.headers["content-type"]}
        self._pace.wait()
        return post(replace(target, headers=headers), form.read(), now=self._clock.now).receipt


def _waiting(url: str) -> str:
    try:
        return str(httpx.URL(url).copy_add_param("wait", "true"))
    except (httpx.InvalidURL, ValueError):
        return url  # It is named as what it is when it is used.


def payload(document: Mapping[str, Json]) -> dict[str, Json]:
    """Write a document as Discord takes it."""
    said = outline(document)
    room = DESCRIPTION - len(said.link or "") - 20
    lines = fitted(said, write=_written, size=lambda line: len(line) + 1, room=room)
    if said.link is not None:
        lines.append(f"[all of it]({said.link})")
    embed: dict[str, Json] = {
        "title": _cut(escaped(said.title), TITLE) or "talentwatch",
        "description": "\n".join(lines) or "-",
        "color": _COLOURS.get(said.severity, _COLOURS["warning"]),
    }
    return {"embeds": [embed], "allowed_mentions": {"parse": []}}


def escaped(words: str) -> str:
    r"""Take away from foreign words all that Discord would act on.

    >>> print(escaped("**Ada** [x](y)"))
    \*\*Ada\*\* \[x\]\(y\)
    """
    return defused(words).translate(_ESCAPES)


def _written(line: Line) -> str:
    links = "".join(f", [{line.label}]({url})" for url in line.links)
    words = _cut(escaped(line.words), _LINE)
    mark = "• " if line.item else ""
    return f"**{words}**" if line.bold else f"{mark}{words}{links}"


def _cut(words: str, limit: int) -> str:
    """Cut a text to a length, never between a mark and what takes its meaning away."""
    short = cut(words, limit)
    if short == words:
        return words
    kept = short[:-3]
    slashes = len(kept) - len(kept.rstrip("\\"))
    return f"{kept[: len(kept) - slashes % 2]}..."
