"""`init --source` begins a folder that watches an organisation at a service."""

import json

import pytest
import tomlkit
from command_line import run_here
from orcid_service import OrcidService, employment, orcid_id, record
from services import CONTACT, VirtualTime, Watch, service
from test_github import Fake as Github
from test_github import user
from test_wikidata import Fake as Wikidata
from test_wikidata import item, statement

from monitor.base.settings import load_settings
from monitor.scaffold.service import SERVICES

REST = ("--contact", CONTACT, "--purpose", "a test")
GIVEN = ("--organization", "ror:00examp37", "--contact", CONTACT, "--purpose", "a test")


@pytest.mark.slow
def test_a_folder_watches_an_organisation_and_tells_of_anyone_who_leaves(tmp_path):
    """Configuration, directory, rule and schedule: nothing has to be added."""
    done = run_here("init", str(tmp_path / "new"), "--source", "orcid", *GIVEN)
    assert done.returncode == 0, done.stderr
    config = tmp_path / "new" / "config.toml"
    assert load_settings(config).sources["orcid"].licence == "ORCID public API, not commercial"
    assert run_here("rules", "check", "--config", str(config)).returncode == 0
    time, people = VirtualTime(), [orcid_id(number) for number in range(1, 13)]
    ror = "https://ror.org/00examp37"
    stays = {person: record(person, employment(1, "Example U", ror=ror)) for person in people}
    orcid = OrcidService(records=stays, hits=dict.fromkeys(people, "2026-01-01"))
    with service(time) as running:
        running.answer = orcid
        document = tomlkit.parse(config.read_text(encoding="utf-8"))
        document["sources"]["orcid"]["base_url"] = running.url
        config.write_text(tomlkit.dumps(document), encoding="utf-8")
        watching = Watch(tmp_path / "new", time, "orcid")
        watching.collect()
        run_here("run", "--now", "2026-11-02", "--config", str(config))
        time.next_day()
        orcid.records[people[0]] = record(people[0], employment(2, "Elsewhere"))
        watching.collect()
    run_here("run", "--now", "2026-11-03", "--config", str(config))
    done = run_here("alerts", "--json", "--config", str(config))
    assert f'"person":"{people[0]}"' in done.stdout.replace(" ", "")
    assert len(done.stdout.splitlines()) == 1


def leavers(folder, kind, organization, remote, time, change):
    """Watch an organisation at a service from the folder that init makes; return who left."""
    done = run_here("init", str(folder), "--source", kind, "--organization", organization, *REST)
    assert done.returncode == 0, done.stderr
    config = folder / "config.toml"
    document = tomlkit.parse(config.read_text(encoding="utf-8"))
    document["sources"][kind]["base_url"] = remote.url
    if kind == "wikidata":
        document["sources"][kind]["sparql_url"] = f"{remote.url}/sparql"
    config.write_text(tomlkit.dumps(document), encoding="utf-8")
    watching = Watch(folder, time, kind)
    assert watching.collect().is_complete
    assert run_here("run", "--now", str(time.now.date()), "--config", str(config)).returncode == 0
    time.next_day()
    change()
    assert watching.collect().is_complete
    assert run_here("run", "--now", str(time.now.date()), "--config", str(config)).returncode == 0
    done = run_here("alerts", "--json", "--config", str(config))
    return [
        person["person"]
        for line in done.stdout.splitlines()
        for person in json.loads(line)["people"]
    ]


@pytest.mark.slow
def test_a_folder_watches_an_organisation_at_github(tmp_path):
    """Public members are discovered, and whoever names another employer has left."""
    time = VirtualTime()
    with service(time) as running:
        github = Github(running)
        github.add(*(user(number) for number in range(1, 13)))
        github.members["example-corp"] = [*range(1, 13)]

        def change():
            github.add(user(1, "@sample-labs"))
            github.members["example-corp"].remove(1)

        named = "github:example-corp"
        assert leavers(tmp_path / "new", "github", named, running, time, change) == ["1"]


@pytest.mark.slow
def test_a_folder_watches_an_organisation_at_wikidata(tmp_path):
    """People are discovered by a query; the organisation is told by its item, not by its name."""
    time = VirtualTime()
    with service(time) as running:
        wikidata = Wikidata(running)
        people = [f"Q{number}" for number in range(1, 13)]
        wikidata.items |= {one: item(one, statement("a", "Q100")) for one in people}
        wikidata.found["Q100"] = people

        def change():
            wikidata.items["Q1"] = item("Q1", statement("b", "Q200"))
            wikidata.found["Q100"] = people[1:]

        named = "wikidata:Q100"
        assert leavers(tmp_path / "new", "wikidata", named, running, time, change) == ["Q1"]


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--organization", "Example University", "expected its id at orcid"),
        ("--organization", "ror:nonsense!", "search its name at https://ror.org"),
        ("--organization", "ror:00examp38", "check digits do not fit"),
        ("--organization", "grid:1", "expected its id at orcid"),
        ("--source", "github", "such as github:example-corp"),
        ("--source", "wikidata", "such as wikidata:Q900100"),
        ("--contact", "me", "whom the service can ask"),
        ("--purpose", " ", "what the people are looked at for"),
        ("--source", "carrier pigeon", "orcid"),
    ],
)
def test_an_answer_that_does_not_do_says_what_is_expected(tmp_path, option, value, words):
    """Nothing is written then."""
    given = ["--source", "orcid", *GIVEN]
    given[given.index(option) + 1] = value
    done = run_here("init", str(tmp_path / "new"), *given)
    assert done.returncode == 2
    assert words in done.stderr
    assert not (tmp_path / "new").exists()


def test_the_help_has_an_organisation_of_each_service():
    """Whoever reads it sees the form of each id."""
    said = " ".join(run_here("init", "--help").stdout.replace("│", " ").split())
    assert [service.example for service in SERVICES.values() if service.example not in said] == []


def test_what_is_not_given_is_asked_for(tmp_path):
    """Two questions at the most; where nobody answers, the options are named."""
    done = run_here(
        *("init", str(tmp_path / "new"), "--source", "orcid", "--organization", "ror:00examp37")
    )
    assert done.returncode == 2
    assert "--contact" in done.stderr
