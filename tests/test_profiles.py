"""Validation: hostile lines, the fast way against the slow one, partial dates."""

import io
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import jsonschema
import orjson
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tempo import examples

from monitor.base.profile import ABSENT_BECAUSE, SEEN_ON
from monitor.base.records import Json
from monitor.intake.profiles import (
    POSITIONS,
    PROFILES,
    Block,
    Rejected,
    blocks,
    leaves_open,
    parse_partial_date,
)
from monitor.intake.profiles.admission import _is_plain
from monitor.intake.profiles.ids import canonical_id, canonical_key
from monitor.intake.profiles.lines import LONGEST
from monitor.intake.profiles.schema import DEEPEST, SCHEMA, Refusal, _known, _parsed, judge
from monitor.intake.snapshots.profile_rows import ProfileReader

ADA = b'{"id":"ada","positions":[{"organization":"Engines"}]}'


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProfileReader]:
    """Return one engine for all tests: opening it costs more than using it."""
    with ProfileReader(tmp_path_factory.mktemp("spill")) as opened:
        yield opened


def taken(reader: ProfileReader, raw: bytes, *, longest: int = LONGEST) -> Block:
    """Return the one block of some lines."""
    (block,) = blocks(io.BytesIO(raw), reader.rows, longest=longest)
    return block


def refused(reader: ProfileReader, line: bytes) -> Rejected:
    """Return why one line among good ones is set aside; the good ones must be kept."""
    block = taken(reader, b'{"id":"before"}\n' + line + b"\n" + b'{"id":"after"}')
    assert block.profiles["id"].to_pylist() == ["before", "after"]
    assert block.profiles["line"].to_pylist() == [1, 3]
    (rejected,) = block.rejected
    assert rejected.line == 2
    return rejected


HOSTILE = [
    (b"what is this", "$", "not JSON"),
    (b'{"id":"ada"', "$", "not JSON"),
    (b'{"id":"ada"}{"id":"bob"}', "$", "not JSON"),
    (b'{"id":"ada",}', "$", "not JSON"),
    (b'{"id":"ada","x":NaN}', "$", "NaN is no number"),
    (b'{"id":"ad\xff"}', "$", "not UTF-8: byte 10"),
    (b'{"id":"ada","x":"\xed\xa0\x80"}', "$", "not UTF-8"),
    (b'{"id":"ada\x00"}', "$", "not JSON"),
    (b'{"id":"ada\\u0000"}', "$.id", "NUL"),
    (b'{"id":"ada","name":"\\u0000"}', "$.name", "NUL"),
    (b'{"id":"ada","positions":[{"organization":"a\\u0000"}]}', ".organization", "NUL"),
    (b'{"id":"\\ud800"}', "$", "half of a character"),
    (b"null", "$", "expected an object, found null"),
    (b"[]", "$", "expected an object, found a list"),
    (b" [", "$", "expected an object, found a list: profiles stand one a line"),
    (b"5", "$", "expected an object, found the number 5"),
    (b"{}", "$.id", "is missing"),
    (b'{"id":""}', "$.id", "is empty"),
    (b'{"id":5}', "$.id", "expected text, found the number 5"),
    (b'{"id":null}', "$.id", "expected text, found null"),
    (b'{"id":"ada","name":5.5}', "$.name", "expected text, found the number 5.5"),
    (b'{"id":"ada","name":true}', "$.name", "expected text, found true"),
    (b'{"id":"ada","same_as":"bob"}', "$.same_as", "expected a list, found the text 'bob'"),
    (b'{"id":"ada","same_as":[""]}', "$.same_as[0]", "is empty"),
    (b'{"id":"ada","same_as":[null]}', "$.same_as[0]", "expected text, found null"),
    (b'{"id":"ada","positions":{}}', "$.positions", "expected a list, found an object"),
    (b'{"id":"ada","positions":[null]}', "$.positions[0]", "expected an object, found null"),
    (
        b'{"id":"ada","positions":[{"organization":"a"},{"organization":"b","start":2025}]}',
        "$.positions[1].start",
        "expected text, found the number 2025",
    ),
    (
        b'{"id":"ada","positions":[{"organization":"a","current":"yes"}]}',
        "$.positions[0].current",
        "expected true or false, found the text 'yes'",
    ),
    (b'{"id":"ada","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "$", "brackets"),
    (b'{"id":"ada","x":' + b"[" * 100_000, "$", "brackets"),
    (b'{"id":"ada","name":' + b"[" * 400 + b"]" * 400 + b"}", "$.name", "found a list"),
]


@pytest.mark.parametrize(("line", "path", "reason"), HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_line_is_set_aside_with_its_reason(
    reader: ProfileReader, line: bytes, path: str, reason: str
) -> None:
    """The lines before and after it are kept; the reason is one that a person understands."""
    rejected = refused(reader, line)
    assert rejected.path.endswith(path)
    assert reason in rejected.reason
    assert rejected.excerpt.isprintable()
    assert len(rejected.excerpt) <= 4 * 200


def test_the_id_of_a_refused_line_is_told_if_it_can_be_read(reader: ProfileReader) -> None:
    """An operator finds the record at the source by it."""
    assert refused(reader, b'{"id":"ada","name":5}').id == "ada"
    assert refused(reader, b'{"id": "ada", "name": tru}').id == "ada"
    assert refused(reader, b'{"name":"ada"}').id is None
    assert refused(reader, b'{"id":5}').id is None


def test_several_faults_of_one_line_are_counted(reader: ProfileReader) -> None:
    """The first is told in full."""
    reason = refused(reader, b'{"id":"ada","name":5,"url":5,"same_as":5}').reason
    assert reason.endswith("(and 2 more faults)")


def test_a_line_that_is_too_long_is_set_aside_without_being_read(reader: ProfileReader) -> None:
    """10 MB in one line: at the beginning, in the middle, at the end, and without an end."""
    long = b'{"id":"long","name":"' + b"x" * 10_000_000 + b'"}'
    bob = b'{"id":"bob"}'
    for raw, at, kept in (
        (long + b"\n" + ADA, 1, ["ada"]),
        (long, 1, []),
        (ADA + b"\n" + long + b"\n" + bob, 2, ["ada", "bob"]),
    ):
        (block,) = blocks(io.BytesIO(raw), reader.rows)
        (rejected,) = block.rejected
        assert rejected.line == at
        assert "longer than 8,388,608 bytes" in rejected.reason
        assert rejected.excerpt.startswith('{"id":"long"')
        assert block.profiles["id"].to_pylist() == kept


def test_the_limit_of_a_line_holds_to_the_byte(reader: ProfileReader) -> None:
    """A line of exactly so many bytes is read."""
    line = b'{"id":"' + b"x" * 3_000_000 + b'"}'
    assert taken(reader, line + b"\n" + ADA, longest=len(line) + 1).profiles.num_rows == 2
    assert taken(reader, ADA + b"\n" + line, longest=len(line)).profiles.num_rows == 2
    assert taken(reader, ADA + b"\n" + line, longest=len(line) - 1).profiles.num_rows == 1


def test_blank_lines_and_a_byte_order_mark_are_passed_over(reader: ProfileReader) -> None:
    """They count as lines and are no records."""
    block = taken(reader, b"\xef\xbb\xbf" + ADA + b"\n\n \t\r\n" + b'{"id":"bob"}\r\n\n')
    assert block.profiles["line"].to_pylist() == [1, 4]
    assert block.rejected == []


def test_unknown_keys_are_ignored_whatever_they_hold(reader: ProfileReader) -> None:
    """Huge numbers and lists within lists are no fault where nobody looks."""
    for value in (b"1e999", b"9" * 5000, b"[" * 300 + b"]" * 300, b'{"id":5}', b"null"):
        raw = b'{"x":' + value + b',"id":"ada","positions":[{"organization":"a","id":"p"}]}'
        assert taken(reader, raw).profiles["id"].to_pylist() == ["ada"]


def test_a_key_that_stands_twice_counts_as_it_stands_first(reader: ProfileReader) -> None:
    """Both ways of a line agree on it, also where only the second is of a wrong type."""
    for second in (b'"b"', b"5", b"null"):
        raw = (
            b'{"id":"a","id":' + second + b',"positions":[{"organization":"x","organization":"y"}]}'
        )
        block = taken(reader, raw)
        assert block.profiles["id"].to_pylist() == ["a"]
        assert block.positions["organization"].to_pylist() == ["x"]


def test_missing_and_empty_lists_are_the_same_content(reader: ProfileReader) -> None:
    """So a source that begins to write empty lists has changed nothing."""
    raw = b'{"id":"a"}\n{"id":"b","positions":[],"same_as":null}\n{"id":"c","positions":null}\n'
    block = taken(reader, raw)
    assert len(set(block.profiles["content"].to_pylist())) == 1
    assert block.profiles["same_as"].to_pylist() == [[], [], []]


VARIANTS: list[dict[str, Json]] = [
    {"name": "n"},
    {"name": "m"},
    {"url": "n"},
    {"same_as": ["n"]},
    {"same_as": ["n", "m"]},
    {"same_as": ["m", "n"]},
    {"positions": [{"organization": "n"}]},
    {"positions": [{"organization": "n"}, {"organization": "n"}]},
    {"positions": [{"organization": "n"}, {"organization": "m"}]},
    {"positions": [{"organization": "m"}, {"organization": "n"}]},
    {"positions": [{"organization": "n", "team": "m"}]},
    {"positions": [{"organization": "n", "title": "m"}]},
    {"positions": [{"organization": "n", "start": "2025"}]},
    {"positions": [{"organization": "n", "end": "2025"}]},
    {"positions": [{"organization": "n", "current": True}]},
    {"positions": [{"organization": "n", "current": False}]},
    {"positions": [{"organization": "n", "primary": True}]},
    {"positions": [{"organization": "n", "id": "2025"}]},
]


def test_the_content_hash_tells_every_change_of_content(reader: ProfileReader) -> None:
    """Values, their places and their order count; the id, the line and `updated_on` do not."""
    raw = b"\n".join(orjson.dumps({"id": str(at)} | one) for at, one in enumerate(VARIANTS))
    hashes = taken(reader, raw).profiles["content"].to_pylist()
    assert len(set(hashes)) == len(VARIANTS)
    other = b"\n\n".join(
        orjson.dumps(one | {"updated_on": "2025", "x": 1, "id": f"other-{at}"})
        for at, one in enumerate(VARIANTS)
    )
    again = [
        one
        for block in blocks(io.BytesIO(other), reader.rows, block_bytes=256)
        for one in block.profiles["content"].to_pylist()
    ]
    assert again == hashes


def test_lines_that_repeat_an_id_are_set_aside_where_told(reader: ProfileReader) -> None:
    """Each with the line that has the id, across the borders of blocks."""
    raw = b"".join(b'{"id":"%d"}\n' % (number % 7) for number in range(100))
    repeated = [(line, (line - 1) % 7 + 1) for line in range(8, 101)]
    made = list(blocks(io.BytesIO(raw), reader.rows, block_bytes=64, repeated=repeated))
    assert len(made) > 3
    assert sum(block.profiles.num_rows for block in made) == 7
    rejected = [one for block in made for one in block.rejected]
    assert [one.line for one in rejected] == list(range(8, 101))
    assert rejected[0] == Rejected(
        line=8,
        id="0",
        path="$.id",
        reason="an id that stands on line 1 already; the first stands",
        excerpt='{"id":"0"}',
    )


def test_blocks_stay_small_however_many_lines_are_set_aside(reader: ProfileReader) -> None:
    """Memory follows the number of records set aside as well as the bytes of lines."""
    made = list(blocks(io.BytesIO(b"x\n" * 100_000 + ADA), reader.rows))
    assert [one.line for block in made for one in block.rejected] == list(range(1, 100_001))
    assert max(len(block.rejected) for block in made) <= 1 << 16
    assert made[-1].profiles["line"].to_pylist() == [100_001]


DATES = [
    ("2025-13", None, "no such day"),
    ("2025-02-30", None, "no such day"),
    ("2022-15-08", None, "no such day"),
    ("0000", None, "zeros"),
    ("0000-00-00", None, "zeros"),
    ("1899", None, "1900 and 2200"),
    ("9999-12-31", None, "where they have none"),
    ("1899-12-31", None, "where they have none"),
    ("1900-01-01", None, "where they have none"),
    ("1970-01-01", None, "where they have none"),
    ("June 2025", None, "not written as"),
    ("2025-6", None, "not written as"),
    (" 2025", None, "not written as"),
    ("２０２５", None, "not written as"),
    ("2025\n", None, "not written as"),
    ("Present", None, "a word and no date"),
    ("now", None, "a word and no date"),
    *((word, None, "a word and no date") for word in ("heute", "à ce jour", "Actualidad", "至今")),
    ("soon", None, "not written as"),
    ("2025", (date(2025, 1, 1), date(2025, 12, 31)), None),
    ("2024-02", (date(2024, 2, 1), date(2024, 2, 29)), None),
    ("2025-12", (date(2025, 12, 1), date(2025, 12, 31)), None),
    ("2025-06-14", (date(2025, 6, 14), date(2025, 6, 14)), None),
    ("1900", (date(1900, 1, 1), date(1900, 12, 31)), None),
    ("2200", (date(2200, 1, 1), date(2200, 12, 31)), None),
    ("", None, None),
]


@pytest.mark.parametrize(("text", "days", "reason"), DATES)
@pytest.mark.parametrize("field", ["start", "end"])
def test_a_bad_date_is_unknown_with_a_warning(
    reader: ProfileReader,
    text: str,
    days: tuple[date, date] | None,
    reason: str | None,
    field: str,
) -> None:
    """The record is kept; good dates, and none at all, warn of nothing; nor does an open end."""
    reason = None if field == "end" and leaves_open(text) else reason
    assert parse_partial_date(text) == days
    positions = [{"organization": "x"}, {"organization": "y", field: text}]
    block = taken(reader, b"\n" + orjson.dumps({"id": "ada", "positions": positions}))
    assert block.positions[field].to_pylist() == [None, text]
    warnings = list(block.warnings)
    assert len(warnings) == block.warnings.count == (reason is not None)
    for warned in warnings:
        assert (warned.line, warned.id, warned.value) == (2, "ada", text)
        assert warned.path == f"$.positions[1].{field}"
        assert reason is not None
        assert reason in warned.reason
        assert "treated as unknown" in warned.reason


@pytest.mark.parametrize(
    ("start", "end", "wrong"),
    [
        ("2025", "2024", True),
        ("2025-06", "2025-05-31", True),
        ("2025-06", "2025", False),
        ("2025", "2025-01-01", False),
        ("2025-06-14", "2025-06-14", False),
    ],
)
def test_an_end_before_its_start_is_told(
    reader: ProfileReader, start: str, end: str, *, wrong: bool
) -> None:
    """Partial dates are compared as all the days that they may mean."""
    position = {"organization": "x", "start": start, "end": end}
    block = taken(reader, orjson.dumps({"id": "ada", "positions": [position]}))
    told = [one.reason for one in block.warnings]
    assert block.warnings.count == len(told) == wrong
    assert all("both are treated as unknown" in reason for reason in told)


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_partial_dates_hold_the_days_that_they_name(day: date) -> None:
    """A day, its month and its year each hold the day, and no day of another one."""
    text = day.isoformat()
    assert parse_partial_date(text) == (day, day)
    for length in (4, 7):
        days = parse_partial_date(text[:length])
        assert days is not None
        assert days[0] <= day <= days[1]
        assert {one.isoformat()[:length] for one in days} == {text[:length]}
        before, after = days[0].toordinal() - 1, days[1].toordinal() + 1
        assert date.fromordinal(before).isoformat()[:length] != text[:length]
        assert date.fromordinal(after).isoformat()[:length] != text[:length]


@given(st.text(alphabet="0123456789-", max_size=11) | st.text())
def test_what_is_no_partial_date_is_none(text: str) -> None:
    """Whatever is understood has the form of a date, and is understood as such."""
    days = parse_partial_date(text)
    if days is not None:
        assert re.fullmatch(r"\d{4}(-\d{2}){0,2}", text, re.ASCII)
        assert days[0] <= days[1]
        assert all(one.isoformat().startswith(text) for one in days)


_texts = st.text(max_size=6) | st.sampled_from(["", " ", "\x00", "\ufeff", "\x1c", "2025", "a"])
_loose: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=4,
)


def _field(good: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    return good | good | good | _loose


_positions = st.fixed_dictionaries(
    {"organization": _field(_texts)},
    optional={
        name: _field(st.none() | (st.booleans() if name in {"current", "primary"} else _texts))
        for name in POSITIONS.names[3:]
    }
    | {"extra": _loose},
)
_profiles = st.fixed_dictionaries(
    {"id": _field(_texts)},
    optional={
        "name": _field(st.none() | _texts),
        "url": _field(st.none() | _texts),
        "updated_on": _field(st.none() | _texts),
        "same_as": _field(st.none() | st.lists(_texts, max_size=2)),
        "positions": _field(st.none() | st.lists(_positions, max_size=3)),
        "extra": _loose,
    },
)
_PIECES = [b"\x00", b"\xff", b"\\u0000", b"\\ud800", b"null", b"5", b'"', b",", b"[", b"]", b"{"]
_PIECES += [b"}", b":", b"\\", b"NaN", b"\xef\xbb\xbf", b"\r", b" ", b'"id":"b",', b'"id":5,', b""]


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    """Return a line that is a profile, nearly one, or one with bytes put in, changed or cut."""
    record = draw(_profiles)
    text = json.dumps(record, ensure_ascii=draw(st.booleans()))
    line = text.encode("utf-8", "surrogatepass").replace(b"\n", b"")
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(line)))
        until = at + draw(st.integers(0, 2))
        line = line[:at] + draw(st.sampled_from(_PIECES)) + line[until:]
    return line


@pytest.mark.slow
@given(lines())
@settings(max_examples=examples(400), suppress_health_check=[HealthCheck.too_slow])
@example(b'{"id":"a","x":"\xff"}')
@example(b'{"id":"a","x\xff":1}')
@example(b'{"id":"a","x":' + b"[" * DEEPEST + b"]" * DEEPEST + b"}")
@example(b'{"id":"a","x":' + b"[" * (DEEPEST - 1) + b"]" * (DEEPEST - 1) + b"}")
@example(b'{"id":"a","id":5}')
def test_the_fast_way_accepts_no_line_that_the_slow_way_refuses(line: bytes) -> None:
    """Except for blank ids, which the rows are searched for (the next property)."""
    verdict = judge(line)
    if _is_plain(line) and isinstance(verdict, Refusal):
        assert verdict.path == "$.id"
        assert verdict.reason.startswith("is blank")


VISIBLE = re.compile(SCHEMA["properties"]["id"]["pattern"])


def visible(name: str | None) -> str | None:
    """Return the name of an organisation, or None if nothing in it can be seen."""
    return name if name and VISIBLE.search(name) else None


@pytest.mark.parametrize(
    "position",
    [
        b"{}",
        b'{"organization":null}',
        b'{"organization":" \\t"}',
        b'{"organization":"\xe3\x80\x80"}',
    ],
)
def test_a_position_may_name_no_organisation(reader: ProfileReader, position: bytes) -> None:
    """The profile is kept, with a position at nowhere that can be named."""
    block = taken(reader, b'{"id":"ada","positions":[' + position + b"]}")
    assert block.positions.select(["profile", "organization"]).to_pylist() == [
        {"profile": "ada", "organization": None}
    ]


@pytest.mark.slow
@given(st.lists(lines(), min_size=1, max_size=5))
@settings(max_examples=examples(80), suppress_health_check=[HealthCheck.too_slow])
def test_both_ways_give_the_same_rows(reader: ProfileReader, some: list[bytes]) -> None:
    """What is accepted, what is refused and every value: as if each line had gone the slow way."""
    made = taken(reader, b"\n".join(some) + b"\n")
    # A byte order mark at the very beginning is no part of the first line.
    some[0] = some[0].removeprefix(b"\xef\xbb\xbf")
    verdicts = {
        number: judge(line) for number, line in enumerate(some, 1) if line and not line.isspace()
    }
    good = {line: one for line, one in verdicts.items() if isinstance(one, bytes)}
    assert made.profiles["line"].to_pylist() == list(good)
    assert [one.line for one in made.rejected] == [line for line in verdicts if line not in good]
    expected = [orjson.loads(one) for one in good.values()]
    for one in expected:
        one["id"] = canonical_id(one["id"]) or one["id"]
        one["same_as"] = [canonical_key(key) or key for key in one.get("same_as") or []]
    plain = ["id", "name", "url", "updated_on"]
    assert made.profiles.select(plain).to_pylist() == [
        {name: one.get(name) for name in plain} for one in expected
    ]
    assert made.profiles["same_as"].to_pylist() == [one["same_as"] for one in expected]
    assert made.positions.to_pylist() == [
        {"profile": one["id"], "ordinal": ordinal}
        | {name: position.get(name) for name in POSITIONS.names[2:]}
        | {"organization": visible(position.get("organization"))}
        for one in expected
        for ordinal, position in enumerate(one.get("positions") or [])
    ]
    slow = taken(reader, b"\n".join(good.values()) or b"\n")
    assert slow.profiles["content"].to_pylist() == made.profiles["content"].to_pylist()
    assert made.profiles.schema == PROFILES
    assert made.positions.schema == POSITIONS


@given(lines())
@settings(max_examples=examples(80), suppress_health_check=[HealthCheck.too_slow])
def test_the_slow_way_is_the_schema(line: bytes) -> None:
    """Python's own validator of JSON Schema agrees on every line that is JSON."""
    try:
        record = json.loads(json.dumps(_parsed(line)))
        json.dumps(_known(record), ensure_ascii=False).encode()
    except Exception:  # noqa: BLE001 -- whatever is no JSON, or no text, is another test's subject
        assert isinstance(judge(line), Refusal)
        return
    valid = jsonschema.Draft202012Validator(SCHEMA).is_valid(record)
    assert isinstance(judge(line), bytes) == valid


def test_the_schema_is_a_schema_and_its_examples_fit(root: Path) -> None:
    """What the schema shows as examples is accepted as it stands."""
    path = root / "monitor" / "schemas" / "profile.schema.json"
    schema = orjson.loads(path.read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    for one in schema["examples"]:
        assert isinstance(judge(orjson.dumps(one)), bytes)
    for name, field in schema["properties"].items():
        assert field["title"]
        assert field["description"]
        for value in field.get("examples", []):
            assert isinstance(judge(orjson.dumps({"id": "x"} | {name: value})), bytes)


def test_the_columns_are_the_fields_of_the_schema() -> None:
    """A field added to the schema must be added to the rows."""
    fields = SCHEMA["properties"]
    kept_beside = {"positions", SEEN_ON, ABSENT_BECAUSE}
    assert {*fields, "line", "content"} == {*PROFILES.names} | kept_beside
    assert ["profile", "ordinal", *SCHEMA["$defs"]["position"]["properties"]] == POSITIONS.names
    assert POSITIONS.field("current").type == pa.bool_()


def test_the_next_reader_spills_into_its_own_folder(tmp_path: Path) -> None:
    """Even if it goes on with the connection of the last one."""
    asked = "SELECT current_setting('temp_directory'), current_setting('threads')"
    for name in ("first", "second"):
        with ProfileReader(tmp_path / name) as one, ProfileReader(tmp_path / f"{name}-2") as other:
            for reader, folder in ((one, name), (other, f"{name}-2")):
                found = reader._connection.execute(asked).fetchall()
                assert found == [(str(tmp_path / folder), 1)]


def test_a_reader_that_failed_hands_nothing_on(tmp_path: Path) -> None:
    """Its connection may be in the middle of something."""
    with pytest.raises(KeyError), ProfileReader(tmp_path / "first") as failed:
        raise KeyError
    with ProfileReader(tmp_path / "second") as other:
        assert other._connection is not failed._connection
