"""Registries of organisations: read in their own forms, looked up fast, below what one wrote."""

import json
import sqlite3
import time
import zipfile
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from story import ORGANIZATIONS, World, crowd, flow, job, profile
from test_cli import talentwatch

from monitor.base.errors import UsageError
from monitor.identity.organizations import Directory
from monitor.identity.organizations.imported import add, side_file
from monitor.identity.organizations.registries import (
    RegistryEntry,
    Successor,
    Unread,
    read_registry,
)


def ror(key: str, name: str, *others: str, **more: Any) -> dict[str, Any]:
    """Return a record as the dump of ROR has it."""
    names: list[Any] = [{"value": name, "types": ["ror_display", "label"], "lang": "en"}]
    names += [{"value": other, "types": ["alias"], "lang": None} for other in others]
    names += [{"value": "EU", "types": ["acronym"], "lang": None}]
    successor = more.pop("successor", None)
    links = [{"type": "successor", "id": f"https://ror.org/{successor}"}] if successor else []
    wikidata = [{"type": "wikidata", "all": [more.pop("wikidata")]}] if "wikidata" in more else []
    return {
        "id": f"https://ror.org/{key}",
        "status": "active",
        "names": names,
        "relationships": links,
        "external_ids": wikidata,
        **more,
    }


GROUPS = ["to.organization"]
OLD_LEI, NEW_LEI = "0000TESTFAKEENTITY88", "0000TESTFAKESUCCES58"
GLEIF = {
    "type": "lei-records",
    "id": OLD_LEI,
    "attributes": {
        "lei": OLD_LEI,
        "entity": {
            "legalName": {"name": "Example Holding AG", "language": "de"},
            "otherNames": [{"name": "Sample AG", "type": "PREVIOUS_LEGAL_NAME"}],
            "transliteratedOtherNames": [],
            "expiration": {"date": "2025-06-30T00:00:00Z", "reason": "CORPORATE_ACTION"},
            "successorEntity": {"lei": NEW_LEI, "name": "Bigger SE"},
            "successorEntities": [{"lei": NEW_LEI, "name": "Bigger SE"}],
            "eventGroups": [
                {
                    "events": [
                        {
                            "type": "MERGERS_AND_ACQUISITIONS",
                            "status": "COMPLETED",
                            "effectiveDate": "2025-06-29T00:00:00Z",
                        }
                    ]
                }
            ],
        },
        "registration": {"status": "RETIRED"},
    },
}
GOLDEN = {
    "LEI": {"$": NEW_LEI},
    "Entity": {
        "LegalName": {"@xml:lang": "de", "$": "Bigger SE"},
        "OtherEntityNames": {"OtherEntityName": [{"@type": "TRADING", "$": "Bigger Bank"}]},
    },
    "Registration": {"RegistrationStatus": {"$": "ISSUED"}},
}
TIME = {"time": "+2021-10-28T00:00:00Z", "precision": 11}
WIKIDATA = {
    "id": "Q900100",
    "labels": {"en": {"value": "Example University"}, "fr": {"value": "Université d'Exemple"}},
    "aliases": {"en": [{"value": "Exampleton"}]},
    "claims": {
        "P1278": [{"mainsnak": {"datavalue": {"value": OLD_LEI}}}],
        "P1448": [
            {"mainsnak": {"datavalue": {"value": {"text": "Old Example", "language": "en"}}}}
        ],
        "P1366": [
            {
                "mainsnak": {"datavalue": {"value": {"id": "Q5"}}},
                "qualifiers": {"P585": [{"datavalue": {"value": TIME}}]},
            }
        ],
    },
}


def written(folder: Path, name: str, content: Any) -> Path:
    """Write a file as JSON, or as it is."""
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def read(path: Path) -> list[RegistryEntry | Unread]:
    """Read all of an extract."""
    return list(read_registry(path))


def test_ror_is_read_with_its_names_ids_and_successors(tmp_path):
    """Acronyms are left out, and a withdrawn record is the same as its successor."""
    records = [
        ror("00examp37", "Example University", "Exampleton Polytechnic", wikidata="Q900100"),
        ror("01examp43", "Old Example College", status="withdrawn", successor="00examp37"),
        ror("02examp49", "Gone", status="inactive", successor="00examp37"),
    ]
    first, second, third = read(written(tmp_path, "v2-ror-data.json", records))
    assert first == RegistryEntry(
        id="ror:00examp37",
        name="Example University",
        names=("Exampleton Polytechnic",),
        ids=("wikidata:q900100",),
    )
    assert isinstance(second, RegistryEntry)
    assert second.successors == (Successor(id="ror:00examp37", always=True),)
    assert isinstance(third, RegistryEntry)
    assert third.successors == (Successor(id="ror:00examp37"),)


@pytest.mark.parametrize(
    "content",
    [
        {"data": GLEIF},
        {"meta": {"pagination": {}}, "data": [GLEIF]},
        json.dumps(GLEIF) + "\n",
    ],
)
def test_answers_of_gleif_are_read_with_dated_successors(tmp_path, content):
    """One record, a page of them, or one a line; the day is that of the merger."""
    (entry,) = read(written(tmp_path, "lei.json", content))
    assert entry == RegistryEntry(
        id=f"lei:{OLD_LEI}".casefold(),
        name="Example Holding AG",
        names=("Sample AG",),
        successors=(Successor(id=f"lei:{NEW_LEI}".casefold(), on=date(2025, 6, 29)),),
    )


def test_the_golden_copy_of_gleif_is_read_as_json_and_csv_and_packed(tmp_path):
    """What is packed is read as it is."""
    plain = written(tmp_path, "lei2.json", {"records": [GOLDEN, GOLDEN]})
    packed = tmp_path / "lei2.json.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(plain, "20261123-gleif-goldencopy-lei2.json")
    table = written(
        tmp_path,
        "lei2.csv",
        "LEI,Entity.LegalName,Entity.OtherEntityNames.OtherEntityName.1,"
        "Entity.OtherEntityNames.OtherEntityName.1.type,Entity.SuccessorEntity.1.SuccessorLEI,"
        "Registration.RegistrationStatus\n"
        f"{OLD_LEI},Sample AG,Bigger Bank,TRADING,{NEW_LEI},DUPLICATE\n",
    )
    assert [entry.name for entry in read(packed) if isinstance(entry, RegistryEntry)] == [
        "Bigger SE"
    ] * 2
    assert read(packed) == read(plain)
    (row,) = read(table)
    assert isinstance(row, RegistryEntry)
    assert (row.name, row.names) == ("Sample AG", ("Bigger Bank",))
    assert row.successors == (Successor(id=f"lei:{NEW_LEI}".casefold(), always=True),)


def test_wikidata_is_read_as_entities_and_as_a_table(tmp_path):
    """With names of all languages, official names, other ids and dated replacements."""
    (entity,) = read(written(tmp_path, "entities.json", {"entities": {"Q900100": WIKIDATA}}))
    assert entity == RegistryEntry(
        id="wikidata:q900100",
        name="Example University",
        names=("Exampleton", "Old Example", "Université d'Exemple"),
        ids=(f"lei:{OLD_LEI}".casefold(),),
        successors=(Successor(id="wikidata:q5", on=date(2021, 10, 28)),),
    )
    table = "item,itemLabel,altLabel\nhttp://www.wikidata.org/entity/Q5,Meta,Facebook|FB Inc\n"
    (row,) = read(written(tmp_path, "labels.csv", table))
    assert row == RegistryEntry(id="wikidata:q5", name="Meta", names=("FB Inc", "Facebook"))


def test_records_that_do_not_fit_are_set_aside_and_files_that_do_not_are_refused(tmp_path):
    """The rest is read."""
    bad = [ror("00examp37", "Good"), {"id": "https://ror.org/00examp37", "names": []}, 5, {"a": 1}]
    first, *others = read(written(tmp_path, "some.json", bad))
    assert isinstance(first, RegistryEntry)
    assert [other.number for other in others if isinstance(other, Unread)] == [2, 3, 4]
    for name, content in (("cut.json", '[{"id": '), ("no.zip", "not a zip"), ("no.json.gz", "x")):
        with pytest.raises(UsageError, match=name):
            read(written(tmp_path, name, content))
    with pytest.raises(UsageError, match="no organisation to import"):
        add(tmp_path / "side.imported", read(written(tmp_path, "empty.json", [])))


def directory(folder: Path, *entries: RegistryEntry, text: str = ORGANIZATIONS) -> Directory:
    """Return a directory with what was imported beside it."""
    file = folder / "organizations.toml"
    file.write_text(text, encoding="utf-8")
    add(side_file(file), entries)
    return Directory.load(file)


def test_names_of_all_registries_lead_to_one_organisation(tmp_path):
    """By any name and id; its own id is its folded name, as it was before the import."""
    found = directory(
        tmp_path,
        RegistryEntry(
            id="ror:1", name="Example University", names=("Exampleton",), ids=("wikidata:q1",)
        ),
        RegistryEntry(id="wikidata:q1", name="Example University", names=("Université d'Exemple",)),
        RegistryEntry(
            id="ror:2", name="Old College", successors=(Successor(id="ror:1", always=True),)
        ),
    )
    for name in ("Example University", "exampleton", "Universite d Exemple", "Old College"):
        assert found.resolve(name).root == "exampleuniversity"
    assert found.resolve("whatever", "ror:https://ror.org/2").unit == "exampleuniversity"
    assert found.find("Exampleton") == "exampleuniversity"
    assert found.lists("exampleuniversity")
    assert not found.lists("nobody")
    assert found.display("exampleuniversity") == "Example University"


def test_an_import_of_the_version_before_leads_to_the_ids_that_it_gave(tmp_path):
    """There, folded names have every "and"."""
    directory(tmp_path, RegistryEntry(id="ror:1", name="Smith and Sons"))
    file = tmp_path / "organizations.toml"
    with closing(sqlite3.connect(side_file(file))) as connection, connection:
        connection.execute("UPDATE facts SET value = '2.1' WHERE name = 'format'")
        connection.execute("UPDATE lookup SET fold = 'smithandsons'")
        connection.execute("UPDATE entries SET unit = 'smithandsons', fold = 'smithandsons'")
    assert Directory.load(file).resolve("Smith And Sons, Inc.").unit == "smithandsons"


def test_a_name_of_several_organisations_means_none_of_them(tmp_path):
    """Unless one of them goes by it first."""
    found = directory(
        tmp_path,
        RegistryEntry(id="ror:1", name="Phoenix", names=("Shared",)),
        RegistryEntry(id="ror:2", name="Firebird", names=("Phoenix", "Shared")),
        RegistryEntry(id="ror:3", name="Twin"),
        RegistryEntry(id="ror:4", name="Twin"),
    )
    assert found.resolve("Phoenix").unit == "phoenix"
    assert found.resolve("Shared").unit == "shared"
    assert not found.lists("shared")
    assert found.resolve("x", "ror:4").unit == "ror-4"


def test_what_a_person_wrote_goes_before_what_was_imported(tmp_path):
    """By its name or id an imported organisation becomes the listed one, with its other names."""
    text = ORGANIZATIONS.replace('name = "OpenAI"', 'name = "OpenAI"\nids = ["wikidata:Q9"]')
    found = directory(
        tmp_path,
        RegistryEntry(id="wikidata:q9", name="Open Artificial", names=("OAI Research",)),
        RegistryEntry(id="wikidata:q8", name="Meta", names=("Meta Labs", "X.AI")),
        text=text,
    )
    assert found.resolve("OAI Research").unit == "openai"
    assert found.resolve("Meta Labs").unit == "meta"
    assert found.resolve("X.AI").unit == "xai"


def test_a_dated_succession_holds_from_its_day_on_and_a_circle_is_cut(tmp_path):
    """Before it they were two."""
    on = date(2025, 6, 29)
    found = directory(
        tmp_path,
        RegistryEntry(id="lei:1", name="Sample", successors=(Successor(id="lei:2", on=on),)),
        RegistryEntry(id="lei:2", name="Bigger", successors=(Successor(id="lei:1", on=on),)),
    )
    assert found.resolve("Sample").root == "sample"
    assert found.dated_roots() == [("sample", "sample", None, on), ("sample", "bigger", on, None)]
    assert ("sample", on, None) in found.parts("bigger")


def test_importing_again_replaces_and_changes_the_fingerprint(tmp_path):
    """The same twice changes nothing, so nothing is derived again."""
    one = RegistryEntry(id="ror:1", name="Example", names=("Former",))
    first = directory(tmp_path, one)
    assert directory(tmp_path, one).fingerprint == first.fingerprint
    changed = directory(tmp_path, RegistryEntry(id="ror:1", name="Example", names=("Latter",)))
    assert changed.fingerprint != first.fingerprint
    assert not changed.lists(changed.resolve("Former").unit)
    assert changed.resolve("Latter").unit == "example"


def test_an_import_that_did_a_part_does_not_say_that_it_did_nothing(tmp_path):
    """2 means that nothing was done; a file that fails after others is a failure, and is named."""
    world = World(tmp_path)
    good = written(tmp_path, "ror.json", [ror("00examp37", "Example University")])
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    said = talentwatch(world, "organizations", "import", str(good), str(broken), code=1)
    assert "broken.json is no JSON" in said.stderr
    assert "the files before it were imported" in said.stderr
    with pytest.raises(UsageError, match="no JSON"):
        talentwatch(world, "organizations", "import", str(broken), str(good))


@pytest.mark.slow
def test_an_import_makes_moves_between_names_of_one_organisation_none(tmp_path):
    """The alert that rested on them is withdrawn, and the file keeps its comments untouched."""
    world = World(tmp_path, rules={"talent": flow(None, "*", people=2, group_by=GROUPS)})
    world.told = {"press": {who: profile(*jobs) for who, jobs in crowd("Meta", 20).items()}}
    old, new = "Old Example College", "Example University"
    world.then("2025-01-01", **crowd(old, 9), ada=[job(old)], bob=[job(old)])
    world.then(
        "2025-02-01",
        ada=[job(old, end="2025-01-10"), job(new, start="2025-01-11")],
        bob=[job(old, end="2025-01-20"), job(new, start="2025-01-21")],
    )
    world.run()
    assert world.sent() == ["opened ada bob"]
    before = (tmp_path / "organizations.toml").read_bytes()
    extract = written(
        tmp_path,
        "ror.json",
        [ror("00examp37", "Example University", "Old Example College"), {"broken": True}],
    )
    done = talentwatch(world, "organizations", "import", str(extract))
    assert "1 entries" in done.stdout
    assert "1 records were set aside" in done.stderr
    world.run("2025-02-02")
    assert world.sent()[1:] == ["withdrawn"]
    assert (tmp_path / "organizations.toml").read_bytes() == before


@pytest.mark.slow
def test_a_large_registry_costs_nothing_to_open_and_little_to_ask(tmp_path):
    """A hundred thousand organisations of three names each."""
    entries = [
        RegistryEntry(id=f"ror:{n:07x}", name=f"Institute {n}", names=(f"Alias {n}", f"Former {n}"))
        for n in range(100_000)
    ]
    directory(tmp_path, *entries)
    began = time.perf_counter()
    found = Directory.load(tmp_path / "organizations.toml")
    opened = time.perf_counter() - began
    units = [found.resolve(f"Former {n}").unit for n in range(0, 100_000, 100)]
    asked = time.perf_counter() - began - opened
    assert units == [f"institute{n}" for n in range(0, 100_000, 100)]
    assert opened < 1
    assert asked < 1
