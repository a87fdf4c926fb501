"""Whoever is hidden at a service is erased here, too, by the housekeeping of a day."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from command_line import run_here
from orcid_service import OrcidService, employment, orcid_id, record
from services import VirtualTime, Watch, service, watch

NAME = "Zephyrine Quillfeather"
LOCKED = 9018


@pytest.fixture
def time():
    return VirtualTime()


@pytest.fixture
def orcid():
    people = [orcid_id(number) for number in range(1, 15)]
    known = OrcidService(
        records={person: record(person, employment(1, "Meta")) for person in people},
        hits=dict.fromkeys(people, "2026-01-01"),
    )
    known.records[people[0]] = record(people[0], employment(1, "Meta"), name=NAME)
    return known


@pytest.fixture
def watching(tmp_path, orcid, time):
    """A folder that follows the people of an organisation."""
    with service(time) as running:
        running.answer = orcid
        keys = f'kind = "orcid"\nbase_url = "{running.url}"\nerase_after = "10d"\n'
        keys += 'watch = { organizations = ["ror:00examp37"] }'
        yield watch(tmp_path, time, keys)


def looked(watching: Watch) -> None:
    """Collect and run on the present day of the test, and go on to the next."""
    watching.collect()
    config, day = str(watching.folder / "config.toml"), str(watching.time.now.date())
    done = run_here("run", "--config", config, "--now", day)
    assert done.returncode == 0, done.stdout + done.stderr
    watching.time.next_day()


def naming(folder: Path, *words: str) -> set[str]:
    """Return the files that have one of the words."""
    return {
        path.name
        for path in folder.rglob("*")
        if path.is_file() and any(word.encode() in path.read_bytes() for word in words)
    }


def decided(watching: Watch) -> list[dict[str, str]]:
    """Return the decisions of the kind that says who withdrew."""
    config = str(watching.folder / "config.toml")
    done = run_here("decisions", "--kind", "withdrawn", "--json", "--config", config)
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.long
def test_who_is_locked_at_the_service_is_erased_after_some_days_by_itself(watching, orcid, time):
    """From snapshots, state, the files that were collected and the work file; and for good."""
    person = orcid_id(1)
    looked(watching)
    orcid.locked[person] = LOCKED
    looked(watching)
    assert naming(watching.folder, person, NAME)
    time.now += timedelta(days=8)
    looked(watching)
    assert decided(watching) == []
    looked(watching)
    assert naming(watching.folder, person, NAME) == set()
    (decision,) = decided(watching)
    assert decision["by"] == "talentwatch"
    # Once is enough, and who is visible again is not taken in again.
    orcid.locked.clear()
    looked(watching)
    looked(watching)
    assert len(decided(watching)) == 1
    assert naming(watching.folder, person, NAME) == set()
    assert len(watching.profiles(str((time.now - timedelta(days=1)).date()))) == 13


@pytest.mark.slow
def test_who_is_visible_again_before_that_stays(watching, orcid, time):
    """A record may be locked by mistake."""
    looked(watching)
    orcid.locked[orcid_id(1)] = LOCKED
    looked(watching)
    orcid.locked.clear()
    time.now += timedelta(days=12)
    looked(watching)
    assert decided(watching) == []
    assert orcid_id(1) in watching.profiles(str((time.now - timedelta(days=1)).date()))


@pytest.mark.slow
def test_who_was_hidden_from_the_first_look_on_is_not_asked_for_for_ever(watching, orcid, time):
    """They are in no snapshot; the work file forgets them as well."""
    person = orcid_id(1)
    orcid.locked[person] = LOCKED
    looked(watching)
    time.now += timedelta(days=10)
    looked(watching)
    assert naming(watching.folder, person, NAME) == set()
