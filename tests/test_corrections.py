"""Whatever takes an alert its ground away, those who were told are told so, once."""

from datetime import date, datetime
from typing import Any

import pyarrow.parquet as pq
import pytest
from board_client import BoardClient
from story import ORGANIZATIONS, World, crowd, flow, job, profile
from tempo import first_slow, long
from test_cli import lines, talentwatch

from monitor.base.errors import UsageError
from monitor.moves.reviews import Precision, key_of, precision
from monitor.state import State

NEXT = "2025-03-01"


def _opened(folder, *, people: int) -> World:
    world = World(folder, rules={"talent": flow("meta", "xai", people=people)})
    three = ("ada", "bob", "cyn")
    staying = {who: profile(*jobs) for who, jobs in crowd("Meta", 20).items()}
    world.told = {"press": staying}
    world.then("2025-01-01", **{who: [job("Meta", start="2019")] for who in three})
    moved = [job("Meta", start="2019", end="2025-01"), job("xAI", start="2025-01")]
    world.then("2025-02-01", **dict.fromkeys(three, moved))
    world.run()
    assert world.sent() == ["opened ada bob cyn"]
    return world


@pytest.fixture(scope="module")
def three(tmp_path_factory) -> World:
    """Play a world in which an alert of three people, who all are needed, is told."""
    return _opened(tmp_path_factory.mktemp("three"), people=3)


@pytest.fixture(scope="module")
def two(tmp_path_factory) -> World:
    """Play a world in which two of the three people are enough."""
    return _opened(tmp_path_factory.mktemp("two"), people=2)


@pytest.fixture
def opened(three: World, tmp_path) -> World:
    """Return a world in which an alert of three people was told on the first of February."""
    return three.copied(tmp_path / "world")


def to_xai(world: World, **asked: Any) -> list[dict[str, Any]]:
    """List the moves from Meta to xAI."""
    rows = world.move_rows(**asked)
    return [row for row in rows if row["from"] and row["to"] and row["to"]["name"] == "xAI"]


def takes_back(world: World) -> None:
    """One of them is where she was before, and never left by what she says now."""
    world.then(NEXT, ada=[job("Meta", start="2019")])


def is_one_organisation(world: World) -> None:
    """The directory says that both are one."""
    bought = ORGANIZATIONS.replace('name = "xAI"\n', 'name = "xAI"\npart_of = "meta"\n')
    world.rewrite(organizations=bought)


def are_one_person(world: World) -> None:
    """Two of the profiles are of one person."""
    world.rewrite(people='[[people]]\nids = ["press:ada", "press:bob"]\n')


def is_rejected(world: World) -> None:
    """An operator does not believe the snapshot."""
    world.decide("press", "2025-02-01", "rejected")


def is_false(world: World) -> None:
    """An analyst looked at one of the moves."""
    (move,) = (row["move"] for row in to_xai(world) if row["person"] == "ada")
    done = talentwatch(world, "moves", "decide", move, "false", "--note", "she only consults")
    assert "is false from the next run on" in done.stdout


GROUNDS = first_slow([is_one_organisation, takes_back, are_one_person, is_rejected, is_false])
"""What takes an alert back."""


@pytest.mark.slow
@pytest.mark.parametrize("ground", GROUNDS)
def test_an_alert_without_ground_is_withdrawn_once(opened, ground):
    """From those who were told of it, and it is told to nobody else."""
    world = opened
    ground(world)
    for day in (NEXT, NEXT, "2025-03-02"):
        world.run(day)
    assert world.sent()[1:] == ["withdrawn"]
    assert {alert["status"] for alert in world.alerts()} <= {"withdrawn"}


@pytest.mark.slow
@pytest.mark.parametrize("ground", [takes_back, are_one_person, long(is_false)])
def test_an_alert_that_stands_without_one_of_its_people_is_corrected_once(two, tmp_path, ground):
    """Two of them are enough, and the message names who is gone."""
    world = two.copied(tmp_path / "world")
    ground(world)
    for day in (NEXT, NEXT, "2025-03-02"):
        world.run(day)
    assert len(world.sent()) == 2
    assert world.sent()[1].startswith("corrected")
    (alert,) = world.alerts()
    assert (alert["status"], len(alert["people"])) == ("open", 2)


@pytest.mark.slow
def test_an_alert_that_was_told_and_never_was_is_counted_and_explained_as_taken_back(opened):
    """The ledger has it no longer; who was told asks by the id in the message."""
    world = opened
    (told,) = world.alerts()
    is_rejected(world)
    assert world.run("2025-02-02").alerts["withdrawn"] == 1
    assert world.run("2025-02-03").alerts["withdrawn"] == 0
    assert world.alerts() == []
    with pytest.raises(UsageError, match="was taken back on 2025-02-02: by what is known now"):
        talentwatch(world, "explain", told["alert"][:6])
    board = BoardClient(world.root / "config.toml", day=datetime(2025, 2, 3))  # noqa: DTZ001 -- a day
    answer = board.get(f"/alerts/{told['alert']}")
    assert answer.status_code == 404
    assert "taken back on 2025-02-02" in answer.text
    world.decide("press", "2025-02-01", "accepted")
    world.run("2025-02-04")
    assert "(bob, press): counted" in talentwatch(world, "explain", told["alert"][:6]).stdout


@pytest.mark.slow
def test_an_alert_that_a_late_file_gave_another_id_is_explained_under_the_one_that_was_told(opened):
    """The message that people have names the first."""
    world = opened
    (told,) = world.alerts()
    moved = [job("Meta", start="2019", end="2025-01"), job("xAI", start="2025-01")]
    world.on("2025-01-31", **world.told["press"] | dict.fromkeys(("ada", "bob", "cyn"), moved))
    world.run("2025-02-02")
    (now,) = world.alerts()
    assert now["alert"] != told["alert"]
    assert talentwatch(world, "explain", told["alert"]).stdout.startswith(now["alert"])
    talentwatch(world, "run", "--now", "2025-02-02")
    board = BoardClient(world.root / "config.toml", day=datetime(2025, 2, 2))  # noqa: DTZ001 -- a day
    answer = board.get(f"/alerts/{told['alert']}")
    assert (answer.status_code, answer.headers["location"]) == (308, f"/alerts/{now['alert']}")


@pytest.mark.slow
def test_a_withdrawn_alert_is_explained_by_what_has_become_of_its_moves(opened):
    """Nobody counts any more, and for each it is said why, or that the move stands."""
    world = opened
    world.run("2025-02-10")
    is_false(world)
    world.run(NEXT)
    (alert,) = world.alerts()
    explained = talentwatch(world, "explain", alert["alert"]).stdout
    assert f"withdrawn on {alert['closed_on']}, was over the threshold of 3 from" in explained
    assert "(ada, press): counted before; the move is retracted: false by" in explained
    assert "(bob, press): counted before; the move stands" in explained
    assert "Nobody was left out" not in explained


@pytest.mark.slow
def test_what_was_known_before_a_judgement_is_still_known(two, tmp_path):
    """A replay says the same: the judgement holds from its day on."""
    world = two.copied(tmp_path / "world")
    world.run("2025-02-10")
    is_false(world)
    world.run(NEXT)
    rows = to_xai(world)
    assert [row["status"] for row in rows] == ["retracted", "counted", "counted"]
    assert rows[0]["reason"].startswith("false by ")
    assert rows[0]["reason"].endswith("she only consults")
    before = to_xai(world, as_known_on="2025-02-09")
    assert {row["status"] for row in before} == {"counted"}
    assert world.ledger() == ["2025-02-01 opened ada bob cyn", "2025-02-10 corrected bob cyn"]
    ledger = world.ledger_bytes()
    (world.settings.snapshots / "derived.duckdb").unlink()
    world.backfill()
    assert world.ledger_bytes() == ledger
    (alert,) = world.revisions()[-1:]
    assert [(one.person, one.note) for one in alert.left_out] == [("ada", rows[0]["reason"])]


@pytest.mark.slow
def test_a_judgement_can_be_taken_back(opened):
    """The last word on a move holds; the log keeps all of them."""
    world = opened
    is_false(world)
    world.run("2025-02-10")
    (move,) = (row["move"] for row in to_xai(world) if row["person"] == "ada")
    talentwatch(world, "moves", "decide", move[:8], "confirmed")
    world.run(NEXT)
    (alert,) = world.alerts()
    assert (alert["status"], len(alert["people"])) == ("open", 3)
    assert [row["status"] for row in to_xai(world, as_known_on="2025-02-05")] == [
        "retracted",
        "counted",
        "counted",
    ]


@pytest.mark.slow
def test_a_confirmed_move_counts_although_it_is_held(opened):
    """An analyst knows better than a gate."""
    world = opened
    others = [job("Acme"), job("MIT"), job("Zenith")]
    world.then("2025-02-10", dan=[job("Meta"), *others])
    world.then("2025-02-20", dan=[job("xAI"), *others])
    world.run()
    (move,) = [row for row in to_xai(world) if row["person"] == "dan"]
    assert move["status"] == "held"
    talentwatch(world, "moves", "decide", move["move"], "confirmed", "--note", "she says so")
    world.run(NEXT)
    assert world.sent()[1:] == ["grew ada bob cyn dan"]


@pytest.mark.slow
def test_each_rule_has_the_precision_of_what_it_counted(opened):
    """Confirmed moves against false ones; who was never counted does not matter."""
    world = opened
    world.rewrite(rules={**world.rules, "none": flow("openai", "xai", people=1)})
    rows = {row["person"]: row["move"] for row in to_xai(world)}
    for who, verdict in (("ada", "false"), ("bob", "confirmed"), ("cyn", "confirmed")):
        talentwatch(world, "moves", "decide", rows[who], verdict)
    world.run(NEXT)
    with State.open(world.settings.state) as state, state.reading() as tx:
        assert precision(tx, "talent") == Precision(confirmed=2, false=1)
        assert precision(tx, "talent").share == pytest.approx(2 / 3)
        assert precision(tx, "none").share is None
    listed = {row["rule"]: row for row in lines(talentwatch(world, "rules", "list", "--json"))}
    assert (listed["talent"]["confirmed"], listed["talent"]["false"]) == (2, 1)
    assert listed["none"]["precision"] is None
    assert "67% of 3" in talentwatch(world, "rules", "list").stdout


def test_a_move_that_is_not_there_cannot_be_judged(opened):
    """The answer says where to look."""
    world = opened
    with pytest.raises(UsageError, match="0 moves begin with 'ffff'; `talentwatch moves` lists"):
        talentwatch(world, "moves", "decide", "ffff", "false")


@pytest.mark.slow
def test_moves_as_known_on_a_day_are_written_as_parquet_without_a_glance_ahead(opened, tmp_path):
    """The file says what the listing says, as it did on that day."""
    world = opened
    talentwatch(world, "moves", "--from", "meta", "--parquet", str(tmp_path / "before.parquet"))
    before = pq.read_table(tmp_path / "before.parquet")
    is_false(world)
    world.then(NEXT, bob=[job("Meta", start="2019")])
    world.run("2025-03-02")
    none = (
        "--as-known-on",
        "2025-01-31",
        "--from",
        "meta",
        "--parquet",
        str(tmp_path / "none.parquet"),
    )
    talentwatch(world, "moves", *none)
    assert pq.read_table(tmp_path / "none.parquet").num_rows == 0
    file = tmp_path / "now.parquet"
    talentwatch(world, "moves", "--from", "meta", "--parquet", str(file))
    now = pq.read_table(file)
    listed = lines(talentwatch(world, "moves", "--from", "meta", "--json"))
    assert now["move"].to_pylist() == [row["move"] for row in listed]
    assert now["status"].to_pylist() == [row["status"] for row in listed]
    assert now["from_organization"].to_pylist() == [row["from"]["organization"] for row in listed]
    assert now["joined_earliest"].to_pylist()[0] == date(2025, 1, 1)
    again = tmp_path / "again.parquet"
    known = ("--as-known-on", "2025-02-01", "--parquet", str(again))
    talentwatch(world, "moves", "--from", "meta", *known)
    # The judgement holds from the day that was reached when it was given, which is the first.
    assert pq.read_table(again).drop(["status", "reason"]).equals(before.drop(["status", "reason"]))
    assert now.num_rows == 2
    assert before.num_rows == 3
    assert before.schema == now.schema
    assert key_of("m", date(2025, 1, 1)) == "m:2025-01-01"
