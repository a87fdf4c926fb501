"""What a start means: the beginning of a position, or of work for an employer."""

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tempo import first_slow
from test_init import talentwatch

from monitor.base.records import Json, Observation
from monitor.base.settings import Layout, load_settings
from monitor.intake.sources.files import Files
from monitor.scaffold.guessing.starts import column_of_hire

DAY = date(2025, 5, 1)
OWN = {"id": "ada", "positions": [{"organization": "Roads", "start": "2010", "end": "2024"}]}


def positions(path: Path, **layout: Json) -> list[Json]:
    """Return the positions of the first profile of a file."""
    made = Layout(start_of="employer", **layout)
    files = Files(source="s", paths=[path], observed_on=DAY, layout=made)
    (one,) = files.observations()
    assert isinstance(one, Observation), one
    with one.open() as stream:
        found: list[Json] = json.loads(stream.read())["positions"]
    return found


def test_positions_have_no_start_where_it_is_that_of_the_employer(tmp_path: Path) -> None:
    """Of all kinds of files; the end of a position stays."""
    (tmp_path / "a.csv").write_text("id,organization,start,end\nada,Roads,2010,2024\n")
    (tmp_path / "a.jsonl").write_text(json.dumps(OWN) + "\n")
    (tmp_path / "a.json").write_text(json.dumps([{"key": "ada", "at": "Roads", "since": 2010}]))
    pq.write_table(pa.Table.from_pylist([OWN]), tmp_path / "a.parquet")
    kept = [{"organization": "Roads", "end": "2024"}]
    for name in ("a.csv", "a.jsonl", "a.parquet"):
        assert positions(tmp_path / name) == kept, name
    fields = {"id": "key", "organization": "at", "start": "since"}
    assert positions(tmp_path / "a.json", fields=fields) == [{"organization": "Roads"}]


@pytest.mark.slow
@pytest.mark.parametrize(
    "start", first_slow(["1900-01-01", "01.01.1900", "0001-01-01", "1970-01-01"])
)
def test_a_start_that_stands_for_none_hides_no_move(start: str, tmp_path: Path) -> None:
    """One day for everybody would tell one position under two names; `init` says what it is."""
    staff = tmp_path / "2024-05-01.csv"
    header = "Employee ID,Name,Employer,Title,Start Date\n"
    rows = [f"e{number},Ex {number},Acme,Engineer,{start}\n" for number in range(20)]
    staff.write_text(header + "".join(rows))
    begun = talentwatch("init", tmp_path / "watch", "--from", staff).output
    assert "20 dates such as" in begun
    assert "stand for none" in begun
    moved = [f"e0,Ex 0,Beta,Engineer,{start}\n", *rows[1:]]
    inbox = tmp_path / "watch" / "inbox" / "people"
    (inbox / "2024-06-01.csv").write_text(header + "".join(moved))
    config = tmp_path / "watch" / "config.toml"
    talentwatch("run", "--config", config, "--now", "2024-06-02")
    moves = talentwatch("moves", "--config", config, "--json").output
    assert [
        (move["from"]["name"], move["to"]["name"]) for move in map(json.loads, moves.splitlines())
    ] == [("Acme", "Beta")]


def test_init_tells_a_day_of_hiring_in_flat_json_too(tmp_path: Path) -> None:
    """A table as JSON has the headings of one; a start inside of positions is of these."""
    export = tmp_path / "2025-05-01.json"
    row = {"Employee ID": "a", "Department": "Roads", "Hire Date": "2010-05-01"}
    export.write_text(json.dumps([row]))
    talentwatch("init", tmp_path / "flat", "--from", export)
    assert load_settings(tmp_path / "flat" / "config.toml").sources["people"].start_of == "employer"
    inside = {"uid": "a", "jobs": [{"employer": "Roads", "hire_date": "2010-05-01"}]}
    export.write_text(json.dumps([inside]))
    talentwatch("init", tmp_path / "nested", "--from", export)
    assert (
        load_settings(tmp_path / "nested" / "config.toml").sources["people"].start_of != "employer"
    )


def test_the_meaning_of_a_start_is_part_of_what_a_file_says(tmp_path: Path) -> None:
    """A file that was taken in with another meaning is not taken for the same."""
    for name, text in (("a.csv", "id,organization\n"), ("a.jsonl", "")):
        (tmp_path / name).write_text(text)
        made = {
            observation.sha256
            for start_of in ("position", "employer")
            for observation in Files(
                source="s",
                paths=[tmp_path / name],
                observed_on=DAY,
                layout=Layout(start_of=start_of),
            ).observations()
            if isinstance(observation, Observation)
        }
        assert len(made) == 2, name


@pytest.mark.parametrize(
    ("organization", "start", "constants", "expected"),
    [
        ("Agency", "Hire Date", {}, "Hire Date"),
        ("Department", "ORIGINAL_HIRE_DT", {}, "ORIGINAL_HIRE_DT"),
        ("Agency", "Date Hired", {}, "Date Hired"),
        ("Agency", "Start Date", {}, None),
        ("Company", "Hire Date", {}, None),
        ("Agency", "Hire Date", {"organization": "City of Sample"}, None),
    ],
)
def test_a_column_of_hires_is_told_by_its_name_and_by_who_hired(
    organization: str, start: str, constants: dict[str, str], expected: str | None
) -> None:
    """An employer that is no part of another one hired its people itself."""
    layout = Layout(columns={"organization": organization, "start": start}, constants=constants)
    rows = [["1", "Roads", "2010-01-01"], ["2", "Parks", "2011-01-01"]]
    assert column_of_hire(layout, ["id", organization, start], rows) == expected


@pytest.mark.parametrize(
    ("who", "second", "expected"),
    [
        ("Employee ID", "Beta", "Hire Date"),
        ("Mitarbeiternummer", "Beta", "Hire Date"),
        ("Contact Id", "Beta", None),
        ("Employee ID", "Acme", None),
    ],
)
def test_companies_that_number_their_people_together_are_parts_of_an_employer(
    who: str, second: str, expected: str | None
) -> None:
    """The day of the hire stays with whoever goes from one of them to another."""
    layout = Layout(columns={"id": who, "organization": "Company", "start": "Hire Date"})
    rows = [["1", "Acme", "2010-01-01"], ["2", second, "2011-01-01"]]
    assert column_of_hire(layout, [who, "Company", "Hire Date"], rows) == expected


def test_an_employer_by_its_name_is_no_part_of_one() -> None:
    """Each of them hired its own people."""
    layout = Layout(columns={"id": "Employee ID", "organization": "Employer", "start": "Hire Date"})
    rows = [["1", "Acme", "2010-01-01"], ["2", "Beta", "2011-01-01"]]
    assert column_of_hire(layout, ["Employee ID", "Employer", "Hire Date"], rows) is None


def test_several_hires_of_one_person_are_a_career() -> None:
    """Each row then has the start of its own position."""
    layout = Layout(columns={"organization": "Agency", "start": "Hire Date"})
    rows = [["1", "Roads", "2010-01-01"], ["1", "Parks", "2014-01-01"]]
    assert column_of_hire(layout, ["id", "Agency", "Hire Date"], rows) is None


@pytest.mark.slow
def test_transfers_under_one_date_of_hire_are_moves_dated_by_the_exports(tmp_path: Path) -> None:
    """The config says what was understood, and a line says what follows."""
    places = ("Police", "Fire", "Water", "Parks", "Library", "Health")

    def export(shift: int) -> str:
        rows = [
            f"e{n},P{n} Ex,{places[(n + (shift if n < 6 else 0)) % 6]},{2010 + n % 9}-05-01"
            for n in range(60)
        ]
        return "\n".join(["Employee ID,Name,Agency,Hire Date", *rows, ""])

    first = tmp_path / "2024-05-01.csv"
    first.write_text(export(0))
    said = talentwatch("init", tmp_path / "watch", "--from", first).stdout
    assert "'Hire Date' is taken for the day on which people were hired" in said
    config = tmp_path / "watch" / "config.toml"
    assert load_settings(config).sources["people"].start_of == "employer"
    (tmp_path / "watch" / "inbox" / "people" / "2025-05-01.csv").write_text(export(1))
    ran = talentwatch("run", "--config", config, "--now", "2025-06-01").stdout
    assert "6 new moves" in ran


def test_whoever_was_hired_again_is_there(tmp_path: Path) -> None:
    """The end of an earlier time stays in the list of some systems; a later end ends the stay."""
    path = tmp_path / "2025-06-14.csv"
    path.write_text("Id,Agency,Hired,Left\n1,Fire,2021-02-01,2019-03-31\n2,Fire,2021,2024-01-31\n")
    columns = {"id": "Id", "organization": "Agency", "start": "Hired", "end": "Left"}
    layout = Layout(columns=columns, start_of="employer")
    (one,) = Files(source="s", paths=[path], layout=layout).observations()
    assert isinstance(one, Observation), one
    with one.open() as stream:
        positions = [json.loads(line)["positions"] for line in stream if line.strip()]
    assert positions == [
        [{"organization": "Fire"}],
        [{"organization": "Fire", "end": "2024-01-31"}],
    ]
