"""The tests of rules: those that are shipped, and the running of them."""

import json
import subprocess
from pathlib import Path

import pytest
from command_line import run_here
from story import World, flow

from monitor.alerts.trials.rule_tests import files_of_tests, load_tests, run_test
from monitor.base.errors import UsageError
from monitor.base.settings import load_settings
from monitor.cli.views.movement.moves import JOBS
from monitor.identity.organizations import Directory

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = [path.relative_to(ROOT).as_posix() for path in files_of_tests([ROOT / "rules"])]

PASSING = """
[[test]]
name = "two go"
crowd = { Meta = 20, xAI = 20 }
until = 2025-09-30
[test.snapshots.2025-01-01]
"p1..3" = "Meta"
[test.snapshots.2025-02-01]
"p1..2" = "xAI"
[test.snapshots.2025-03-01]
p3 = "xAI"
[[test.expect]]
on = 2025-02-01
opened = ["p1..2"]
severity = "warning"
late = false
[[test.expect]]
on = 2025-03-01
grew = ["p3"]
[[test.expect]]
on = 2025-04-02
closed = ["p1..3"]
"""


@pytest.mark.slow  # test_help.py runs those of one rule
@pytest.mark.parametrize("name", SHIPPED)
def test_the_tests_of_the_shipped_rules_pass(name):
    """What each shipped rule says is shown by a test beside it."""
    settings = load_settings(ROOT / "config.toml")
    directory = Directory.load(settings.organizations)
    for load_test in load_tests(ROOT / name, directory=directory, settings=settings):
        result = run_test(load_test, directory)
        assert result.passed, "\n".join([load_test.name, *result.difference()])


def test_every_shipped_rule_has_a_test():
    """No rule file is without one beside it, and no test without its rule."""
    files = {path for path in (ROOT / "rules").rglob("*.toml") if ".test" not in path.suffixes}
    tested = {ROOT / name.replace(".test.toml", ".toml") for name in SHIPPED}
    assert tested == files


@pytest.fixture
def world(tmp_path):
    return World(tmp_path, rules={"talent": flow("meta", "xai", people=2)})


def rules_test(
    world: World, text: str, *more: str, code: int = 0
) -> subprocess.CompletedProcess[str]:
    (world.root / "rules" / "talent.test.toml").write_text(text, encoding="utf-8")
    config = ["--config", str(world.root / "config.toml")]
    done = run_here("rules", "test", *more, *config)
    assert done.returncode == code, (done.stdout, done.stderr)
    return done


@pytest.mark.slow
def test_a_test_that_passes_says_so_in_a_line(world):
    """Nothing is left behind in the store or the state."""
    before = {*world.root.rglob("*"), world.root / "rules" / "talent.test.toml"}
    done = rules_test(world, PASSING)
    assert done.stdout == f"ok     talent: two go\n1 of 1 tests passed.\n{JOBS}\n"
    assert {*world.root.rglob("*")} == before


@pytest.mark.slow
def test_a_test_that_fails_shows_what_differs(world):
    """What agrees, what is missing and what was said instead stand together, by day."""
    wrong = PASSING.replace('grew = ["p3"]', 'grew = ["p1"]').replace("2025-04-02", "2025-04-03")
    done = rules_test(world, wrong, code=1)
    shown = [line.strip() for line in done.stdout.splitlines()]
    assert shown == [
        "FAILED talent: two go",
        "- expected, + said instead",
        "2025-02-01 opened warning: p1, p2",
        "+ 2025-03-01 grew warning: p3",
        "- 2025-03-01 grew: p1",
        "+ 2025-04-02 closed warning: p1, p2, p3",
        "- 2025-04-03 closed: p1, p2, p3",
        "0 of 1 tests passed.",
        JOBS,
    ]
    assert "talent: two go" in done.stderr
    (record,) = map(json.loads, rules_test(world, wrong, "--json", code=1).stdout.splitlines())
    assert record["missing"] == ["2025-03-01 grew: p1", "2025-04-03 closed: p1, p2, p3"]
    assert not record["passed"]


def test_a_snapshot_that_the_gates_stop_is_said_beside_the_difference(world):
    """A test whose people vanish is told why nothing was compared."""
    wrong = PASSING.replace("crowd = { Meta = 20, xAI = 20 }", "")
    gone = wrong.replace('"p1..2" = "xAI"', '"p1..3" = false\nq = "xAI"')
    assert "! the snapshot of 2025-02-01 is suspect" in rules_test(world, gone, code=1).stdout


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ('opened = ["p1..2"]', "", "expected exactly one of opened"),
        ('opened = ["p1..2"]', 'opend = ["p1..2"]', "did you mean 'opened'?"),
        ("2025-01-01]", "2025-13-01]", "a day such as"),
        ("[[test]]", 'rule = "tallent"\n[[test]]', "there is no 'tallent'"),
        ('"p1..2" = "xAI"', '"p1..2" = true', "false, which takes somebody out"),
    ],
)
def test_a_test_that_is_wrong_itself_is_refused(world, old, new, wrong):
    """The file, the key and what was expected are named, and nothing is run."""
    done = rules_test(world, PASSING.replace(old, new, 1), code=2)
    assert "talent.test.toml" in done.stderr
    assert wrong in done.stderr


def test_a_test_of_a_broken_rule_says_what_is_wrong_with_the_rule(world):
    """The rule's own problem comes before its test's."""
    world.rewrite(rules={"talent": flow("meta", "xai", people=2).replace("people", "peple")})
    assert "did you mean 'people'?" in rules_test(world, PASSING, code=2).stderr


def test_a_path_that_is_not_there_is_refused(tmp_path):
    """A slip in a path does not pass for no tests at all."""
    with pytest.raises(UsageError, match="no such file"):
        files_of_tests([tmp_path / "nowhere"])
