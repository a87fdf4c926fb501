"""Rules that are edited, switched off and deleted while they are live."""

import pytest
from story import World, crowd, flow, job
from tempo import first_slow

RULE = flow("meta", "xai", people=2)


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> World:
    """Two who went from Meta to xAI in January, told; a third who went to OpenAI."""
    world = World(tmp_path_factory.mktemp("told"), rules={"talent": RULE})
    stay = {**crowd("Meta"), **crowd("xAI"), **crowd("OpenAI")}
    people = {who: [job("Meta", title="Engineer")] for who in ("ada", "bob", "cem")}
    world.observe("2025-01-01", {**stay, **people})
    for who, where, title in (
        ("ada", "xAI", "Engineer"),
        ("bob", "xAI", "Tutor"),
        ("cem", "OpenAI", "Engineer"),
    ):
        moved = [job("Meta", title="Engineer", end="2025-01-10"), job(where, title=title)]
        world.then("2025-02-01", **{who: moved})
    world.run("2025-02-02")
    assert world.sent() == ["opened ada bob"]
    return world


@pytest.fixture
def world(told: World, tmp_path) -> World:
    """Return a copy of that world."""
    return told.copied(tmp_path / "world")


def edited(world: World, text: str, day: str = "2025-02-03") -> list[str]:
    """Write the rule anew and run; return the notices about it."""
    world.rewrite(rules={"talent": text})
    world.run(day)
    return [key for key in world.notices() if key.startswith("edited:talent")]


@pytest.mark.slow
@pytest.mark.parametrize("line", ['title = "Another title"\n', 'severity = "critical"\n'])
def test_another_title_or_severity_keeps_its_alerts(world, line):
    """Case 32: what is told and what is not counted changes no alert and sends nothing."""
    before = world.ledger()
    text = RULE.replace('severity = "warning"\n', "") if "severity" in line else RULE
    assert edited(world, line + text) == []
    assert world.ledger() == before
    assert world.sent() == ["opened ada bob"]


@pytest.mark.slow
def test_another_channel_keeps_its_alerts(world):
    """Case 28: a new channel hears at once of what is open, and the old one nothing twice."""
    world.rewrite(config='[channels.more]\nkind = "file"\npath = "more.jsonl"')
    assert edited(world, RULE) == []
    assert world.sent() == ["opened ada bob", "opened ada bob"]


@pytest.mark.slow
def test_another_meaning_says_what_would_have_differed_and_takes_nothing_back(world):
    """What was told by the old meaning was not wrong: the alert ends without a message."""
    assert len(edited(world, flow("meta", "xai", people=3))) == 1
    assert world.ledger() == []
    assert world.sent() == ["opened ada bob"]
    (notice,) = [
        delivery.body for delivery in world._deliveries() if delivery.body.get("type") == "notice"
    ]
    assert notice["title"] == "The rule talent means something else now"
    assert "Would not have been: " in notice["text"]
    assert len(notice["facts"]["gone"]) == 1
    world.run("2025-02-04")
    assert world.sent() == ["opened ada bob"]


@pytest.mark.slow
def test_another_meaning_tells_of_what_is_open_by_it(world):
    """A wider rule finds one person more in the same alert."""
    assert len(edited(world, flow("meta", None, people=2))) == 1
    assert world.sent() == ["opened ada bob", "grew ada bob cem"]


@pytest.mark.slow
def test_a_narrower_meaning_corrects_nobody(world):
    """Whoever the rule no longer asks for was not counted by mistake."""
    who = '{ to_title = "engineer" }'
    assert len(edited(world, flow("meta", "xai", people=1, who=who))) == 1
    assert [line.split()[1:] for line in world.ledger()] == [["opened", "ada"]]
    assert world.sent() == ["opened ada bob"]
    moved = [job("Meta", end="2025-02-10"), job("xAI", title="Engineer")]
    world.then("2025-03-01", **{"meta-0001": moved})
    world.run("2025-03-01")
    assert world.sent()[1:] == ["grew ada meta-0001"]


@pytest.mark.slow
def test_what_was_over_before_a_rule_was_changed_is_recorded_and_not_sent(world):
    """A new meaning does not tell last year's news."""
    world.run("2025-08-01")
    assert world.sent() == ["opened ada bob", "closed ada bob"]
    by_side = flow("meta", "openai", people=1, group_by=["to.organization"])
    assert len(edited(world, by_side, "2025-08-02")) == 1
    found = [line.split()[1:] for line in world.ledger()]
    assert found == [["opened", "openai", "cem"], ["closed", "openai", "cem"]]
    assert len(world.sent()) == 2
    assert "over before the rule was changed on 2025-08-02" in " ".join(world.kept_back())


def test_a_change_that_changes_no_alert_says_nothing(world):
    """There is nothing to tell the operators."""
    assert edited(world, flow("meta", "xai", people=2, within="91d")) == []
    assert world.sent() == ["opened ada bob"]


@pytest.mark.slow
def test_a_retraction_after_an_edit_is_told_as_ever(world):
    """Only the edit itself is quiet."""
    edited(world, flow("meta", "xai", people=2, within="91d"))
    world.then("2025-03-01", bob=[job("Meta", title="Engineer")])
    world.run("2025-03-01")
    assert world.sent() == ["opened ada bob", "withdrawn"]


@pytest.mark.slow
@pytest.mark.parametrize("how", first_slow(["deleted", "disabled"]))
def test_a_rule_that_is_taken_away_closes_its_alerts_without_a_message(world, how):
    """They leave the ledger; when it comes back nothing is sent twice."""
    other = {"other": flow("meta", "xai", people=99)}  # the last rule does not go without a word
    world.rewrite(rules=other if how == "deleted" else {"talent": "enabled = false\n" + RULE})
    world.run("2025-02-03")
    assert world.ledger() == []
    assert world.sent() == ["opened ada bob"]
    world.rewrite(rules={"talent": RULE})
    world.run("2025-02-04")
    assert [line.split()[1:] for line in world.ledger()] == [["opened", "ada", "bob"]]
    assert world.sent() == ["opened ada bob"]
    assert world.notices() == []


def test_an_edit_that_only_a_backfill_met_is_as_quiet_in_the_next_run(world):
    """What a recording backfill finds is not told as a mistake afterwards."""
    world.rewrite(rules={"talent": flow("meta", "xai", people=3)})
    world.backfill(now="2025-02-03")
    world.run("2025-02-04")
    assert world.sent() == ["opened ada bob"]
