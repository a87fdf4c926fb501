"""A name that a service gives to somebody else, and ids that are written wrong in a watch list."""

import json
import sqlite3
from contextlib import ExitStack, closing
from functools import partial
from typing import Any

import pytest
from collected_stories import came_of
from command_line import run_here
from services import CONTACT, Said, VirtualTime, Watch, service, watch
from test_github import Fake as Github
from test_github import user
from test_licensed_services import Coresignal, PeopleDataLabs, employee, pdl_id
from test_licensed_services import person as pdl_person
from test_wikidata import Fake as Wikidata
from test_wikidata import item, statement

from monitor.base.settings import load_settings
from monitor.cli.options import assembly
from monitor.intake.collecting.connectors import CONNECTORS
from monitor.intake.collecting.planning import progress_of, standing_of
from monitor.operations.collecting import forget_followed
from monitor.operations.run import Wanted, run_once

OF_OTHERS = {
    "coresignal": ("jo-fictional", "900001"),
    "github": ("jo", "7"),
    "http": ("jo", "p7"),
    "peopledatalabs": ("example.org/in/jo", pdl_id(1)),
}
"""By kind of service that knows people by names: a name, and who has it first."""
RIGHT = {
    "coresignal": "900001",
    "github": "7",
    "openalex": "A11",
    "orcid": "0000-0002-1825-0097",
    "peopledatalabs": pdl_id(1),
    "wikidata": "Q1",
}
"""By kind of service whose ids have a form: one of that form."""


@pytest.fixture
def time(monkeypatch):
    monkeypatch.setenv("OWN_KEY", "own-key")
    return VirtualTime()


def keys_of(kind: str, url: str, ids: list[str]) -> str:
    """Return the keys of a source that follows these."""
    more = ""
    if kind in {"coresignal", "peopledatalabs"}:
        more = 'licence_ack = true\ntoken = { env = "OWN_KEY" }\n'
    place = f'url = "{url}/{{id}}"' if kind == "http" else f'base_url = "{url}"'
    return f'kind = "{kind}"\n{place}\n{more}watch = {{ ids = {json.dumps(ids)} }}'


def let_have(kind: str, running: Any, name: str, *, is_first: bool) -> None:
    """Let the first one, or somebody else, have a name at a service."""
    match kind:
        case "coresignal":
            known = Coresignal(running)
            number = 900001 if is_first else 900777
            known.add(employee(number))
            known.people[name] = known.people[str(number)]
        case "github":
            Github(running).add(user(7 if is_first else 9, login=name))
        case "http":
            running.answer = lambda _: Said.json({"id": "p7" if is_first else "p9"})
        case _:
            number = 1 if is_first else 2
            PeopleDataLabs(running).add(pdl_person(number, linkedin_url=name))


@pytest.mark.parametrize("kind", OF_OTHERS)
def test_whoever_has_a_name_after_somebody_else_is_not_followed_by_it(tmp_path, time, kind):
    """It is said each day, with both ids, until the watch list names one of them."""
    name, first = OF_OTHERS[kind]
    with service(time) as running:
        watching = watch(tmp_path, time, keys_of(kind, running.url, [name]))
        let_have(kind, running, name, is_first=True)
        assert watching.collect().is_complete
        assert [*watching.profiles()] == [first]
        for _ in range(2):
            time.next_day()
            let_have(kind, running, name, is_first=False)
            collected = watching.collect()
            assert not collected.is_complete
            assert collected.wrong is not None
            assert name in collected.wrong
            assert f"{first} had it, " in collected.wrong
            assert watching.people() <= {first}
        # Nor is whoever has the name of somebody who was erased.
        forget_followed(load_settings(tmp_path / "config.toml"), {"remote": [first]})
        time.next_day()
        assert "(somebody erased had it, " in str(watching.collect().wrong)
        assert watching.people() <= {first}


@pytest.mark.parametrize("kind", OF_OTHERS)
def test_a_name_that_goes_back_is_its_first_holders_again(tmp_path, time, kind):
    """Though the answer is the one that was read before, and is not read anew."""
    name, first = OF_OTHERS[kind]
    with service(time) as running:
        watching = watch(tmp_path, time, keys_of(kind, running.url, [name]))
        for is_first in (True, False, False, True, False, True, True):
            time.next_day()
            let_have(kind, running, name, is_first=is_first)
            assert (watching.collect().wrong is None) is is_first
            assert watching.people() <= {first}
            assert watching.people() or not is_first


@pytest.mark.parametrize("kind", sorted(OF_OTHERS.keys() - {"github"}))
def test_a_work_file_that_knows_no_names_yet_takes_nobody_for_somebody_else(tmp_path, time, kind):
    """Whom it has under a name had that first. At GitHub a name only leads to an id."""
    name, first = OF_OTHERS[kind]
    with service(time) as running:
        watching = watch(tmp_path, time, keys_of(kind, running.url, [name]))
        for is_first in (True, True, False):
            let_have(kind, running, name, is_first=is_first)
            collected = watching.collect()
            assert (collected.wrong is None) is is_first, collected.wrong
            assert watching.people() <= {first}
            [path] = tmp_path.rglob("work.sqlite")
            with closing(sqlite3.connect(path)) as file:
                file.executescript("DELETE FROM names; DELETE FROM answers")
            time.next_day()


def test_a_login_of_a_work_file_without_names_is_told_by_the_addresses_in_it(tmp_path, time):
    """Whoever has the login is told from whom the file shows under its address."""
    with service(time) as running:
        github = Github(running)
        github.add(user(7, login="jo"), user(8, login="al"))
        watching = watch(tmp_path, time, keys_of("github", running.url, ["jo", "al"]))
        watching.collect()
        [path] = tmp_path.rglob("work.sqlite")
        with closing(sqlite3.connect(path)) as file:
            file.executescript("DROP TABLE names; DELETE FROM answers")
        github.users = {}
        github.add(user(7, login="jo-new"), user(9, login="jo"), user(8, login="al"))
        for _ in range(2):
            time.next_day()
            assert "login jo (7 had it, 9 has it now)" in str(watching.collect().wrong)
            assert watching.people() == {"7", "8"}


def test_an_answer_of_another_shape_gives_nobody_a_name(tmp_path, time):
    """Whoever has it is who is seen first with an id; and links of any shape stop nobody."""
    with service(time) as running:
        github = Github(running)
        watching = watch(tmp_path, time, keys_of("github", running.url, ["jo", "al"]))
        github.add(user(8, login="al"), user(5, login="jo", type="Organization"))
        watching.collect()
        time.next_day()
        github.users = {}
        github.add(user(7, login="jo"), user(8, login="al"))
        assert watching.collect().wrong is None
        assert watching.people() == {"7", "8"}
        for links in (None, "a link", [7], {"a": 1}):
            time.next_day()
            said = Said.json({"id": "p7", "same_as": links})
            running.answer = partial(lambda answered, _: answered, said)
            watching = watch(tmp_path, time, keys_of("http", running.url, ["jo"]))
            watching.collect()
            assert watching.people() == {"p7"}


def test_a_name_of_a_record_that_went_into_another_one_is_given_to_nobody(tmp_path, time):
    """The record says which ids it had: it stays one person, whom the name goes on following."""
    with service(time) as running:
        known = Coresignal(running)
        watching = watch(tmp_path, time, keys_of("coresignal", running.url, ["jo-fictional"]))
        known.people["jo-fictional"] = employee(5, historical_ids=[3])
        watching.collect()
        for number in (7, 7, 9):
            time.next_day()
            known.people["jo-fictional"] = employee(number, historical_ids=[3, 5, number - 2])
            collected = watching.collect()
            assert (collected.wrong, watching.people()) == (None, {"5"})
        time.next_day()
        known.people["jo-fictional"] = employee(11, historical_ids=[12])
        assert "(5 had it, 11 has it now)" in str(watching.collect().wrong)


def test_a_name_is_told_of_until_the_watch_list_is_mended(tmp_path, time):
    """With the id in its place nothing is left to mend; what links mean is still said."""
    with service(time) as running:
        github = Github(running)
        github.add(user(7, login="jo"))
        watch(tmp_path, time, keys_of("github", running.url, ["jo"])).collect()
        github.users = {}
        github.add(user(7, login="jo-new"), user(9, login="jo"))
        for ids, is_wrong in ((["jo"], True), (["7"], False), (["7", "9"], False)):
            time.next_day()
            collected = watch(tmp_path, time, keys_of("github", running.url, ids)).collect()
            assert (collected.wrong is not None) is is_wrong
            is_linked = "https://github.com/jo (7 had it, 9 has it now)" in str(collected.note)
            assert is_linked is ("9" in ids)


def test_a_person_who_is_asked_for_by_an_address_states_no_more_than_that(tmp_path, time):
    """What a request is called is no address of anybody."""
    with service(time) as running:
        running.answer = lambda _: Said.json({"id": "p7", "same_as": ["https://example.org/p7"]})
        keys = keys_of("http", running.url, ["https://example.org/in/jo"])
        watching = watch(tmp_path, time, keys)
        watching.collect()
        assert watching.profiles()["p7"]["same_as"] == ["https://example.org/p7"]


def test_many_names_that_were_given_on_stop_none_of_the_others(tmp_path, time):
    """Each is told of; it is no sign of a service that says nothing."""
    logins = [f"user-{number}" for number in range(1, 8)]
    with service(time) as running:
        github = Github(running)
        github.add(*(user(number) for number in range(1, 8)))
        watching = watch(tmp_path, time, keys_of("github", running.url, logins))
        watching.collect()
        time.next_day()
        github.users = {}
        github.add(*(user(number, login=f"new-{number}") for number in range(1, 8)))
        github.add(*(user(90 + number, login=f"user-{number}") for number in range(1, 8)))
        assert "7 names given to somebody else" in str(watching.collect().wrong)
        assert watching.people() == {str(number) for number in range(1, 8)}


@pytest.mark.slow
def test_another_account_under_a_login_is_another_person_at_every_source(tmp_path, time):
    """An item that names the login goes on meaning the account that had it: nobody has moved."""
    with ExitStack() as stack:
        github = Github(stack.enter_context(service(time)))
        wikidata = Wikidata(stack.enter_context(service(time)))
        github.add(*(user(number, "Example Corp") for number in range(1, 21)))
        stated = statement("a", "Q100")
        linked = {"rank": "normal", "value": {"type": "value", "content": "user-1"}}
        names = {"P108": [stated], "P2037": [linked]}
        wikidata.items["Q1"] = item("Q1", stated, name="Person 1", statements=names)
        github.members["example-corp"] = [*range(1, 21)]
        header = f'contact = "{CONTACT}"\npurpose = "a test"\nlicence = "CC0"\nretention = "365d"\n'
        (tmp_path / "config.toml").write_text(
            f'[sources.remote]\n{header}kind = "github"\nbase_url = "{github.running.url}"\n'
            'watch = { organizations = ["example-corp"], ids = ["user-1"] }\n'
            f'[sources.items]\n{header}kind = "wikidata"\nbase_url = "{wikidata.running.url}"\n'
            'watch = { ids = ["Q1"] }\n',
            encoding="utf-8",
        )
        accounts, items = Watch(tmp_path, time), Watch(tmp_path, time, "items")
        for _ in range(2):
            accounts.collect()
            items.collect()
            time.next_day()
            # The account has another login now, and who has the old one is a member as well.
            github.add(user(1, "Example Corp", login="renamed"))
            github.add(user(99, "Sample Labs", login="user-1", name="Somebody Else"))
            github.members["example-corp"] = [*range(1, 21), 99]
        time.now = time.now.replace(day=3)
    profiles = accounts.profiles()
    old = "https://github.com/user-1"
    assert profiles["1"]["same_as"] == ["https://github.com/renamed", old]
    assert (profiles["99"]["url"], profiles["99"]["same_as"]) == (old, [])
    told = [lack.text for lack in progress_of(accounts.plan, time.now).lacks]
    assert any(f"{old} (1 had it, 99 has it now)" in text for text in told)
    came = came_of(accounts, "Example Corp", ["2026-11-02", "2026-11-03"])
    assert (came.moves, came.links) == ([], [])


@pytest.mark.parametrize("kind", RIGHT)
def test_one_id_that_is_written_wrong_stops_none_of_the_others(tmp_path, time, kind):
    """It is said, with what is right; a list of which all is wrong asks nobody."""
    with service(time) as running:
        running.answer = lambda _: Said.json({"data": {}}, status=404)
        watching = watch(tmp_path, time, keys_of(kind, running.url, ["!?", RIGHT[kind]]))
        collected = watching.collect()
        assert len(running.asked) >= 1
    assert not collected.is_complete
    assert "1 name of the watch list cannot be asked for, such as '!?' is no" in str(
        collected.wrong
    )
    lacks = standing_of(progress_of(watching.plan, time.now))
    assert [lack.count for lack in lacks if lack.what == "wrong_ids"] == [1]


def test_commands_say_what_of_a_watch_list_is_left_out(tmp_path, time):
    """Whoever tries a source sees it before the first run does, and a run says it again."""
    with service() as running:
        Github(running).add(user(7))
        watch(tmp_path, time, keys_of("github", running.url, ["!?", "7"]))
        config = ("--config", str(tmp_path / "config.toml"))
        tried, done = run_here("sources", "test", "remote", *config), run_here("run", *config)
    assert "Left out: '!?' is no login at GitHub" in tried.stdout
    assert done.returncode == 0, done.stdout
    assert "remote: 1 name of the watch list cannot be asked for, such as '!?'" in done.stdout


def test_every_kind_of_service_is_tried_here():
    """A new connector has ids of a form, or names, or neither: then it is named here."""
    assert {*RIGHT, *OF_OTHERS} == {*CONNECTORS} - {"pages"}


@pytest.mark.long
def test_operators_are_told_of_a_wrong_id_and_of_a_name_given_on_at_once(tmp_path, time):
    """One notice each, and one when the watch list is mended; the run goes on and exits with 0."""
    with service(time) as running:
        github = Github(running)
        github.add(user(7, login="jo"), user(8, login="al"))

        def run(*ids: str) -> tuple[list[str], list[str]]:
            (tmp_path / "config.toml").write_text(
                'operations = ["f"]\n[channels.f]\nkind = "file"\npath = "out.jsonl"\n'
                f'[sources.remote]\ncontact = "{CONTACT}"\npurpose = "a test"\nlicence = "x"\n'
                f'retention = "365d"\n{keys_of("github", running.url, [*ids])}\n',
                encoding="utf-8",
            )
            settings = load_settings(tmp_path / "config.toml")
            done = run_once(settings, Wanted(assembly=assembly, clock=lambda: time.now))
            assert done.errors == []
            time.next_day()
            text = (tmp_path / "out.jsonl").read_text("utf-8")
            titles = [json.loads(line)["title"] for line in text.splitlines()]
            return [title for title in titles if "watch list" in title], [*done.notes]

        (tmp_path / "rules").mkdir()
        (tmp_path / "out.jsonl").touch()
        assert run("jo", "al") == ([], [])
        fails, works = "The watch list of remote fails", "The watch list of remote works again"
        told, notes = run("jo", "al", "!?")
        assert told == [fails]
        assert "1 name of the watch list cannot be asked for" in notes[0]
        assert run("jo", "al", "!?")[0] == [fails]
        assert run("jo", "al")[0] == [fails, works]
        github.add(user(7, login="jo-new"), user(9, login="jo"))
        told, notes = run("jo", "al")
        assert told == [fails, works, fails]
        assert "login jo (7 had it, 9 has it now)" in notes[0]
