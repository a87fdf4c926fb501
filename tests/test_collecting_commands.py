"""Services are asked by commands, and by runs when they are due."""

import json
import os
import re
import signal
import subprocess
import sys
import time as real_time

import pytest
from command_line import run_here
from orcid_service import OrcidService, employment, orcid_id, record
from services import CONTACT, Said, VirtualTime, Watch, service, watch

from monitor.base.settings import load_settings
from monitor.cli.options import assembly
from monitor.operations.run import Wanted, run_once

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture
def remote():
    """A service with five people at one employer."""
    with service() as running:
        running.answer = answer
        yield running


def answer(asked):
    """Say where somebody works."""
    person = asked.path.rpartition("/")[2]
    record = {"id": person, "positions": [{"organization": "Meta"}]}
    return Said.json(record, X_RateLimit_Remaining="41")


@pytest.fixture
def folder(tmp_path, remote):
    """A folder that follows five people at the service."""
    return begun(tmp_path, remote.url, 5)


def begun(root, url, people, more=""):
    """Write a configuration that follows so many people, without any distance between requests."""
    ids = ", ".join(f'"p{number}"' for number in range(people))
    (root / "config.toml").write_text(
        f'[sources.remote]\nkind = "http"\nurl = "{url}/people/{{id}}"\ncontact = "{CONTACT}"\n'
        f'purpose = "a test"\nretention = "365d"\nlimits = {{ spacing = 0 }}\n{more}\n'
        f"[sources.remote.watch]\nids = [{ids}]\n",
        encoding="utf-8",
    )
    return root


def asked(folder, *arguments):
    """Run a command in a folder and return its JSON records."""
    done = run_here(*arguments, "--json", "--config", str(folder / "config.toml"))
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_sources_test_shows_one_record_what_it_cost_and_the_limits(folder, remote):
    """Nothing is kept of it."""
    (record,) = asked(folder, "sources", "test", "remote")
    assert record["profile"]["id"] == "p0"
    assert record["requests"] == 1
    assert record["limits"] == {"x-ratelimit-remaining": "41"}
    assert len(remote.asked) == 1
    assert not list((folder / "snapshots").glob("inbox/*/*.jsonl"))


def test_sources_list_says_that_nobody_was_looked_at_yet(folder):
    """A service that was never asked has nobody, and no limit of its own."""
    (before,) = asked(folder, "sources", "list")
    assert (before["followed"], before["looked_at"], before["left_today"]) == (0, None, None)


def test_a_budget_is_told_by_list(folder, remote):
    """Three of five are looked at, and nothing is left of the day."""
    begun(folder, remote.url, 5, "budget = 3")
    (done,) = asked(folder, "sources", "collect", "remote")
    assert (done["requests"], done["people"], done["complete"]) == (3, 3, False)
    assert "the budget of 3 requests a day is spent" in done["note"]
    (row,) = asked(folder, "sources", "list")
    assert (row["followed"], row["left_today"]) == (3, 0)
    assert re.fullmatch(
        r"left alone until .* UTC: the budget of 3 requests a day is spent \(once that is mended,"
        r" `talentwatch sources collect remote --anyway` asks at once\)",
        row["waits"],
    )


def test_a_service_that_wants_to_be_left_alone_is_asked_at_once_by_the_command_that_list_names(
    folder, remote
):
    """Otherwise nobody asks it before then."""
    remote.answer = lambda _: Said(status=503, headers={"Retry-After": "999999999"})
    (parked,) = asked(folder, "sources", "collect", "remote")
    assert "said 503, and to wait for 999,999,999 seconds" in parked["note"]
    remote.answer = answer
    asked(folder, "sources", "collect", "remote")
    assert len(remote.asked) == 1
    (row,) = asked(folder, "sources", "list")
    (command,) = re.findall("`talentwatch (.*)`", row["waits"])
    (done,) = asked(folder, *command.split())
    assert (done["complete"], done["people"]) == (True, 5)
    (row,) = asked(folder, "sources", "list")
    assert row["waits"] is None


def test_status_says_why_a_service_is_left_alone_and_who_is_not_found_there(folder, remote):
    """A budget that is spent, and an id that nobody has, are no failure, and are not silent."""
    remote.answer = lambda one: Said(status=404) if one.path.endswith("p3") else answer(one)
    begun(folder, remote.url, 5, "budget = 4")
    config = ("--config", str(folder / "config.toml"))
    run_here("run", *config)
    told = run_here("status", *config).stdout
    assert "left alone until" in told
    assert "the budget of 4 requests a day is spent" in told
    assert "source remote: 1 name of the watch list not found there, such as 'p3'" in told
    (folder / "snapshots" / "inbox" / "remote" / "work.sqlite").unlink()
    for day in (folder / "snapshots" / "inbox" / "remote").glob("*.jsonl"):
        day.unlink()
    begun(folder, remote.url, 5)
    asked(folder, "sources", "collect", "remote")
    (row,) = asked(folder, "sources", "list")
    assert row["waits"] == "1 name of the watch list not found there, such as 'p3'"


def test_a_run_asks_the_services_that_are_due_and_takes_in_what_they_say(folder, remote):
    """One command from a service to a snapshot; the next run of the day asks nobody."""
    config = ("--config", str(folder / "config.toml"))
    done = run_here("run", "--json", *config)
    assert done.returncode == 0, done.stderr
    (snapshot,) = json.loads(done.stdout)["sources"]["remote"]
    assert (snapshot["profiles"], snapshot["verdict"]) == (5, "baseline")
    run_here("run", *config)
    assert len(remote.asked) == 5


def test_a_service_that_does_not_answer_is_named_and_the_run_exits_with_1(folder, remote):
    """The other sources go on, and the operator knows which one to look at."""
    remote.answer = lambda _asked: Said(status=401)
    done = run_here("run", "--json", "--config", str(folder / "config.toml"))
    assert done.returncode == 1
    assert "remote: http://127.0.0.1" in done.stdout
    assert "refused us (401)" in done.stdout


def test_a_service_of_which_nobody_can_be_reached_is_named_by_run_and_by_list(folder, remote):
    """There is no file by which the run could tell; what one request said is said again."""
    text = (folder / "config.toml").read_text(encoding="utf-8")
    (folder / "config.toml").write_text(text.replace('"p1", "p2", "p3", "p4"', '"p1"'))
    remote.answer = lambda _asked: Said(body=b"<html>busy</html>")
    done = run_here("run", "--json", "--config", str(folder / "config.toml"))
    assert done.returncode == 1
    assert "remote: 2 could not be reached, such as" in done.stdout
    (row,) = asked(folder, "sources", "list")
    assert row["waits"].startswith("2 could not be reached, such as")


def test_somebody_who_cannot_be_reached_is_no_failure_of_the_run(folder, remote):
    """The others are in the file, which says how many were looked at; list says why."""
    remote.answer = lambda one: Said(body=b"?") if one.path.endswith("p3") else answer(one)
    for _ in range(2):
        done = run_here("run", "--json", "--config", str(folder / "config.toml"))
        assert done.returncode == 0, done.stdout
    (row,) = asked(folder, "sources", "list")
    assert row["waits"].startswith("1 could not be reached, such as")


def test_where_nobody_is_named_nothing_that_is_said_of_a_service_names_anybody(folder, remote):
    """Neither whom it does not answer for or does not know, nor what it was asked last."""
    config = folder / "config.toml"
    config.write_text(f'names = "none"\n{config.read_text(encoding="utf-8")}', encoding="utf-8")
    troubles = {"p1": Said(status=500), "p2": Said(status=404), "p3": Said(body=b'{"id": "p3')}
    remote.answer = lambda asked: troubles.get(asked.path.rpartition("/")[2]) or answer(asked)
    said = []
    for command in (["run"], ["status"], ["status", "--json"], ["sources"]):
        done = run_here(*command, "--config", str(config))
        said.append(done.stdout + done.stderr)
    assert "2 could not be reached" in said[1]
    assert "1 name of the watch list not found there" in said[1]
    (folder / "snapshots" / "inbox" / "remote" / "work.sqlite").unlink()
    for file in (folder / "snapshots" / "inbox" / "remote").glob("*.jsonl"):
        file.unlink()
    remote.answer = lambda _: Said(status=403)
    done = run_here("run", "--config", str(config))
    assert "answers in a row say nothing; the next run goes on" in done.stderr
    assert re.findall(r".{60}\bp[0-4]\b.{60}", "".join((*said, done.stderr))) == []


def test_a_day_that_stands_for_the_present_one_asks_nobody(folder, remote):
    """A service shows what there is now, and no other day; whoever waits for it is told."""
    done = run_here("run", "--now", "2026-11-02", "--config", str(folder / "config.toml"))
    assert not remote.asked
    assert "remote: the service was not asked" in done.stdout


def test_a_source_of_files_cannot_be_collected(tmp_path):
    """It says so, and nothing is done."""
    (tmp_path / "config.toml").write_text('[sources.press]\nkind = "files"\n', encoding="utf-8")
    done = run_here("sources", "collect", "press", "--config", str(tmp_path / "config.toml"))
    assert done.returncode == 2
    assert "press is fed with files" in done.stderr


@pytest.mark.parametrize(
    ("people", "limits"),
    [
        pytest.param(200, "limits = { spacing = 0 }", marks=pytest.mark.slow),
        pytest.param(10_000, "", marks=pytest.mark.long),
    ],
)
def test_a_killed_collection_sends_no_request_twice_but_the_one_in_flight(
    tmp_path, people, limits, record_property
):
    """Killed three times, at the limit of ORCID, it goes on; its file is an undisturbed one's."""
    folders, time = [tmp_path / "killed", tmp_path / "undisturbed"], VirtualTime()
    ids = [orcid_id(number) for number in range(1, people + 1)]
    orcid = {who: record(who, employment(at, f"Org {at % 7}")) for at, who in enumerate(ids)}
    with service(time) as running:
        running.answer = OrcidService(records=orcid)
        for folder in folders:
            folder.mkdir()
            keys = f'kind = "orcid"\nbase_url = "{running.url}"\nwatch = {{ file = "ids.txt" }}'
            watch(folder, time, f"{keys}\n{limits}")
            (folder / "ids.txt").write_text("\n".join(ids), encoding="utf-8")
        command = [sys.executable, "-m", "monitor", "sources", "collect", "remote"]
        command += ["--config", str(folders[0] / "config.toml")]
        began = real_time.monotonic()
        for part in (1, 2, 3):
            with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
                while len(running.asked) < part * people // 4:
                    assert process.poll() is None
                    real_time.sleep(0.01)
                os.kill(process.pid, signal.SIGKILL)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=3600)
        seconds = real_time.monotonic() - began
        asked, paths = len(running.asked), {*running.paths}
        assert Watch(folders[1], time).collect().is_complete
    assert asked <= people + 3
    assert paths == {f"/{who}/record" for who in ids}
    assert limits or seconds >= 0.1 * (people - 4)
    ((killed,), (whole,)) = ([*one.glob("snapshots/inbox/*/*.jsonl")] for one in folders)
    assert killed.read_bytes() == whole.read_bytes()
    record_property(
        "proved",
        f"{people:,} records of ORCID in {seconds:,.0f} s, killed 3 times, {asked:,} requests;"
        " the file is that of an undisturbed collection, byte for byte",
    )


@pytest.mark.long
def test_many_who_may_not_be_read_are_told_of_once_and_not_again_each_day(tmp_path):
    """Six refused people before one who is read: the first run fails, and no notice comes of it."""
    time, orcid = VirtualTime(), OrcidService()
    people = [orcid_id(number) for number in range(1, 8)]
    orcid.forbidden = {*people[:6]}
    orcid.records = {people[6]: record(people[6], employment(1, "Meta"))}
    with service(time) as running:
        running.answer = orcid
        (tmp_path / "rules").mkdir()
        (tmp_path / "config.toml").write_text(
            f'operations = ["f"]\n[channels.f]\nkind = "file"\npath = "out.jsonl"\n'
            f'[sources.orcid]\nkind = "orcid"\nbase_url = "{running.url}"\n'
            f'contact = "{CONTACT}"\npurpose = "a test"\nlicence = "CC0"\nretention = "365d"\n'
            f"watch = {{ ids = {people} }}\n",
            encoding="utf-8",
        )
        settings = load_settings(tmp_path / "config.toml")
        failed = []
        for _ in range(6):
            done = run_once(settings, Wanted(assembly=assembly, clock=lambda: time.now))
            failed.append(bool(done.errors))
            time.next_day()
    assert failed == [True, *[False] * 5]
    notices = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    titles = [json.loads(line)["title"] for line in notices]
    assert titles
    assert [title for title in titles if "fails" in title or "works again" in title] == []
