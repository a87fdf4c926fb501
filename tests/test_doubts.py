"""What a rule says that is probably not meant."""

import json

import pytest
from story import World, crowd, flow, job
from typer.testing import CliRunner

from monitor.cli.entry import app

NEVER = "never fires"
ALWAYS = "always fires"


def hints(world: World) -> list[str]:
    """Return what `rules check` points out."""
    config = ["--config", str(world.root / "config.toml")]
    done = CliRunner().invoke(app, ["rules", "check", *config], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return [line[6:] for line in done.stderr.splitlines() if line.startswith("hint: ")]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (flow("meta", "Facebook", people=2), NEVER),
        (flow("meta", "xai", people=3, who='{ person = ["ada", "bob"] }'), NEVER),
        (flow("meta", '{ organization = "xai", not = ["xai"] }', people=2), NEVER),
        (flow("meta", "xai", people=5, levels="{ critical = 5 }"), "reached whenever it fires"),
        (flow(None, None, people=1), ALWAYS),
        (flow("Mta Platforms", "xai", people=2), "nearest: 'Meta Platforms'"),
    ],
)
def test_what_cannot_be_meant_is_pointed_out(tmp_path, rule, words):
    """The rule is usable all the same: it may be meant."""
    (hint,) = hints(World(tmp_path, rules={"odd": rule.replace('"{ critical', "{ critical")}))
    assert hint.startswith("rule odd: ")
    assert words in hint


@pytest.mark.parametrize(
    "rule",
    [
        flow("meta", "xai", people=2, who='{ person = ["ada*", "bob"] }'),
        flow("google", '{ unit = "deepmind" }', people=2),
        flow("meta", "xai", people=5, levels="{ critical = 6 }"),
        flow("meta", None, people=1),
        flow(None, None, people=1, who='{ title = "chief*" }'),
    ],
)
def test_what_may_well_be_meant_is_not_pointed_out(tmp_path, rule):
    """A hint that cries wolf is not read."""
    assert hints(World(tmp_path, rules={"fine": rule})) == []


def test_a_hint_that_is_true_of_several_rules_is_given_once(tmp_path):
    """All of the rules are named in it."""
    rules = {name: flow("Mta Platforms", "xai", people=2) for name in ("a", "b", "c")}
    (hint,) = hints(World(tmp_path, rules=rules))
    assert hint.startswith("rules a, b, c: 'Mta Platforms' is not in organizations.toml")


@pytest.mark.slow
def test_a_window_shorter_than_the_usual_gap_is_pointed_out_everywhere(tmp_path):
    """Check, status and explain say that undated moves are never certain by it."""
    rules = {
        "short": flow("meta", "xai", people=1, within="30d"),
        "long": flow("meta", "xai", people=1, within="31d"),
        "seen": flow("meta", "xai", people=1, within="7d", clock="observed"),
    }
    world = World(tmp_path, rules=rules)
    stay = {**crowd("Meta"), **crowd("xAI")}
    for day in ("2025-01-01", "2025-02-01", "2025-03-04"):
        world.observe(day, {**stay, "ada": [job("Meta")]})
    moved = [job("Meta", end="2025-03-20"), job("xAI", start="2025-03-21")]
    world.then("2025-04-04", ada=moved)
    world.run()
    words = "`within` of 30 days is shorter than the usual 31 days between snapshots of press"
    (hint,) = hints(world)
    assert hint.startswith(f"rule short: {words}")
    config = ["--config", str(world.root / "config.toml")]
    facts = json.loads(CliRunner().invoke(app, ["status", "--json", *config]).stdout)
    assert facts["rules"]["doubts"] == [hint]
    assert words in CliRunner().invoke(app, ["status", *config]).stdout.replace("\n", " ")
    for arguments in (["--rule", "short"], [world.alerts("short")[0]["alert"]]):
        shown = CliRunner().invoke(app, ["explain", *arguments, *config], catch_exceptions=False)
        assert words in shown.stdout.replace("\n", " ")
