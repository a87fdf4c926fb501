"""`channels` and `deliveries`: an operator sees where messages stand, and lets them go out."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from receivers import Receiver, receiver
from samples import NOON, alert, notice_document, policy
from typer.testing import CliRunner, Result

from monitor.base.errors import UsageError
from monitor.base.settings import load_settings
from monitor.cli.entry import COMMANDS, app
from monitor.delivery.outbox import ChannelFormat, enqueue_notifications
from monitor.state import Outgoing, State
from monitor.wiring import send

CONFIG = """
operations = ["lines"]
[channels.hook]
kind = "webhook"
url = "{url}"
allow_private = true
[channels.lines]
kind = "file"
path = "lines.jsonl"
"""


class Place:
    """An installation with a receiver, driven by its commands."""

    def __init__(self, folder: Path, there: Receiver) -> None:
        self.config = folder / "config.toml"
        self.config.write_text(CONFIG.format(url=there.url), encoding="utf-8")
        (folder / "snapshots").mkdir()
        self.there = there
        self.settings = load_settings(self.config)

    def write(self, *ids: str) -> None:
        """Put messages into the outbox."""
        some = [
            Outgoing(id=each, channel="hook", about="a1", body=notice_document()) for each in ids
        ]
        with State.open(self.settings.state) as state, state.transaction() as tx:
            tx.enqueue(some, at=NOON)

    def deliver(self) -> dict[str, int]:
        """Send what waits."""
        with State.open(self.settings.state) as state:
            return send(self.settings, state, now=lambda: NOON)[0]

    def call(self, *arguments: str) -> Result:
        """Run a command."""
        return CliRunner().invoke(app, [*arguments, "--config", str(self.config)])

    def rows(self, *arguments: str) -> list[dict[str, Any]]:
        """Run a command that answers in JSON Lines."""
        answer = self.call(*arguments, "--json")
        assert answer.exit_code == 0, answer.output
        return [json.loads(line) for line in answer.stdout.splitlines()]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Return an installation."""
    with receiver() as there:
        yield Place(tmp_path, there)


def test_a_test_message_shows_the_true_answer(place):
    """Case 54: status and words, and an exit code that a script can rely on."""
    well = place.call("channels", "test", "hook")
    assert (well.exit_code, well.stdout) == (0, "hook took it: 200 ok\n")
    place.there.answers(status=404, body=b"no_service")
    ill = place.call("channels", "test", "hook")
    assert ill.exit_code == 1
    assert "404: no_service" in ill.stderr
    assert isinstance(place.call("channels", "test", "hok").exception, UsageError)


def test_a_channel_that_is_off_is_on_again_once_a_test_arrives(place):
    """410 switched it off; what was given up follows, oldest first."""
    place.there.answers(status=410)
    place.write("m1", "m2")
    assert place.deliver()["dead"] == 2
    assert "410" in place.rows("channels", "list")[0]["off"]
    place.there.answers(status=200)
    said = place.call("channels", "test", "hook").stdout
    assert "2 messages that were given up go out with the next run." in said
    assert place.rows("channels", "list")[0]["off"] is None
    place.there.requests.clear()
    place.deliver()
    arrived = [request.headers["webhook-id"] for request in place.there.requests]
    assert [each for each in arrived if each in {"m1", "m2"}] == ["m1", "m2"]


def test_the_log_is_filtered_and_says_what_went_wrong(place):
    """Who asks why nothing came finds it."""
    place.there.answers(status=400, body=b"bad")
    place.write("m1")
    place.deliver()
    place.write("m2")
    (dead,) = place.rows("deliveries", "--status", "dead")
    assert (dead["id"], dead["attempts"], dead["blame"]) == ("m1", 1, "message")
    assert "400: bad" in dead["error"]
    assert [row["id"] for row in place.rows("deliveries", "--channel", "hook")] == ["m2", "m1"]
    assert [row["id"] for row in place.rows("deliveries", "--alert", "a1")] == ["m2", "m1"]
    assert len(place.rows("deliveries", "--limit", "1")) == 1
    assert place.rows("deliveries", "--since", "2025-08-08") == []
    assert "m1" in place.call("deliveries").stdout
    assert isinstance(place.call("deliveries", "--status", "ded").exception, UsageError)


def test_a_message_names_the_alerts_that_it_tells_of(place):
    """The log leads from an alert to its messages and back."""
    with State.open(place.settings.state) as state, state.transaction() as tx:
        tx.record([alert("Ada", "Bo", "Cy")])
        enqueue_notifications(
            tx, policies={"meta-to-xai": policy(["hook"])}, on=NOON.date(), at=NOON
        )
    (row,) = place.rows("deliveries", "--alert", "a1")
    assert row["alerts"] == ["a1"]


def test_a_digest_lists_its_alerts_for_people_too(place):
    """Case 41: which alert went in which message."""
    some = [
        replace(alert("Ada", "Bo", "Cy"), alert=f"a{number}", group={"g": str(number)})
        for number in range(3)
    ]
    with State.open(place.settings.state) as state, state.transaction() as tx:
        tx.record(some)
        few = policy(["hook"], formats={"hook": ChannelFormat(digest=2)})
        enqueue_notifications(tx, policies={"meta-to-xai": few}, on=NOON.date(), at=NOON)
    shown = " ".join(place.call("deliveries").stdout.split())
    assert "a0, a1, a2" in shown


def test_dead_messages_go_out_again_when_a_person_asks(place):
    """One by its id, or all of a channel."""
    place.there.answers(status=400)
    place.write("m1", "m2")
    place.deliver()
    place.there.answers(status=200)
    assert place.call("deliveries", "retry", "m1").exit_code == 0
    assert place.deliver()["sent"] == 1
    assert isinstance(place.call("deliveries", "retry", "m1").exception, UsageError)
    assert isinstance(place.call("deliveries", "retry").exception, UsageError)
    assert "1 messages" in place.call("deliveries", "retry", "--channel", "hook").stdout
    assert place.deliver()["sent"] == 1


def test_the_commands_are_registered():
    """A command that cannot be typed is none."""
    assert {"channels", "deliveries"} <= set(COMMANDS)
