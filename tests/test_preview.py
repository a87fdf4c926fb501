"""What a rule would have said, and how near it came."""

import json
import random
import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from story import World, crowd, flow, job
from typer.testing import CliRunner, Result

from monitor.alerts.trials.history import first_known_days, follow_from_scratch, from_scratch
from monitor.alerts.trials.preview import preview
from monitor.base.engine import Engine
from monitor.base.errors import UsageError
from monitor.cli.entry import app
from monitor.identity.organizations import Directory
from monitor.operations.written_inputs import load_definitions
from monitor.rules.language import Bounds, Condition, Match, Rule
from monitor.wiring import open_copied_engine

PAIRS = flow("*", "*", people=3, group_by=["from.organization", "to.organization"])


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Four who went from Meta to xAI in four months, one of them to be a lead; one to OpenAI."""
    fair = flow('{ organization = "meta", team = "fair" }', "xai", people=3)
    rules = {"pairs": PAIRS, "fair": fair, "off": "enabled = false\n" + PAIRS}
    world = World(tmp_path_factory.mktemp("preview"), rules=rules)
    people = {f"p{number}": [job("Meta", team="FAIR")] for number in range(1, 4)}
    others = {"p4": [job("Meta", team="Ads")], "q1": [job("Meta", team="FAIR")]}
    stay = {**crowd("Meta", 20), **crowd("xAI", 20), **crowd("OpenAI", 20)}
    world.observe("2025-01-01", {**stay, **people, **others})
    for number in range(1, 5):
        team = "Ads" if number == 4 else "FAIR"
        joined = [job("Meta", team=team, end=f"2025-0{number}-10"), job("xAI")]
        world.then(f"2025-0{number + 1}-01", **{f"p{number}": joined})
    world.then("2025-06-01", q1=[job("Meta", team="FAIR", end="2025-05-10"), job("OpenAI")])
    world.run()
    return world


def talentwatch(world: World, *words: str) -> Result:
    config = ["--config", str(world.root / "config.toml")]
    return CliRunner().invoke(app, [*words, *config], catch_exceptions=False)


def lines(done: Result) -> list[dict[str, Any]]:
    assert done.exit_code == 0
    return [json.loads(line) for line in done.stdout.splitlines()]


def previewed(world: World, rule: str, *, since: str = "2025-01-01") -> list[dict[str, Any]]:
    return lines(talentwatch(world, "rules", "preview", rule, "--since", since, "--json"))


@pytest.mark.slow
def test_a_preview_says_what_the_ledger_says_of_a_rule_that_is_on(world):
    """The same alerts under the same ids, since the day that was asked for."""
    (found,) = lines(
        talentwatch(world, "rules", "preview", "pairs", "--since", "2025-01-01", "--json")
    )
    assert [alert["alert"] for alert in found["alerts"]] == [
        alert["alert"] for alert in world.alerts("pairs")
    ]
    (later,) = lines(
        talentwatch(world, "rules", "preview", "pairs", "--since", "2025-06-01", "--json")
    )
    assert later["alerts"] == []


@pytest.mark.slow
def test_a_preview_counts_the_alerts_of_neighbouring_thresholds_and_windows(world):
    """Each cell is what the rule says when it is written so."""
    (found,) = lines(
        talentwatch(world, "rules", "preview", "pairs", "--since", "2025-01-01", "--json")
    )
    cells = {
        (variant["people"], variant["within_days"]): variant["alerts"]
        for variant in found["variants"]
    }
    assert sorted({people for people, _ in cells}) == [1, 2, 3, 4, 5]
    assert sorted({days for _, days in cells}) == [45, 90, 180]
    for (people, days), alerts in cells.items():
        again = World(world.root, rules=world.rules, told=world.told)
        text = PAIRS.replace("people = 3", f"people = {people}").replace("90d", f"{days}d")
        path = again.root / "variant.toml"
        path.write_text(text, encoding="utf-8")
        (other,) = previewed(again, str(path))
        assert len(other["alerts"]) == alerts, (people, days)
        path.unlink()


@pytest.mark.slow
def test_a_preview_counts_the_alerts_of_a_higher_threshold(world):
    """The cell is what the rule says when it is written so."""
    (found,) = previewed(world, "pairs")
    cells = {
        (variant["people"], variant["within_days"]): variant["alerts"]
        for variant in found["variants"]
    }
    assert sorted({people for people, _ in cells}) == [1, 2, 3, 4, 5]
    assert sorted({days for _, days in cells}) == [45, 90, 180]
    path = world.root / "variant.toml"
    path.write_text(PAIRS.replace("people = 3", "people = 5"), encoding="utf-8")
    (other,) = previewed(world, str(path))
    path.unlink()
    assert len(other["alerts"]) == cells[5, 90]


@pytest.mark.slow
def test_a_preview_says_of_each_alert_what_evaluating_the_rule_alone_says(world):
    """The neighbours of the rule are evaluated beside it, without their people."""
    definitions = load_definitions(world.settings)
    (rule,) = [one for one in definitions.rules.rules if one.id == "pairs"]
    since, horizon = date(2025, 1, 1), date(2025, 6, 1)
    with open_copied_engine(world.settings) as engine:
        seen = preview(engine, rule, definitions.directory, since=since, horizon=horizon)
        alone = from_scratch(engine, [rule], definitions.directory, horizon=horizon)
    assert seen.alerts == tuple({alert.alert: alert for alert in alone}.values())
    assert all(alert.people and alert.coverage for alert in seen.alerts)


BEGAN = date(2025, 1, 1)
SIDES = ("to.organization", "from.organization")
BOTH_WAYS = Condition(
    origin=Match(),
    destination=Match(),
    window_days=20,
    people=Bounds(at_least=1),
    group_by=SIDES,
    names=SIDES,
)


def fill_moves(engine: Engine, seed: int) -> None:
    """Have people go between three organisations; some is known late, or until a day."""
    chance = random.Random(seed)
    columns = [
        *("version", "move", "source", "profile", "person", "from_root", "from_side"),
        *("to_root", "to_side", "left_earliest", "left_latest", "joined_earliest"),
        *("joined_latest", "observed_on", "baseline", "status", "known_from", "known_until"),
    ]
    rows = []
    for number in range(60):
        origin, target = chance.sample(range(3), 2)
        day = BEGAN + timedelta(days=chance.randrange(120))
        known = day + timedelta(days=chance.choice([0, 3, 9, 40]))
        until = known + timedelta(days=30) if chance.random() < 0.3 else None
        who = f"p{chance.randrange(40)}"
        rows.append(
            (
                *(number, f"m{number}", "s", who, f"s:{who}"),
                *(f"o{origin}", origin, f"o{target}", target, *[day] * 4),
                *(known, False, "counted", known, until),
            )
        )
    engine.fill("moves", columns, rows)
    sides = [(number, f"o{number}", f"O{number}") for number in range(3)]
    engine.fill("sides", ["side", "unit", "name"], sides)


@pytest.mark.parametrize("seed", range(3))
def test_alerts_that_are_only_counted_are_those_of_the_ledger(seed):
    """By rule and day, as often as by all of their revisions: what is taken back counts, too."""
    horizon = BEGAN + timedelta(days=130)
    rules = [
        Rule(
            id=f"{people}-{days}",
            file=Path("r"),
            title="r",
            conditions=(replace(BOTH_WAYS, people=Bounds(at_least=people), window_days=days),),
        )
        for people in (1, 2, 4)
        for days in (10, 20)
    ]
    with Engine() as engine:
        engine.run("derived_tables")
        engine.run("derived_views")
        fill_moves(engine, seed)
        revisions = follow_from_scratch(engine, rules, Directory(), horizon=horizon)
        days = Counter(first_known_days(engine, rules, Directory(), horizon=horizon))
    assert any(revision.revision > 1 for revision in revisions)
    alerts = {(each.alert, each.rule, each.first_known_on) for each in revisions}
    assert days == Counter((rule, day) for _, rule, day in alerts)


@pytest.mark.slow
def test_a_preview_of_a_rule_that_is_off_records_and_sends_nothing(world):
    """Neither the state nor the derived tables change, and nothing is left behind."""
    before = {path: path.read_bytes() for path in world.root.rglob("*") if path.is_file()}
    done = talentwatch(world, "rules", "preview", "off", "--since", "2025-01-01")
    assert "off would have said 1 alert from 2025-01-01 to 2025-06-01:" in done.stdout
    table = done.stdout.partition("windows:\n")[2].splitlines()
    assert table[0].split() == ["people", "45", "days", "90", "days", "180", "days"]
    assert [line.split()[0] for line in table[1:]] == ["1", "2", "3", "4", "5"]
    after = {path: path.read_bytes() for path in world.root.rglob("*") if path.is_file()}
    assert after == before


@pytest.mark.slow
def test_a_preview_of_a_rule_that_counts_since_a_day_varies_the_threshold_alone(world):
    """There is no window to make wider."""
    path = world.root / "since.toml"
    path.write_text(flow("meta", "xai", people=4, since="2025-01-01"), encoding="utf-8")
    (found,) = previewed(world, str(path))
    path.unlink()
    cells = [
        (variant["people"], variant["within_days"], variant["alerts"])
        for variant in found["variants"]
    ]
    assert cells == [(2, None, 1), (3, None, 1), (4, None, 1), (5, None, 0), (6, None, 0)]


@pytest.mark.parametrize(
    ("named", "wrong"),
    [("pears", "did you mean 'pairs'?"), ("nowhere/r.toml", "there is no file")],
)
def test_a_preview_of_no_rule_is_refused(world, named, wrong):
    """The nearest id is named."""
    with pytest.raises(UsageError, match=re.escape(wrong)):
        talentwatch(world, "rules", "preview", named, "--since", "2025-01-01")


def test_a_preview_before_anything_is_stored_says_so(tmp_path):
    """An empty answer would pass for a quiet past."""
    with pytest.raises(UsageError, match="nothing is stored yet"):
        talentwatch(
            World(tmp_path, rules={"pairs": PAIRS}),
            "rules", "preview", "pairs", "--since", "2025-01-01",
        )  # fmt: skip


@pytest.mark.slow
def test_the_nearest_groups_of_a_rule_come_first_with_how_far_they_were(world):
    """What fired comes last."""
    near = lines(talentwatch(world, "explain", "--rule", "pairs", "--json"))
    found = [
        (record["group"]["to.organization"], record["peak"], record["short"]) for record in near
    ]
    assert found == [("openai", 1, 2), ("xai", 3, 0)]
    (only,) = lines(
        talentwatch(
            world, "explain", "--rule", "pairs", "--group", "to.organization=X.AI", "--json"
        )
    )
    assert only["threshold"] == 3
    assert [person["person"] for person in only["people"]] == ["p1", "p2", "p3", "p4"]
    shown = talentwatch(world, "explain", "--rule", "pairs").stdout
    assert (
        "1 at the peak, possibly 1; 1 counting on 2025-06-01; threshold 3: 2 short of 3,"
        " did not fire" in shown
    )


def test_who_was_left_out_of_what_did_not_fire_is_named_with_the_reason(world):
    """Somebody of another team went the same way."""
    (near,) = lines(talentwatch(world, "explain", "--rule", "fair", "--json"))
    assert [person["person"] for person in near["people"]] == ["p1", "p2", "p3"]
    assert [
        (rejected_row["person"], rejected_row["why"][:12]) for rejected_row in near["left_out"]
    ] == [("p4", "does not fit")]


def test_a_rule_that_nobody_fits_says_so(world):
    """Silence would pass for a failure."""
    (world.root / "none.toml").write_text(flow("google", "xai", people=1), encoding="utf-8")
    done = talentwatch(world, "explain", "--rule", str(world.root / "none.toml"))
    (world.root / "none.toml").unlink()
    assert done.stdout == "Nobody at all fits none.\n"


def test_explain_asks_for_an_alert_or_a_rule(world):
    """Both, or neither, is wrong."""
    for words in ([], ["abc", "--rule", "pairs"], ["--group", "x=y"]):
        with pytest.raises(UsageError, match="name an alert"):
            talentwatch(world, "explain", *words)


@pytest.mark.slow
def test_a_share_that_was_not_reached_is_told_apart_from_too_few_people(world):
    """Enough people went, and they were too small a part."""
    path = world.root / "share.toml"
    path.write_text(flow("meta", "xai", people=3, share=0.5), encoding="utf-8")
    (near,) = lines(talentwatch(world, "explain", "--rule", str(path), "--json"))
    shown = talentwatch(world, "explain", "--rule", str(path)).stdout
    path.unlink()
    assert (near["peak"], near["short"], near["fired"]) == (3, 0, False)
    assert "12.5 % at its farthest, asked 50 % of at least 3 people: 37.5 % short" in shown


def test_a_share_that_is_reached_in_a_later_window_alone_is_said_to_be(tmp_path):
    """Five of ten vanish before the three leave, and were there when the window opened."""
    share = flow("depot", None, people=3, share=0.5, group_by='["from.organization"]')
    world = World(tmp_path, rules={"share": share})
    staff = {f"d{number}": [job("Depot")] for number in range(10)}
    left = {f"d{number}": [job(f"Goal {number}")] for number in range(3)}
    gone = dict.fromkeys([f"d{number}" for number in range(5, 10)])
    world.observe("2018-06-15", crowd("Meta", 60) | staff)
    world.then("2018-09-15", **gone)
    world.then("2018-11-15", **left)
    world.run()
    said = talentwatch(world, "explain", "--rule", "share").stdout
    assert "60 % at its farthest, asked 50 % of at least 3 people: far enough after 2018-11" in said
    assert world.alerts() == []
    world.run(now="2019-01-01")
    assert len(world.alerts()) == 1


def test_people_who_may_always_have_been_there_are_explained(world):
    """A stock counts people whose first day nobody knows."""
    path = world.root / "stock.toml"
    path.write_text('[stock]\nat = "xai"\npeople = 90\n', encoding="utf-8")
    (near,) = lines(talentwatch(world, "explain", "--rule", str(path), "--json"))
    path.unlink()
    assert (near["count"], near["short"], near["fired"]) == (24, 66, False)


# -- in the rule's own measure ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def figures(tmp_path_factory):
    """Of 20 people at Meta four go to xAI within four months, and one comes back the other way."""
    sides = 'from = "meta"\nto = "xai"\nwithin = "365d"\n'
    rules = {
        "share": f"[flow]\nshare = 0.4\npeople = 3\n{sides}",
        "net": f"[flow]\nnet = 4\n{sides}",
        "change": '[stock]\nat = "meta"\nchange = -0.4\npeople = 10\nwithin = "90d"\n',
        "many": f"[flow]\nshare = 0.1\npeople = 9\n{sides}",
    }
    world = World(tmp_path_factory.mktemp("figures"), rules=rules)
    world.observe("2025-01-01", {**crowd("Meta", 20), **crowd("xAI", 20)})
    for number in range(4):
        move = [
            job("Meta", end=f"2025-0{number + 1}-10"),
            job("xAI", start=f"2025-0{number + 1}-10"),
        ]
        world.then(f"2025-0{number + 2}-01", **{f"meta-{number:04}": move})
    back = [job("xAI", end="2025-04-20"), job("Meta", start="2025-04-20")]
    world.then("2025-06-01", **{"xai-0000": back})
    world.run()
    return world


def near(world: World, rule: str) -> tuple[dict[str, Any], str]:
    """Return how near the only group of a rule came, as JSON and in words."""
    (found,) = lines(talentwatch(world, "explain", "--rule", rule, "--json"))
    return found, talentwatch(world, "explain", "--rule", rule).stdout


@pytest.mark.slow
def test_how_near_a_share_came_is_said_as_a_share(figures):
    """Asked 40 %, at most 20 % went: half of it was short."""
    found, said = near(figures, "share")
    assert (found["measure"], found["asked_part"], found["fired"]) == ("share", 0.4, False)
    assert 0.15 < found["part"] < 0.25
    assert "at its farthest, asked 40 % of at least 3 people" in said
    assert "short, did not fire" in said


@pytest.mark.slow
def test_how_near_a_change_came_is_said_as_a_change(figures):
    """A fall is so many fewer."""
    found, said = near(figures, "change")
    assert -0.25 < found["part"] < -0.1
    assert "fewer at its farthest, asked 40 % fewer of at least 10 people" in said


@pytest.mark.slow
def test_how_near_a_net_came_is_said_as_a_net(figures):
    """Those who came back are taken off."""
    found, said = near(figures, "net")
    assert (found["peak"], found["short"], found["measure"]) == (4, 0, "net")
    assert "net 4 at the peak" in said


@pytest.mark.slow
def test_a_share_of_too_few_people_is_no_share(figures):
    """Where there were never enough people, that is what was missing."""
    found, said = near(figures, "many")
    assert found["part"] is None
    assert "no share, for there were never enough people, asked 10 % of at least 9 people" in said


@pytest.mark.parametrize(
    ("rule", "column", "figures_of"),
    [
        ("share", "share", {0.2, 0.3, 0.4, 0.5, 0.6}),
        ("change", "change", {-0.2, -0.3, -0.4, -0.5, -0.6}),
        ("net", "net", {None}),
    ],
)
def test_a_preview_varies_the_measure_of_the_rule(figures, rule, column, figures_of):
    """The grid has shares for a share, changes for a change, and net figures for a net."""
    (found,) = previewed(figures, rule)
    assert {variant["part"] for variant in found["variants"]} == figures_of
    said = talentwatch(figures, "rules", "preview", rule, "--since", "2025-01-01").stdout
    assert re.search(rf"^ *{column} +\d+ days", said, re.MULTILINE)
    if column == "share":
        alerts = {
            variant["part"]: variant["alerts"]
            for variant in found["variants"]
            if variant["within_days"] == 365
        }
        assert alerts[0.2] == 1
        assert alerts[0.4] == 0
