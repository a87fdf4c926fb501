"""Every channel keeps the same promises; each is held to them against a real receiver."""

import io
import json
import logging
import re
import sys
import time
from contextlib import redirect_stderr
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib.resources import files
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from mailboxes import mailbox
from receivers import KINDS, Receiver, Reply, Request, channel_of, receiver
from samples import HOSTILE, NOON, SUBJECT, after, alert, notice_document, person
from standardwebhooks.webhooks import Webhook as Verifier

from monitor.base.errors import DeliveryBlocked, DeliveryDeferred, DeliveryRejected
from monitor.base.machine.network import is_public
from monitor.base.records import Message, Reason
from monitor.base.settings import Secret
from monitor.delivery import channels
from monitor.delivery.channels import CHANNELS, Channel, Clock
from monitor.delivery.channels.slack import BLOCKS, HEADER, TEXT, payload
from monitor.delivery.messages import body, digest_body

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PATH = "/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"
TOKEN = "xoxb-11111111-very-secret-token"
HTTP = ("discord", "pagerduty", "slack", "slack_bot", "teams", "webhook")
"""The kinds that talk HTTP by themselves; Apprise does in its own way."""
BY_URL = ("discord", "slack", "teams", "webhook")
OK = b'{"ok": true, "ts": "1700.1"}'
SCHEMA = json.loads(files("monitor.schemas").joinpath("alert.schema.json").read_text("utf-8"))


@dataclass(slots=True)
class Time:
    """A clock that only a test moves."""

    moment: datetime = NOON
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        """Return the moment."""
        return self.moment

    def sleep(self, seconds: float) -> None:
        """Move on, without waiting."""
        self.slept.append(seconds)
        self.moment += timedelta(seconds=seconds)

    @property
    def clock(self) -> Clock:
        """Return it as channels take it."""
        return Clock(now=self.now, sleep=self.sleep)


@pytest.fixture
def there():
    """Return a running receiver."""
    with receiver() as running:
        running.answers(body=OK)
        yield running


def channel(kind: str, address: str, *, time: Time | None = None, **options: Any) -> Channel:
    """Make a channel of a kind that sends to an address."""
    usual: dict[str, Any] = {"allow_private": True, "timeout": 0.5}
    match kind:
        case "slack_bot":
            usual |= {"token": Secret(literal=TOKEN), "channel": "C1", "api": address}
        case "pagerduty":
            usual |= {"routing_key": Secret(literal=TOKEN), "api": address}
        case "apprise":
            usual["url"] = Secret(literal=f"{address.replace('http', 'json')}{PATH}")
        case "email":
            usual |= {"host": "127.0.0.1", "security": "none", "to": ["ada@example.org"]}
            usual |= {"sender": "watch@example.org"}
        case _:
            usual["url"] = Secret(literal=address + PATH + "?token=hush-hush")
    if kind == "webhook":
        usual["secret"] = Secret(literal=SECRET)
        usual["headers"] = {"Authorization": Secret(literal="Bearer very-secret-token")}
    return channel_of(kind, (time or Time()).clock, **{**usual, **options})


def message(**changes: Any) -> Message:
    """Return a message about three people."""
    document = body(alert("Ada", "Bo", "Cy"), subject=SUBJECT)
    return replace(Message(id="msg_1", channel="talent", body=document), **changes)


def refused(sends: Channel) -> DeliveryDeferred | DeliveryRejected:
    """Send, and return the error, which names the channel and no secret."""
    with pytest.raises((DeliveryDeferred, DeliveryRejected)) as caught:
        sends.send(message())
    chain = []
    error: BaseException | None = caught.value
    while error is not None:
        chain.append(f"{error!r} {error}")
        error = error.__cause__
    for secret in (
        SECRET,
        SECRET[6:],
        TOKEN,
        "XXXXXXXX",
        "B00000000",
        "hush-hush",
        "very-secret-token",
    ):
        assert secret not in " ".join(chain)
    assert "'talent'" in str(caught.value)
    assert isinstance(caught.value, DeliveryDeferred | DeliveryRejected)
    return caught.value


# The contract kit: every kind, in a place where it works.


@pytest.mark.parametrize("kind", CHANNELS)
def test_every_channel_takes_alerts_and_notices(kind, there, tmp_path):
    """A channel can send whatever the outbox holds."""
    with mailbox() as mails, redirect_stderr(io.StringIO()):
        sends = channel(kind, there.url, path=tmp_path / "new" / "out.jsonl", port=mails.port)
        digest = digest_body([message().body], on=NOON.date())
        for number, document in enumerate((message().body, notice_document(), digest)):
            assert sends.send(message(id=f"msg_{number}", body=document)).said
    if kind in {*HTTP, "apprise"}:
        assert len(there.requests) == 3
    assert len(mails.taken) == 3 * (kind == "email")


@pytest.mark.parametrize("kind", CHANNELS)
def test_every_channel_takes_hostile_names(kind, there, tmp_path):
    """Nobody's name stops an alert."""
    with mailbox() as mails, redirect_stderr(io.StringIO()):
        sends = channel(kind, there.url, path=tmp_path / "out.jsonl", port=mails.port)
        for name in HOSTILE:
            people = tuple(person(f"N{number}", name=name) for number in range(60))
            full = replace(alert(), people=people, left_out=people, possible_people=people)
            told = body(full, subject=replace(SUBJECT, title=name[:200]))
            assert sends.send(message(body=told)).said, name


@pytest.mark.parametrize("kind", HTTP)
def test_2xx_is_success(kind, there):
    """Receivers differ in how they say yes; Teams (case 53) only says that it will see."""
    sends = channel(kind, there.url)
    in_words_only = {"slack_bot"}
    for status in (200, 201, 202) if kind in in_words_only else (200, 201, 202, 204):
        there.answers(status=status, body=b"" if status == 204 else OK)
        receipt = sends.send(message())
        assert receipt.said.startswith(str(status))
        assert receipt.accepted == (kind == "teams")


@pytest.mark.parametrize("kind", HTTP)
def test_other_answers_are_final(kind, there):
    """Case 45: repeating what is refused helps nobody, and what is said of one says it of all."""
    sends = channel(kind, there.url)
    for status in (400, 401, 403, 404, 405, 413, 422, 300, 304):
        there.answers(status=status, body=b"" if status == 304 else b"no_service")
        error = refused(sends)
        assert isinstance(error, DeliveryRejected)
        assert not error.gone
        assert error.channel == (status not in {400, 413, 422})
        assert str(status) in str(error)


@pytest.mark.parametrize("kind", HTTP)
def test_410_says_that_the_receiver_is_gone(kind, there):
    """It turns the channel off."""
    there.answers(status=410)
    error = refused(channel(kind, there.url))
    assert isinstance(error, DeliveryRejected)
    assert error.gone


@pytest.mark.parametrize("kind", HTTP)
def test_what_may_pass_is_tried_again(kind, there):
    """A receiver in trouble costs no alert."""
    sends = channel(kind, there.url)
    for status in (408, 425, 429, 500, 502, 503, 504, 599):
        there.answers(status=status, headers={"Retry-After": "30"}, body=b"busy")
        error = refused(sends)
        assert isinstance(error, DeliveryDeferred)
        assert error.retry_after == 30
        assert "busy" in str(error)


@pytest.mark.parametrize("kind", HTTP)
def test_a_receiver_may_ask_for_a_wait(kind, there):
    """In seconds or as a date; nonsense is no wait."""
    for asked, seconds in (
        ("120", 120),
        (format_datetime(NOON + timedelta(minutes=5), usegmt=True), 300),
        (format_datetime(NOON - timedelta(minutes=5), usegmt=True), 0),
        ("Thu, 07 Aug 2025 12:01:00", 60),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("9" * 400, 999_999_999),
        ("2.5", 2.5),
        ("Thu, 07 Aug 2025 12:01:00 +9999999999999", None),
    ):
        there.answers(status=429, headers={"Retry-After": asked})
        error = refused(channel(kind, there.url))
        assert isinstance(error, DeliveryDeferred)
        assert error.retry_after == seconds, asked


@pytest.mark.parametrize("kind", HTTP)
def test_a_slow_receiver_is_tried_again(kind, there):
    """A receiver that hangs must not hang us."""
    there.answers(wait=1.5)
    error = refused(channel(kind, there.url))
    assert isinstance(error, DeliveryDeferred)
    assert "no end within 0.5 seconds" in str(error)


@pytest.mark.parametrize("kind", HTTP)
def test_a_receiver_that_drips_is_cut_off_in_time(kind, there):
    """Each byte comes soon, and the whole answer never: it is the whole that is bounded."""
    there.answers(drips=0.1)
    began = time.monotonic()
    error = refused(channel(kind, there.url))
    assert isinstance(error, DeliveryDeferred)
    assert "no end within 0.5 seconds" in str(error)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("kind", HTTP)
def test_a_broken_connection_is_tried_again(kind, there):
    """Whether it took the message is not known; the id tells the receiver."""
    there.answers(breaks=True)
    assert isinstance(refused(channel(kind, there.url)), DeliveryDeferred)


@pytest.mark.parametrize("kind", HTTP)
def test_an_answer_that_breaks_off_counts_by_its_status(kind, there):
    """The receiver has said 200: sending again would be a repeat."""
    there.answers(status=200, cut_body=True, body=OK)
    channel(kind, there.url).send(message())


@pytest.mark.parametrize("kind", HTTP)
def test_a_closed_port_is_tried_again(kind):
    """The receiver restarts."""
    with receiver() as gone:
        url = gone.url
    error = refused(channel(kind, url))
    assert isinstance(error, DeliveryDeferred)
    assert "cannot be reached" in str(error)


@pytest.mark.parametrize("kind", HTTP)
def test_a_redirect_is_not_followed(kind, there):
    """The message goes where the configuration says, and nowhere else."""
    with receiver() as elsewhere:
        there.answers(status=307, headers={"Location": elsewhere.url})
        error = refused(channel(kind, there.url))
        assert elsewhere.requests == []
    assert isinstance(error, DeliveryRejected)
    assert "redirect (307)" in str(error)


@pytest.mark.parametrize("kind", HTTP)
def test_an_endless_answer_is_cut(kind, there):
    """A receiver cannot fill our memory, nor our log."""
    there.answers(status=400, body=b"x" * 5_000_000)
    assert len(str(refused(channel(kind, there.url)))) < 400


@pytest.mark.parametrize("kind", HTTP)
def test_an_answer_that_echoes_secrets_is_redacted(kind, there):
    """Proxies like to repeat the address in their error pages."""
    there.reply = lambda request: _echo(kind, request)
    error = refused(channel(kind, there.url))
    assert "[...]" in str(error)


def _echo(kind: str, request: Request) -> Reply:
    known = {"webhook": SECRET, "slack_bot": TOKEN, "pagerduty": TOKEN}.get(kind, "")
    words = f"no {request.path} with {known} {request.headers.get('authorization')} \x1b[31m"
    return Reply(status=404, body=words.encode())


def test_an_answer_that_echoes_a_part_of_an_address_or_header_is_redacted(there):
    """The signature in the address of a Teams workflow is a secret without the name before it."""
    url = Secret(literal=f"{there.url}/flows/x?sp=%2Ftriggers&sig=aB%2Fc-signature")
    there.answers(status=401, body=b"bad signature aB/c-signature, aB%2Fc-signature")
    error = refused(channel("teams", there.url, url=url))
    assert "c-signature" not in str(error)
    there.answers(status=401, body=b"no such token: very-secret-token")
    refused(channel("webhook", there.url))


@pytest.mark.parametrize("value", ["clé", "two\nlines", "\x00"])
def test_a_secret_that_no_header_can_carry_lets_the_message_wait(value, there):
    """It is the configuration that has to be mended, and the value is not shown."""
    headers = {"X-Key": Secret(literal=value)}
    sending = [
        channel("webhook", there.url, headers=headers),
        channel("slack_bot", there.url, token=Secret(literal=value)),
    ]
    for sends in sending:
        error = refused(sends)
        assert isinstance(error, DeliveryBlocked)
        assert value not in str(error)
    assert there.requests == []


def test_a_name_that_is_no_header_lets_the_message_wait(there):
    """It would break every request."""
    sends = channel("webhook", there.url, headers={"X Key:": Secret(literal="x")})
    assert isinstance(refused(sends), DeliveryBlocked)


@pytest.mark.parametrize("kind", HTTP)
def test_every_try_carries_the_same_id_and_the_same_words(kind, there):
    """Case 46: who drops repeats can tell one; only moment and signature may differ."""
    time = Time()
    sends = channel(kind, there.url, time=time)
    there.answers(status=503)
    for _ in range(3):
        refused(sends)
        time.sleep(3600)
    assert {request.headers["webhook-id"] for request in there.requests} == {"msg_1"}
    assert len({request.body for request in there.requests}) == 1


@pytest.mark.parametrize("kind", HTTP)
def test_no_log_shows_the_address(kind, there, caplog):
    """Slack's address is a secret, and the HTTP library logs addresses."""
    caplog.set_level(logging.DEBUG)
    channel(kind, there.url).send(message())
    assert "XXXXXXXX" not in caplog.text
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("kind", HTTP)
def test_private_addresses_are_refused_unless_allowed(kind):
    """A webhook must not become a way into the network that we run in."""
    here, elsewhere = ("127.0.0.1:9", "[::1]:9"), ("10.1.2.3", "169.254.169.254")
    for address in (*here, *elsewhere):
        error = refused(channel(kind, f"http://{address}", allow_private=False))
        assert isinstance(error, DeliveryBlocked)
        assert "private network" in str(error)


@pytest.mark.parametrize("kind", HTTP)
def test_private_names_are_refused_after_resolution(kind, there):
    """A name may point anywhere."""
    port = there.url.rpartition(":")[2]
    error = refused(channel(kind, f"http://localhost:{port}", allow_private=False))
    assert isinstance(error, DeliveryBlocked)
    assert there.requests == []
    channel(kind, f"http://localhost:{port}").send(message())
    assert there.requests[0].headers["host"] == f"localhost:{port}"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("0.0.0.0", False),  # noqa: S104 -- an address to refuse
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("192.168.1.1", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::808:808", True),
        ("2002:7f00:1::", False),
        ("::127.0.0.1", False),
        ("::ffff:0:127.0.0.1", False),
        ("64:ff9b:1::7f00:1", False),
        ("fec0::1", False),
    ],
)
def test_only_addresses_of_the_internet_are_public(address, public):
    """Wrapped addresses are judged by what they wrap."""
    assert is_public(ip_address(address)) is public


@pytest.mark.parametrize("kind", BY_URL)
@pytest.mark.parametrize("url", ["", "ftp://x.example/y", "hooks.example/secret", "http://"])
def test_a_wrong_address_lets_the_message_wait(kind, url):
    """It is a slip in the configuration, and costs no alert."""
    error = refused(channel(kind, "", url=Secret(literal=url)))
    assert isinstance(error, DeliveryBlocked)


@pytest.mark.parametrize("kind", [*HTTP, "apprise", "email"])
def test_a_missing_secret_lets_the_message_wait(kind):
    """The variable is named; nothing is lost while the operator sets it."""
    missing = Secret(env="TALENTWATCH_NOT_SET_IN_TESTS")
    secrets: dict[str, Any] = dict.fromkeys(("url", "token", "routing_key", "password"), missing)
    error = refused(channel(kind, "", **secrets))
    assert isinstance(error, DeliveryBlocked)
    assert "TALENTWATCH_NOT_SET_IN_TESTS" in str(error)


# The webhook.


def test_a_webhook_is_signed_and_fits_its_schema(there):
    """A receiver verifies it with the library of Standard Webhooks."""
    time = Time(moment=datetime.now(UTC))
    channel("webhook", there.url, time=time).send(message())
    (request,) = there.requests
    verified = Verifier(SECRET).verify(request.body, request.headers)
    Draft202012Validator(SCHEMA).validate(verified)
    assert request.headers["webhook-id"] == "msg_1"
    assert request.headers["webhook-timestamp"] == str(int(time.moment.timestamp()))
    assert request.headers["authorization"] == "Bearer very-secret-token"
    assert request.headers["content-type"] == "application/json"
    assert request.path == f"{PATH}?token=hush-hush"


def test_each_try_is_signed_for_its_own_moment(there):
    """A receiver that refuses old signatures takes the later tries."""
    time = Time()
    sends = channel("webhook", there.url, time=time)
    there.answers(status=503)
    for _ in range(3):
        refused(sends)
        time.sleep(3600)
    assert len({request.headers["webhook-signature"] for request in there.requests}) == 3


def test_the_signature_is_of_the_moment_and_not_of_its_time_zone(there):
    """Case 52: equal instants sign equally."""
    elsewhere = NOON.astimezone(datetime.fromisoformat("2025-01-01T00:00:00+09:00").tzinfo)
    for moment in (NOON, elsewhere):
        channel("webhook", there.url, time=Time(moment=moment)).send(message())
    assert len({request.headers["webhook-signature"] for request in there.requests}) == 1


def test_a_webhook_without_a_secret_is_not_signed(there):
    """The id is there all the same."""
    channel("webhook", there.url, secret=None).send(message())
    (request,) = there.requests
    assert "webhook-signature" not in request.headers
    assert request.headers["webhook-id"] == "msg_1"


def test_while_a_secret_is_replaced_either_key_verifies(there):
    """Case 52: two signatures in one header, and a receiver that knows one of them is content."""
    old = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
    time = Time(moment=datetime.now(UTC))
    channel("webhook", there.url, time=time, old_secret=Secret(literal=old)).send(message())
    (request,) = there.requests
    assert [one[:3] for one in request.headers["webhook-signature"].split()] == ["v1,", "v1,"]
    for secret in (SECRET, old):
        assert Verifier(secret).verify(request.body, request.headers)


def test_a_webhook_can_be_a_cloud_event(there):
    """The document is wrapped, signed as it stands, and equal at every try."""
    time = Time(moment=datetime.now(UTC))
    channel("webhook", there.url, time=time, cloudevents=True).send(message())
    (request,) = there.requests
    assert request.headers["content-type"] == "application/cloudevents+json"
    event = Verifier(SECRET).verify(request.body, request.headers)
    named = {key: event[key] for key in ("specversion", "id", "type", "subject", "time")}
    assert named == {
        "specversion": "1.0",
        "id": "msg_1",
        "type": "talentwatch.alert.opened",
        "subject": "a1",
        "time": "2025-08-07T00:00:00Z",
    }
    Draft202012Validator(SCHEMA).validate(event["data"])


@pytest.mark.parametrize("secret", ["whsec_", "not base64 é", "x"])
def test_a_secret_of_another_kind_lets_the_message_wait(secret, there):
    """It is a slip in the configuration, and costs no alert."""
    error = refused(channel("webhook", there.url, secret=Secret(literal=secret)))
    assert isinstance(error, DeliveryBlocked)
    assert "whsec_" in str(error)
    assert there.requests == []


# Slack.


def check_slack(document: dict[str, Any]) -> None:
    """Hold a payload against the limits of Block Kit, and against what could ping or mislead."""
    assert 1 <= len(document["blocks"]) <= BLOCKS
    for text in texts(document):
        assert 1 <= len(text["text"]) <= (HEADER if text["type"] == "plain_text" else TEXT)
    words = json.dumps(document, ensure_ascii=False)
    for ping in ("<!", "<@", "<#", "@here", "@channel", "@everyone"):
        assert ping not in words
    assert not [mark for mark in words if mark in "\u202a\u202b\u202d\u202e\u2066\x00\x1b\x7f"]
    for text in texts(document):
        if text["type"] == "mrkdwn":
            bare = text["text"].replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
            assert "&" not in bare
            assert all(link.startswith("http") for link in bare.split("<")[1:])


def texts(document: dict[str, Any]) -> list[dict[str, Any]]:
    """List the texts of a payload."""
    found = [{"type": "mrkdwn", "text": document["text"]}]
    for block in document["blocks"]:
        found += [block["text"]] if "text" in block else block["elements"]
    return found


def test_slack_gets_a_header_a_line_a_person_and_the_evidence():
    """Somebody who reads it in Slack can check each name."""
    document = payload(message().body)
    check_slack(document)
    header, facts, people, context = document["blocks"]
    assert header["text"]["text"] == "Meta → xAI: 3 people within 90 days (threshold 3)"
    assert facts["text"]["text"].startswith("*Meta is losing people to xAI*\n")
    lines = people["text"]["text"].splitlines()
    assert lines[0] == "*Counted (3)*"
    assert lines[1].startswith("• Ada: Meta (FAIR, researcher) → xAI (engineer); joined 1-30 June")
    assert lines[1].endswith("<https://people.example/ada|profile>")
    assert "34 people tracked at the origin" in context["elements"][0]["text"]


def test_slack_gets_a_long_list_cut_with_a_count():
    """Case 51: at most 50 blocks, and the reader learns how many more there are."""
    people = tuple(person(f"N{number}", name="n" * 3000) for number in range(3000))
    document = payload(body(replace(alert(), people=people), subject=SUBJECT))
    check_slack(document)
    assert re.search(r"and 2\d{3} more", json.dumps(document))


def test_slack_counts_what_the_blocks_have_no_room_for():
    """Case 51: with the longest of addresses each list says how many more, and the notes stay."""
    url = f"https://people.example/{'a' * 1450}"
    people = tuple(person(f"N{number}", name="n" * 120, url=url) for number in range(60))
    full = replace(alert(), people=people, possible_people=people, left_out=people)
    document = payload(body(full, subject=SUBJECT))
    check_slack(document)
    words = json.dumps(document)
    shown = words.count("|profile>")
    more = [int(count) for count in re.findall(r"and (\d+) more", words)]
    assert (len(more), shown + sum(more)) == (3, 180)
    assert "tracked at the origin" in document["blocks"][-1]["elements"][0]["text"]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://x.example/<!channel>", "https://x/|y", "x" * 9999, " "]
)
def test_slack_gets_no_active_link(url):
    """A link in a profile is foreign text, too."""
    document = payload(body(replace(alert(), people=(person("A", url=url),)), subject=SUBJECT))
    check_slack(document)
    assert "|profile>" not in json.dumps(document)


@given(st.text(max_size=300), st.sampled_from(HOSTILE), st.text(max_size=50))
def test_slack_payloads_are_valid_whatever_the_profiles_say(name, title, url):
    """Names, titles and addresses come from strangers."""
    somebody = person("Ada", name=name, url=f"https://x.example/{url}", note=title)
    side = somebody.origin
    assert side is not None
    somebody = replace(somebody, origin=replace(side, title=title, name=name, team=name))
    full = replace(alert(), people=(somebody,), left_out=(somebody,))
    named = replace(SUBJECT, title=title[:200], board=f"https://b.example/{url}")
    check_slack(payload(body(full, subject=named)))
    check_slack(payload(notice_document(name)))


def test_slack_is_sent_one_message_a_second(there):
    """Its limit; the wait is the channel's own and delays nobody else."""
    time = Time()
    sends = channel("slack", there.url, time=time)
    for _ in range(3):
        sends.send(message())
    assert time.slept == [1.0, 1.0]
    time.moment += timedelta(seconds=5)
    sends.send(message())
    assert time.slept == [1.0, 1.0]
    time.moment -= timedelta(hours=5)
    sends.send(message())
    assert time.slept == [1.0, 1.0, 1.0]


# Slack by a bot, Teams, Discord, PagerDuty, Apprise.


def sent(there: Receiver) -> list[Any]:
    """Return the documents that a receiver was sent."""
    return [json.loads(request.body) for request in there.requests]


def test_a_bot_answers_in_the_thread_of_the_alert(there):
    """3, 4 and 7 people grow in one place."""
    sends = channel("slack_bot", there.url)
    receipt = sends.send(message(thread="a1"))
    assert receipt.handle == "1700.1"
    assert sends.send(message(thread="a1", handle=receipt.handle)).handle is None
    first, second = sent(there)
    assert "thread_ts" not in first
    assert (second["thread_ts"], second["channel"]) == ("1700.1", "C1")
    check_slack({key: second[key] for key in ("text", "blocks")})
    assert there.requests[0].path == "/chat.postMessage"
    assert there.requests[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_a_thread_whose_beginning_was_deleted_begins_anew(there):
    """An alert is not lost because somebody tidied up."""

    def answer(request: Request) -> Reply:
        if "thread_ts" in json.loads(request.body):
            return Reply(body=b'{"ok": false, "error": "thread_not_found"}')
        return Reply(body=b'{"ok": true, "ts": "1800.2"}')

    there.reply = answer
    receipt = channel("slack_bot", there.url).send(message(thread="a1", handle="1700.1"))
    assert receipt.handle == "1800.2"


@pytest.mark.parametrize(
    ("error", "kind", "of_channel"),
    [
        ("ratelimited", DeliveryDeferred, None),
        ("internal_error", DeliveryDeferred, None),
        ("invalid_auth", DeliveryRejected, True),
        ("channel_not_found", DeliveryRejected, True),
        ("msg_too_long", DeliveryRejected, False),
    ],
)
def test_a_bot_hears_an_error_in_an_answer_of_200(error, kind, of_channel, there):
    """Slack says 200 to everything; what happened is in its words."""
    there.answers(body=json.dumps({"ok": False, "error": error}).encode())
    caught = refused(channel("slack_bot", there.url))
    assert isinstance(caught, kind)
    assert error in str(caught)
    assert getattr(caught, "channel", None) == of_channel


def test_teams_gets_a_card_within_its_size(there):
    """28 KB whatever is in it, and the reader learns how many more there are."""
    people = tuple(person(f"N{number}", name="ñ" * 3000) for number in range(300))
    channel("teams", there.url).send(message(body=body(alert(), subject=SUBJECT)))
    full = replace(alert(), people=people, left_out=people)
    channel("teams", there.url).send(message(body=body(full, subject=SUBJECT)))
    assert all(len(request.body) <= 28_000 for request in there.requests)
    assert b" more" in there.requests[1].body


@pytest.mark.parametrize(
    ("words", "kind"),
    [("returned HTTP error 429", DeliveryDeferred), ("returned HTTP error 400", DeliveryRejected)],
)
def test_teams_may_hide_an_error_in_a_success(words, kind, there):
    """The relay says 200 and tells in words that the card did not arrive."""
    there.answers(body=f"Webhook message delivery failed: {words}".encode())
    assert isinstance(refused(channel("teams", there.url)), kind)


def test_teams_is_believed_when_it_says_that_it_posted(there):
    """The body check of case 53."""
    there.answers(status=200, body=b"1")
    assert not channel("teams", there.url).send(message()).accepted


def test_discord_mentions_nobody_and_keeps_its_limits(there):
    """Mentions are switched off as a whole, whatever the words are."""
    people = tuple(person(f"N{number}", name="@everyone **x** " * 20) for number in range(300))
    full = replace(alert(), people=people)
    channel("discord", there.url).send(message(body=body(full, subject=SUBJECT)))
    (document,) = sent(there)
    assert document["allowed_mentions"] == {"parse": []}
    (embed,) = document["embeds"]
    assert len(embed["title"]) <= 256
    assert len(embed["description"]) <= 4096
    assert "more" in embed["description"]
    assert there.requests[0].path.endswith("wait=true")


def test_pagerduty_has_one_incident_for_an_alert_and_resolves_it(there):
    """What grows updates the incident, and what is over ends it."""
    opened = alert("Ada", "Bo", "Cy")
    grown = after(opened, Reason.GREW, "Ada", "Bo", "Cy", "Di")
    sends = channel("pagerduty", there.url)
    for each in (opened, grown, after(grown, Reason.CLOSED), after(grown, Reason.WITHDRAWN)):
        sends.send(message(body=body(each, subject=SUBJECT), thread="a1"))
    events = sent(there)
    actions = [event["event_action"] for event in events]
    assert actions == ["trigger", "trigger", "resolve", "resolve"]
    assert {event["dedup_key"] for event in events} == {"talentwatch:talent:a1"}
    assert events[0]["payload"]["severity"] == "warning"
    assert events[0]["routing_key"] == TOKEN
    assert there.requests[0].path == "/v2/enqueue"


def test_apprise_reports_whether_it_went_well_and_what_its_log_says(there):
    """What did not is tried again, and the address is not told."""
    sends = channel("apprise", there.url)
    assert sends.send(message()).said == "Apprise delivered it"
    (document,) = sent(there)
    assert "msg_1" in document["message"]
    there.answers(status=404)
    error = refused(sends)
    assert isinstance(error, DeliveryDeferred)
    assert "error=404" in str(error)
    there.answers(wait=2)
    error = refused(sends)
    assert isinstance(error, DeliveryDeferred)
    assert "no end within 0.5 seconds" in str(error)


def test_apprise_follows_no_redirect(there):
    """The message goes where the configuration says, and nowhere else."""
    with receiver() as elsewhere:
        there.answers(status=307, headers={"Location": elsewhere.url})
        assert isinstance(refused(channel("apprise", there.url)), DeliveryDeferred)
        assert elsewhere.requests == []


@pytest.mark.parametrize(
    "url",
    ["json://127.0.0.1:9/x", "jsons://[::1]/x", "mailto://a:b@example.org?smtp=10.0.0.1"],
)
def test_apprise_is_sent_to_no_private_host_unless_that_is_allowed(url):
    """It must not become a way into the network that we run in."""
    error = refused(channel("apprise", "", url=Secret(literal=url), allow_private=False))
    assert isinstance(error, DeliveryBlocked)
    assert "private network" in str(error)


def test_apprise_names_a_url_that_it_does_not_know():
    """It is a slip in the configuration."""
    error = refused(channel("apprise", "", url=Secret(literal="nonsense://x")))
    assert isinstance(error, DeliveryBlocked)


# File and console.


def test_a_file_gets_one_line_a_message(tmp_path):
    """Other programs follow the file line by line."""
    path = tmp_path / "deep" / "alerts.jsonl"
    sends = channel("file", "", path=path)
    sends.send(message())
    sends.send(message(id="msg_2"))
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["msg_1", "msg_2"]
    Draft202012Validator(SCHEMA).validate(lines[0])


def test_half_a_line_from_a_crash_harms_no_other(tmp_path):
    """The line that follows stands alone, and the message of the torn one is sent again."""
    path = tmp_path / "alerts.jsonl"
    sends = channel("file", "", path=path)
    sends.send(message())
    path.write_bytes(path.read_bytes() + b'{"id": "msg_2", "al')
    sends.send(message(id="msg_2"))
    first, torn, last = path.read_text("utf-8").splitlines()
    assert json.loads(first)["id"] == "msg_1"
    assert torn == '{"id": "msg_2", "al'
    assert json.loads(last)["id"] == "msg_2"


def test_a_file_that_cannot_be_written_is_tried_again(tmp_path):
    """The disk is full, or the folder is read-only, until somebody helps."""
    (tmp_path / "in the way").write_text("")
    error = refused(channel("file", "", path=tmp_path / "in the way" / "alerts.jsonl"))
    assert isinstance(error, DeliveryDeferred)
    assert "in the way" in str(error)


def test_the_console_is_standard_error(capsys):
    """Standard output belongs to JSON."""
    channel("console", "").send(message())
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("Meta → xAI: 3 people")


def test_a_console_of_another_encoding_loses_no_message():
    """A terminal of the last century shows question marks."""
    raw = io.BytesIO()
    with redirect_stderr(io.TextIOWrapper(raw, encoding="ascii")) as stream:
        channel("console", "").send(message())
        stream.flush()
    assert raw.getvalue().startswith(b"Meta ? xAI: 3 people")


def test_a_closed_console_is_tried_again():
    """A service whose log went away keeps its messages."""
    closed = io.StringIO()
    closed.close()
    with redirect_stderr(closed), pytest.raises(DeliveryDeferred):
        channel("console", "").send(message())
    assert sys.stderr is not closed


def test_every_kind_can_be_configured():
    """A kind that the configuration does not know could never be used."""
    assert {*KINDS} == {*CHANNELS}


def test_every_kind_has_its_own_file():
    """One file a kind is where a newcomer looks."""
    folder = Path(channels.__file__).parent
    assert {*CHANNELS} <= {path.stem for path in folder.glob("*.py")}


def test_a_receiver_is_what_the_tests_take_it_for(there: Receiver):
    """The receiver really listens on loopback only."""
    assert there.url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize("kind", [*HTTP, "apprise"])
def test_every_channel_says_how_many_people_it_does_not_list(there, kind):
    """And which command lists everyone."""
    subject = replace(SUBJECT, most_people=5)
    document = body(alert(*(f"N{number}" for number in range(9))), subject=subject)
    channel(kind, there.url, timeout=10).send(message(body=document))
    said = there.requests[0].body
    assert said.count(b"people.example") == 5
    assert b"explain a1" in said
    assert (b'"people":4' if kind == "webhook" else b"4 more people are not listed here") in said
