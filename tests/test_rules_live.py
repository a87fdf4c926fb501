"""The measures through the whole pipeline: live day by day, and all at once, come to the same."""

from unittest.mock import patch

import pytest
from story import World, crowd, job

from monitor.base.engine import Engine

RULES = {
    "stock": '[stock]\nat = "xai"\nformerly = "meta"\npeople = 2\n',
    "tutors": '[stock]\nat = "xai"\nwho = { title = "*tutor*" }\npeople = 1\nshare = 0.2\n',
    "shrinking": '[stock]\nat = "meta"\nchange = -0.1\nwithin = "60d"\npeople = 5\n',
    "net": '[flow]\nfrom = "meta"\nto = "xai"\nwithin = "60d"\nnet = 2\n'
    "levels = { critical = 3 }\n",
    "first": '[flow]\nfrom = "*"\nto = "*"\nwithin = "60d"\nfirst = true\n'
    'group_by = ["from.organization", "to.organization"]\n',
    "share": '[flow]\nfrom = "meta"\nwithin = "60d"\nshare = 0.1\npeople = 2\n',
    "quiet": 'within = "40d"\nkeep_open_for = "5d"\n'
    '[[ordered]]\nflow = { from = "meta", within = "40d", people = { lte = 0 } }\n'
    '[[ordered]]\nflow = { from = "meta", within = "40d", people = 2 }\n',
}


def played(folder) -> World:
    """A quiet quarter, then three who leave, one of whom comes back."""
    world = World(folder, rules=RULES)
    here = crowd("Meta", 12) | crowd("xAI", 4)
    world.on("2025-01-01", **here)
    world.then("2025-03-01", **{"meta-0000": [job("Meta", title="Engineer")]})
    left = job("Meta", start="2020-01-01", end="2025-03-20")
    world.then(
        "2025-04-01",
        **{
            "meta-0000": [left, job("xAI", start="2025-03-21", title="AI Tutor")],
            "meta-0001": [left, job("xAI", start="2025-03-22")],
        },
    )
    world.then("2025-05-01", **{"meta-0002": [left, job("xAI", start="2025-04-02")]})
    world.then(
        "2025-07-01",
        **{
            "meta-0001": [
                left,
                job("xAI", start="2025-03-22", end="2025-06-10"),
                job("Meta", start="2025-06-11"),
            ]
        },
    )
    return world


@pytest.mark.long
def test_every_measure_says_live_what_it_says_of_the_past(tmp_path):
    """Time alone may open an alert; a run that comes each day has it as one that comes once."""
    at_once = played(tmp_path / "once")
    at_once.run(now="2025-09-01")
    by_day = played(tmp_path / "daily")
    by_day.live()
    by_day.run(now="2025-08-01")
    by_day.run(now="2025-09-01")
    assert at_once.ledger() == by_day.ledger()
    told = {alert["rule"]: alert for alert in at_once.alerts()}
    assert told.keys() == RULES.keys()
    assert told["net"]["severity"] == "critical"
    assert told["tutors"]["people"][0]["person"] == "meta-0000"


COUNTS = "SELECT * FROM rule_counts ORDER BY rule, grouping"


def stored_counts(world: World) -> list[tuple[object, ...]]:
    """Read the counts of all rules and groups."""
    with world.engine() as engine:
        whole = {rule for rule, _ in engine.read("counted_rules", ("rule", "version"))}
        assert whole == RULES.keys()
        return engine._connection.execute(COUNTS).fetchall()


@pytest.mark.slow
def test_counts_that_runs_kept_are_those_of_one_run_and_of_tables_that_were_made_again(tmp_path):
    """Also where one rule was edited, and where a run died before it said that they are whole."""
    at_once = played(tmp_path / "once")
    at_once.run(now="2025-09-01")
    expected = stored_counts(at_once)
    assert len(expected) >= len(RULES)
    by_day = played(tmp_path / "daily")
    by_day.rewrite(rules={**RULES, "net": RULES["net"].replace("net = 2", "net = 1")})
    by_day.live()
    by_day.rewrite(rules=RULES)
    by_day.run(now="2025-08-01")
    with by_day.parts() as parts:
        parts.engine.run("store_counts_begun", begun=["share", "first"], afresh=["share"])
    by_day.run(now="2025-09-01")
    assert stored_counts(by_day) == expected
    (by_day.settings.snapshots / "derived.duckdb").unlink()
    by_day.run(now="2025-09-02")
    assert stored_counts(by_day) == expected


@pytest.mark.slow
def test_a_rule_that_is_gone_leaves_no_counts(tmp_path):
    """The others keep theirs."""
    world = played(tmp_path)
    world.run(now="2025-09-01")
    world.rewrite(rules={"net": RULES["net"]})
    world.run(now="2025-09-01")
    with world.engine() as engine:
        assert [rule for rule, _ in engine.read("counted_rules", ("rule", "version"))] == ["net"]
        rules = engine._connection.execute("SELECT DISTINCT rule FROM rule_counts").fetchall()
        assert rules == [("net",)]


def test_only_the_groups_in_which_something_may_open_are_met_on_a_quiet_day(tmp_path):
    """Of a rule that time alone may change, one of many groups is evaluated."""
    share = '[flow]\nfrom = "*"\nwithin = "60d"\nshare = 0.01\ngroup_by = ["from.organization"]\n'
    world = World(tmp_path, rules={"share": share})
    names = [f"Place {number}" for number in range(8)]
    here = {key: some for name in names for key, some in crowd(name, 4).items()}
    world.on("2025-01-01", **here)
    world.then(
        "2025-02-01", **{key: [job("Elsewhere", start="2025-01-20")] for key in [*here][:20]}
    )
    world.run(now="2025-02-01")
    met = []
    run = Engine.run

    def noting(engine, name, **values):
        run(engine, name, **values)
        if name == "changed_groups":
            counted = "SELECT count(*) FROM changed_groups"
            met.extend(engine._connection.execute(counted).fetchone())

    with patch.object(Engine, "run", noting):
        world.run(now="2025-02-02")
    assert sum(met) == 0
