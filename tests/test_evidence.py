"""Several profiles of a person tell of a move: it is one, with a piece of evidence from each."""

from typing import Any

import pytest
from story import World, crowd, flow, job, profile
from typer.testing import CliRunner

from monitor.base.records import Json
from monitor.cli.entry import app
from monitor.delivery.messages import Subject, body, text

TALENT = {"talent": flow("meta", "xai", people=2)}
SAME = {"same_as": ["orcid:0000-0001"]}
ADA = {"name": "Ada Lee", **SAME}


def watched(tmp_path, **more: Any) -> World:
    """Return a world with two sources, in which many people stay where they are."""
    world = World(tmp_path, rules=TALENT, sources=("press", "web"), **more)
    for source in world.sources:
        staying = crowd("Meta", 20, prefix=f"{source}-stays")
        world.told[source] = {who: profile(*jobs) for who, jobs in staying.items()}
    return world


def seen_twice(tmp_path) -> World:
    """Ada leaves Meta for xAI: the press says when, on 1 February, the web only later."""
    world = watched(tmp_path)
    press, web = {**ADA, "url": "https://a.example"}, {**ADA, "url": "https://b.example"}
    world.then("2025-01-01", ada=profile(job("Meta"), **press), bob=[job("Meta")])
    world.then("2025-01-01", "web", al=profile(job("Meta"), **web))
    moved = (job("Meta", end="2025-01"), job("xAI", start="2025-01", title="Head"))
    world.then("2025-02-01", ada=profile(*moved, **press), bob=[job("xAI")])
    world.then("2025-03-01", "web", al=profile(job("xAI"), **web))
    return world


EVIDENCE = [
    {
        "source": "press",
        "before_on": "2025-01-01",
        "after_on": "2025-02-01",
        "url": "https://a.example",
    },
    {
        "source": "web",
        "before_on": "2025-01-01",
        "after_on": "2025-03-01",
        "url": "https://b.example",
    },
]


def ask(world: World, *arguments: str) -> str:
    """Return what a command prints."""
    config = ["--config", str(world.root / "config.toml")]
    done = CliRunner().invoke(app, [*arguments, *config], catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def adas(world: World, **filters: Any) -> list[dict[str, Json]]:
    """List the moves of Ada."""
    return [row for row in world.move_rows(**filters) if row["name"] == "Ada Lee"]


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> World:
    """Play what is seen twice."""
    world = seen_twice(tmp_path_factory.mktemp("told"))
    assert world.run().errors == ()
    return world


@pytest.fixture
def lived(told: World, tmp_path) -> World:
    """Return a world in which Ada was seen twice."""
    return told.copied(tmp_path / "world")


@pytest.mark.slow
def test_a_move_seen_at_two_sources_is_listed_once_with_both_pieces_of_evidence(lived):
    """It keeps the id it had, and the stated day of the one is the day of both."""
    world = lived
    (before,) = adas(world, as_known_on="2025-02-15")
    assert (before["source"], "evidence" in before) == ("press", False)
    (move,) = adas(world)
    assert move["move"] == before["move"]
    assert (move["person"], move["source"], move["observed_on"]) == ("ada", "press", "2025-02-01")
    assert move["evidence"] == EVIDENCE
    assert move["joined"] == {"earliest": "2025-01-01", "latest": "2025-01-31"}
    assert world.flows() == ["meta -> xai 2"]
    assert [adas(world, person=who) for who in ("al", "web:al", "ada")] == [[move]] * 3
    assert "2025-02-01 (press), 2025-03-01 (web)" in " ".join(ask(world, "moves").split())


@pytest.mark.slow
def test_the_second_look_at_a_move_counts_nobody_again_and_sends_nothing(tmp_path):
    """Neither by its own days nor on the observed clock."""
    world = seen_twice(tmp_path)
    seen = flow("meta", "xai", people=1, within="20d", clock="observed", person='["Ada*"]')
    world.rewrite(rules={**TALENT, "seen": seen.replace("person =", "who.person =")})
    world.live()
    assert world.ledger("talent") == ["2025-02-01 opened ada bob", "2025-03-01 revised ada bob"]
    assert world.ledger("seen")[:2] == ["2025-02-01 opened ada", "2025-02-21 closed ada"]
    assert not any("opened" in line for line in world.ledger("seen")[1:])
    assert sorted(world.sent()) == ["closed ada", "opened ada", "opened ada bob"]


@pytest.mark.slow
def test_alerts_and_messages_show_all_the_evidence_of_a_move(lived):
    """With the source, both days of observation and the address of each."""
    world = lived
    (alert,) = world.alerts()
    (ada,) = [person for person in alert["people"] if person["person"] == "ada"]
    assert ada["evidence"] == EVIDENCE
    explained = ask(world, "explain", alert["alert"])
    assert "last as before on 2025-01-01, as after on 2025-03-01 (at web)" in explained
    assert "https://a.example" in explained
    assert "https://b.example" in explained
    document = body(world.revisions()[-1], subject=Subject(title="t", window="w"))
    (told,) = [person for person in document["people"] if person["person"] == "ada"]
    assert [piece["source"] for piece in told["evidence"]] == ["press", "web"]
    assert "at xAI on 1 March 2025 (at web)" in text(document)


@pytest.mark.slow
def test_an_analysts_word_on_a_move_is_about_all_who_tell_of_it(lived):
    """What never was is not shown by another source."""
    world = lived
    (move,) = adas(world)
    ask(world, "moves", "decide", move["move"], "false", "--note", "a namesake")
    world.run("2025-03-01")
    assert [row["status"] for row in adas(world)] == ["retracted"]
    assert world.ledger("talent")[-1].split()[1] == "withdrawn"


@pytest.mark.slow
def test_a_source_that_tells_of_one_side_adds_to_the_move_that_has_both(tmp_path):
    """Whoever was first seen at xAI at one source came from Meta by the other."""
    world = watched(tmp_path)
    world.then("2025-01-01", ada=profile(job("Meta"), **ADA))
    world.then("2025-01-01", "web", al=profile(job("MIT", end="2019"), **ADA))
    world.then(
        "2025-02-01", "web", al=profile(job("MIT", end="2019"), job("xAI", start="2025-01"), **ADA)
    )
    world.then("2025-02-05", ada=profile(job("xAI"), **ADA))
    world.run()
    (move,) = [row for row in adas(world) if row["to"]]
    assert move["from"]["organization"] == "meta"
    assert [piece["source"] for piece in move["evidence"]] == ["web", "press"]
    assert move["joined"] == {"earliest": "2025-01-01", "latest": "2025-01-31"}
    assert "meta -> xai 1" in world.flows()


@pytest.mark.slow
def test_a_second_journey_is_a_second_move_and_finds_its_own_evidence(tmp_path):
    """Of several moves between the same two the nearest tell of one."""
    world = watched(tmp_path)
    first = [job("Meta", "2015-01", "2018-03"), job("xAI", "2018-03", "2020-06")]
    second = [*first, job("Meta", "2020-06", "2025-01"), job("xAI", "2025-01")]
    world.then("2025-01-01", "web", al=profile(*second[2:], **ADA))
    world.then("2025-02-01", ada=profile(*second, **ADA))
    world.run()
    to_xai = [row for row in adas(world) if row["to"] and row["to"]["organization"] == "xai"]
    assert [(row["joined"]["earliest"], "evidence" in row) for row in to_xai] == [
        ("2018-03-01", False),
        ("2025-01-01", True),
    ]


@pytest.mark.slow
def test_what_one_source_takes_back_the_other_still_tells(lived):
    """The move stays with what evidence is left, and by its dates."""
    world = lived
    world.then("2025-04-01", ada=profile(job("Meta"), **ADA))
    world.run()
    (move,) = adas(world)
    assert (move["source"], move["observed_on"], "evidence" in move) == (
        "web",
        "2025-03-01",
        False,
    )
    assert move["joined"] == {"earliest": "2025-01-02", "latest": "2025-03-01"}
    assert adas(world, as_known_on="2025-03-15")[0]["evidence"] == EVIDENCE


@pytest.mark.long
@pytest.mark.slow
def test_in_whatever_order_the_files_come_the_evidence_is_the_same(tmp_path):
    """A look that comes in late takes its place among the others."""
    told = []
    for order in ((0, 1, 2, 3), (3, 1, 0, 2), (2, 3, 1, 0)):
        world = seen_twice(tmp_path / "-".join(map(str, order)))
        files = sorted(world.root.glob("inbox/*/*.jsonl"))
        hidden = [path.rename(path.with_suffix(".hidden")) for path in files]
        for place in order:
            hidden[place].rename(files[place])
            world.run("2025-03-01")
        days = ("2025-01-15", "2025-02-15", None)
        known = [world.move_rows(as_known_on=day, retracted=True) for day in days]
        told.append((known, world.ledger()))
    assert all(one == told[0] for one in told)
    assert [len(rows) for rows in told[0][0]] == [0, 2, 2]
