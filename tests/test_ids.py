"""Ids of profiles that are written in several ways."""

import json
from typing import Any

import pytest
from story import World, crowd, flow, job, move_line, profile

from monitor.intake.profiles.ids import canonical_id, canonical_key

WAYS = {
    "p1": ["p1", " p1", "p1\u00a0", "\u200bp1", "p\u00ad1", "\tp1\r", "\ufeffp1"],
    "Ada Lea": ["Ada Lea", "Ada  Lea", "Ada\u00a0Lea ", "Ada\u2003Lea"],
    "Zo\u00eb": ["Zo\u00eb", "Zoe\u0308"],
    "https://example.org/in/Ada": [
        "https://example.org/in/Ada",
        "http://www.Example.org/in/Ada/",
        "HTTPS://EXAMPLE.ORG:443/in/%41da",
        "example.org/in/Ada?",
        "//example.org/in/Ada#",
        "www.example.org/in/Ada",
    ],
    "https://example.org/in/Zo\u00eb%2F1": ["https://example.org/in/Zo%c3%ab%2f1"],
    "https://example.org/p?id=7": ["http://example.org/p?id=7"],
    "https://localhost:8080/a": ["http://localhost:8080/a/"],
    "https://example.org/%FF": ["https://example.org/%ff"],
    "A1": ["A1"],
    "a1": ["a1"],
    "7/2026": ["7/2026"],
    "ada.lea": ["ada.lea"],
    "100%": ["100%"],
    "": ["", " ", "\u200b"],
}


@pytest.mark.parametrize(
    ("written", "form"), [(written, form) for form, some in WAYS.items() for written in some]
)
def test_all_ways_of_writing_an_id_have_one_form(written, form):
    """Blanks, what is unseen and the ways of an address make no difference; case does."""
    assert canonical_id(written) == form
    assert canonical_id(form) == form


def test_an_id_with_a_source_before_it_keeps_the_source():
    """What follows the name of the source has its one form."""
    assert canonical_key("press:http://www.a.example/x/") == "press:https://a.example/x"
    assert canonical_key("http://www.a.example/x/") == "https://a.example/x"
    assert canonical_key("orcid:0000-0001 ") == "orcid:0000-0001"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("written", "otherwise"),
    [
        (" p1 ", "p1\u00a0"),
        ("https://www.a.example/Zo%C3%AB/", "http://a.example/zo\u00eb"),
        ("P1", "p1"),
        ("a.example/x", "https://www.A.example:443/x#"),
    ],
)
def test_sql_reads_ids_of_snapshots_from_before_as_one(sql, written, otherwise):
    """Stored ids that were written otherwise, and the case of letters, have one spelling."""
    assert sql.value(f"spelling_of('{written}') = spelling_of('{otherwise}')") is True


def test_sql_reads_what_is_no_percent_sign_as_it_is(sql):
    """Bytes that are no text are left as they were written."""
    assert sql.value("spelling_of('https://a.example/%FF')") == "a.example/%ff"


def respelled(sql, before, after, *, named=()):
    """Compare two snapshots whose contents differ wherever an id is in both.

    `named` are the pairs of ids that are one name in its common form and as it was written.
    """
    gone = [{"profile": record["id"], "vanished": True} for record in before]
    came = [{"profile": summary["id"], "vanished": False} for summary in after]
    there = {one["id"] for one in after}
    sql.given("compared_profiles", *(row for row in gone if row["profile"] not in there), *came)
    files = {"before": sql.parquet("profiles", *before), "after": sql.parquet("profiles", *after)}
    names = {"formers": [flow for flow, _ in named], "latters": [other for _, other in named]}
    (count,) = sql.run("respelled_profiles", **files, **names)[0]
    found = sql.read("respelled_profiles")
    assert len(found) == count
    return found


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ([{"id": "x1 "}], [{"id": "x1"}], True),
        ([{"id": "x1 ", "name": "A"}], [{"id": "x1", "name": "B"}], True),
        ([{"id": "X1", "name": "Ada L"}], [{"id": "x1", "name": "ada l"}], True),
        ([{"id": "X1", "name": "Ada L"}], [{"id": "x1"}], True),
        ([{"id": "X1", "name": "Ada L"}], [{"id": "x1", "name": "Bob"}], False),
        ([{"id": "https://a.example/X", "name": "A"}], [{"id": "https://a.example/x"}], True),
        ([{"id": "X1"}, {"id": "x1"}], [{"id": "X1"}, {"id": "x1 "}], False),
        ([{"id": "aB"}], [{"id": "ab"}, {"id": "Ab"}], False),
        ([{"id": "x1"}], [{"id": "x2"}], False),
    ],
)
def test_an_id_that_is_written_otherwise_is_the_same_profile(sql, before, after, same):
    """Case alone needs a name that agrees, and two ids of one snapshot are two profiles."""
    expected = [(before[0]["id"], after[0]["id"])] if same else []
    assert respelled(sql, before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (["Lovelace, Ada"], ["ada lovelace"], True),
        (["Byron, Anna"], ["ada lovelace"], False),
        (["Lovelace, Ada"], ["anna byron"], False),
    ],
)
def test_a_name_as_it_was_written_is_the_name_in_its_common_form(sql, before, after, same):
    """Both have to be there: the one before, and the other after."""
    rows = [[{"id": profile_id} for profile_id in ids] for ids in (before, after)]
    found = respelled(sql, *rows, named=[("Lovelace, Ada", "ada lovelace")])
    assert found == ([("Lovelace, Ada", "ada lovelace")] if same else [])


def world_of(
    tmp_path, ids: list[str], *, there: str, day: str, world: World | None = None
) -> World:
    """Show people under the given ids at an organisation, among others that stay."""
    world = world or World(tmp_path, rules={"talent": flow("meta", "xai", people=2)})
    staying = {who: profile(*jobs) for who, jobs in crowd("Meta", 20).items()}
    world.told = dict.fromkeys(world.sources, staying)
    world.then(day, **{key: [job(there)] for key in ids})
    return world


@pytest.mark.slow
def test_people_whose_ids_are_written_otherwise_moved(tmp_path):
    """Whatever the manner, and back again, they are the same people, and the alert counts them."""
    world = world_of(tmp_path, ["Ab1", " cd2"], there="Meta", day="2025-01-01")
    world_of(tmp_path, ["ab1", "cd2\u00a0"], there="xAI", day="2025-02-01", world=world)
    world_of(tmp_path, ["Ab1", "cd2"], there="xAI", day="2025-03-01", world=world)
    world.run()
    assert world.ledger() == ["2025-02-01 opened Ab1 cd2"]
    assert [row["person"] for row in world.move_rows()] == ["Ab1", "cd2"]


def test_lines_that_write_one_id_in_two_ways_are_told(tmp_path):
    """The second one is set aside, as one that repeats the very letters is."""
    world = world_of(tmp_path, ["ab1", "ab1 "], there="Meta", day="2025-01-01")
    world.run()
    stored = tmp_path.glob("**/rejected.jsonl")
    (refused,) = [json.loads(line) for path in stored for line in path.read_text().splitlines()]
    assert "stands on line" in refused["reason"]


def career(*stays: tuple[str, str, str | None]) -> list[Any]:
    """List a career, each stay with its start and its end."""
    return [job(name, start=start, end=end) for name, start, end in stays]


BEFORE = career(("Earl Co", "2008-02", "2013-02"), ("Parl Co", "2013-03", None))
AFTER = career(
    *(("Earl Co", "2008-02", "2013-02"), ("Parl Co", "2013-03", "2024-01")),
    ("Senate Co", "2024-01", None),
)


CROWD = {f"f{number}": profile(job(f"Org {number % 7}")) for number in range(40)}


@pytest.mark.slow
def test_an_id_that_changes_with_the_job_is_one_person(tmp_path):
    """Its history is not told a second time: only the move that the look shows is new."""
    world = World(tmp_path)
    world.observe("2024-01-01", CROWD | {"k1": profile(*BEFORE, name="Ada Ex")})
    world.observe("2024-02-01", CROWD | {"k2": profile(*AFTER, name="Ada Ex")})
    world.run()
    rows = [row for row in world.move_rows() if row["observed_on"] == "2024-02-01"]
    assert [move_line(row).split(" left")[0] for row in rows] == ["k1: parl -> senate"]
    assert [row["status"] for row in rows] == ["counted"]


@pytest.mark.slow
def test_a_new_namesake_without_the_history_is_somebody_else(tmp_path):
    """Undated careers tell of nobody."""
    world = World(tmp_path)
    world.observe("2024-01-01", CROWD | {"k1": profile(job("Earl Co"), name="Ada Ex")})
    world.observe("2024-02-01", CROWD | {"k2": profile(job("Senate Co"), name="Ada Ex")})
    world.run()
    assert not [row for row in world.move_rows() if row["observed_on"] == "2024-02-01"]
