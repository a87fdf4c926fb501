"""The measurement of quality at a tiny scale: it runs, and docs/quality.md is in its form."""

import json
import subprocess
import sys
import tomllib
from argparse import Namespace
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import kept
import pytest
import run
import simulated
from msgspec.structs import fields

from monitor.base.settings import Quality
from monitor.simulate import FAULTS
from monitor.simulate.market.faults import HARD, OF_SNAPSHOTS


@pytest.mark.long
@pytest.mark.slow
def test_the_measurement_runs_and_sees_a_faultless_world_as_it_is(root, tmp_path):
    """Without faults every move is found, on its day, and nothing else; the raid is alerted."""
    done = subprocess.run(
        [
            *(sys.executable, "quality/run.py", "--quick"),
            *("--data", str(tmp_path / "none"), "--kept", str(tmp_path / "kept")),
        ],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = {cells[0]: cells[3:] for cells in table(done.stdout)}
    assert lines["no fault"][:3] == ["1.0000", "1.0000", "1.000"], done.stderr
    assert lines["no fault"][4:] == ["1 of 1", "0.00"]
    precision, recall, *_ = map(float, lines["all faults"][:2])
    assert precision > 0.85
    assert recall > 0.85
    opened, found, in_error = next(
        map(int, cells[2:]) for cells in table(done.stdout) if cells[0].startswith("worlds with an")
    )
    assert (found, in_error) == (opened, 0)


def table(text):
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return [row for row in rows if len(row) > 1]


OPTIONS = Namespace(quick=False, profiles=20_000, snapshots=156, seeds=10)


def first_cells(text):
    written = text.partition(run.BEGIN)[2].partition(run.END)[0]
    return [row[0].partition(",")[0] for row in table(written)]


def measured_rows():
    rows = list(run._rows(OPTIONS))
    titles = [run.FAULTS_HEAD[0], *(row.title for row in rows if row.gate is None)]
    titles += [run.GATES_HEAD[0], *(f"`{row.title}`" for row in rows if row.gate is not None)]
    return [title.partition(",")[0] for title in titles]


def test_the_tables_of_the_quality_page_are_those_that_are_measured(root):
    """There is one place for them; what stands there has a line for every fault and every gate."""
    text = (root / "docs" / "quality.md").read_text("utf-8")
    assert text.count(run.BEGIN) == text.count(run.END) == 1
    outages = [
        title.partition(",")[0] for title in (run.OUTAGES_HEAD[0], run.outages_title(OPTIONS))
    ]
    assert first_cells(text) in ([], measured_rows() + outages)


def test_the_tables_are_written_between_the_marks_and_nowhere_else(tmp_path):
    """A page keeps what stands around them; measuring again takes the place of the first."""
    page = tmp_path / "quality.md"
    page.write_text(f"above\n{run.BEGIN}\n{run.END}\nbelow\n", encoding="utf-8")
    rows = list(run._rows(OPTIONS))
    results = [[simulated.Score(years=1.0) for _ in row.worlds] for row in rows]
    for _ in range(2):
        run._write(page, run._tables(rows, results))
    text = page.read_text("utf-8")
    assert first_cells(text) == measured_rows()
    assert text.startswith(f"above\n{run.BEGIN}\n| ")
    assert text.endswith(f"|\n{run.END}\nbelow\n")


def test_a_figure_of_several_worlds_says_how_bad_the_worst_is():
    """A good mean hides no bad seed."""
    scores = [simulated.Score(true=10, found=10, right=right, years=1.0) for right in (10, 8)]
    row = next(iter(run._rows(OPTIONS)))
    assert run._fault_line(row, scores)[3:5] == ("0.9000 (least 0.8000)",) * 2
    assert run._fault_line(row, scores[:1])[3:5] == ("1.0000",) * 2


def test_every_gate_of_the_configuration_is_switched_off_in_turn():
    """A gate that is added is measured too."""
    names = dict.fromkeys(gate.name for gate in run.GATES)
    assert [*names] == [field.name for field in fields(Quality)]


def test_the_configuration_of_each_gate_switches_it_off_and_leaves_the_others():
    """With the gate and without differ by the gate alone, and both can be read."""
    for gate in run.GATES:
        with_it, without = (tomllib.loads(gate.config(on=on))["quality"] for on in (True, False))
        assert without == {**with_it, gate.name: False}
        assert gate.name not in with_it


def test_what_usual_worlds_do_not_have_happens_where_it_is_looked_at_alone():
    """A row of a fault that never happens would say nothing."""
    never = {name for name, fault in FAULTS.items() if fault.rate == 0} - HARD.keys()
    assert never - {"new_ids", *OF_SNAPSHOTS} == {*run.ALONE}
    rates = {row.title: row.worlds[0].rates for row in run._rows(OPTIONS) if row.gate is None}
    assert {name: rates[f"`{name}` alone"][name] for name in run.ALONE} == run.ALONE


def test_a_mechanism_without_a_switch_is_left_out_by_what_an_operator_may_say():
    """With it the world is as it is; without it differs by that alone."""
    worlds = {row.title: row.worlds for row in run._rows(OPTIONS) if row.gate is not None}
    with_it, without = worlds["likely doubles"]
    assert (with_it.apart, without) == (False, replace(with_it, apart=True))
    with_it, without = worlds["corrections"]
    assert without == replace(with_it, config='[moves]\nbefore = "9999d"\n')


def test_ids_of_one_person_are_called_different_in_the_words_of_people_toml(tmp_path):
    """Every id that the truth gives to another one's person, with that one."""
    records = [{"person": "p1", "ids": [one]} for one in ("p1-1", "p1-2")]
    lines = [json.dumps({"record": "profile", **record}) for record in records]
    (tmp_path / "truth.jsonl").write_text("\n".join(lines), encoding="utf-8")
    people = tomllib.loads(simulated._different(tmp_path / "truth.jsonl"))
    ids = ["simulated:p1", "simulated:p1-1", "simulated:p1-2"]
    assert people == {"different": [{"ids": ids}]}


def move(person, origin, destination, on, *, earliest=None, latest=None):
    sight = {"visible_on": on, "earliest": earliest or on, "latest": latest or on}
    sight["shown_until"] = None
    return {
        "person": person,
        "from": origin,
        "to": destination,
        "visible_on": on,
        "sights": [{"profile": person, **sight}],
    }


def seen(person, origin, destination, on, status="counted"):
    return {
        "profile": person,
        "from_side": origin and {"name": origin},
        "to_side": destination and {"name": destination},
        "joined_earliest": on,
        "observed_on": on,
        "status": status,
    }


TRUTH: dict[str, Any] = {
    "days": ["2021-01-04", "2021-02-01", "2022-01-04"],
    "names": {"ACME": "Acme"},
    "people": {"q1": "p1"},
    "raids": [{"from": "Acme", "to": "Rival", "evidence_on": None}],
}


def score(moves, rows):
    return simulated.score(simulated.Truth(**TRUTH, moves=moves), rows, [])


def test_what_is_held_late_wrong_or_twice_is_counted_as_such():
    """Held is missed and untrue is wrong; a spelling or a second profile is no fault."""
    told = score(
        [move("p1", "Acme", "Rival", "2021-02-01"), move("p2", "Acme", None, "2021-02-01")],
        [
            seen("p1", "ACME", "Rival", "2021-02-01"),
            seen("q1", "ACME", "Rival", "2022-01-04"),
            seen("p2", "Acme", None, "2021-02-01", status="held"),
            seen("p3", "Rival", "Acme", "2021-02-01"),
        ],
    )
    assert (told.true, told.found, told.right, told.on_the_day) == (2, 2, 1, 1)
    assert (told.precision, told.recall) == (0.5, 0.5)


def test_what_the_first_snapshot_tells_counts_for_neither():
    """Histories at first sight would make every figure look better than it is."""
    told = score(
        [move("p1", "Acme", "Rival", "2021-01-04")], [seen("p1", "Acme", "Rival", "2021-01-04")]
    )
    assert (told.true, told.found) == (0, 0)


def test_an_alert_is_due_once_five_people_surely_went_within_ninety_days():
    """The window is half-open: 90 days apart are too far."""
    first = date(2021, 2, 1)
    for apart, due in ((89, True), (90, False)):
        days = [first] * 4 + [first + timedelta(days=apart)]
        moves: dict[simulated.Key, list[simulated.Row]] = {
            (f"p{number}", "Acme", "Rival"): [move(f"p{number}", "Acme", "Rival", str(day))]
            for number, day in enumerate(days)
        }
        assert (simulated.alerts_due(moves) == {("Acme", "Rival"): days[-1]}) is due


def test_a_raid_is_told_by_an_alert_of_its_day_though_others_went_that_way_before():
    """An older alert of the same two organisations is another story, and so is a later one."""
    side = SimpleNamespace
    for days, told in ((["2021-02-01", "2022-01-04"], 1), (["2021-02-01", "2022-01-11"], 0)):
        alerts: list[Any] = [
            SimpleNamespace(
                revision=1,
                first_known_on=date.fromisoformat(day),
                people=[side(person="p", origin=side(name="Acme"), destination=side(name="Rival"))],
            )
            for day in days
        ]
        raid = {"from": "Acme", "to": "Rival", "evidence_on": "2022-01-04"}
        found = simulated.score(simulated.Truth(**TRUTH | {"raids": [raid]}), [], alerts)
        assert (found.raids, found.raids_due) == (told, 1)


def test_scores_of_worlds_add_up():
    """Several seeds are one figure."""
    one = simulated.Score(true=2, right=1, years=1.0, verdicts=Counter(suspect=1))
    both = one + one
    assert (both.true, both.right, both.years, both.verdicts["suspect"]) == (4, 2, 2.0, 2)


def test_a_world_is_measured_once_for_the_same_code(tmp_path, monkeypatch):
    """A run that was stopped goes on where it was, with every figure as it was."""
    worlds = []

    def measured(world):
        worlds.append(world)
        return simulated.Score(true=3, right=2, wrong=["ä"], verdicts=Counter(suspect=1))

    monkeypatch.setattr(kept, "measured", measured)
    one, other = (simulated.World(profiles=100, snapshots=2, days=7, seed=seed) for seed in (0, 1))
    first = kept.measured_once(one, tmp_path)
    assert kept.measured_once(one, tmp_path) == first
    assert worlds == [one]
    kept.measured_once(other, tmp_path)
    assert worlds == [one, other]


def test_other_code_measures_anew(tmp_path):
    """The figures of a table are all of one code."""
    (tmp_path / "monitor" / "sql").mkdir(parents=True)
    statement = tmp_path / "monitor" / "sql" / "one.sql"
    found = set()
    for text in ("SELECT 1", "SELECT 2", "SELECT 1"):
        statement.write_text(text, encoding="utf-8")
        found.add(kept.code_of(tmp_path))
    assert len(found) == 2
