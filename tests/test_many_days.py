"""Files that hold many days: one snapshot a day, or a refusal with the lines to add."""

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from monitor.base.errors import FileRefused, SourceError, UsageError
from monitor.base.records import Json, Observation
from monitor.base.settings import Layout, load_settings
from monitor.base.settings.sources import Spellings
from monitor.intake.plan import pending
from monitor.intake.snapshots.store import Store
from monitor.intake.sources.days_in_files import DayFile, DaysOfFiles
from monitor.intake.sources.files import Files
from monitor.intake.sources.many_days import ManyDays, observed_day
from monitor.intake.sources.opening import stamp

HEAD = "id,organization,Date seen\n"
FIRST, SECOND, THIRD = date(2026, 1, 5), date(2026, 2, 9), date(2026, 3, 9)
SHEET = HEAD + (
    "ada,Acme,2026-01-05\nbob,Acme,2026-01-05\nada,Rival,2026-02-09\ncy,Acme,2026-03-09\n"
)


def files(*paths: Path, days: str = "complete", **layout: Json) -> Files:
    """Return a source whose column `Date seen` says when each row was seen."""
    made = Layout(observed_on=Spellings(("Date seen",)), days=days, **layout)
    return Files(source="s", paths=paths, layout=made)


def seen(source: Files) -> list[Observation]:
    """Return the observations of a source, all of which can be made."""
    found = list(source.observations())
    assert all(isinstance(observation, Observation) for observation in found), found
    return sorted(
        (observation for observation in found if isinstance(observation, Observation)),
        key=lambda observation: observation.observed_on,
    )


def shown(observation: Observation) -> dict[str, list[str]]:
    """Return the organisations of each person on a day."""
    with observation.open() as stream:
        profiles = [json.loads(line) for line in stream if line.strip()]
    return {
        profile["id"]: [position.get("organization") for position in profile["positions"]]
        for profile in profiles
    }


def sheet(path: Path, text: str = SHEET) -> Path:
    """Write a sheet and return its path."""
    path.write_text(text)
    return path


def test_each_day_lists_everybody_where_days_are_complete(tmp_path: Path) -> None:
    """Whoever is not on a day is absent from its snapshot."""
    found = seen(files(sheet(tmp_path / "sheet.csv")))
    assert [observation.observed_on for observation in found] == [FIRST, SECOND, THIRD]
    assert [shown(observation) for observation in found] == [
        {"ada": ["Acme"], "bob": ["Acme"]},
        {"ada": ["Rival"]},
        {"cy": ["Acme"]},
    ]


def test_people_keep_their_last_rows_where_days_carry(tmp_path: Path) -> None:
    """A later row takes the place of all earlier ones of its person, in whatever order one asks."""
    found = seen(files(sheet(tmp_path / "sheet.csv"), days="carry"))
    states = [
        {"ada": ["Acme"], "bob": ["Acme"]},
        {"ada": ["Rival"], "bob": ["Acme"]},
        {"ada": ["Rival"], "bob": ["Acme"], "cy": ["Acme"]},
    ]
    assert [shown(observation) for observation in found] == states
    assert [shown(observation) for observation in reversed(found)] == states[::-1]


@pytest.mark.parametrize("days", ["complete", "carry"])
def test_the_order_of_the_rows_and_of_the_days_makes_no_difference(
    tmp_path: Path, days: str
) -> None:
    """The same looks are the same snapshots, so that a second reading takes nothing again."""
    first, *rows = SHEET.splitlines(keepends=True)
    turned = sheet(tmp_path / "turned.csv", first + "".join(reversed(rows)))
    plain = sheet(tmp_path / "plain.csv")
    assert [observation.sha256 for observation in seen(files(turned, days=days))] == [
        observation.sha256 for observation in seen(files(plain, days=days))
    ]


@pytest.mark.parametrize("days", ["complete", "carry"])
def test_an_export_that_overlaps_an_earlier_one_adds_its_new_days_alone(
    tmp_path: Path, days: str
) -> None:
    """What is stored with the same content is left as it is."""
    store = Store(tmp_path / "store")
    first = sheet(tmp_path / "a.csv", "".join(SHEET.splitlines(keepends=True)[:4]))
    for observation in seen(files(first, days=days)):
        store.write(observation)
    plan = pending(
        files(first, sheet(tmp_path / "b.csv"), days=days).observations(), store.manifests("s")
    )
    assert [observation.observed_on for observation in plan.take] == [THIRD]
    assert plan.refused == ()


def test_a_stored_day_with_other_content_is_refused_in_one_sentence(tmp_path: Path) -> None:
    """However many days differ, the file is named once, with the command that replaces them."""
    store = Store(tmp_path / "store")
    path = sheet(tmp_path / "a.csv")
    for observation in seen(files(path)):
        store.write(observation)
    sheet(path, SHEET.replace("Acme", "Other"))
    plan = pending(files(path).observations(), store.manifests("s"))
    (told,) = plan.refused
    assert "2 days from 2026-01-05 to 2026-03-09" in told
    assert "import s" in told
    assert len(pending(files(path).observations(), store.manifests("s"), replace=True).take) == 2


def test_the_last_file_by_name_is_right_about_a_day(tmp_path: Path) -> None:
    """A correction in a later export counts, and is no second position."""
    old = sheet(tmp_path / "a.csv")
    new = sheet(tmp_path / "b.csv", HEAD + "ada,Other,2026-02-09\n")
    assert shown(seen(files(old, new, days="carry"))[1]) == {"ada": ["Other"], "bob": ["Acme"]}
    assert shown(seen(files(old, new))[1]) == {"ada": ["Other"]}


def test_nothing_is_carried_on_without_the_files_of_earlier_days(tmp_path: Path) -> None:
    """Who was last seen in a file that is gone would be lost: nothing is taken, and it is said."""
    store = Store(tmp_path / "store")
    for observation in seen(files(sheet(tmp_path / "a.csv"), days="carry")):
        store.write(observation)
    late = sheet(tmp_path / "b.csv", HEAD + "ada,New,2026-02-09\nada,New,2026-05-01\n")
    plan = pending(files(late, days="carry").observations(), store.manifests("s"))
    assert plan.take == ()
    assert "Put the files of these days back" in plan.refused[0]


def test_a_row_without_a_day_is_set_aside_with_the_newest_day(tmp_path: Path) -> None:
    """Nothing is lost, and nobody else is."""
    path = sheet(tmp_path / "a.csv", SHEET + "dan,Acme,soon\n,Acme,2026-03-09\n")
    found = seen(files(path))
    manifest = Store(tmp_path / "store").write(found[-1])
    assert (manifest.profiles, manifest.rejected) == (1, 2)
    told = (Store(tmp_path / "store").rejected("s", THIRD)).read_text()
    assert "line 6 says 'soon'" in told
    assert [json.loads(line)["line"] for line in told.splitlines()] == [6, 7]


def test_a_file_of_which_most_rows_name_no_day_is_refused(tmp_path: Path) -> None:
    """The way on is the form of its dates."""
    text = SHEET.replace("2026-0", "5 2026/0")
    (error,) = files(sheet(tmp_path / "a.csv", text)).observations()
    assert isinstance(error, FileRefused)
    assert "`dates` of the source" in str(error)


def test_a_file_without_the_column_of_days_is_refused(tmp_path: Path) -> None:
    """It may have another spelling, which the source can list."""
    path = sheet(tmp_path / "a.csv", SHEET.replace("Date seen", "Looked at"))
    (error,) = files(path).observations()
    assert "no column 'Date seen'" in str(error)
    made = Layout(observed_on=Spellings(("Date seen", "looked AT")), days="complete")
    assert len(seen(Files(source="s", paths=[path], layout=made))) == 3


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-01-05T23:59:00-05:00", FIRST),
        ("2026-01-05 08:00", FIRST),
        ("5.1.2026", FIRST),
        ("2026", date(2026, 12, 31)),
        ("2026-02", date(2026, 2, 28)),
        ("0000-00-00", None),
        ("", None),
    ],
)
def test_a_cell_names_a_day_however_precise_it_is(text: str, day: date | None) -> None:
    """A time is passed over; a year or a month is over on its last day."""
    assert observed_day(text, ("%d.%m.%Y",)) == day


def test_the_year_of_the_export_is_looked_at_on_its_own_day(tmp_path: Path) -> None:
    """The list of a year that still goes on was not seen on a day to come."""
    path = sheet(tmp_path / "2026-11-02.csv", HEAD + "ada,Acme,2025\nada,Acme,2026\n")
    days = [observation.observed_on for observation in seen(files(path))]
    assert days == [date(2025, 12, 31), date(2026, 11, 2)]


def test_parquet_and_json_hold_many_days_too(tmp_path: Path) -> None:
    """Days may be typed, and a record of JSON says its day under a key."""
    rows = {"id": ["ada", "ada"], "organization": ["Acme", "Rival"], "Date seen": [FIRST, SECOND]}
    pq.write_table(pa.table(rows), tmp_path / "a.parquet")
    line = '{{"id":"ada","Date seen":"{}","positions":[{{"organization":"{}"}}]}}\n'
    lines = line.format(FIRST, "Acme") + line.format(f"{SECOND}T08:00:00Z", "Rival")
    (tmp_path / "a.jsonl").write_text(lines)
    for name in ("a.parquet", "a.jsonl"):
        found = seen(files(tmp_path / name))
        assert [shown(observation) for observation in found] == [
            {"ada": ["Acme"]},
            {"ada": ["Rival"]},
        ], name


def test_the_column_of_days_is_not_said_to_be_unused(tmp_path: Path) -> None:
    """It says when each row was seen; `sources test` shows what nothing is read from."""
    path = sheet(tmp_path / "2026-01-05.csv")
    observation = seen(files(path))[0]
    assert observation.form.found["observed_on"] == ["Date seen"]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_starts_that_are_numbers_are_read_as_in_a_file_of_one_day(
    kind: str, tmp_path: Path
) -> None:
    """What the snapshot says of its form is what was done."""
    rows = [("ada", FIRST, 44197), ("ada", SECOND, 44197), ("bob", SECOND, 44198)]
    if kind == "csv":
        text = "id,organization,Date seen,start\n" + "".join(
            f"{who},Acme,{day},{number}\n" for who, day, number in rows
        )
        source = files(sheet(tmp_path / "a.csv", text))
    else:
        record = '{{"who":"{}","at":"Acme","Date seen":"{}","since":{}}}\n'
        text = "".join(record.format(*row) for row in rows)
        keys = {"id": "who", "organization": "at", "start": "since"}
        source = files(sheet(tmp_path / "a.jsonl", text), fields=keys)
    newest = seen(source)[-1]
    with newest.open() as stream:
        profiles = [json.loads(line) for line in stream if line.strip()]
    starts = [profile["positions"][0]["start"] for profile in profiles]
    assert starts == ["2021-01-01", "2021-01-02"]
    assert newest.form.number_dates == {"start": "excel"}


def test_days_are_not_read_again_while_the_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that has nothing to take opens no file."""
    path = sheet(tmp_path / "a.csv")
    known: dict[str, str] = {}
    made = Layout(observed_on=Spellings(("Date seen",)), days="complete")
    before = seen(Files(source="s", paths=[path], layout=made, checksums=known))
    monkeypatch.setattr(
        "monitor.intake.sources.days_in_files.opened_file", lambda _: pytest.fail("opened")
    )
    after = seen(Files(source="s", paths=[path], layout=made, checksums=known))
    assert [observation.sha256 for observation in after] == [
        observation.sha256 for observation in before
    ]


@pytest.mark.parametrize("column", ["Date seen", "Snapshot Date", "Year", "As of"])
def test_a_table_of_many_days_is_refused_with_the_lines_to_add(tmp_path: Path, column: str) -> None:
    """Its rows are not one day's."""
    text = f"id,organization,{column}\n" + "".join(
        f"p{number},Acme,{day}\n" for day in ("2024", "2025") for number in range(5)
    )
    path = sheet(tmp_path / "2026-01-05.csv", text)
    (one,) = Files(source="s", paths=[path]).observations()
    assert isinstance(one, Observation)
    with pytest.raises(ManyDays, match=f'observed_on = "{column}"'), one.open() as stream:
        stream.read()
    (kept,) = Files(
        source="s", paths=[path], layout=Layout(observed_on=Spellings(()))
    ).observations()
    assert isinstance(kept, Observation)
    assert len(shown(kept)) == 5
    assert kept.sha256 != one.sha256


@pytest.mark.parametrize(
    "rows",
    [
        "a,Acme,2019,2019\na,Rival,2022,2022\nb,Acme,2018,2018\nb,Rival,2021,2021\n",
        "a,Acme,,2024\nb,Acme,,2025\n",
        "a,Acme,,2024\na,Rival,,2024\nb,Acme,,2024\n",
    ],
)
def test_careers_and_single_looks_are_of_one_day(tmp_path: Path, rows: str) -> None:
    """A year beside a start is of a position; people who stand once were seen once."""
    path = sheet(tmp_path / "2026-01-05.csv", f"id,organization,start,year\n{rows}")
    (one,) = Files(source="s", paths=[path]).observations()
    assert isinstance(one, Observation)
    assert set(shown(one)) == {"a", "b"}


def test_the_configuration_asks_what_is_true_between_days(tmp_path: Path) -> None:
    """Neither key stands alone."""
    for line in ('observed_on = "Date seen"', 'days = "carry"'):
        config = tmp_path / "config.toml"
        config.write_text(
            'snapshots = "s"\nrules = "r"\norganizations = "o.toml"\nstate = "sqlite:///s.db"\n'
            f'[sources.a]\nkind = "files"\n{line}\n'
        )
        with pytest.raises(UsageError, match="expected, beside it"):
            load_settings(config)


def test_a_file_that_cannot_be_read_costs_the_others_nothing(tmp_path: Path) -> None:
    """Each is an error or its days."""
    good, bad = sheet(tmp_path / "a.csv"), sheet(tmp_path / "b.csv", HEAD + '"ada,Acme')
    found = list(files(good, bad).observations())
    assert sum(isinstance(observation, SourceError) for observation in found) == 1
    assert len(found) == 4


@pytest.mark.parametrize(("seen_then", "expected"), [(5, "complete"), (4, "carry")])
def test_a_day_with_less_than_half_of_the_people_lists_those_who_were_seen(
    tmp_path: Path, seen_then: int, expected: str
) -> None:
    """A list of everybody does not halve from one day to the next; whoever is gone stays gone."""
    rows = [f"p{n},Acme,2026-01-05\n" for n in range(10)]
    rows += [f"p{n},Acme,2026-02-09\n" for n in range(seen_then)]
    path = sheet(tmp_path / "a.csv", "id,organization,Date seen\n" + "".join(rows))
    made = Layout(observed_on=Spellings(("Date seen",)), days="complete")
    assert DaysOfFiles([DayFile(path, stamp(path), None)], made).usual_days() == expected
