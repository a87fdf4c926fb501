"""The simulated market: seeded, complete, and true to what it says of itself."""

import json
import statistics
import sys
from collections import Counter
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path
from subprocess import run
from typing import Any

import pytest
import zstandard
from command_line import run_here
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from monitor.cli.entry import app
from monitor.simulate import FAULTS, HARD, Options, rates_of, simulate
from monitor.simulate.careers import NOWHERE, career
from monitor.simulate.market import make_market
from monitor.simulate.profiles import profiles_of
from monitor.simulate.truth import Sight, first_evidence, moves_of, visible_moves

SMALL: dict[str, Any] = {"profiles": 150, "snapshots": 12, "days": 60}
OF_CAREERS = {
    *("concurrent_jobs", "affinities", "fashions", "seasons", "drifts", "layoffs"),
    *("hiring_sprees", "raids"),
}
"""The faults that change what people do; all others change how it is seen."""


def options(only=None, *, seed=0, **rates):
    return Options(seed=seed, rates=rates_of(rates, only=only), **SMALL)


def content(folder: Path) -> dict[str, bytes]:
    """Read all files of a world, unpacked."""
    return {
        str(path.relative_to(folder)): unpacked(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def unpacked(path: Path) -> bytes:
    if path.suffix != ".zst":
        return path.read_bytes()
    with path.open("rb") as file:
        return zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True).read()


def truth(folder: Path, record: str) -> list[dict[str, Any]]:
    lines = (folder / "truth.jsonl").read_text("utf-8").splitlines()
    return [line for line in map(json.loads, lines) if line["record"] == record]


def test_equal_options_give_equal_files_and_another_seed_others(tmp_path):
    """A world can be made again from its options."""
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        simulate(options(seed=seed), tmp_path / name)
    assert content(tmp_path / "one") == content(tmp_path / "again")
    assert content(tmp_path / "one") != content(tmp_path / "other")


def profiles(folder: Path) -> dict[str, bytes]:
    return {name: text for name, text in content(folder).items() if name.startswith("snapshots/")}


@pytest.fixture(scope="module")
def faultless(tmp_path_factory):
    """Return what profiles show in a world without faults."""
    folder = tmp_path_factory.mktemp("faultless") / "world"
    simulate(options([]), folder)
    return profiles(folder)


@pytest.mark.slow
@pytest.mark.parametrize("fault", sorted(FAULTS.keys() - {"slow_reporters"}))
def test_each_fault_can_be_seen_in_the_files(fault, faultless, tmp_path):
    """A fault alone changes what profiles show, and at a rate of 0 it does not."""
    simulate(options([fault], **{fault: 1.0}), tmp_path / "on")
    simulate(options([fault], **{fault: 0.0}), tmp_path / "off")
    assert profiles(tmp_path / "on") != faultless
    assert profiles(tmp_path / "off") == faultless


@pytest.mark.parametrize("fault", sorted(FAULTS.keys() - OF_CAREERS))
def test_a_fault_of_profiles_changes_nothing_in_the_careers(fault):
    """What people do does not depend on how it is seen."""
    worlds = [make_market(options([], **{fault: rate})) for rate in (0.0, 1.0)]
    told = [
        [list(moves_of(person, career(market, person))) for person in range(100)]
        for market in worlds
    ]
    assert told[0] == told[1]


def test_profiles_are_late_by_240_days_in_the_middle_and_by_970_at_most():
    """The lag is as it was measured in real data."""
    market = make_market(options(["update_lag"]))
    lags = [
        written - job.start - 1
        for person in range(2000)
        for job in career(market, person)[:1]
        for written in profiles_of(market, person)[0].written[:1]
    ]
    assert 200 <= statistics.median(lags) <= 280
    assert max(lags) <= 970


def test_without_faults_every_move_is_seen_at_the_next_snapshot(tmp_path):
    """Whoever joins is shown to have joined when one looks, and the last job has ended."""
    simulate(options([]), tmp_path)
    days = [record["day"] for record in truth(tmp_path, "snapshot")]
    seen = [
        record
        for record in truth(tmp_path, "move")
        if record["visible_on"] > days[0] and record["joined"]
    ]
    assert len(seen) > 30
    for move in seen:
        assert date.fromisoformat(move["visible_on"]) - date.fromisoformat(
            move["joined"]
        ) <= timedelta(days=SMALL["days"] + 21)


def test_the_raid_takes_one_team_and_the_truth_says_when_it_can_be_told(tmp_path):
    """Its people are moves of the truth, and five of them are enough."""
    simulate(options([]), tmp_path)
    (raid,) = truth(tmp_path, "raid")
    moves = [
        record
        for record in truth(tmp_path, "move")
        if (record["from"], record["to"]) == (raid["from"], raid["to"])
    ]
    assert raid["people"] == 12
    assert raid["visible"] >= 12
    on_time = sorted(move["visible_on"] for move in moves)
    assert raid["evidence_on"] in on_time
    assert sum(day <= raid["evidence_on"] for day in on_time) >= raid["needed"]


def test_the_page_lists_every_fault_with_its_rate(root):
    """The table of faults is that of the code."""
    page = (root / "docs/simulation.md").read_text("utf-8")
    for name, fault in FAULTS.items():
        assert f"| `{name}` | {fault.rate:g} | {fault.of} |" in page


def test_the_truth_names_every_name_that_a_profile_writes(tmp_path):
    """What is written can be led back to the organisation that is meant."""
    simulate(
        options(spellings=0.5, renames=0.3, mergers=0.2, mislabels=0.2, broken_records=0.0),
        tmp_path,
    )
    names = {name for record in truth(tmp_path, "organization") for name in record["written"]}
    nobody = set()
    for name, text in content(tmp_path).items():
        if name.startswith("snapshots/"):
            for line in text.splitlines():
                written = {position["organization"] for position in json.loads(line)["positions"]}
                nobody |= written - names
    assert nobody == {
        "Independent",
        "Self-employed",
        "Freelance",
        "Stealth Startup",
        "Career break",
    }


def test_in_a_backlog_nothing_is_passed_on_and_the_truth_says_since_when():
    """What shows afterwards without a date may have happened at any time since it began."""
    market = make_market(options([], backlogs=1.0, missing_dates=1.0))
    assert market.backlog is not None
    begins, ends = market.backlog
    released = min(look.day for look in market.looks if look.day >= ends)
    since = []
    for person in range(100):
        found = profiles_of(market, person)
        assert not any(begins < day < ends for day in found[0].written)
        sights = [sight for move in visible_moves(market, found) for sight in move.sights]
        since += [sight.earliest for sight in sights if sight.visible_on == released]
    assert max(since) == begins + 1


def test_between_two_that_were_merged_nobody_is_seen_to_move(tmp_path):
    """Profiles write one name for both, so that the truth has no such move either."""
    simulate(options(["mergers"], mergers=1.0), tmp_path)
    merged = {
        (record["organization"], record["name"]): record["on"]
        for record in truth(tmp_path, "event")
    }
    between = [
        (move["joined"], move["visible_on"], merged[pair])
        for move in truth(tmp_path, "move")
        for pair in ((move["from"], move["to"]), (move["to"], move["from"]))
        if pair in merged
    ]
    assert between
    assert all(joined < on for joined, _, on in between)


def test_days_that_were_written_otherwise_for_a_while_are_in_the_truth():
    """What was known on a day follows from what the profile said on that day."""
    market = make_market(options([], edits=1.0))
    edited = 0
    for person in range(150):
        for move in visible_moves(market, profiles_of(market, person)):
            spans = sorted((sight.visible_on, sight.shown_until) for sight in move.sights)
            assert [until for _, until in spans] == [since for since, _ in spans[1:]] + [None]
            days = {(sight.earliest, sight.latest) for sight in move.sights}
            edited += len(spans) > 1
            assert len(days) <= 2
    assert edited


def evidence_by_the_day(sights, people, within):
    """The same, told by looking at every day."""
    for on in range(40):
        for end in range(on + 1):
            inside = {
                person
                for person, seen in sights
                for one in seen
                if one.visible_on <= on and one.latest <= end and one.earliest > end - within
            }
            if len(inside) >= people:
                return on
    return None


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(5, 35), st.integers(0, 9), st.integers(0, 9)),
        max_size=8,
    ),
    st.integers(1, 3),
    st.integers(1, 12),
)
def test_the_evidence_is_that_of_every_day_looked_at(drawn, people, within):
    """The first snapshot with enough evidence is found as by looking at each day."""
    sights = [
        (
            person,
            [Sight(profile="", visible_on=on, earliest=max(0, on - a - b), latest=max(0, on - a))],
        )
        for person, on, a, b in drawn
    ]
    found = first_evidence(sights, people=people, within=within)
    assert found == evidence_by_the_day(sights, people, within)


def test_who_goes_the_way_of_a_raid_is_evidence_of_it_and_is_none_alone():
    """Nobody can tell them apart, and what was there before the raid does not tell of it."""

    def went(people, day):
        one = Sight(profile="", visible_on=day, earliest=day, latest=day)
        return [(person, [one]) for person in people]

    sights = [*went(range(10, 15), 100), *went([15], 400), *went([1, 2], 410), *went([3], 420)]
    assert first_evidence(sights, people=5, within=90) == 100
    assert first_evidence(sights, people=5, within=90, of={1, 2, 3, 4}) is None
    assert first_evidence(sights, people=4, within=90, of={1, 2, 3, 4}) == 420


def test_careers_follow_each_other_and_never_stay_where_they_were():
    """Both sides of every move differ, and nothing ends before it begins."""
    market = make_market(options())
    for person in range(300):
        jobs = career(market, person)
        assert all(job.end is None or job.start <= job.end for job in jobs)
        for move in moves_of(person, jobs):
            assert move.origin != move.destination
            assert NOWHERE <= move.origin < len(market.names)


HARD_WORLD: dict[str, Any] = {"profiles": 2000, "snapshots": 40, "days": 28, "people_each": 100}


def hard_market(**rates):
    """Return a market in which nothing but these rates is special."""
    return make_market(Options(seed=3, rates=rates_of(rates, only=[]), **HARD_WORLD))


def departures(market):
    """Yield the origin, the next employer and the day of each real move."""
    for person in range(market.options.profiles):
        for move in moves_of(person, career(market, person)):
            if move.left is not None and NOWHERE not in (move.origin, move.destination):
                yield move.origin, move.destination, move.left


def test_most_leave_in_the_season_that_the_truth_names():
    """With a swing of 0.35 the half year around 1 April has so many more than a half."""
    months = [date.fromordinal(day).month for _, _, day in departures(hard_market(seasons=0.35))]
    spring = sum(month <= 6 for month in months) / len(months)
    assert spring == pytest.approx(0.5 + 0.35 / 3.14159, abs=0.03)


def _exchange(market) -> tuple[int, float]:
    counts = Counter((one, other) for one, other, _ in departures(market))
    pairs = [counts[pair] for pair in permutations(range(10), 2)]
    return sum(pair <= 1 for pair in pairs), statistics.pstdev(pairs) / statistics.mean(pairs)


@pytest.mark.slow
def test_pairs_differ_in_how_much_they_exchange():
    """Some hardly ever exchange anybody, and others all the more."""
    (usual_few, usual_spread), (few, spread) = (
        _exchange(hard_market(affinities=rate)) for rate in (0.0, 1.0)
    )
    assert few > 1.5 * usual_few
    assert spread > 1.5 * usual_spread


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "side"), [("layoffs", 0), ("hiring_sprees", 1)])
def test_a_surge_drives_several_times_as_many(fault, side):
    """On its days, compared with all other days of the same organisations."""
    market = hard_market(**{fault: 0.3})
    first, last = market.looks[0].day - 900, market.looks[-1].day
    surges = {
        organization: {day for one in some for day in range(one.day, one.until)}
        & set(range(first, last))
        for organization, some in market.pulls.surges.items()
    }
    moves: Counter[bool] = Counter()
    for move in departures(market):
        day = move[2] + 10 * side
        if move[side] in surges and first <= day < last:
            moves[day in surges[move[side]]] += 1
    inside = sum(map(len, surges.values()))
    outside = len(surges) * (last - first) - inside
    assert 3 < (moves[True] / inside) / (moves[False] / outside) < 7


def test_a_growing_panel_takes_people_up_while_one_looks():
    """A third of the profiles; before their day nobody sees them."""
    market = hard_market(growing_panel=0.35)
    some = [profiles_of(market, person)[0] for person in range(1000)]
    new = [one for one in some if one.taken_up]
    assert len(new) / 1000 == pytest.approx(0.35, abs=0.05)
    assert not any(one.seen(one.taken_up - 1) for one in new)


def test_people_of_some_organisations_write_later():
    """Delays follow what the truth says of the organisation."""
    market = hard_market(slow_reporters=1.0, update_lag=1.0)
    slow = {one for one in range(len(market.names)) if market.pulls.lateness(one) > 1.5}
    lags: dict[bool, list[int]] = {True: [], False: []}
    for person in range(2000):
        first = career(market, person)[0]
        written = profiles_of(market, person)[0].written[0]
        lags[first.organization in slow].append(written - first.start - 1)
    assert statistics.median(lags[True]) > 1.4 * statistics.median(lags[False])


def test_the_truth_of_a_hard_world_names_all_that_is_hard(tmp_path):
    """Raids of 3 to 12 people besides the great one, surges, the season, and how pairs differ."""
    done = run_here(
        *("simulate", str(tmp_path), "--profiles", "600", "--snapshots", "12", "--days", "90"),
        *("--people-each", "20", "--hard", "--only", "update_lag", "--fault", "raids=0.2"),
    )
    assert done.returncode == 0, done.stderr
    great, *others = truth(tmp_path, "raid")
    assert great["people"] == 12
    assert others
    assert all(3 <= one["people"] <= 12 for one in others)
    assert {one["kind"] for one in truth(tmp_path, "surge")} == {"layoff", "hiring_spree"}
    assert [one["swing"] for one in truth(tmp_path, "season")] == [0.35]
    assert len(truth(tmp_path, "pull")) == 30
    assert len(truth(tmp_path, "affinity")) == 30 * 29
    (options,) = truth(tmp_path, "options")
    assert {name: options["faults"][name] for name in HARD} == dict(HARD)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--fault", "rename=0.1"], "did you mean 'renames'?"),
        (["--fault", "renames=2"], "a number from 0 to 1"),
        (["--fault", "renames"], "write NAME=RATE"),
        (["--only", "moon"], "there is no fault 'moon'"),
        (["--profiles", "2000000"], "from 100 to 1,000,000"),
        (["--snapshots", "1"], "from 2 to"),
    ],
)
def test_a_wrong_option_is_named_and_nothing_is_written(arguments, says, tmp_path):
    """Exit code 2, the option, and what to write instead."""
    done = run_here("simulate", str(tmp_path / "world"), *arguments)
    assert done.returncode == 2, done.stderr
    assert says in done.stderr
    assert not (tmp_path / "world").exists()


def test_a_folder_that_holds_a_world_is_left_alone(tmp_path):
    """Two worlds are never mixed."""
    arguments = ["simulate", str(tmp_path), "--profiles", "100", "--snapshots", "2"]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    before = content(tmp_path)
    again = CliRunner().invoke(app, arguments)
    assert again.exit_code != 0
    assert "name an empty folder" in str(again.exception)
    assert content(tmp_path) == before


@pytest.mark.long
def test_a_million_profiles_are_simulated_in_bounded_memory(tmp_path, record_property):
    """The people are made block by block."""
    script = (
        "import resource, sys; from pathlib import Path; from monitor.simulate import *;"
        "simulate(Options(profiles=1_000_000, snapshots=4, rates=rates_of({})), Path(sys.argv[1]));"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    done = run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 400
    record_property("proof", f"1,000,000 profiles, 4 snapshots, peak {int(done.stdout)} MiB")
