"""`init --source` begins a folder that watches an organisation at a service."""

import pytest
import tomlkit
from command_line import run_here
from orcid_service import OrcidService, employment, orcid_id, record
from services import CONTACT, VirtualTime, Watch, service

GIVEN = ("--organization", "ror:00examp37", "--contact", CONTACT, "--purpose", "a test")


def test_a_folder_watches_an_organisation_and_tells_of_anyone_who_leaves(tmp_path):
    """Configuration, directory, rule and schedule: nothing has to be added."""
    done = run_here("init", str(tmp_path / "new"), "--source", "orcid", *GIVEN)
    assert done.returncode == 0, done.stderr
    config = tmp_path / "new" / "config.toml"
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


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--organization", "Example University", "expected its id at orcid"),
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


def test_what_is_not_given_is_asked_for(tmp_path):
    """Two questions at the most; where nobody answers, the options are named."""
    done = run_here(
        *("init", str(tmp_path / "new"), "--source", "orcid", "--organization", "ror:00examp37")
    )
    assert done.returncode == 2
    assert "--contact" in done.stderr
