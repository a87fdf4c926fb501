"""JSON of any shape: where its records and fields are, and what `init` makes of a vendor's."""

import gzip
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tempo import long
from test_init import talentwatch

from monitor.base.errors import FileRefused, UsageError
from monitor.base.records import Json, Observation
from monitor.base.settings import load_settings
from monitor.intake.sources.files import Files
from monitor.intake.sources.nested import (
    RecordMapping,
    is_lines,
    json_profiles,
    layout_of,
    named_layouts,
)
from monitor.intake.sources.nested.answers import WRAPPERS, unwrapped
from monitor.intake.sources.nested.tabular import table_in

SAMPLES = json.loads(Path(__file__).with_name("files").joinpath("vendors.json").read_text("utf-8"))
"""By layout: a file's content, and the profiles that are in it."""


def begun(folder: Path, name: str, content: Any) -> Path:
    """Begin a folder from an export of this content; return its configuration."""
    export = folder / name
    text = content if isinstance(content, bytes) else json.dumps(content, indent=1).encode()
    export.write_bytes(text)
    done = talentwatch("init", str(folder / "watch"), "--from", str(export))
    assert done.exit_code == 0, done.output
    return folder / "watch" / "config.toml"


OF_JSON = sorted(
    name for name, layout in named_layouts().items() if layout.text is None and name in SAMPLES
)
"""The others have their sample in tests/files/formats: see test_profile_services.py."""


def profiles(content: bytes, mapping: RecordMapping | None = None, **more: Any) -> list[Any]:
    """Read the profiles of a file's content; a line that is no JSON stays as it is."""
    lines = json_profiles(BytesIO(content), mapping, name="2025-01-01.json", **more)
    return [line if line == b"broken\n" else json.loads(line) for line in lines if line.strip()]


@pytest.mark.parametrize("name", OF_JSON)
def test_a_vendors_records_are_recognized_and_mapped(name, tmp_path):
    """Each shipped layout is found by `init`, written down, and gives the profiles it should."""
    sample = SAMPLES[name]
    config = begun(tmp_path, "2025-01-01.json", sample["content"])
    layout = load_settings(config).sources["people"]
    assert layout.layout == name
    named = named_layouts()[name]
    text = json.dumps(sample["content"]).encode()
    mapping = RecordMapping(named.fields)
    assert profiles(text, mapping, where=named.records, reader=named.reader) == sample["profiles"]


@pytest.mark.parametrize("name", OF_JSON)
def test_no_other_layout_takes_a_vendors_records(name):
    """A record is of one vendor."""
    content = SAMPLES[name]["content"]
    records = content if isinstance(content, list) else content.get("data") or [content]
    assert [layout for layout in named_layouts().values() if layout.fits(records[0])] == [
        named_layouts()[name]
    ]


ROW = {"id": "p1", "positions": [{"organization": "Acme"}]}
TWO = [ROW, ROW | {"id": "p2"}]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(TWO),
        json.dumps(TWO, indent=2),
        "\ufeff" + json.dumps(TWO),
        json.dumps({"status": 200, "data": TWO}, indent=1),
        json.dumps({"total": 2, "results": TWO, "next": None}, indent=1),
        json.dumps({"items": TWO}, indent=1),
        "\n".join(map(json.dumps, TWO)),
        "\n\n".join(map(json.dumps, TWO)) + "\n",
        "\r\n".join(map(json.dumps, TWO)) + "\r\n",
        "\n".join(json.dumps(record, indent=1) for record in TWO),
    ],
)
def test_records_are_found_wherever_they_are(text):
    """A list, an answer, one a line, or one after the other over many lines."""
    content = text.encode()
    assert profiles(content) == TWO


def test_profiles_over_many_lines_are_read_without_a_mapping(tmp_path):
    """Our own form, printed for people, is our own form."""
    config = begun(tmp_path, "2025-01-01.json", TWO)
    assert not load_settings(config).sources["people"].maps_json
    run = talentwatch("run", "--config", str(config), "--now", "2025-01-02")
    assert "2 profiles" in run.output


def test_a_packed_answer_is_read_like_a_plain_one(tmp_path):
    """Compression changes nothing."""
    content = gzip.compress(json.dumps(SAMPLES["peopledatalabs"]["content"], indent=1).encode())
    config = begun(tmp_path, "2025-01-01.json.gz", content)
    assert load_settings(config).sources["people"].layout == "peopledatalabs"


def test_a_line_that_is_no_json_is_passed_on_for_its_number():
    """It is set aside by the one who counts lines; the others are mapped."""
    mapping = RecordMapping({"id": "who"})
    content = b'{"who": 7}\nbroken\n{"who": "b"}\n'
    assert profiles(content, mapping) == [
        {"id": "7", "positions": []},
        b"broken\n",
        {"id": "b", "positions": []},
    ]


@pytest.mark.parametrize("damage", [b"", b"]", b"\xff", b"{"])
def test_a_text_that_is_cut_short_is_refused_whole(damage):
    """Nobody knows what the rest would have said."""
    content = json.dumps(TWO, indent=1).encode()[:-12] + damage
    with pytest.raises(FileRefused, match="not readable as JSON"):
        profiles(content)


def test_a_text_nested_without_end_is_refused():
    """It costs nobody the process."""
    with pytest.raises(FileRefused):
        profiles(b'[{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]")


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("September 2025", "2025-09"),
        ("Sep 2025", "2025-09"),
        ("Sept. 2025", "2025-09"),
        ("09/2025", "2025-09"),
        ("2025-09", "2025-09"),
        ("12 Mar 2021", "2021-03-12"),
        ("2024-04-01T00:00:00", "2024-04-01"),
        ("2025-10-23 05:50:09.000", "2025-10-23"),
        (2025, "2025"),
        ([2025, 9], "2025-09"),
        ([2025, 0, 0], "2025"),
        ([2025, None, 3], "2025"),
        (["2025", "09", "01"], "2025-09-01"),
        ([2025, 2, 30], "2025-02-30"),
        ([2025, 13], "2025-13"),
        ([2025, "soon"], "2025-soon"),
        ([2025, -1, 4], "2025--1-04"),
        (["9" * 5000], "9" * 5000),
        ({"year": 2010, "month": 6, "day": 1}, "2010-06-01"),
        ({"year": 2010}, "2010"),
        ({"year": 2010, "month": "June", "day": 1}, "2010-06-01"),
        ({"year": 2010, "month": 2, "day": 31}, "2010-02-31"),
        ({"year": 2010, "month": 13, "day": 1}, "2010-13-01"),
        ({"year": 9999, "month": 12, "day": 31}, "9999-12-31"),
        ({"year": 0, "month": 0, "day": 0}, None),
        ("Present", "Present"),
        ("soon", "soon"),
        ("", None),
        (True, None),
    ],
)
def test_dates_are_read_as_vendors_write_them(value, date):
    """In words, in figures, and in parts; what is none is left for the one who warns of it."""
    mapping = RecordMapping({"id": "id", "positions": "jobs", "organization": "at", "end": "end"})
    found = mapping.profile({"id": "a", "jobs": [{"at": "Acme", "end": value}]})
    assert found["positions"][0].get("end") == date


@pytest.mark.parametrize(
    ("value", "text"),
    [(7, "7"), (7.0, "7"), (" a ", "a"), (True, None), (["a", None, "b"], "a, b"), ({}, None)],
)
def test_texts_are_texts_whatever_their_type(value, text):
    """An id may be a number; what only says that there is something says nothing."""
    mapping = RecordMapping({"id": "id", "name": "name"})
    found = mapping.profile({"id": value, "name": value})
    assert found.get("name") == text
    assert found.get("id") == (None if isinstance(value, list) else text)


def test_a_position_without_an_organization_says_that_its_person_has_none():
    """A list without anything in it says nothing."""
    mapping = RecordMapping({"id": "id", "positions": "jobs", "organization": "at"})
    assert (
        mapping.profile({"id": "a", "jobs": [{"at": None}, {"at": " "}]})["positions"] == [{}] * 2
    )
    assert mapping.profile({"id": "a", "jobs": None})["positions"] == []


@pytest.mark.slow
def test_whoever_loses_the_employer_in_a_vendors_record_has_left_it(tmp_path):
    """A user who clears the company on GitHub is no longer there."""
    users = [
        {"login": f"u{n}", "id": n, "node_id": "U", "html_url": f"h/{n}", "company": "Acme"}
        for n in range(20)
    ]
    config = begun(tmp_path, "2025-01-01.json", users)
    later = config.parent / "inbox" / "people" / "2025-02-01.json"
    later.write_text(json.dumps([users[0] | {"company": None}, *users[1:]]), encoding="utf-8")
    talentwatch("run", "--config", config, "--now", "2025-02-02")
    moves = json.loads(talentwatch("moves", "--config", config, "--json").output)
    assert (moves["from"]["name"], moves["to"]) == ("Acme", None)


def test_what_is_the_same_in_every_record_is_a_constant(tmp_path):
    """One organisation's own list of people names it nowhere."""
    export = tmp_path / "2025-01-01.json"
    export.write_text('[{"employee_id": 1, "full_name": "Ada Ex"}]', encoding="utf-8")
    given = ("--constant", "organization=Acme")
    done = talentwatch("init", str(tmp_path / "watch"), "--from", str(export), *given)
    assert "1 profile with 1 position at 1 organisation" in done.output


def test_a_record_without_a_list_is_one_position():
    """Flat records are rows."""
    mapping = RecordMapping({"id": "id", "organization": "company"})
    found = mapping.profile({"id": "a", "company": "Acme"})
    assert found == {"id": "a", "positions": [{"organization": "Acme"}]}


@pytest.mark.parametrize("fields", [{"id": "a."}, {"id": "[?"}, {"nobody": "a"}])
def test_a_wrong_mapping_is_refused_before_anything_is_read(fields, tmp_path):
    """The configuration says which field, and what is wrong with it."""
    with pytest.raises(UsageError):
        RecordMapping(fields)
    (name, expression) = next(iter(fields.items()))
    config = tmp_path / "config.toml"
    table = "[sources.people]\nkind = 'files'\npath = '*'\n[sources.people.fields]\n"
    config.write_text(f"{table}{name} = {json.dumps(expression)}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=name):
        load_settings(config)


def test_the_configuration_knows_every_shipped_layout(tmp_path):
    """Each can be named, and a name that is none is refused with the nearest."""
    config = tmp_path / "config.toml"
    for name in (*named_layouts(), "peopledatalab"):
        config.write_text(
            f"[sources.people]\nkind = 'files'\npath = '*'\nlayout = '{name}'\n", encoding="utf-8"
        )
        if name in named_layouts():
            assert load_settings(config).sources["people"].layout == name
        else:
            with pytest.raises(UsageError, match="peopledatalabs"):
                load_settings(config)


@pytest.mark.slow
def test_another_mapping_reads_a_file_again(tmp_path):
    """The same bytes mean something else by another mapping."""
    config = begun(tmp_path, "2025-01-01.json", [{"id": 1, "company": "Acme", "agency": "Beta"}])
    command = ("--config", str(config), "--now", "2025-01-02")
    talentwatch("run", *command)
    text = config.read_text("utf-8")
    config.write_text(text.replace('organization = "company"', 'organization = "agency"'), "utf-8")
    assert "already has a snapshot" in talentwatch("run", *command, code=1).output


def test_init_guesses_the_keys_of_an_unknown_vendor(tmp_path):
    """Names inside of objects are found by what they end with."""
    record = {
        "uuid": 5,
        "profile": {"first_name": "Ada", "last_name": "Ex"},
        "jobs": [{"employer": {"name": "Acme"}, "role": {"name": "Clerk"}, "from": "03/2020"}],
    }
    config = begun(tmp_path, "2025-01-01.json", {"meta": {}, "results": [record]})
    fields = load_settings(config).sources["people"].fields
    assert profiles(json.dumps(record).encode(), RecordMapping(fields)) == [
        {
            "id": "5",
            "name": "Ada Ex",
            "positions": [{"organization": "Acme", "title": "Clerk", "start": "2020-03"}],
        }
    ]


def test_init_takes_an_object_of_year_month_and_day_for_a_date(tmp_path):
    """As some vendors write one; an end that is null is none."""
    jobs = [
        {"company": "Acme", "starts_at": {"day": 1, "month": 3, "year": 2020}, "ends_at": None},
        {"company": "Beta", "starts_at": {"year": 2018}, "ends_at": {"month": 2, "year": 2020}},
    ]
    record = {"public_identifier": "ada", "full_name": "Ada Ex", "jobs": jobs}
    config = begun(tmp_path, "2025-01-01.json", [record])
    fields = load_settings(config).sources["people"].fields
    [profile] = profiles(json.dumps(record).encode(), RecordMapping(fields))
    assert profile["positions"] == [
        {"organization": "Acme", "start": "2020-03-01"},
        {"organization": "Beta", "start": "2018", "end": "2020-02"},
    ]


def test_init_takes_an_end_that_is_null_in_every_record_for_the_end(tmp_path):
    """Nobody has left yet; whoever leaves later is seen to."""
    job = {"employer": {"name": "Acme"}, "started": "2020-03", "end_date": None, "org": None}
    record = {"uid": 7, "full_name": "Ada Ex", "jobs": [job]}
    fields = load_settings(begun(tmp_path, "2025-01-01.json", [record])).sources["people"].fields
    record["jobs"] = [job | {"end_date": {"year": 2025, "month": 2, "day": 31}}]
    [profile] = profiles(json.dumps(record).encode(), RecordMapping(fields))
    assert profile["positions"] == [
        {"organization": "Acme", "start": "2020-03", "end": "2025-02-31"}
    ]


def test_a_mark_before_objects_over_many_lines_makes_no_difference(tmp_path):
    """Own profiles, one after the other, as an editor saves them."""
    for name, mark in (("a", b""), ("b", b"\xef\xbb\xbf")):
        text = "".join(
            json.dumps({"id": f"p{n}", "positions": [{"organization": "Acme"}]}, indent=1) + "\n"
            for n in range(3)
        )
        path = tmp_path / f"{name}-2025-01-01.json"
        path.write_bytes(mark + text.encode())
        (one,) = Files(source="s", paths=[path]).observations()
        assert isinstance(one, Observation)
        with one.open() as stream:
            assert [json.loads(line)["id"] for line in stream] == ["p0", "p1", "p2"]


@pytest.mark.parametrize("key", ["profile", "person", "user", "employee"])
def test_a_name_inside_of_a_person_is_the_name_and_no_id(tmp_path, key):
    """It is no address of the profile either."""
    record = {"uid": 7, key: {"name": "Ada Ex"}, "jobs": [{"employer": {"name": "Acme"}}]}
    fields = load_settings(begun(tmp_path, "2025-01-01.json", [record])).sources["people"].fields
    assert (fields["id"], fields["name"]) == ("uid", f"{key}.name")
    assert "url" not in fields
    assert fields["organization"] == "employer.name"


def test_init_names_the_option_where_it_cannot_tell(tmp_path):
    """Who, and where: it writes nothing without them."""
    export = tmp_path / "2025-01-01.json"
    export.write_text('[{"key": 1, "place": "Acme"}]', encoding="utf-8")
    done = talentwatch("init", str(tmp_path / "watch"), "--from", str(export), code=2)
    assert "--field id=EXPRESSION" in str(done.exception)
    given = ("--field", "id=key", "--field", "organization=place")
    done = talentwatch("init", str(tmp_path / "watch"), "--from", str(export), *given)
    assert done.exit_code == 0, done.output


@given(st.binary(max_size=200), st.sampled_from([b"", b"[", b"{", b'{"id": 1}\n', b'{\n"data": [']))
def test_no_bytes_break_the_reading(content, before):
    """A file gives profiles or is refused, whatever is in it."""
    mapping = RecordMapping({"id": "id", "positions": "jobs", "organization": "at", "start": "on"})
    try:
        for line in json_profiles(BytesIO(before + content), mapping, name="x"):
            assert line.endswith(b"\n")
    except FileRefused:
        pass


def test_a_first_line_longer_than_the_head_is_a_line():
    """JSON Lines with long records stay JSON Lines."""
    assert is_lines(b'{"id": "' + b"a" * 70_000)
    assert not is_lines(b"{\n")
    assert not is_lines(b' [{"id": 1}]')


def test_a_sample_without_a_layout_has_none():
    """Not a tenth of other records, and not nothing."""
    record = SAMPLES["github"]["content"][0]
    assert layout_of([]) is None
    assert layout_of([record] * 9 + [{}]) is named_layouts()["github"]
    assert layout_of([record] * 8 + [{}] * 2) is None


def _wrapped(records: list[Any]) -> Any:
    return {"status": "ok", "data": {"page": 1, "employees": records}}


def _keyed(records: list[Any]) -> Any:
    return {f"p{record['employee_id']}": record for record in records}


def _keyed_deep(records: list[Any]) -> Any:
    """Beside what the answer says of itself, and with the name an object deeper."""
    people = {
        str(record["employee_id"]): {
            "person": {"fullName": record["full_name"]},
            "employment": {"employer": {"name": record["company"]}, "jobTitle": "Engineer"},
        }
        for record in records
    }
    return {"meta": {"page": 1}, "employees": people}


def _careers(records: list[Any]) -> Any:
    """A row for each position, as a table has them."""
    first = [{**record, "company": "Old", "start": "2018", "end": "2020"} for record in records]
    return [*first, *({**record, "start": "2020"} for record in records)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shaped", "moves"),
    [
        (_wrapped, [("Acme", "Beta")]),
        long(_keyed, [("Acme", "Beta")]),
        long(lambda records: {"answer": _keyed(records)}, [("Acme", "Beta")]),
        long(_keyed_deep, [("Acme", "Beta")]),
        (_careers, [("Old", "Acme")] * 9 + [("Old", "Beta")]),
    ],
)
def test_a_stranger_may_wrap_key_and_repeat_people(shaped, moves, tmp_path):
    """An unknown key, ids as keys, or a record a position: everybody is taken in, and once."""

    def answer(mover: str) -> str:
        records = [
            {
                "employee_id": number,
                "full_name": f"Ex {number}",
                "company": "Acme",
                "title": "Engineer",
            }
            for number in range(10)
        ]
        records[0]["company"] = mover
        return json.dumps(shaped(records))

    config = begun(tmp_path, "2025-01-01.json", answer("Acme").encode())
    (config.parent / "inbox" / "people" / "2025-02-01.json").write_text(answer("Beta"))
    run = talentwatch("run", "--config", config, "--now", "2025-02-02").output
    assert run.count("10 profiles") == 2
    listed = talentwatch("moves", "--config", config, "--json").output.splitlines()
    found = [(move["from"], move["to"]) for move in map(json.loads, listed)]
    names = [(one["name"], other["name"]) for one, other in found if one and other]
    assert sorted(names) == sorted(moves)


@pytest.mark.parametrize(
    "record",
    [
        {"id": "p1", "jobs": [{"id": "j1", "organization": "Acme"}]},
        {"id": "p1", "first": {"id": 1}, "second": {"id": 2}, "third": {"id": 3}},
        {"a": {"id": 1}, "b": {"id": 2}},
        {"a": {"id": 1}, "b": {"id": 2}, "c": {"other": 3}},
        {"a": [{"id": 1}], "b": [{"id": 2}]},
        {"a": [{"no": 1}]},
    ],
)
def test_what_may_be_one_record_is_not_taken_apart(record):
    """It says who, or what is in it does not, or is of several kinds or too few."""
    assert list(unwrapped(record, WRAPPERS, RecordMapping({"id": "id"}))) == [record]


def test_what_stands_once_beside_the_columns_of_a_table_is_of_no_row():
    """A count or a time of the export; an object that names somebody once is one record."""
    columns: Json = {"Employee ID": ["a", "b"], "Company": ["Acme", "Globex"]}
    rows = table_in({"exported": "2025-06-14", "count": 2, **columns})
    assert list(rows or ()) == [
        {"Employee ID": "a", "Company": "Acme"},
        {"Employee ID": "b", "Company": "Globex"},
    ]
    assert table_in({"name": "Ann", "Company": ["Acme", "Globex"], "Title": ["x", "y"]}) is None
    assert table_in({"key": "Ann", "Company": ["Acme", "Globex"], "Title": ["x", "y"]}) is None


@pytest.mark.parametrize("keys", [("people", "contacts"), ("contacts", "leads")])
def test_people_in_several_lists_of_an_answer_are_all_read(keys):
    """Whatever the lists are called; one of something else beside them is left."""
    mapping = RecordMapping({"id": "id", "organization": "company"})
    people: list[Json] = [{"id": name, "company": "Acme"} for name in "abcd"]
    answer: Json = {
        "filters": [{"label": "Title", "value": "x"}],
        keys[0]: people[:1],
        keys[1]: people[1:],
    }
    assert list(unwrapped(answer, WRAPPERS, mapping)) == people


def test_a_list_that_the_source_names_is_the_only_one_read():
    """Whoever names the key of the records has chosen."""
    mapping = RecordMapping({"id": "id", "organization": "company"})
    one, other = {"id": "a", "company": "Acme"}, {"id": "b", "company": "Beta"}
    answer: Json = {"people": [one], "alumni": [other]}
    assert list(unwrapped(answer, ["people"], mapping)) == [one]
