"""Likely twins: alike in name, by flows both ways or by an id; suggested and never merged."""

import json
import time

import pytest
from story import World, crowd, job, profile
from test_cli import lines, talentwatch

from monitor.identity.organizations.duplicates import Unit, find_duplicates


def pairs(*names: str, **more) -> list[tuple[str, str]]:
    """Find the twins among names, each with ten people less than the one before."""
    units = [
        Unit(unit=name.lower(), name=name, people=1000 - 10 * place)
        for place, name in enumerate(names)
    ]
    return [
        (duplicate.one.name, duplicate.other.name) for duplicate in find_duplicates(units, **more)
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Microsoft", "Mircosoft"),
        ("IBM", "International Business Machines"),
        ("Stripe", "stripe.com"),
        ("Cockroach", "Cockroach Labs"),
        ("Red Hat Software", "Software Red Hat"),
        ("Société Générale", "Societe Generale Bank"),
    ],
)
def test_names_that_are_alike_are_twins(one, other):
    """By letters, initials, a web domain, a beginning, or the same words."""
    assert pairs(one, other, "Zebra", "Acme") == [(one, other)]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Meta", "Metal"), ("Apple", "Maple"), ("Intel", "Intuit"), ("Ford", "Oxford University")],
)
def test_names_of_others_are_no_twins(one, other):
    """A few letters in common are not enough (trap 19)."""
    assert pairs(one, other) == []


def test_people_who_flow_both_ways_and_a_shared_id_make_twins():
    """Whatever the names are; two reasons are more than one."""
    units = [Unit(unit=name, name=name, people=20) for name in ("hp", "hpe", "zen")]
    found = find_duplicates(
        units, flows=[("hp", "hpe", 12, 11)], shared=[("wikidata:q1", ["hp", "hpe"])]
    )
    assert [(pair.one.unit, pair.other.unit) for pair in found] == [("hp", "hpe")]
    assert found[0].score > 0.95
    assert set(found[0].reasons) == {
        "people went both ways: 12 there and 11 back",
        "both are written with wikidata:q1",
    }


@pytest.mark.slow
def test_the_cost_grows_with_the_names_and_not_with_their_square():
    """Fifty thousand names that all share a word take seconds."""
    units = [Unit(unit=str(n), name=f"Company {n:05x} Systems", people=9) for n in range(50_000)]
    began = time.perf_counter()
    find_duplicates(units)
    assert time.perf_counter() - began < 60


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Return a world with names that no directory knows, after a run."""
    world = World(tmp_path_factory.mktemp("names"))
    staying = {who: profile(*jobs) for who, jobs in crowd("Acme Widgets", 6).items()}
    staying |= {who: profile(*jobs) for who, jobs in crowd("Meta", 6).items()}
    world.told = {"press": staying}
    url = {"organization_id": "ror:00zen0000"}
    world.then("2025-01-01", ada=[job("Acme Wigdets")], bob=[job("Zenith", **url)])
    world.then("2025-02-01", cyn=[job("ZNTH Works", **url)], dan=[job("Independent")])
    world.run()
    return world


@pytest.mark.slow
def test_unresolved_lists_what_the_directory_does_not_know_by_people(world):
    """The most people first; neither listed names nor pseudo employers."""
    found = lines(talentwatch(world, "organizations", "unresolved", "--json"))
    assert [(record["name"], record["people"]) for record in found] == [
        ("Acme Widgets", 6),
        ("Acme Wigdets", 1),
        ("Zenith", 1),
        ("ZNTH Works", 1),
    ]
    some = lines(talentwatch(world, "organizations", "unresolved", "--json", "--people", "2"))
    assert [record["organization"] for record in some] == ["acmewidgets"]
    assert "Acme Widgets" in talentwatch(world, "organizations", "unresolved").stdout


def test_suggest_lists_likely_twins_with_score_and_reasons(world):
    """An operator decides; the moves stay as they are."""
    found = lines(talentwatch(world, "organizations", "suggest", "--json"))
    assert {(record["one"]["name"], record["other"]["name"]) for record in found} == {
        ("Acme Widgets", "Acme Wigdets"),
        ("Zenith", "ZNTH Works"),
    }
    assert all(0.7 <= record["score"] <= 1 and record["reasons"] for record in found)
    shown = talentwatch(world, "organizations", "suggest").stdout
    assert "both are written with ror:00zen0000" in shown


@pytest.mark.slow
def test_suggest_lists_what_is_held_and_names_that_took_the_place_of_others(tmp_path):
    """A notice passes; what waits for a decision stays listed, and so does a silent renaming."""
    world = World(tmp_path, organizations="")
    people = {f"a{n}": [job("Fathom", start="2019")] for n in range(8)}
    people |= {f"b{n}": [job("Globex Works", start=f"201{n}-02")] for n in range(8)}
    world.on("2025-01-01", **crowd("Meta", 40), **people)
    gone = [job("Fathom", "2019", "2025-01-15"), job("Niant", "2025-01-16")]
    renamed = {f"b{n}": [job("Meridian", start=f"201{n}-02")] for n in range(8)}
    world.then("2025-02-01", **{f"a{n}": gone for n in range(8)}, **renamed)
    world.run()
    found = {
        (line["one"]["name"], line["other"]["name"]): line["reasons"]
        for line in lines(talentwatch(world, "organizations", "suggest", "--json"))
    }
    assert found == {
        ("Fathom", "Niant"): [
            (
                "8 of 8 people of Fathom went to Niant, seen on 2025-02-01; held until you decide:"
                " talentwatch organizations decide fathom niant same|merger|real"
            )
        ],
        ("Globex Works", "Meridian"): [
            (
                "8 of 8 people of Globex Works went to Meridian, seen on 2025-02-01; held until you"
                " decide: talentwatch organizations decide globexworks meridian same|merger|real"
            )
        ],
    }
    talentwatch(world, "organizations", "decide", "globexworks", "meridian", "same")
    talentwatch(world, "organizations", "decide", "fathom", "niant", "real")
    world.run()
    assert 'from = "Globex Works"' in (tmp_path / "organizations.toml").read_text(encoding="utf-8")
    assert talentwatch(world, "organizations", "suggest").stdout == "No likely twins.\n"


ROR = {
    "id": "https://ror.org/00examp37",
    "status": "active",
    "domains": ["example.ac.uk"],
    "names": [{"value": "Example University", "types": ["ror_display", "label"], "lang": "en"}],
    "links": [{"type": "wikipedia", "value": "http://en.wikipedia.org/wiki/Example"}],
}
WIKIDATA = {
    "id": "Q900100",
    "labels": {"de": {"language": "de", "value": "Hochschule Musterstadt"}},
    "claims": {
        "P856": [
            {"mainsnak": {"datavalue": {"value": "https://www.Example.ac.uk/de"}}, "rank": "normal"}
        ]
    },
}


def test_organisations_with_one_web_domain_may_be_one(tmp_path):
    """By registries, by the directory, or because a name is a domain; a shared host is no sign."""
    listed = 'domains = ["acme.example", "https://github.com/acme"]'
    world = World(tmp_path, organizations=f'[organizations.acme]\nname = "Acme"\n{listed}\n')
    for name, content in (("ror.json", [ROR]), ("wikidata.json", [WIKIDATA])):
        path = tmp_path / name
        path.write_text(json.dumps(content), encoding="utf-8")
        talentwatch(world, "organizations", "import", str(path))
    names = ("Example University", "Hochschule Musterstadt", "Acme", "acme.example", "github.com")
    world.on("2025-01-01", **{f"p{number}": [job(name)] for number, name in enumerate(names)})
    world.run()
    found = {
        (line["one"]["name"], line["other"]["name"]): line["reasons"]
        for line in lines(talentwatch(world, "organizations", "suggest", "--json"))
    }
    assert found["Example University", "Hochschule Musterstadt"] == [
        "both have the web domain example.ac.uk"
    ]
    assert "both have the web domain acme.example" in found["Acme", "acme.example"]
    assert len(found) == 2
