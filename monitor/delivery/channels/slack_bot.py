"""Messages to Slack by a bot, in one thread for each alert, so that it grows in one place.

https://docs.slack.dev/reference/methods/chat.postMessage: the answer is 200 even for an error, and
its `ok` and `error` say what happened. The `ts` of the first message is the thread's handle. A
picture follows as a file: https://docs.slack.dev/reference/methods/files.completeUploadExternal.
"""

from dataclasses import replace

import msgspec

from monitor.base.errors import DeliveryDeferred, DeliveryRejected
from monitor.base.records import Json, Message
from monitor.base.settings import channels
from monitor.delivery.channels.channel import PICTURE, Clock, Pace, Receipt, revealed
from monitor.delivery.channels.http import Reply, Target, post, post_json
from monitor.delivery.channels.slack import SECONDS_APART, payload

_PASSES = frozenset(
    {
        *("ratelimited", "rate_limited", "internal_error", "fatal_error", "request_timeout"),
        *("service_unavailable", "team_added_to_org"),
    }
)
_THIS_MESSAGE = frozenset(
    {
        *("msg_too_long", "msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format"),
        *("no_text", "invalid_arguments", "too_many_attachments"),
    }
)
_NO_THREAD = frozenset({"thread_not_found", "cannot_reply_to_message", "message_not_found"})


class _Said(msgspec.Struct, frozen=True):
    ok: bool = False
    error: str = "no answer that is known"
    ts: str | None = None
    upload_url: str | None = None
    file_id: str | None = None


class SlackBotChannel:
    """A channel of a Slack workspace, as a bot writes to it."""

    def __init__(self, name: str, settings: channels.SlackBot, clock: Clock) -> None:
        self._name = name
        self._settings = settings
        self._clock = clock
        self._pace = Pace(clock, seconds=SECONDS_APART)

    def send(self, message: Message) -> Receipt:
        """Post a message into the thread of its alert, or begin that thread."""
        target = self._target("chat.postMessage")
        document = {"channel": self._settings.channel, **payload(message.body)}
        thread = message.handle
        said, answer = self._post(target, document, message=message.id, thread=thread)
        if thread is not None and said.error in _NO_THREAD:
            # Somebody deleted the message that began it: the thread begins anew.
            thread = None
            said, answer = self._post(target, document, message=message.id, thread=None)
        self._judge(said, answer)
        return Receipt(said=f"{answer.status} ok", handle=said.ts if thread is None else None)

    def illustrate(self, message: Message, receipt: Receipt) -> None:
        """Put the picture into the thread of the message, which needs the scope `files:write`."""
        picture, thread = message.picture or b"", message.handle or receipt.handle
        asked = {
            "filename": PICTURE,
            "length": len(picture),
            "alt_txt": "How many counted, day by day; the message above has the figures",
        }
        place = self._call("files.getUploadURLExternal", asked, message=message.id)
        upload = Target.of(self._name, self._settings, place.upload_url or "")
        self._pace.wait()
        post(
            replace(upload, headers={"Content-Type": "application/octet-stream"}),
            picture,
            now=self._clock.now,
        )
        shared: dict[str, Json] = {
            "files": [{"id": place.file_id, "title": PICTURE}],
            "channel_id": self._settings.channel,
            **({"thread_ts": thread} if thread else {}),
        }
        self._call("files.completeUploadExternal", shared, message=message.id)

    def _call(self, method: str, document: dict[str, Json], *, message: str) -> _Said:
        said, answer = self._post(self._target(method), document, message=message, thread=None)
        self._judge(said, answer)
        return said

    def _target(self, method: str) -> Target:
        token = revealed(self._settings.token, channel=self._name) or ""
        url = f"{self._settings.api.rstrip('/')}/{method}"
        return replace(
            Target.of(self._name, self._settings, url, secrets=[token]),
            headers={"Authorization": f"Bearer {token}"},
        )

    def _post(
        self, target: Target, document: dict[str, Json], *, message: str, thread: str | None
    ) -> tuple[_Said, Reply]:
        self._pace.wait()
        threaded = document if thread is None else {**document, "thread_ts": thread}
        answer = post_json(target, threaded, message=message, now=self._clock.now)
        try:
            return msgspec.json.decode(answer.body, type=_Said), answer
        except msgspec.MsgspecError:
            return _Said(), answer

    def _judge(self, said: _Said, answer: Reply) -> None:
        if said.ok:
            return
        words = f"channel {self._name!r}: Slack said {answer.status} {answer.text}"
        if said.error in _PASSES:
            raise DeliveryDeferred(words)
        raise DeliveryRejected(words, channel=said.error not in _THIS_MESSAGE)
