"""A file that is of something else takes nothing back, whatever its date and whenever it comes."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from story import World, crowd, flow
from tempo import first_slow

from monitor.base.records import Manifest, Verdict
from monitor.moves.gates.quality import ALIKE
from monitor.moves.gates.strays import NEXT_TO_NOTHING, strays, to_hold
from monitor.state import Taken

RULES = {"talent": flow("meta", "xai", people=2, within="300d")}
GOOD = ("2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01")
EARLY = "2024-06-01"


def history(world: World, days: Sequence[str] = GOOD) -> World:
    """Three people go, one a month; two of them are told."""
    for number, day in enumerate(days):
        gone = dict(list(crowd("xAI", number, prefix="mover").items()))
        stay = {
            who: jobs for who, jobs in crowd("Meta", 4, prefix="mover").items() if who not in gone
        }
        world.on(day, **gone, **stay, **crowd("Meta", 12))
    return world


def stranger(world: World, day: str, people: int = 1) -> None:
    """Somebody whom no other snapshot has."""
    world.on(day, **crowd("Acme", people, prefix="stranger"))


def rebuilt(world: World, *, decisions: bool) -> World:
    """Forget all that is derived, or all but the inbox, and run again."""
    (world.root / "snapshots" / "derived.duckdb").unlink()
    if not decisions:
        shutil.rmtree(world.root / "snapshots")
    world.run("2025-04-02")
    return world


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> World:
    """Return a world whose alert is open and told."""
    world = history(World(tmp_path_factory.mktemp("told"), rules=RULES))
    world.run("2025-04-01")
    assert world.sent()
    return world


@pytest.fixture
def world(told: World, tmp_path) -> World:
    """Return a copy of that world."""
    return told.copied(tmp_path / "copy")


# -- a stray at the beginning ----------------------------------------------------------------------


@pytest.mark.slow
def test_one_stray_early_file_takes_nothing_back(world):
    """It is set aside."""
    ledger, sent, verdicts = world.ledger_bytes(), world.sent(), world.snapshots()
    stranger(world, EARLY)
    world.run("2025-04-02")
    assert world.snapshots() == [f"press {EARLY} suspect", *verdicts]
    assert world.notices() == [f"aside:press:{EARLY}"]
    assert (world.ledger_bytes(), world.sent()) == (ledger, sent)


@pytest.mark.slow
@pytest.mark.parametrize("people", first_slow([1, 7]))
def test_a_stray_early_file_is_said_once_and_a_replay_takes_nothing_back(world, people):
    """A replay from nothing gives the same verdicts and ledger."""
    ledger, sent, verdicts = world.ledger_bytes(), world.sent(), world.snapshots()
    stranger(world, EARLY, people)
    world.run("2025-04-02")
    world.run("2025-04-02")
    assert world.snapshots() == [f"press {EARLY} suspect", *verdicts]
    assert world.notices() == [f"aside:press:{EARLY}"]
    assert (world.ledger_bytes(), world.sent()) == (ledger, sent)
    live = world.snapshots()
    assert rebuilt(world, decisions=False).snapshots() == live
    assert world.ledger_bytes() == ledger


@pytest.mark.slow
def test_a_stray_that_was_there_first_is_set_aside_once_two_that_agree_show_it(tmp_path):
    """Live and replayed the same: the first good snapshot becomes the baseline."""
    world = history(World(tmp_path, rules=RULES))
    stranger(world, EARLY)
    world.live()
    live = world.snapshots()
    assert live == [
        f"press {EARLY} suspect",
        "press 2025-01-01 baseline",
        *(f"press {day} accepted" for day in GOOD[1:]),
    ]
    ledger = world.ledger()
    assert rebuilt(world, decisions=False).snapshots() == live
    assert world.ledger() == ledger


@pytest.mark.long
def test_an_operator_may_let_a_stray_speak_or_silence_it(world):
    """The word goes before the gate."""
    verdicts = world.snapshots()
    stranger(world, EARLY)
    world.run("2025-04-02")
    world.decide("press", EARLY, "rejected")
    world.run("2025-04-02")
    assert world.snapshots() == [f"press {EARLY} rejected", *verdicts]
    world.decide("press", EARLY, "accepted")
    world.run("2025-04-02")
    assert world.snapshots()[:2] == [f"press {EARLY} baseline", "press 2025-01-01 suspect"]


FIRST = date(2025, 1, 1)


def manifests(*profiles: int) -> list[Manifest]:
    """Return snapshots with so many profiles, a day apart."""
    one = Manifest(
        source="press",
        observed_on=FIRST,
        origin="x",
        origin_sha256="0",
        profiles=0,
        positions=0,
        rejected=0,
        warnings=0,
        schema_version=1,
        content="test",
        files={},
    )
    return [
        replace(one, observed_on=FIRST + timedelta(days=number), profiles=count)
        for number, count in enumerate(profiles)
    ]


def found(sizes: Sequence[int], shared: dict[tuple[int, int], int], accepted: Sequence[int] = ()):
    """Return the numbers of the strays; what is not named shares nothing."""

    def count(manifest: Manifest, other: Manifest) -> int:
        return shared.get(
            ((manifest.observed_on - FIRST).days, (other.observed_on - FIRST).days), 0
        )

    days = strays(
        manifests(*sizes), count, accepted=[FIRST + timedelta(days=number) for number in accepted]
    )
    return sorted((day - FIRST).days for day in days)


def test_a_first_snapshot_that_shares_a_tenth_is_no_stray():
    """The limit itself is enough: 1 of 10, but not 1 of 11."""
    assert NEXT_TO_NOTHING == 0.1
    agree = {(1, 2): 100}
    assert found([10, 100, 100], {**agree, (0, 1): 1}) == []
    assert found([11, 100, 100], {**agree, (0, 1): 1}) == [0]
    assert found([11, 100, 100], {**agree, (0, 2): 2}) == []


def test_those_after_it_have_to_agree_by_half():
    """Two that are strangers to each other as well tell nothing."""
    assert found([1, 100, 100], {(1, 2): 50}) == [0]
    assert found([1, 100, 100], {(1, 2): 49}) == []
    assert found([1, 100], {}) == []


def test_as_many_profiles_under_other_ids_are_no_stray():
    """Four fifths is alike in size: the ids may have changed, which is another gate."""
    assert ALIKE == 0.8
    assert found([79, 100, 100], {(1, 2): 100}) == [0]
    assert found([80, 100, 100], {(1, 2): 100}) == []
    assert found([100, 1, 1], {(1, 2): 1}) == []


def test_several_strays_in_a_row_are_found():
    """Each of another list; who stands behind them is the baseline."""
    assert found([1, 2, 100, 100], {(2, 3): 100}) == [0, 1]
    assert found([1, 1, 1, 1, 100, 100], {(4, 5): 100}) == []
    assert found([1, 1, 1, 100, 100], {(3, 4): 100}) == [0, 1, 2]


def test_what_comes_later_changes_nothing_once_two_agree():
    """A stranger who joins one day does not make the stray a baseline."""
    assert found([1, 100, 100, 100], {(1, 2): 100, (2, 3): 100, (0, 3): 1}) == [0]


def test_what_an_operator_accepted_is_no_stray():
    """Nor is anything after it."""
    assert found([1, 2, 100, 100], {(2, 3): 100}, accepted=[0]) == []


# -- a late file that would turn others suspect ----------------------------------------------------


@pytest.mark.long
def test_a_late_file_that_would_turn_accepted_snapshots_suspect_waits_for_a_word(world):
    """As many strangers as there are people: changes of ids look the same, so a person decides."""
    ledger, sent, verdicts = world.ledger_bytes(), world.sent(), world.snapshots()
    stranger(world, EARLY, 16)
    world.run("2025-04-02")
    world.run("2025-04-02")
    assert world.snapshots() == [f"press {EARLY} suspect", *verdicts]
    assert world.notices() == [f"aside:press:{EARLY}"]
    assert (world.ledger_bytes(), world.sent()) == (ledger, sent)
    assert rebuilt(world, decisions=True).snapshots() == [f"press {EARLY} suspect", *verdicts]
    with world.state() as tx:
        assert [decision.verdict for decision in tx.decisions("late snapshot")] == ["held"]
    world.decide("press", EARLY, "accepted")
    world.run("2025-04-02")
    assert world.snapshots()[:2] == [f"press {EARLY} baseline", "press 2025-01-01 suspect"]


@pytest.mark.slow
def test_a_late_file_in_the_middle_waits_as_well_and_a_good_one_beside_it_speaks(world):
    """It has everybody and many more, whom the next snapshot lacks."""
    ledger, verdicts = world.ledger(), world.snapshots()
    for day, more in (("2025-01-10", 0), ("2025-01-20", 30)):
        people = crowd("Meta", 4, prefix="mover") | crowd("Meta", 12)
        world.on(day, **people, **crowd("Acme", more, prefix="stranger"))
    world.run("2025-04-02")
    assert world.snapshots() == [
        verdicts[0],
        "press 2025-01-10 accepted",
        "press 2025-01-20 suspect",
        *verdicts[1:],
    ]
    assert world.notices() == ["aside:press:2025-01-20"]
    assert "stranger" not in world.ledger_bytes().decode()
    assert [line.split()[1] for line in world.ledger()] == [line.split()[1] for line in ledger]


@pytest.mark.long
def test_three_late_strays_that_agree_with_each_other_are_no_new_baseline(world):
    """What waits for a word is not counted among those in a row."""
    verdicts = world.snapshots()
    days = ("2024-06-01", "2024-07-01", "2024-08-01")
    for day in days:
        stranger(world, day, 16)
    world.run("2025-04-02")
    assert world.snapshots() == [*(f"press {day} suspect" for day in days), *verdicts]


@pytest.mark.slow
def test_a_late_file_that_fits_speaks(world):
    """Nobody is asked about it."""
    history(world, ["2024-12-01"])
    world.run("2025-04-02")
    assert world.snapshots()[:2] == ["press 2024-12-01 baseline", "press 2025-01-01 accepted"]
    assert world.notices() == []


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


GOOD_ONE, SUSPECT = Verdict.ACCEPTED, Verdict.SUSPECT


@pytest.mark.parametrize(
    ("verdicts", "known", "settled", "held"),
    [
        # day 0 is late; day 1 was accepted
        ([GOOD_ONE, SUSPECT], {1: "accepted"}, [], 0),
        ([GOOD_ONE, SUSPECT], {1: "baseline"}, [], 0),
        ([GOOD_ONE, GOOD_ONE], {1: "accepted"}, [], None),
        ([GOOD_ONE, SUSPECT], {1: "suspect"}, [], None),
        ([GOOD_ONE, SUSPECT], {1: None}, [], None),
        ([GOOD_ONE, SUSPECT], {1: "accepted"}, [0], None),
        # it was known already, and so turned nothing
        ([GOOD_ONE, SUSPECT], {0: "accepted", 1: "accepted"}, [], None),
        # one that speaks stands between: it was held against that one
        ([GOOD_ONE, GOOD_ONE, SUSPECT], {1: "accepted", 2: "accepted"}, [], None),
        # of two late ones the one that speaks is meant
        ([GOOD_ONE, SUSPECT, SUSPECT], {2: "accepted"}, [], 0),
        ([SUSPECT, SUSPECT], {1: "accepted"}, [], 0),
    ],
)
def test_the_late_snapshot_before_the_one_that_turned_is_held(verdicts, known, settled, held):
    """Only where the ledger rests on what turned, and nobody decided."""
    judged = {day(number): verdict for number, verdict in enumerate(verdicts)}
    taken = {day(number): Taken("x", verdict) for number, verdict in known.items()}
    chosen = to_hold(
        judged, dict.fromkeys(judged, "x"), taken, settled=[day(number) for number in settled]
    )
    assert chosen == (None if held is None else day(held))


def test_another_content_for_a_known_day_is_late_as_well():
    """A replaced day may turn those after it."""
    judged = {day(0): GOOD_ONE, day(1): SUSPECT}
    taken = {day(0): Taken("old", "accepted"), day(1): Taken("x", "accepted")}
    checksums = {day(0): "new", day(1): "x"}
    assert to_hold(judged, checksums, taken, settled=[]) == day(0)
