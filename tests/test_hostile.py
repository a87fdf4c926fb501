"""Profiles are written by strangers: whatever they say, no channel pings, links or runs it."""

import json
import random
import re
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from io import StringIO
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from mailboxes import mailbox
from receivers import channel_of, receiver
from samples import SUBJECT, alert, person

from monitor.base.records import Json, Message, Side
from monitor.base.settings import Secret
from monitor.delivery.channels import CHANNELS, Clock
from monitor.delivery.messages import body, is_link

SCHEMA = json.loads(files("monitor.schemas").joinpath("alert.schema.json").read_text("utf-8"))
VALID = Draft202012Validator(SCHEMA)
EACH = 10
"""So many hostile people are in each alert."""

PIECES = (
    *("<!channel>", "<!here>", "<@U024BE7LH>", "<#C024BE7LR|x>", "<https://evil.example|click>"),
    *("@everyone", "@here", "<@123456>", "<@&123>", "<at>Ada</at>", "</at>", "<t:1:R>", "<:x:1>"),
    *("[click](https://evil.example)", "![x](https://evil.example/x.png)", "https://evil.example/"),
    *(
        "**",
        "__",
        "~~",
        "||",
        "`",
        "```",
        "> ",
        "# ",
        "- ",
        "1. ",
        "\\",
        "\\\\",
        "*",
        "_",
        "[",
        "](",
    ),
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&lt;", "&amp;", "&", '"', "'"),
    *(
        "=cmd|' /C calc'!A0",
        "+1",
        "-1",
        "@SUM(1)",
        "\t=1",
        "javascript:alert(1)",
        "data:text/html,x",
    ),
    *("\x1b[31m", "\x1b]8;;https://evil.example\x07", "\x9b31m", "\x00", "\x07", "\x08", "\x7f"),
    *("\u202e", "\u202d", "\u2066", "\u2069", "\u200f", "\u061c", "\u200b", "\u2060", "\ufeff"),
    *("\u200d", "\u00ad", "\u180e", "\ufff9", "\U000e0041", "\ufffe", "\ufdd0", "\u2028", "\r\n"),
    *("\r\nBcc: all@example.org", "\n.\n", "{{7*7}}", "${7*7}", "%s%n", "'; DROP TABLE outbox; --"),
    *(
        "Łukasz",
        "李雷",
        "مريم",
        "👩‍🔬",
        "Z̷̛͎a̶",
        "Ada",
        " ",
        "x" * 3000,
        "é" * 500,
        "www.evil.example",
    ),
)
URLS = (
    *("javascript:alert(1)", "https://good.example@evil.example/", "https://x.example/<!channel>"),
    *(
        "https://x.example/)[x](y",
        "https://x.example/|@here",
        "//evil.example",
        "https://x.example/a",
    ),
    *(
        "https://x.example/\u202ea",
        "https://x.example/a b",
        "HTTPS://X.EXAMPLE",
        "data:text/html,x",
    ),
)
HIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ufdd0-\ufdef\U000e0000-\U000e007f]"
)


def words(chance: random.Random) -> str:
    """Say something hostile."""
    some = [chance.choice(PIECES) for _ in range(chance.randint(1, 6))]
    if chance.random() < 0.3:
        some.append(
            "".join(
                chr(chance.choice((32, 160, 0x590, 0x2000, 0xFE00, 0x1F300)) + chance.randrange(95))
                for _ in range(20)
            )
        )
    return "".join(some)


def documents(count: int, seed: int) -> Iterator[dict[str, Json]]:
    """Write documents about so many hostile profiles."""
    chance = random.Random(seed)
    for start in range(0, count, EACH):
        people = tuple(
            replace(
                person(f"N{start + number}", name=words(chance), note=words(chance)),
                url=chance.choice(URLS) if chance.random() < 0.5 else words(chance),
                origin=Side(
                    organization="meta", name=words(chance), team=words(chance), title=words(chance)
                ),
            )
            for number in range(EACH)
        )
        subject = replace(SUBJECT, title=words(chance)[:200])
        yield body(replace(alert(), people=people, left_out=people[:2]), subject=subject)


def strings(document: Json) -> Iterator[str]:
    """List every text in a document."""
    match document:
        case str():
            yield document
        case dict():
            for value in document.values():
                yield from strings(value)
        case list():
            for value in document:
                yield from strings(value)
        case _:
            pass


def inert(text: str) -> None:
    """Hold text against what no program that shows it may meet."""
    assert not HIDDEN.search(text), ascii(text)
    for ping in ("<!", "<@", "<#", "@here", "@everyone", "@channel", "<at>"):
        assert ping not in text, ascii(text)
    text.encode()


def check_slack(raw: bytes) -> None:
    document = json.loads(raw)
    assert 1 <= len(document["blocks"]) <= 50
    texts = [{"type": "mrkdwn", "text": document["text"]}]
    for block in document["blocks"]:
        texts += [block["text"]] if "text" in block else block["elements"]
    for text in texts:
        inert(text["text"])
        assert 1 <= len(text["text"]) <= (150 if text["type"] == "plain_text" else 3000)
        if text["type"] == "mrkdwn":
            linked = re.findall(r"<([^<>|]*)\|(?:profile|all of it)>", text["text"])
            assert all(is_link(url.replace("&amp;", "&")) for url in linked)
            bare = re.sub(r"<[^<>|]*\|(?:profile|all of it)>", "", text["text"])
            assert not set("<>") & set(bare)
            assert "://" not in bare
            assert "&" not in re.sub("&(amp|lt|gt);", "", bare)


def check_teams(raw: bytes) -> None:
    assert len(raw) <= 28_000
    (attachment,) = json.loads(raw)["attachments"]
    card = attachment["content"]
    assert "entities" not in json.dumps(card)
    for block in card["body"]:
        assert block["type"] == "RichTextBlock"
        for run in block["inlines"]:
            assert run["type"] == "TextRun"
            assert run["text"]
            assert "://" not in run["text"]
            if "selectAction" in run:
                assert is_link(run["selectAction"]["url"])
    for text in strings(card["body"]):
        assert not HIDDEN.search(text)
        assert "@here" not in text


def check_discord(raw: bytes) -> None:
    document = json.loads(raw)
    assert document["allowed_mentions"] == {"parse": []}
    (embed,) = document["embeds"]
    assert 1 <= len(embed["title"]) <= 256
    assert 1 <= len(embed["description"]) <= 4096
    for text in (embed["title"], embed["description"]):
        linked = re.findall(r"\[profile\]\(([^()]*)\)", text)
        assert all(map(is_link, linked))
        bare = re.sub(r"\[profile\]\([^()]*\)", "", text)
        assert "://" not in bare
        unescaped = re.sub(r"\\[\\*_~`|>#\[\]()<:\-+.]", "", bare)
        inert(unescaped)
        # What is left of marks are the stars around a title of ours.
        assert not set("_~`|#[]()<") & set(unescaped.replace("**", ""))
        assert "*" not in unescaped.replace("**", "")


def check_pagerduty(raw: bytes) -> None:
    assert len(raw) <= 512 * 1024
    event = json.loads(raw)
    assert 1 <= len(event["payload"]["summary"]) <= 1024
    assert len(event["dedup_key"]) <= 255
    for text in strings(event["payload"]):
        assert not HIDDEN.search(text)
        assert "@here" not in text


def check_document(raw: bytes) -> None:
    VALID.validate(json.loads(raw))


def check_apprise(raw: bytes) -> None:
    for text in strings(json.loads(raw)):
        assert not HIDDEN.search(text), ascii(text)
        assert "@everyone" not in text


CHECKS: dict[str, Callable[[bytes], None]] = {
    "apprise": check_apprise,
    "discord": check_discord,
    "pagerduty": check_pagerduty,
    "slack": check_slack,
    "slack_bot": check_slack,
    "teams": check_teams,
    "webhook": check_document,
}


def options(kind: str, address: str, **more: Any) -> dict[str, Any]:
    """Return the options by which a kind sends to loopback."""
    secret = Secret(literal="hush")
    here: dict[str, dict[str, Any]] = {
        "apprise": {"url": Secret(literal=address.replace("http", "json"))},
        "pagerduty": {"routing_key": secret, "api": address},
        "slack_bot": {"token": secret, "channel": "C1", "api": address},
        "email": {"host": "127.0.0.1", "security": "none", "sender": "a@b.example"},
    }
    known = here.get(kind, {"url": Secret(literal=address)})
    return {"allow_private": True, **known, **more}


def through(kind: str, count: int, **more: Any) -> Callable[[], list[bytes]]:
    """Return what sends so many hostile profiles through a channel and gives what arrived."""

    def send() -> list[bytes]:
        now = datetime(2025, 8, 7, tzinfo=UTC)
        with receiver() as there:
            there.answers(body=b'{"ok": true, "ts": "1.1"}')
            clock = Clock(now=lambda: now, sleep=lambda _: None)
            channel = channel_of(kind, clock, **options(kind, there.url, **more))
            for number, document in enumerate(documents(count, seed=count)):
                channel.send(Message(id=f"msg_{number}", channel="talent", body=document))
            return [request.body for request in there.requests]

    return send


def check_http(kind: str, count: int) -> None:
    arrived = through(kind, count)()
    assert len(arrived) == count // EACH
    for raw in arrived:
        CHECKS[kind](raw)


def check_email(count: int) -> None:
    """Hold mails against what a mail program would act on."""
    with mailbox() as mails:
        through("email", count, port=mails.port, to=["c@d.example"])()
        taken = mails.taken
    assert len(taken) == count // EACH
    for mail in taken:
        assert {key.lower() for key in mail} <= {
            *("from", "to", "subject", "date", "message-id", "auto-submitted", "mime-version"),
            *("content-type", "content-transfer-encoding", "x-peer", "x-mailfrom", "x-rcptto"),
        }
        assert mail["to"] == "c@d.example"
        assert mail.get_content_type() == "text/plain"
        assert len(mail["subject"]) <= 200
        text = mail.get_content().replace("\r\n", "\n")
        assert not HIDDEN.search(text)
        for address in text.split():
            assert "://" not in address or is_link(address.rstrip(",")), address


def check_file(count: int, tmp_path: Any) -> None:
    path = tmp_path / "out.jsonl"
    through("file", count, path=path)()
    lines = path.read_bytes().split(b"\n")
    assert len(lines) == count // EACH + 1
    for line in lines[:-1]:
        check_document(line)


def check_console(count: int) -> None:
    with redirect_stderr(StringIO()) as shown:
        through("console", count)()
    assert not HIDDEN.search(shown.getvalue())


def check_all(kind: str, count: int, tmp_path: Any) -> None:
    """Send hostile profiles through a channel, and hold what arrives against its receiver."""
    match kind:
        case "email":
            check_email(count)
        case "file":
            check_file(count, tmp_path)
        case "console":
            check_console(count)
        case _:
            check_http(kind, count)


@pytest.mark.parametrize("kind", CHANNELS)
def test_hostile_profiles_are_valid_and_inert_in_every_channel(kind, tmp_path):
    """Case 50: no mention, no link but to evidence, no escape sequence, within every limit."""
    check_all(kind, 200, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("kind", CHANNELS)
def test_ten_thousand_hostile_profiles_through_every_channel(kind, tmp_path, record_property):
    """The payload is valid for its receiver, mentions nobody, and carries no active content."""
    check_all(kind, 10_000, tmp_path)
    record_property("proved", f"10,000 hostile profiles in 1,000 messages through {kind}")
