"""Messages as JSON to any program, with the headers and signature of Standard Webhooks.

With `cloudevents` the document is wrapped as CloudEvents 1.0 asks for, in structured mode.
"""

import binascii
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC

import msgspec
from standardwebhooks.webhooks import EmptyWebhookSecretError
from standardwebhooks.webhooks import Webhook as Signer

from monitor.base.errors import DeliveryBlocked
from monitor.base.records import Json, Message
from monitor.base.settings import channels
from monitor.delivery.channels.channel import Clock, Receipt, revealed
from monitor.delivery.channels.http import Target, post


class WebhookChannel:
    """A channel that posts the document of `schemas/alert.schema.json`."""

    def __init__(self, name: str, settings: channels.Webhook, clock: Clock) -> None:
        self._name = name
        self._settings = settings
        self._settings = settings
        self._clock = clock

    def send(self, message: Message) -> Receipt:
        """Post a message; its id, the moment and the signatures go into the headers."""
        wraps = self._settings.cloudevents
        document = as_cloud_event(message) if wraps else message.body
        content = msgspec.json.encode(document, order="deterministic")
        # While a secret is replaced there are two, and a receiver that knows either is content.
        secrets = [
            secret
            for kept in (self._settings.secret, self._settings.old_secret)
            if (secret := revealed(kept, channel=self._name)) is not None
        ]
        own = {
            header: revealed(value, channel=self._name) or ""
            for header, value in self._settings.headers.items()
        }
        kind = {"Content-Type": "application/cloudevents+json"} if wraps else {}
        target = Target.of(
            self._name,
            self._settings,
            revealed(self._settings.url, channel=self._name) or "",
            secrets=[*secrets, *(secret.removeprefix("whsec_") for secret in secrets)],
        )
        headers = {**kind, **own, **self._signed(message.id, content, secrets)}
        return post(replace(target, headers=headers), content, now=self._clock.now).receipt

    def _signed(self, message: str, content: bytes, secrets: list[str]) -> dict[str, str]:
        # The library reads any moment as UTC, so it must be one.
        now = self._clock.now().astimezone(UTC)
        headers = {"webhook-id": message, "webhook-timestamp": str(int(now.timestamp()))}
        if not secrets:
            return headers
        try:
            signatures = [Signer(secret).sign(message, now, content.decode()) for secret in secrets]
        except (binascii.Error, EmptyWebhookSecretError, ValueError):
            raise DeliveryBlocked(
                f"channel {self._name!r}: its secret is none of Standard Webhooks"
                " (whsec_ and then base64)"
            ) from None
        return {**headers, "webhook-signature": " ".join(signatures)}


def as_cloud_event(message: Message) -> Mapping[str, Json]:
    """Wrap a document as an event of CloudEvents 1.0; equal at every try."""
    body = message.body
    kind = body["type"]
    event = {
        "specversion": "1.0",
        "id": message.id,
        "source": "/talentwatch",
        "type": ".".join(["talentwatch", kind, *([body["reason"]] if kind == "alert" else [])]),
        "time": f"{body['known_on' if kind == 'alert' else 'on']}T00:00:00Z",
        "datacontenttype": "application/json",
        "data": body,
    }
    if kind == "alert":
        event["subject"] = body["alert"]
    return event
