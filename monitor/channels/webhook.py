"""Messages as JSON to any program, with the headers and signature of Standard Webhooks."""

import binascii
from datetime import UTC

import msgspec
from standardwebhooks.webhooks import EmptyWebhookSecretError
from standardwebhooks.webhooks import Webhook as Signer

from monitor.channels.channel import Clock, Receipt, revealed
from monitor.channels.http import Target, post
from monitor.errors import DeliveryBlocked
from monitor.records import Message
from monitor.settings import ChannelSettings


class Webhook:
    """A channel that posts the document of `schemas/alert.schema.json`."""

    def __init__(self, settings: ChannelSettings, clock: Clock) -> None:
        self._name = settings.name
        self._options = settings.options
        self._clock = clock

    def send(self, message: Message) -> Receipt:
        """Post a message; its id, the moment and the signature go into the headers."""
        content = msgspec.json.encode(message.body, order="deterministic")
        secret = revealed(self._options.get("secret"), channel=self._name)
        own = {
            header: revealed(value, channel=self._name) or ""
            for header, value in self._options.get("headers", {}).items()
        }
        target = Target(
            channel=self._name,
            url=revealed(self._options["url"], channel=self._name) or "",
            headers={**own, **self._signed(message.id, content, secret)},
            secrets=[secret, secret.removeprefix("whsec_")] if secret else [],
            allow_private=self._options.get("allow_private", False),
            seconds=self._options.get("timeout", 20),
        )
        return post(target, content, now=self._clock.now).receipt

    def _signed(self, message: str, content: bytes, secret: str | None) -> dict[str, str]:
        # The library reads any moment as UTC, so it must be one.
        now = self._clock.now().astimezone(UTC)
        headers = {"webhook-id": message, "webhook-timestamp": str(int(now.timestamp()))}
        if secret is None:
            return headers
        try:
            signature = Signer(secret).sign(message, now, content.decode())
        except (binascii.Error, EmptyWebhookSecretError, ValueError):
            raise DeliveryBlocked(
                f"channel {self._name!r}: its secret is none of Standard Webhooks"
                " (whsec_ and then base64)"
            ) from None
        return {**headers, "webhook-signature": signature}
