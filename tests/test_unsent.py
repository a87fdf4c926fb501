"""What is recorded and sent to nobody is said, with the command that sends it."""

import json
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from samples import alert
from story import World, crowd, flow, job
from tempo import long
from typer.testing import CliRunner, Result

from monitor.base.records import AlertStatus, Reason
from monitor.cli.entry import app
from monitor.delivery.outbox import Unsent, unsent
from monitor.state import Notification

TODAY = "2026-11-25"


def call(world: World, *arguments: str) -> Result:
    """Run a command."""
    return CliRunner().invoke(app, [*arguments, "--config", str(world.root / "config.toml")])


def not_sent(world: World, *arguments: str) -> dict[str, Any]:
    """Return what a command says of it as JSON."""
    found: dict[str, Any] = json.loads(call(world, *arguments, "--json").stdout)["not_sent"]
    return found


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return a world with the history of a year, before its first run."""
    rules = {
        "burst": flow("meta", "xai", people=1, within="90d"),
        "ever": flow("meta", "xai", people=1, within=None, since="2025-01-01"),
    }
    world = World(tmp_path, rules=rules, send_from=None)
    world.on("2025-01-01", **crowd("Meta"), ada=[job("Meta")], bob=[job("Meta")])
    went = [job("Meta", end="2025-02-10"), job("xAI", start="2025-02-10")]
    world.then("2025-03-01", ada=went)
    return world


@pytest.mark.slow
def test_a_run_that_loads_history_says_what_it_did_not_send_and_how_to(world):
    """Two alerts are older than the first run, and one of them is still open."""
    said = call(world, "run", "--now", TODAY).stdout
    config = shlex.quote(str(world.root / "config.toml"))
    command = f"talentwatch backfill --since 2025-03-01 --deliver --config {config}"
    shown = " ".join(said.split())
    assert "2 alerts recorded and not sent (known before 2026-11-25: 2); open now: 1." in shown
    assert command in said
    assert world.sent() == []
    expected = {
        "alerts": 2,
        "open": 1,
        "reasons": {"known before 2026-11-25": 2},
        "command": command,
    }
    assert not_sent(world, "status", "--now", TODAY) == expected
    assert command in call(world, "status", "--now", TODAY).stdout


@pytest.mark.slow
def test_the_command_that_is_told_sends_them_and_once(world):
    """After it nothing is left, and saying it again sends nothing more."""
    call(world, "run", "--now", TODAY)
    command = not_sent(world, "status", "--now", TODAY)["command"]
    for _ in range(2):
        assert CliRunner().invoke(app, shlex.split(command)[1:]).exit_code == 0
        assert world.sent() == ["opened ada", "opened ada"]
    assert not_sent(world, "status", "--now", TODAY)["alerts"] == 0
    assert not_sent(world, "run", "--now", TODAY)["command"] is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "sent"),
    [
        long(("--since", "2025-03-02"), 0),
        (("--since", "2025-01-01", "--until", "2025-02-28"), 0),
        long(("--since", "2025-03-01", "--until", "2025-03-01"), 2),
        (("--since", "2025-01-01", "--rule", "ever"), 1),
    ],
)
def test_only_the_days_and_the_rule_that_are_named_are_sent(world, options, sent):
    """Nobody is flooded with what they did not ask for."""
    call(world, "run", "--now", TODAY)
    assert call(world, "backfill", *options, "--deliver").exit_code == 0
    assert len(world.sent()) == sent


@pytest.mark.slow
def test_a_live_run_sends_no_history(world):
    """Asking once lifts nothing for good."""
    call(world, "run", "--now", TODAY)
    call(world, "backfill", "--since", "2026-01-01", "--deliver")
    call(world, "run", "--now", "2026-11-26")
    assert world.sent() == []


# -- what counts -----------------------------------------------------------------------------------


def step(name: str, channel: str = "one", **changes: Any) -> Notification:
    """Return the last step of a thread."""
    usual = Notification(
        channel=channel,
        thread=name,
        alert=replace(alert("Ada"), alert=name),
        handled=1,
        chain="",
        reason=Reason.OPENED,
        message=None,
        suppressed="known before 2025-09-01",
        on=alert().known_on,
    )
    return replace(usual, **changes)


def test_what_one_channel_was_told_is_no_unsent_alert():
    """Another channel may have joined later."""
    told = step("a", "two", message="msg_1", suppressed=None)
    assert unsent([step("a"), told]) == Unsent()


def test_what_nobody_asked_for_is_no_unsent_alert():
    """The rule does not want it: there is nothing to send."""
    assert unsent([step("a", suppressed="the rule does not ask for it")]) == Unsent()


def test_what_is_muted_is_named_and_needs_no_command():
    """It is sent by itself when its silence ends."""
    muted = "silenced until 2025-09-01 (holidays)"
    found = unsent([step("a", suppressed=muted)])
    assert found == Unsent(alerts=1, open=1, reasons={muted: 1})
    assert found.command(None) is None


def test_what_the_ledger_no_longer_holds_is_left_out_and_the_rest_stands_as_it_does():
    """An alert that was taken back is not owed; one that closed since is not open."""
    closed = replace(alert("Ada"), alert="a", status=AlertStatus.CLOSED)
    late = step("a", suppressed="late by more than 365 days")
    found = unsent([late, step("b")], {"a": closed})
    assert (found.alerts, found.open) == (1, 0)
    assert found.reasons == {"late by more than 365 days": 1}
    assert found.command(Path("config.toml").resolve()) == (
        f"talentwatch backfill --since {closed.first_known_on} --deliver"
    )


@pytest.mark.slow
def test_an_alert_that_was_told_late_says_so_beside_what_the_ledger_has(world):
    """A channel was told long after the end; by the snapshots alone the alert was in time."""
    call(world, "run", "--now", TODAY)
    before = lines_of(world)
    assert not any("notified_late_days" in record for record in before)
    call(world, "backfill", "--since", "2025-03-01", "--deliver")
    told = {body["rule"]: body["late_days"] for body in bodies(world) if body["late"]}
    after = lines_of(world)
    assert {record["rule"]: record.pop("notified_late_days", None) for record in after}[
        "burst"
    ] == told["burst"]
    assert after == before


def lines_of(world: World) -> list[dict[str, Any]]:
    """Return what `alerts --json` says."""
    return [json.loads(line) for line in call(world, "alerts", "--json").stdout.splitlines()]


def bodies(world: World) -> list[dict[str, Any]]:
    """Return the documents that the file channel was sent about alerts."""
    lines = (world.root / "alerts.jsonl").read_text(encoding="utf-8").splitlines()
    return [body for body in map(json.loads, lines) if body.get("type") == "alert"]
