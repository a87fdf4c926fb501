"""People without ids: names tell them apart, however they are written, and namesakes are said."""

import json

import pytest
from test_exports import begun
from test_init import talentwatch
from test_sources import read

from monitor.intake.profiles.name_keys import name_key, told_apart
from monitor.intake.sources import names_as_ids

DAYS = ("2025-04-01", "2025-05-01", "2025-06-01", "2025-07-01")
REST = [(f"Given{n} Family{n}", f"Org {n % 9}") for n in range(40)]


@pytest.mark.parametrize(
    "written",
    [
        "Ada Ex",
        "  Ada \u00a0 Ex\u200b",
        "Ex, Ada",
        "Ex,Ada",
        "Ada Ex, PhD",
        "Ada Ex Ph.D.",
        "Dr. Ada Ex",
        "Ex, Ada, M.D.",
        "Ada Ex Jr.",
        "Ex, Jr., Ada",
        "Ada Ex III",
        "Ada Ex (2)",
        "Ada Ex 0003",
        "Ada (Addie) Ex",
    ],
)
def test_suffixes_order_and_blanks_make_no_difference(written):
    """All of these are ways of writing one name."""
    assert name_key(written.replace("\u200b", "")) == "Ada Ex"


@pytest.mark.parametrize(
    "name", ["Person 12", "Cher", "Md Rahman", "P0 Fam0", "Dr. No", "李明", ""]
)
def test_what_is_all_of_a_name_stays(name):
    """Nothing is taken off a name of fewer than three words, and no number that counts people."""
    assert name_key(name) == name
    assert told_apart(name) == ""


def table(tmp_path, *rows: str, heading: str = "Name,Agency"):
    path = tmp_path / "2025-01-01.csv"
    path.write_text("\n".join([heading, *rows, ""]), encoding="utf-8")
    return path


COLUMNS = {"id": "Name", "name": "Name", "organization": "Agency"}


def test_ids_have_the_common_form_and_names_stay_as_they_are_written(tmp_path):
    """What people read is the name; what is compared is its form."""
    [(_, profile)] = read(table(tmp_path, '"Ex, Ada, PhD",Acme'), columns=COLUMNS)
    assert (profile["id"], profile["name"]) == ("Ada Ex", "Ex, Ada, PhD")


def test_a_column_beside_the_name_stays_in_the_id(tmp_path):
    """The name in it has its common form, wherever it stands; ids that are no names stay."""
    rows = ('"Ex, Ada",Acme,2019-05-01', "Ada Ex,Beta,2020-01-01")
    path = table(tmp_path, *rows, heading="Name,Agency,Hire Date")
    found = read(path, columns=COLUMNS | {"id": ["Name", "Hire Date"]})
    assert [profile["id"] for _, profile in found] == ["Ada Ex 2019-05-01", "Ada Ex 2020-01-01"]
    found = read(path, columns=COLUMNS | {"id": ["Hire Date", "Name"]})
    assert found[0][1]["id"] == "2019-05-01 Ada Ex"
    found = read(path, columns=COLUMNS | {"id": "Hire Date"})
    assert found[0][1]["id"] == "2019-05-01"


def shared(found) -> list[str]:
    return [one["id"] for _, one in found if isinstance(one["positions"], str)]


def test_rows_of_one_name_are_people_where_the_table_lists_everybody_once(tmp_path):
    """They are nobody that can be told; equal rows are one."""
    rows = ("Ann Lee,Acme", '"Lee, Ann",Beta', "Bo Ex,Acme", "Bo Ex,Acme")
    found = read(table(tmp_path, *rows), columns=COLUMNS)
    assert shared(found) == ["Ann Lee"]
    assert "2 rows have it" in found[0][1]["positions"]


def test_rows_of_one_name_are_a_career_where_the_table_says_when_they_ended(tmp_path):
    """But not if they say that they mean several people."""
    rows = ("Ann Lee,Acme,2020", "Ann Lee,Beta,", "Bo Ex,Acme,", "Bo Ex Jr.,Beta,")
    found = read(
        table(tmp_path, *rows, heading="Name,Agency,End"), columns=COLUMNS | {"end": "End"}
    )
    assert len(found[0][1]["positions"]) == 2
    assert shared(found) == ["Bo Ex"]
    assert found[-1][1]["id"] == "Bo Ex jr"


def test_rows_of_one_name_are_a_career_where_a_status_leaves_one_of_them(tmp_path):
    """Of two who are there, nothing says that they are one."""
    columns = COLUMNS | {"current": "Status"}
    heading, ended = "Name,Agency,Status", ("Ada Ex,Acme,Terminated", "Ada Ex,Beta,Active")
    [(_, profile)] = read(table(tmp_path, *ended, heading=heading), columns=columns)
    assert [one["current"] for one in profile["positions"]] == [False, True]
    both = ("Ada Ex,Acme,On leave", "Ada Ex,Beta,Active")
    assert shared(read(table(tmp_path, *both, heading=heading), columns=columns))


def test_a_number_or_a_generation_tells_namesakes_apart(tmp_path):
    """A register numbers people of one name; alone in a file the number makes no difference."""
    rows = ("Wei Wang 0001,Acme", "Wei Wang 0002,Beta", "Li Wu 0001,Acme")
    found = read(table(tmp_path, *rows), columns=COLUMNS)
    assert [header["id"] for _, header in found] == ["Wei Wang 0001", "Wei Wang 0002", "Li Wu"]


def test_records_of_json_whose_ids_are_names_are_read_alike(tmp_path):
    """Two records of one name are two people."""
    records = [{"who": who, "at": at} for who, at in (("Ex, Ada", "A"), ("Bo", "B"), ("Bo", "C"))]
    path = tmp_path / "2025-01-01.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    found = read(path, fields={"id": "who", "name": "who", "organization": "at"})
    assert [one["id"] for _, one in found] == ["Ada Ex", "Bo"]
    assert shared(found) == ["Bo"]


def lists(tmp_path, *days: list[tuple[str, str]]):
    """Begin with a list of names, and put those of later days into the inbox."""
    texts = [
        "".join(f'"{name}",{at}\n' for name, at in [("Name", "Employer"), *REST, *rows])
        for rows in days
    ]
    config, said = begun(tmp_path, f"{DAYS[0]}.csv", texts[0].encode())
    for day, text in zip(DAYS[1:], texts[1:], strict=False):
        (config.parent / f"inbox/people/{day}.csv").write_text(text)
    return config, said


def moves(config) -> list[tuple[str, str]]:
    done = talentwatch("moves", "--json", "--config", config)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return [(row["name"], row["status"]) for row in rows]


@pytest.mark.slow
def test_a_name_that_is_written_otherwise_moves_once(tmp_path):
    """Nobody has left by another way of writing."""
    config, _ = lists(
        tmp_path, [("Ada Ex", "Acme")], [("Ex, Ada, PhD", "Acme")], [("Ada Ex", "Beta")]
    )
    talentwatch("run", "--config", config, "--now", "2025-07-01")
    assert moves(config) == [("Ada Ex", "counted")]


@pytest.mark.slow
def test_namesakes_are_set_aside_said_and_never_one_who_moved(tmp_path):
    """One of two leaves, or comes: who is left cannot be told, so no move of the name counts."""
    alone, both = [("Ann Lee", "Acme")], [("Ann Lee", "Acme"), ("Ann Lee", "Beta")]
    config, _ = lists(tmp_path, alone, both, [("Ann Lee", "Beta")], [("Ann Lee", "Gamma")])
    done = talentwatch("run", "--config", config, "--now", "2025-05-02")
    assert "1 name is that of several people ('Ann Lee')" in " ".join(done.stdout.split())
    status = " ".join(talentwatch("status", "--config", config, code=None).stdout.split())
    assert "1 name of 2025-05-01 set aside as that of several people" in status
    talentwatch("run", "--config", config, "--now", "2025-07-02")
    assert moves(config) == [("Ann Lee", "held"), ("Ann Lee", "counted")]


@pytest.mark.slow
def test_init_and_sources_test_say_how_many_namesakes_there_are(tmp_path):
    """They do not make the file suspect: it is no fault of it."""
    config, said = lists(tmp_path, [(f"Ann Lee{n // 2}", f"Org {n}") for n in range(6)])
    assert "3 names are that of several people" in said
    record = json.loads(
        talentwatch("sources", "test", "people", "--json", "--config", config).stdout
    )
    assert (record["namesakes"], record["rejected"], record["problems"]) == (3, 3, [])
    assert ": 40 profiles, 3 set aside, baseline" in talentwatch("run", "--config", config).stdout


@pytest.mark.slow
def test_a_store_that_has_names_as_they_were_written_loses_nobody(tmp_path, monkeypatch):
    """The next file has the common form: history goes on under it, and nobody moved or left."""
    written = [(f"Family{n}, Given{n}, PhD", f"Org {n % 9}") for n in range(50, 90)]
    plain = [(f"Given{n} Family{n}", f"Org {n % 9}") for n in range(50, 90)]
    config, _ = lists(tmp_path, written, plain, [*plain[:-1], (plain[-1][0], "Beta")])
    with monkeypatch.context() as patch:
        patch.setattr(names_as_ids, "are_keyed_by_name", lambda _: False)
        patch.setattr("monitor.intake.sources.columns.are_keyed_by_name", lambda _: False)
        talentwatch("run", "--config", config, "--now", "2025-04-02")
    done = talentwatch("run", "--config", config, "--now", "2025-07-01")
    assert f"people {DAYS[1]}: 80 profiles, accepted" in done.stdout
    assert moves(config) == [("Given89 Family89", "counted")]
