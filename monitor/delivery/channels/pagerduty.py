"""Alerts to PagerDuty by its Events API v2: one incident for each alert, resolved when it is over.

https://developer.pagerduty.com/docs/events-api-v2-overview: 202 for what was taken, 429 and 5xx are
tried again, 400 is final; a summary has at most 1,024 characters, a key 255, an event 512 KB.
"""

from collections.abc import Mapping

from monitor.base.records import Json, Message
from monitor.base.settings import channels
from monitor.delivery.channels.channel import Clock, Pace, Receipt, cut, revealed
from monitor.delivery.channels.http import Target, post_json
from monitor.delivery.messages import Line, defused, fitted, outline

SUMMARY = 1024
KEY = 255
_ROOM = 100_000
_SECONDS_APART = 0.5
_SEVERITIES = ("critical", "warning", "info")
_OVER = ("closed", "withdrawn", "merged")


class PagerDutyChannel:
    """A service of PagerDuty."""

    def __init__(self, name: str, settings: channels.PagerDuty, clock: Clock) -> None:
        self._name = name
        self._settings = settings
        self._clock = clock
        self._pace = Pace(clock, seconds=_SECONDS_APART)

    def send(self, message: Message) -> Receipt:
        """Trigger, update or resolve the incident of an alert."""
        settings = self._settings
        key = revealed(settings.routing_key, channel=self._name) or ""
        url = f"{settings.api.rstrip('/')}/v2/enqueue"
        self._pace.wait()
        return post_json(
            Target.of(self._name, self._settings, url, secrets=[key]),
            {"routing_key": key, **event(message)},
            message=message.id,
            now=self._clock.now,
        ).receipt


def event(message: Message) -> dict[str, Json]:
    """Write a message as an event, without the key that says for which service it is."""
    body = message.body
    said = outline(body)
    dedup = message.thread or body.get("alert") or body.get("key") or message.id
    fields: dict[str, Json] = {
        # Each channel has threads of its own; an incident of one must not end that of another.
        "dedup_key": cut(f"talentwatch:{message.channel}:{dedup}", KEY),
        "event_action": "resolve" if body.get("status") in _OVER else "trigger",
        "client": "talentwatch",
        "payload": {
            "summary": cut(defused(said.title), SUMMARY) or "talentwatch",
            "source": "talentwatch",
            "severity": said.severity if said.severity in _SEVERITIES else "warning",
            "class": str(body["type"]),
            "custom_details": {"message": _details(body), "id": message.id},
        },
    }
    if said.link is not None:
        fields["client_url"] = said.link
        fields["links"] = [{"href": said.link, "text": "all of it"}]
    return fields


def _details(document: Mapping[str, Json]) -> str:
    said = outline(document)
    return "\n".join(fitted(said, write=_written, size=lambda line: len(line) + 1, room=_ROOM))


def _written(line: Line) -> str:
    return ", ".join([f"{'- ' if line.item else ''}{defused(line.words)}", *line.links])
