"""Messages to Microsoft Teams by a Workflows webhook, as an Adaptive Card of at most 28 KB.

A 202 says that the workflow was started, not that the card was posted: such a message is accepted.
Foreign words stand in text runs, which know neither Markdown nor mentions.
https://learn.microsoft.com/en-us/connectors/teams/ (limits)
"""

from collections.abc import Mapping

import msgspec

from monitor.base.errors import DeliveryDeferred, DeliveryRejected
from monitor.base.records import Json, Message
from monitor.base.settings import channels
from monitor.delivery.channels.channel import Clock, Pace, Receipt, cut, revealed
from monitor.delivery.channels.http import Reply, Target, post_json
from monitor.delivery.messages import Line, defused, fitted, outline

_ROOM = 24_000
"""The bytes of the lines of a card: Teams takes 28,000 of a whole one."""
_LINE = 2000
_TITLE = 300
_SECONDS_APART = 0.5


class TeamsChannel:
    """A channel or chat of Microsoft Teams."""

    def __init__(self, name: str, settings: channels.Teams, clock: Clock) -> None:
        self._name = name
        self._settings = settings
        self._clock = clock
        self._pace = Pace(clock, seconds=_SECONDS_APART)

    def send(self, message: Message) -> Receipt:
        """Hand a card to the workflow."""
        url = revealed(self._settings.url, channel=self._name) or ""
        document = card(message.body)
        self._pace.wait()
        answer = post_json(
            Target.of(self._name, self._settings, url),
            document,
            message=message.id,
            now=self._clock.now,
        )
        self._judge(answer)
        return Receipt(said=answer.receipt.said, accepted=answer.body.strip() != "1")

    def _judge(self, answer: Reply) -> None:
        """Find an error that hides in an answer of 200."""
        if "HTTP error" not in answer.body:
            return
        words = f"channel {self._name!r}: Teams said {answer.status} {answer.text}"
        if "HTTP error 429" in answer.body or "HTTP error 5" in answer.body:
            raise DeliveryDeferred(words)
        raise DeliveryRejected(words)


def card(document: Mapping[str, Json]) -> dict[str, Json]:
    """Write a document as a message with one card."""
    said = outline(document)
    title = {"type": "TextRun", "text": cut(defused(said.title), _TITLE) or "talentwatch"}
    lines = fitted(
        said, write=_block, size=lambda block: len(msgspec.json.encode(block)) + 1, room=_ROOM
    )
    content: dict[str, Json] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": title["text"],
        "msteams": {"width": "Full"},
        "body": [_runs({**title, "weight": "Bolder", "size": "Medium"}), *lines],
    }
    if said.link is not None:
        content["actions"] = [{"type": "Action.OpenUrl", "title": "All of it", "url": said.link}]
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": content,
    }
    return {"type": "message", "attachments": [attachment]}


def _block(line: Line) -> dict[str, Json]:
    mark = "• " if line.item else ""
    words = {"type": "TextRun", "text": f"{mark}{cut(defused(line.words), _LINE)}" or "-"}
    if line.bold:
        words["weight"] = "Bolder"
    links = [
        {
            "type": "TextRun",
            "text": f" {line.label}",
            "selectAction": {"type": "Action.OpenUrl", "url": url},
        }
        for url in line.links
    ]
    return _runs(words, *links)


def _runs(*runs: dict[str, Json]) -> dict[str, Json]:
    return {"type": "RichTextBlock", "inlines": list(runs)}
