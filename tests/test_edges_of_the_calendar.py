"""Days at the edges of the calendar are refused in words, or work as any other day does."""

import pytest
from story import World, crowd, flow, job
from tempo import long
from typer.testing import CliRunner

from monitor.base.errors import UsageError
from monitor.cli.entry import app

SILENCE = ("silence", "add", "--rule", "one", "--why", "a test of days")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Return a world whose profiles have stays at both ends of the calendar, and one alert."""
    made = World(tmp_path_factory.mktemp("calendar"), rules={"one": flow("meta", "xai", people=1)})
    made.on(
        "2025-01-01",
        ada=[job("Meta", start="0001")],
        bob=[job("Meta", start="0001-01-01", end="9999-12-31")],
        cyd=[job("xAI", start="9999-12-31")],
        **crowd("Meta"),
    )
    made.then(
        "2025-02-01",
        ada=[job("Meta", start="0001", end="0001"), job("xAI", start="9999-12")],
        bob=[job("xAI", start="0001-01-01")],
        eve=[job("Meta", end="2025-01"), job("xAI", start="2025-01")],
    )
    assert call(made, "run", "--now", "2025-03-01") == ""
    return made


def call(world: World, *arguments: str) -> str:
    """Run a command in this process; return what it refused, and "" where it did its work."""
    done = CliRunner().invoke(app, [*arguments, "--config", str(world.root / "config.toml")])
    if isinstance(done.exception, UsageError):
        return str(done.exception)
    assert done.exception is None, done.exc_info
    assert done.exit_code == 0, done.output
    return ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"since": "0001-01-01"}, "flow.since"),
        ({"since": "1000-01-01"}, ""),
        ({"since": "2025-13-01"}, "flow.since"),
        long({"since": "9999-12-31"}, ""),
        long({"within": "99999w"}, ""),
        ({"within": "1000000d"}, "flow.within"),
        ({"within": f"{'9' * 30}d"}, "flow.within"),
    ],
)
def test_a_rule_may_name_any_day_and_window_or_is_refused_in_words(world, changes, refused):
    """What is refused is named with its key; all else is evaluated on the last days there are."""
    world.rewrite(rules={"one": flow("meta", "xai", people=1, **changes)})
    assert refused in (said := call(world, "rules", "check"))
    assert bool(said) == bool(refused)
    if not refused:
        assert call(world, "rules", "preview", "one", "--since", "1900-01-01") == ""
        assert call(world, "run", "--now", "2999-12-31") == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("send_from", "refused"),
    [("0001-01-01", "send_from"), ("1000-01-01", ""), ("9999-12-31", "")],
)
def test_the_day_from_which_on_messages_are_sent_may_be_any(world, send_from, refused):
    """It is compared with days and never counted from."""
    world.rewrite(send_from=send_from, rules={"one": flow("meta", "xai", people=1)})
    said = call(world, "run", "--now", "2025-03-01")
    assert refused in said
    assert bool(said) == bool(refused)
    world.rewrite(send_from="2000-01-01")


@pytest.mark.parametrize(
    ("command", "refused"),
    [
        ((*SILENCE, "--until", "9999-12-31"), ""),
        ((*SILENCE, "--until", "0001-01-01"), "before it begins"),
        ((*SILENCE, "--since", "0001-01-01", "--until", "0001-01-02"), ""),
        ((*SILENCE, "--since", "9999-12-31", "--for", "1"), "more than the calendar has"),
        ((*SILENCE, "--for", "100000000000000000000"), "more than the calendar has"),
        (("run", "--now", "0001-01-01"), "no day of a run"),
        (("run", "--now", "1899-12-31"), "no day of a run"),
        (("run", "--now", "1900-01-01"), ""),
        (("run", "--now", "2999-12-31"), ""),
        (("run", "--now", "3000-01-01"), "no day of a run"),
        (("run", "--now", "9999-12-31"), "no day of a run"),
        (("moves", "--since", "0001-01-01"), ""),
        (("moves", "--since", "9999-12-31"), ""),
        (("backfill", "--since", "0001-01-01", "--until", "9999-12-31"), ""),
        (("rules", "preview", "one", "--since", "9999-12-31"), ""),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_a_command_takes_any_day_or_refuses_it_in_words(world, command, refused):
    """Nothing is counted over the end of the calendar."""
    world.rewrite(rules={"one": flow("meta", "xai", people=1)})
    said = call(world, *command)
    assert refused in said
    assert bool(said) == bool(refused)
