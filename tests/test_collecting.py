"""Services are asked politely, and what is interrupted goes on where it was."""

import gzip
import re
import time as real_time
import tracemalloc
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from threading import Lock
from typing import Any

import orjson
import pytest
import zstandard
from orcid_service import OrcidService, employment, orcid_id, record
from services import BEGAN, CONTACT, Said, VirtualTime, revalidated, service, watch

from monitor.base.errors import LeaseHeld, SourceError, UsageError
from monitor.base.settings import load_settings
from monitor.intake.collecting.client import Client, Manners, Parked
from monitor.intake.collecting.exchange import Bounds, NotReached, Request
from monitor.intake.collecting.kept.work import Work
from monitor.intake.collecting.planning import progress_of
from monitor.intake.profiles.schema import Refusal, judge
from monitor.operations.collecting import forget_followed


def profile(person, organization="Meta", **more):
    """Return a profile of one position."""
    return {
        "id": person,
        "name": person.title(),
        "positions": [{"organization": organization}],
    } | more


def people(count):
    """Return a service's answer to a request for one person of so many."""

    def answer(asked):
        number = int(asked.path.rpartition("/p")[2])
        return Said.json(profile(f"p{number}")) if number <= count else Said(status=404)

    return answer


def each(url, count, more=""):
    """Return the keys of a source with one address a person."""
    ids = ", ".join(f'"p{number}"' for number in range(1, count + 1))
    return (
        f'kind = "http"\nurl = "{url}/people/{{id}}"\n{more}\n[sources.remote.watch]\nids = [{ids}]'
    )


@pytest.fixture
def time():
    """A clock that stands still until somebody sleeps."""
    return VirtualTime()


@pytest.fixture
def remote(time):
    """A service that runs."""
    with service(time) as running:
        yield running


@pytest.fixture
def client(time, remote):
    """A client that asks the service."""

    def make(**options):
        manners = Manners(source="remote", contact=CONTACT, base_url=remote.url, **options)
        return Client(manners, time.clock)

    return make


def ask(client, remote, path="/", **options):
    """Ask for one path."""
    with client:
        return client.fetch(Request(url=remote.url + path, **options))


# -- manners ---------------------------------------------------------------------------------------


def test_every_request_says_who_asks(client, remote):
    """A service that has a question finds whom to put it to."""
    remote.answer = lambda _asked: Said.json({})
    ask(client(), remote)
    said = remote.asked[0].headers["user-agent"]
    assert re.fullmatch(rf"talentwatch/\S+ \(\+{re.escape(CONTACT)}\) httpx/[\d.]+", said)


def test_a_source_without_a_contact_refuses_to_start_and_says_what_to_write():
    """Nobody is asked by somebody unknown."""
    with pytest.raises(SourceError, match=r"write contact = .*\[sources.remote\]"):
        Manners(source="remote", contact="me", base_url="https://example.org")


@pytest.mark.parametrize("missing", ["contact", "purpose", "retention"])
def test_a_connector_needs_contact_purpose_and_retention(tmp_path, time, missing):
    """What people are looked at for is written down before anybody is asked."""
    written = watch(tmp_path, time, each("http://127.0.0.1:1", 1)).folder / "config.toml"
    lines = written.read_text(encoding="utf-8").splitlines()
    written.write_text("\n".join(line for line in lines if not line.startswith(missing)))
    with pytest.raises(UsageError, match=missing):
        load_settings(written)


def test_requests_to_a_host_keep_their_distance(client, remote):
    """The third request comes two spacings after the first."""
    remote.answer = lambda _asked: Said.json({})
    with client(spacing=2) as asking:
        for _ in range(3):
            asking.fetch(Request(url=remote.url))
    assert [(belief.at - BEGAN).total_seconds() for belief in remote.asked] == [0, 2, 4]


@pytest.mark.parametrize(
    ("asked", "waited"),
    [("7", 7), (format_datetime(BEGAN + timedelta(seconds=90), usegmt=True), 90), (None, 1)],
    ids=["seconds", "a date", "nothing"],
)
def test_a_service_that_is_too_busy_is_asked_again_when_it_says(
    client, remote, time, asked, waited
):
    """Retry-After is obeyed in both forms; without it the wait is our own."""
    busy = Said(status=429, headers={} if asked is None else {"Retry-After": asked})
    remote.answer = lambda _asked: busy if len(remote.asked) == 1 else Said.json({"well": True})
    assert ask(client(spacing=0), remote).json() == {"well": True}
    assert sum(time.slept) == waited


def test_without_a_word_each_wait_is_longer(client, remote, time):
    """A service in trouble is not knocked at."""
    remote.answer = lambda _asked: Said(status=503)
    with pytest.raises(NotReached, match="said 503, 4 times"):
        ask(client(spacing=0, retries=3), remote)
    assert time.slept == [1, 2, 4]


@pytest.mark.parametrize(
    ("asked", "rest"),
    [
        ("90000", timedelta(seconds=90_000)),
        ("604799", timedelta(seconds=604_799)),
        ("604801", timedelta(days=7)),
        ("9" * 400, timedelta(days=7)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", timedelta(days=7)),
    ],
)
def test_a_service_that_asks_for_a_long_wait_is_left_alone_until_then(client, remote, asked, rest):
    """Nobody sleeps for a day: the source is parked, and the moment is known, within a week."""
    remote.answer = lambda _asked: Said(status=429, headers={"Retry-After": asked})
    with pytest.raises(Parked, match=r"to wait for [\d,]+ seconds") as parked:
        ask(client(), remote)
    assert parked.value.until == BEGAN + rest
    assert len(remote.asked) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 422, 500])
def test_other_refusals_are_not_asked_again(client, remote, status):
    """What another try cannot change costs one request."""
    remote.answer = lambda _asked: Said(status=status)
    assert ask(client(), remote).status == status
    assert len(remote.asked) == 1


def test_an_answer_that_is_cut_off_is_asked_for_again(client, remote):
    """Half of an answer is none."""
    remote.answer = lambda _asked: Said(body=b"{}", cut=len(remote.asked) == 1)
    assert ask(client(), remote).json() == {}
    assert len(remote.asked) == 2


def test_an_answer_that_is_too_large_is_refused(client, remote):
    """Memory is bounded by the configuration, not by the service."""
    remote.answer = lambda _asked: Said(body=b"x" * 5000)
    with pytest.raises(NotReached, match="larger than 4,096 bytes"):
        ask(client(bounds=Bounds(body=4096)), remote)


def zeros(packing, mebibytes):
    """Return a body of zeros, packed by zstandard or gzip."""
    if packing == "zstd":
        return zstandard.compress(bytes(mebibytes << 20))
    return gzip.compress(bytes(mebibytes << 20))


@pytest.mark.parametrize(("packing", "said"), [("gzip", "larger than"), ("zstd", "packed as")])
def test_an_answer_that_unpacks_to_far_more_takes_no_memory(client, remote, packing, said):
    """Of a few thousand bytes that stand for 64 MiB no more is unpacked than may be kept."""
    body = zeros(packing, 64)
    remote.answer = lambda _asked: Said(headers={"Content-Encoding": packing}, body=body)
    tracemalloc.start()
    try:
        with pytest.raises(NotReached, match=said):
            ask(client(bounds=Bounds(body=1 << 20)), remote)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()
    assert remote.asked[0].headers["accept-encoding"] == "gzip"


def test_an_answer_that_is_packed_is_read_whole_or_not_at_all(client, remote):
    """Parts that follow each other are one; without its end it says nothing; 304 has no body."""
    parts = gzip.compress(b'{"a": ') + gzip.compress(b"1}")
    packed = {"Content-Encoding": "gzip"}
    with client(spacing=0) as asking:
        remote.answer = lambda _asked: Said(headers=packed, body=parts)
        assert asking.fetch(Request(url=remote.url)).json() == {"a": 1}
        remote.answer = lambda _asked: Said(headers=packed, body=parts[:-3])
        with pytest.raises(NotReached, match="cannot be unpacked"):
            asking.fetch(Request(url=remote.url))
        remote.answer = lambda _asked: Said(status=304, headers=packed)
        assert asking.fetch(Request(url=remote.url)).status == 304


def test_an_answer_that_drips_is_cut_off(client, remote):
    """One byte at a time keeps nobody waiting for ever."""
    remote.answer = lambda _asked: Said(drips=0.02)
    with pytest.raises(NotReached, match=r"no end within 0\.2 seconds"):
        ask(client(bounds=Bounds(seconds=0.2), retries=0), remote)


def test_redirects_are_followed_and_told(client, remote):
    """A record that moved for good says where it is."""
    remote.answer = lambda asked: (
        Said(status=301, headers={"Location": "/new"}) if asked.path == "/old" else Said.json({})
    )
    answer = ask(client(), remote, "/old")
    assert answer.is_moved
    assert answer.url == f"{remote.url}/new"


def test_a_ring_of_redirects_ends(client, remote):
    """Nobody is sent around for ever."""
    remote.answer = lambda _asked: Said(status=302, headers={"Location": "/"})
    with pytest.raises(NotReached, match="more than 5 redirects"):
        ask(client(), remote)
    assert len(remote.asked) == 6


@pytest.mark.parametrize("place", ["http://10.0.0.1/", "http://[fd00::1]/", "http://169.254.0.1/"])
def test_a_redirect_into_a_private_network_is_refused(client, remote, place):
    """A service cannot make us ask a neighbour."""
    remote.answer = lambda _asked: Said(status=302, headers={"Location": place})
    with pytest.raises(NotReached, match="private network"):
        ask(client(), remote)


def test_this_machine_is_asked_only_where_the_configuration_names_it(remote, time):
    """A public service that leads to us is refused."""
    manners = Manners(source="remote", contact=CONTACT, base_url="https://example.org")
    with pytest.raises(NotReached, match="private network"):
        ask(Client(manners, time.clock), remote)
    assert not remote.asked


@pytest.mark.parametrize("host", ["linkedin.com", "www.linkedin.com", "de.LinkedIn.com."])
def test_linkedin_is_never_asked(client, remote, host):
    """Its terms bar it, whatever leads there."""
    remote.answer = lambda _asked: Said(status=302, headers={"Location": f"http://{host}/in/ada"})
    with pytest.raises(NotReached, match="its terms forbid it"):
        ask(client(), remote)


def test_an_address_at_linkedin_is_refused_by_name(time):
    """A source that names it stops at once."""
    manners = Manners(source="remote", contact=CONTACT, base_url="https://www.linkedin.com")
    with pytest.raises(SourceError, match="its terms forbid it") as error:
        Client(manners, time.clock).fetch(Request(url="https://www.linkedin.com/in/ada"))
    assert not isinstance(error.value, NotReached)


def test_one_person_who_leads_to_linkedin_stops_nobody_else(tmp_path, remote, time):
    """The person stays as last seen, and everybody else is looked at."""
    others = people(3)
    remote.answer = lambda asked: (
        Said(status=302, headers={"Location": "http://www.linkedin.com/in/ada"})
        if asked.path.endswith("/p1")
        else others(asked)
    )
    watching = watch(tmp_path, time, each(remote.url, 3))
    collected = watching.collect()
    assert (collected.failed, collected.looked_at) == (1, 2)
    assert "its terms forbid it" in str(collected.note)


def test_a_secret_is_not_sent_on_to_another_host(client, remote, time):
    """A redirect takes no key along."""
    with service(time) as other:
        other.answer = lambda _asked: Said.json({})
        place = other.url.replace("127.0.0.1", "localhost")
        remote.answer = lambda _asked: Said(status=302, headers={"Location": place})
        ask(client(), remote, headers={"Authorization": "Bearer secret"})
        assert "authorization" not in other.asked[0].headers


@pytest.mark.parametrize("header", ["Authorization", "X-Own-Key"])
def test_what_lets_us_in_is_written_down_nowhere(tmp_path, remote, time, monkeypatch, header):
    """It goes to the service alone, and stands in no file of the source."""
    monkeypatch.setenv("KEY", "hidden-word")
    remote.answer = people(2)
    keys = (
        'token = { env = "KEY" }'
        if header == "Authorization"
        else f'headers = {{ {header} = {{ env = "KEY" }} }}'
    )
    watching = watch(tmp_path, time, each(remote.url, 2, keys))
    watching.collect()
    assert all("hidden-word" in one.headers[header.lower()] for one in remote.asked)
    files = [path for path in watching.folder.rglob("*") if path.is_file()]
    assert any(path.name == "work.sqlite" for path in files)
    assert not [path for path in files if b"hidden-word" in path.read_bytes()]


@pytest.mark.parametrize("header", ["Authorization", "X-Own-Key"])
def test_what_lets_us_in_is_for_one_host_alone(client, remote, time, header):
    """A redirect takes none of it along, however it is called; another host is not sent it."""
    with service(time) as other:
        other.answer = lambda _asked: Said.json({})
        remote.answer = lambda _asked: Said(status=302, headers={"Location": other.url})
        ask(client(secrets={header: "hidden-word"}), remote)
        with client(secrets={header: "hidden-word"}, spacing=0) as asking:
            asking.fetch(Request(url=other.url))
        assert header.lower() in remote.asked[0].headers
        assert not [one for one in other.asked if header.lower() in one.headers]


# -- robots rules ----------------------------------------------------------------------------------


def test_the_longest_match_of_robots_rules_counts(client, remote):
    """Allow beats a shorter Disallow, whatever stands first."""
    rules = b"User-agent: *\nDisallow: /team\nAllow: /team/public\nCrawl-delay: 3\n"
    remote.answer = lambda asked: Said(body=rules if asked.path == "/robots.txt" else b"page")
    with client(spacing=1) as asking:
        page = Request(url=f"{remote.url}/team/public/a", is_page=True)
        assert asking.fetch(page).body == b"page"
        asking.fetch(page)
        with pytest.raises(NotReached, match="robots rules"):
            asking.fetch(Request(url=f"{remote.url}/team/b", is_page=True))
    assert remote.paths == ["/robots.txt", "/team/public/a", "/team/public/a"]
    assert (remote.asked[2].at - remote.asked[1].at).total_seconds() == 3


def test_robots_rules_are_read_again_after_a_day_and_an_old_copy_stands_in_trouble(
    client, remote, time
):
    """A site may ask for a minute between two pages, and no more counts."""
    asked_for = b"User-agent: *\nDisallow: /team\nCrawl-delay: 400\n"
    rules = [Said(status=301, headers={"Location": "/rules"}), Said(body=asked_for)]
    rules += [Said(status=503), Said(body=b"")]
    remote.answer = lambda one: (
        rules.pop(0) if one.path in {"/robots.txt", "/rules"} else Said(body=b"page")
    )
    with client(spacing=1, retries=0) as asking:
        for hours, is_allowed in ((0, False), (23, False), (2, False), (24, True)):
            time.now += timedelta(hours=hours)
            asking.fetch(Request(url=f"{remote.url}/a", is_page=True))
            waited = sum(time.slept)
            page = Request(url=f"{remote.url}/team", is_page=True)
            if is_allowed:
                assert asking.fetch(page).body == b"page"
                break
            with pytest.raises(NotReached, match="forbids it by its robots rules"):
                asking.fetch(page)
            asking.fetch(Request(url=f"{remote.url}/b", is_page=True))
            assert sum(time.slept) - waited == 60
    assert rules == []


def test_a_redirect_leads_to_no_page_that_robots_rules_forbid(client, remote, time):
    """The rules of the site that it leads to count, as those of the first one do."""
    rules = b"User-agent: *\nDisallow: /private\n"
    places = {"/team": "/private/team", "/about": "/people"}

    def answer(asked):
        if asked.path == "/robots.txt":
            return Said(body=rules)
        place = places.get(asked.path)
        return (
            Said(body=b"page") if place is None else Said(status=302, headers={"Location": place})
        )

    remote.answer = answer
    with client(spacing=0) as asking, service(time) as other:
        assert asking.fetch(Request(url=f"{remote.url}/about", is_page=True)).body == b"page"
        with pytest.raises(NotReached, match=r"private/team: its site forbids it"):
            asking.fetch(Request(url=f"{remote.url}/team", is_page=True))
        other.answer = lambda _asked: Said(status=503)
        places["/about"] = f"{other.url}/people"
        with pytest.raises(NotReached, match=r"people: its site forbids it"):
            asking.fetch(Request(url=f"{remote.url}/about", is_page=True))
        assert set(other.paths) == {"/robots.txt"}
    assert "/private/team" not in remote.paths


@pytest.mark.parametrize(
    ("status", "is_allowed"), [(404, True), (401, False), (403, False), (500, False), (503, False)]
)
def test_robots_rules_that_cannot_be_read_allow_all_or_nothing(client, remote, status, is_allowed):
    """Without rules all is allowed; a site in trouble is left alone."""
    remote.answer = lambda asked: (
        Said(status=status) if asked.path == "/robots.txt" else Said(body=b"page")
    )
    asking, page = client(retries=0), f"{remote.url}/team"
    with asking:
        if is_allowed:
            assert asking.fetch(Request(url=page, is_page=True)).body == b"page"
        else:
            with pytest.raises(NotReached, match="robots rules"):
                asking.fetch(Request(url=page, is_page=True))


@pytest.mark.parametrize(
    ("rules", "is_allowed"),
    [
        (b"", True),
        (b"<html>User-agent: *<br>Disallow: /</html>", True),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /team", False),
        ("User-agent: *\nDisallow: /team".encode("utf-16"), False),
        (b"USER-AGENT:*\rDISALLOW:/team\r", False),
        (b"User-agent: *\nAllow: /\n\nUser-agent: TalentWatch\nDisallow: /team", False),
        (b"User-agent: *\nDisallow: /\n\nUser-agent: talentwatch\nDisallow: /b", True),
        (
            b"User-agent: talentwatch\nDisallow: /a\n\nuser-agent: TalentWatch/9\nDisallow: /team",
            False,
        ),
        (b"User-agent: other/1.0\nDisallow: /team", True),
        (b"User-agent: *\nDisallow: /*am$", False),
        (b"User-agent: *\nDisallow: /te%61m", False),
        (b"User-agent: *\nCrawl-delay: nan\nCrawl-delay: soon\nDisallow:", True),
        (b"#" * (520 << 10) + b"\nUser-agent: *\nDisallow: /team", True),
    ],
)
def test_robots_rules_of_any_shape_are_understood(client, remote, rules, is_allowed):
    """Marks, encodings, ends of lines, groups and versions; what is behind 512 KiB is not read."""
    remote.answer = lambda asked: Said(body=rules if asked.path == "/robots.txt" else b"page")
    with client(spacing=0) as asking:
        page = Request(url=f"{remote.url}/team", is_page=True)
        if is_allowed:
            assert asking.fetch(page).body == b"page"
        else:
            with pytest.raises(NotReached, match="robots rules"):
                asking.fetch(page)
    assert remote.paths == ["/robots.txt", *(["/team"] if is_allowed else [])]


# -- rounds ----------------------------------------------------------------------------------------


def test_a_round_writes_the_file_of_its_day(tmp_path, remote, time):
    """What was collected is a file as people would bring it."""
    remote.answer = people(3)
    watching = watch(tmp_path, time, each(remote.url, 3))
    collected = watching.collect()
    assert collected.is_complete
    assert collected.written == (tmp_path / "snapshots/inbox/remote/2026-11-02.jsonl",)
    assert watching.profiles() == {f"p{one}": profile(f"p{one}") for one in (1, 2, 3)}


def test_a_day_is_looked_at_once(tmp_path, remote, time):
    """A second collection of the day asks nobody."""
    remote.answer = people(2)
    watching = watch(tmp_path, time, each(remote.url, 2))
    watching.collect()
    again = watching.collect()
    assert len(remote.asked) == 2
    assert again.note == "it was looked at today already: a day has one file"
    assert again.is_complete


def test_what_did_not_change_is_neither_sent_nor_read_again(tmp_path, remote, time):
    """The marks go back word for word, and the profile stands as seen today."""
    etag, modified = 'W/"abc 1"', "Sun, 01 Nov 2026 10:00:00 GMT"
    remote.answer = lambda asked: (
        Said(status=304)
        if asked.headers.get("if-none-match") == etag
        else Said.json(profile("p1"), ETag=etag, Last_Modified=modified)
    )
    watching = watch(tmp_path, time, each(remote.url, 1))
    watching.collect()
    time.next_day()
    assert watching.collect().unchanged == 1
    assert remote.asked[1].headers["if-none-match"] == etag
    assert remote.asked[1].headers["if-modified-since"] == modified
    assert watching.profiles() == {"p1": profile("p1")}


def test_a_spent_budget_leaves_the_others_as_last_seen(tmp_path, remote, time):
    """Who was not reached is in the file with the day on which they were seen."""
    remote.answer = people(3)
    watching = watch(tmp_path, time, each(remote.url, 3))
    watching.collect()
    time.next_day()
    watching = watch(tmp_path, time, each(remote.url, 3, "budget = 2"))
    partial = watching.collect()
    assert not partial.is_complete
    assert "the budget of 2 requests a day is spent" in str(partial.note)
    assert [profile.get("seen_on") for profile in watching.profiles().values()] == [
        None,
        None,
        "2026-11-02",
    ]
    time.next_day()
    assert watching.collect().is_complete
    assert remote.paths[3:] == ["/people/p1", "/people/p2", "/people/p3"]
    assert [profile.get("seen_on") for profile in watching.profiles().values()] == [
        *("2026-11-03", "2026-11-03", None)
    ]


def test_a_stop_goes_on_where_it_was(tmp_path, remote, time):
    """No request is sent twice but the one in flight."""

    def answer(asked):
        time.is_stopped = len(remote.asked) == 2
        return people(4)(asked)

    remote.answer = answer
    watching = watch(tmp_path, time, each(remote.url, 4))
    with pytest.raises(KeyboardInterrupt):
        watching.collect()
    assert not list(watching.plan.folder.glob("*.jsonl"))
    later = VirtualTime(BEGAN + timedelta(hours=1))
    remote.answer, remote.time, watching.time = people(4), later, later
    assert watching.collect().is_complete
    assert sorted(remote.paths) == [f"/people/p{one}" for one in (1, 2, 3, 4)]
    assert len(watching.profiles()) == 4


def test_a_round_left_on_another_day_writes_the_file_of_that_day_first(tmp_path, remote, time):
    """What was seen yesterday is told as of yesterday."""
    remote.answer = lambda asked: (
        Said(status=429, headers={"Retry-After": "7200"})
        if len(remote.asked) == 2
        else people(2)(asked)
    )
    watching = watch(tmp_path, time, each(remote.url, 2))
    assert "it goes on from 2026-11-02 08:00 UTC on" in str(watching.collect().note)
    assert not list(watching.plan.folder.glob("*.jsonl"))
    time.next_day()
    assert len(watching.collect().written) == 2
    assert watching.profiles("2026-11-02").keys() == {"p1"}
    assert watching.profiles("2026-11-03")["p1"]["seen_on"] == "2026-11-02"
    assert "seen_on" not in watching.profiles("2026-11-03")["p2"]


def test_somebody_without_an_answer_stays_as_last_seen(tmp_path, remote, time):
    """A server in trouble makes nobody leave."""
    remote.answer = people(2)
    watching = watch(tmp_path, time, each(remote.url, 2))
    watching.collect()
    time.next_day()
    remote.answer = lambda asked: (
        Said(status=503) if asked.path.endswith("p2") else people(2)(asked)
    )
    collected = watching.collect()
    assert collected.failed == 1
    assert watching.profiles()["p2"]["seen_on"] == "2026-11-02"


def test_a_service_that_answers_nobody_is_left_alone_and_nothing_is_written(tmp_path, remote, time):
    """Five in a row are enough; the next run asks for everybody, for these last."""
    remote.answer = lambda _asked: Said(status=502)
    watching = watch(tmp_path, time, each(remote.url, 20, "limits = { retries = 0 }"))
    with pytest.raises(SourceError, match="5 requests in a row found no answer"):
        watching.collect()
    remote.answer = people(20)
    assert watching.collect().is_complete
    assert len(remote.asked) == 25


def test_those_who_never_answer_keep_nobody_else_from_being_looked_at(tmp_path, remote, time):
    """Seven in a row fail for ever: the second run looks at all others, and so does the next day's.

    A run that finds an answer is not stopped by those of whom it was known.
    """
    is_broken = {f"/people/p{number}" for number in range(3, 10)}
    remote.answer = lambda asked: Said(status=502) if asked.path in is_broken else people(12)(asked)
    watching = watch(tmp_path, time, each(remote.url, 12, "limits = { retries = 0 }"))
    with pytest.raises(SourceError, match="goes on, and asks for these last"):
        watching.collect()
    collected = watching.collect()
    assert (collected.failed, collected.is_complete) == (7, False)
    assert watching.profiles().keys() == {"p1", "p2", "p10", "p11", "p12"}
    time.next_day()
    remote.asked.clear()
    assert watching.collect().failed == 7
    assert len(remote.asked) == 12
    time.next_day()
    remote.answer = people(12)
    assert watching.collect().is_complete
    time.next_day()
    remote.asked.clear()
    watching.collect()
    assert remote.paths[2] == "/people/p3"  # who answered is asked in turn again


def test_a_service_that_is_down_is_left_alone_however_often_it_was(tmp_path, remote, time):
    """Five requests a run, though each of them failed before."""
    remote.answer = lambda _asked: Said(status=502)
    watching = watch(tmp_path, time, each(remote.url, 12, "limits = { retries = 0 }"))
    for _ in range(4):
        remote.asked.clear()
        with pytest.raises(SourceError, match="5 requests in a row"):
            watching.collect()
        assert len(remote.asked) == 5
    assert not list(watching.plan.folder.glob("*.jsonl"))


@pytest.mark.parametrize("kind", ["http", "github"])
def test_an_answer_that_stands_too_deep_in_itself_stops_nobody(tmp_path, remote, time, kind):
    """Its person stays as last seen; there is no trace of a program, and others are looked at."""
    deep = Said(body=b"[" * 100_000 + b"]" * 100_000)
    known = {"id": 2, "login": "two", "type": "User", "company": "Meta"}
    remote.answer = lambda asked: (
        deep if asked.path[-1] == "1" else Said.json(known if kind == "github" else profile("p2"))
    )
    keys = (
        each(remote.url, 2)
        if kind == "http"
        else f'kind = "github"\nbase_url = "{remote.url}"\nwatch = {{ ids = ["1", "2"] }}'
    )
    watching = watch(tmp_path, time, keys)
    assert watching.collect().failed == 1
    assert len(watching.profiles()) == 1


def test_whoever_is_added_to_the_watch_list_is_asked_for_in_the_round_at_work(
    tmp_path, remote, time
):
    """A round that a budget spreads over days keeps nobody waiting; nobody is asked for twice."""
    remote.answer = people(4)
    asked = [f"/people/p{number}" for number in (1, 2, 3)]
    watch(tmp_path, time, each(remote.url, 2, "budget = 1")).collect()
    time.next_day()
    watch(tmp_path, time, each(remote.url, 3, "budget = 2")).collect()
    assert remote.paths == asked


@pytest.mark.parametrize("keys", ["", 'records = "people"', 'fields = { id = "id" }'])
def test_an_empty_list_names_nobody(tmp_path, remote, time, keys):
    """The object around it is no record, and nothing is set aside."""
    remote.answer = lambda _asked: Said.json({"people": [], "meta": {"count": 0}})
    for place, more in (("", ""), ("{id}", '[sources.remote.watch]\nids = ["ada"]')):
        source = f'kind = "http"\nurl = "{remote.url}/{place}"\n{keys}\n{more}'
        watching = watch(tmp_path, time, source)
        assert watching.collect().is_complete
        assert watching.profiles() == {}
        time.next_day()


@pytest.mark.parametrize("form", ["json", "csv"])
def test_a_list_that_named_people_and_names_nobody_keeps_them_as_last_seen(
    tmp_path, remote, time, form
):
    """A service that is half broken says the same as one that has nobody any more."""
    pages, csv = {"1": ["p1", "p2"], "2": ["p3"]}, form == "csv"

    def answer(asked):
        listed = [profile(person) for person in pages.get(asked.query["page"], ())]
        rows = "".join(f"{person['id']},Meta\n" for person in listed)
        return Said(body=f"id,organization\n{rows}".encode()) if csv else Said.json({"all": listed})

    remote.answer = answer
    keys = f'kind = "http"\nurl = "{remote.url}"\nformat = "{form}"\nrecords = "all"\n'
    watching = watch(tmp_path, time, keys + 'paging = { parameter = "page", size = 2 }')
    assert watching.collect().is_complete
    pages.clear()
    time.next_day()
    collected = watching.collect()
    assert collected.is_blind
    assert "the list names nobody, and 2 people when it was read last" in str(collected.note)
    pages["1"] = ["p1"]  # a list may become shorter
    time.next_day()
    assert watching.collect().is_complete
    assert watching.people() == {"p1"}


def test_what_is_no_json_is_said_with_what_it_calls_itself(tmp_path, remote, time):
    """Somebody who reads it sees that a page for people came."""
    remote.answer = lambda _: Said(headers={"Content-Type": "text/html"}, body=b"<html>sign in")
    watching = watch(tmp_path, time, f'kind = "http"\nurl = "{remote.url}"')
    assert "not read as json (text/html)" in str(watching.collect().note)


@pytest.mark.parametrize(("status", "reason"), [(410, "deleted"), (451, "hidden")])
@pytest.mark.parametrize("kind", ["http", "github", "wikidata", "openalex", "orcid"])
def test_whoever_is_gone_for_good_or_by_law_is_hidden_at_every_service(
    tmp_path, remote, time, kind, status, reason
):
    """As somebody is who cannot be found, and with the reason."""
    remote.answer = lambda _asked: Said(status=status)
    person = {"http": "p1", "github": "1", "wikidata": "Q1", "openalex": "A5023888391"}.get(
        kind, orcid_id(1)
    )
    place = f'url = "{remote.url}/{{id}}"' if kind == "http" else f'base_url = "{remote.url}"'
    keys = f'kind = "{kind}"\n{place}\n[sources.remote.watch]\nids = ["{person}"]'
    watching = watch(tmp_path, time, keys)
    assert watching.collect().is_complete
    with Work.opened(watching.plan.folder, reading=True) as work:
        assert [(one.id, one.reason) for one in work.withdrawn()] == [(person, reason)]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("github", "nobody"),
        ("github", "77"),
        ("peopledatalabs", "github.com/nobody"),
        ("coresignal", "900001"),
        ("http", "nobody"),
    ],
)
def test_a_name_that_nobody_has_is_told(tmp_path, remote, time, monkeypatch, kind, name):
    """A slip in the watch list is seen, whatever the service makes of it."""
    monkeypatch.setenv("KEY", "hidden-word")
    remote.answer = lambda asked: Said(status=404) if asked.body == b"" else Said.json({"data": {}})
    place = f'url = "{remote.url}/{{id}}"' if kind == "http" else f'base_url = "{remote.url}"'
    licensed = "licence_ack = true\n" if kind in {"peopledatalabs", "coresignal"} else ""
    keys = f'kind = "{kind}"\n{place}\ntoken = {{ env = "KEY" }}\n{licensed}'
    watching = watch(tmp_path, time, f'{keys}[sources.remote.watch]\nids = ["{name}"]')
    watching.collect()
    (lack,) = progress_of(watching.plan, time.now).lacks
    assert lack.text == f"1 name of the watch list not found there, such as {name!r}"


@pytest.mark.parametrize("first", ["one day", "the next day as well"])
def test_the_last_page_given_again_ends_a_list(tmp_path, remote, time, first):
    """A service that gives its last page to whoever asks for one behind it is asked once more."""
    remote.answer = lambda asked: Said.json([profile(f"p{min(int(asked.query['page']), 3)}")])
    keys = f'kind = "http"\nurl = "{remote.url}/list"\npaging = {{ parameter = "page" }}'
    watching = watch(tmp_path, time, keys)
    assert watching.collect().is_complete
    if first != "one day":
        time.next_day()
        remote.asked.clear()
        assert watching.collect().is_complete
    assert [asked.query["page"] for asked in remote.asked] == ["1", "2", "3", "4"]
    assert watching.profiles().keys() == {"p1", "p2", "p3"}


@pytest.mark.parametrize(("pages", "has_end"), [(4, True), (3, False)])
def test_a_list_without_an_end_is_read_so_far_and_takes_nobody_for_gone(
    tmp_path, remote, time, pages, has_end
):
    """`limits.pages` is the most; whoever was in it before stays as last seen."""
    last = 4

    def answer(asked):
        number = int(asked.query["page"])
        return Said.json([profile(f"p{number}")] if number < last else [])

    remote.answer = answer
    keys = (
        f'kind = "http"\nurl = "{remote.url}/list"\npaging = {{ parameter = "page" }}'
        f"\nlimits = {{ pages = {pages} }}"
    )
    watching = watch(tmp_path, time, keys)
    collected = watching.collect()
    assert collected.is_complete is has_end
    assert has_end or "more than 3 pages" in str(collected.note)
    names, last = watching.profiles().keys(), 9
    time.next_day()
    assert not watching.collect().is_complete
    assert watching.profiles().keys() >= names


def test_a_list_without_an_end_ends_though_a_budget_stops_it_day_after_day(tmp_path, remote, time):
    """How much of it was read is kept: two pages a day come to five in three days."""
    remote.answer = lambda asked: Said.json([profile(f"p{asked.query['page']}")])
    keys = (
        f'kind = "http"\nurl = "{remote.url}/list"\npaging = {{ parameter = "page" }}'
        f"\nbudget = 2\nlimits = {{ pages = 5 }}"
    )
    watching = watch(tmp_path, time, keys)
    for _ in range(2):
        assert "the budget of 2 requests" in str(watching.collect().note)
        time.next_day()
    assert "more than 5 pages" in str(watching.collect().note)
    assert [asked.query["page"] for asked in remote.asked] == ["1", "2", "3", "4", "5"]
    # Nor does a page that was given before end it, where a stop lay between the two.
    remote.answer = lambda asked: Said.json([profile(f"p{min(int(asked.query['page']), 3)}")])
    time.next_day()
    assert not watching.collect().is_complete
    time.next_day()
    assert watching.collect().is_complete
    assert watching.profiles().keys() >= {"p1", "p2", "p3"}


@pytest.mark.parametrize(
    ("people_of_page", "asked"), [(lambda _: (1, 2), 50), (lambda n: (n,), 61)]
)
def test_a_list_that_names_the_same_people_for_ever_ends(
    tmp_path, remote, time, people_of_page, asked
):
    """Though each page is another text; a list of one new person a page is read to its end."""

    def answer(one):
        number = int(one.query["page"])
        named = [profile(f"p{who}") for who in people_of_page(number)]
        return Said.json({"stamp": number, "people": named if number < 61 else []})

    remote.answer = answer
    keys = f'kind = "http"\nurl = "{remote.url}/list"\npaging = {{ parameter = "page" }}'
    watching = watch(tmp_path, time, f'{keys}\nrecords = "people"\nlimits = {{ spacing = 0 }}')
    for _ in range(2):
        remote.asked.clear()
        collected = watching.collect()
        assert len(remote.asked) == asked
        assert collected.is_complete is (asked == 61)
        assert asked == 61 or "50 pages of the list name 2 people" in str(collected.note)
        assert len(watching.people()) == (2 if asked == 50 else 60)
        time.next_day()


def test_a_page_that_gets_a_next_one_is_read_though_its_people_stay(tmp_path, remote, time):
    """Which page follows is said beside an answer, not in it."""

    def answer(asked):
        number = asked.query.get("page", "1")
        following = f'<{remote.url}/list?page=2>; rel="next"'
        onward: Any = {"Link": following} if grown else {}
        return Said.json([profile(f"p{number}")], **(onward if number == "1" else {}))

    remote.answer, grown = answer, False
    watching = watch(tmp_path, time, f'kind = "http"\nurl = "{remote.url}/list"')
    watching.collect()
    assert watching.profiles().keys() == {"p1"}
    time.next_day()
    grown = True
    watching.collect()
    assert watching.profiles().keys() == {"p1", "p2"}


def test_somebody_deleted_is_no_longer_in_the_file_and_is_marked_for_erasure(
    tmp_path, remote, time
):
    """Hidden at once, no departure, and erased in 30 days."""
    remote.answer = people(2)
    watching = watch(tmp_path, time, each(remote.url, 2))
    watching.collect()
    time.next_day()
    remote.answer = people(1)
    watching.collect()
    assert watching.profiles().keys() == {"p1"}
    assert (watching.plan.folder / "withdrawn.json").read_text(encoding="utf-8") == (
        '{"source":"remote","id":"p2","day":"2026-11-03","reason":"deleted",'
        '"erase_on":"2026-12-03"}\n'
    )
    time.next_day()
    remote.answer = people(2)
    watching.collect()
    assert watching.profiles().keys() == {"p1", "p2"}
    assert (watching.plan.folder / "withdrawn.json").read_text(encoding="utf-8") == ""


def test_somebody_who_is_erased_is_asked_for_no_more(tmp_path, remote, time):
    """Nothing of them is left in the work file, and the file of the next day has the others."""
    remote.answer = people(3)
    watching = watch(tmp_path, time, each(remote.url, 3))
    watching.collect()
    settings = load_settings(tmp_path / "config.toml")
    assert forget_followed(settings, {"remote": ["p2"], "press": ["p1"]})
    assert b"P2" not in (watching.plan.folder / "work.sqlite").read_bytes()
    time.next_day()
    watching.collect()
    assert remote.paths[3:] == ["/people/p1", "/people/p3"]
    assert watching.profiles().keys() == {"p1", "p3"}


def test_one_process_collects_a_source_at_a_time(tmp_path, time):
    """A second one is told, and leaves it alone."""
    watching = watch(tmp_path, time, each("http://127.0.0.1:1", 1))
    with Work.opened(watching.plan.folder), pytest.raises(LeaseHeld, match="another process"):
        watching.collect()


# -- lists in pages --------------------------------------------------------------------------------

LIST = [profile(f"p{number}") for number in range(1, 6)]


def of_pages(style):
    """Return a service with two people a page, the keys that read it, and its requests."""

    def answer(asked):
        match style:
            case "link":
                page = int(asked.query.get("at", "1"))
                link = f'</people?at={page + 1}>; rel="next"'
                more = {"Link": link} if page < 3 else {}
                return replace(Said.json(LIST[2 * page - 2 : 2 * page]), headers=more)
            case "cursor":
                at = int(asked.query.get("after", "x0")[1:])
                mark = f"x{at + 2}" if at + 2 < len(LIST) else None
                return Said.json({"results": LIST[at : at + 2], "meta": {"next": mark}})
            case "pages":
                page = int(asked.query["page"])
                return Said.json({"results": LIST[2 * page - 2 : 2 * page]})
            case _:
                at = int(asked.query["offset"])
                return Said.json(LIST[at : at + 2])

    return answer


STYLES = {
    "link": "",
    "cursor": 'paging = { cursor = "meta.next", parameter = "after" }',
    "pages": 'paging = { parameter = "page" }',
    "records": 'paging = { parameter = "offset", counts = "records", first = 0, size = 2 }',
}


@pytest.mark.parametrize("style", STYLES)
def test_a_list_is_read_page_by_page(tmp_path, remote, time, style):
    """By a Link header, a cursor, a page's number or an offset: everybody is there once."""
    remote.answer = of_pages(style)
    watching = watch(tmp_path, time, f'kind = "http"\nurl = "{remote.url}/people"\n{STYLES[style]}')
    watching.collect()
    assert [*watching.profiles()] == ["p1", "p2", "p3", "p4", "p5"]
    assert len(remote.asked) == (4 if style == "pages" else 3)


def test_who_is_no_longer_in_a_list_read_whole_is_no_longer_in_the_file(tmp_path, remote, time):
    """A list that was read to its end speaks for all."""
    remote.answer = lambda _asked: Said.json(LIST)
    watching = watch(tmp_path, time, f'kind = "http"\nurl = "{remote.url}/people"')
    watching.collect()
    time.next_day()
    remote.answer = lambda _asked: Said.json(LIST[1:])
    watching.collect()
    assert [*watching.profiles()] == ["p2", "p3", "p4", "p5"]


def test_a_table_is_read_as_a_file_is(tmp_path, remote, time):
    """Columns of a CSV answer are named as those of a file."""
    remote.answer = lambda _asked: Said(body="Ref;Employer\n7;Müller AG\n".encode())
    keys = 'format = "csv"\ncolumns = { id = "Ref", organization = "Employer" }'
    watching = watch(tmp_path, time, f'kind = "http"\nurl = "{remote.url}/people"\n{keys}')
    watching.collect()
    assert watching.profiles()["7"]["positions"] == [{"organization": "Müller AG"}]


def test_records_of_any_shape_are_mapped_by_expressions(tmp_path, remote, time):
    """The same `fields` as of a file."""
    remote.answer = lambda _asked: Said.json(
        {"hits": [{"who": {"key": "a"}, "jobs": [{"at": "Meta"}]}]}
    )
    keys = 'fields = { id = "who.key", positions = "jobs", organization = "at" }'
    watching = watch(tmp_path, time, f'kind = "http"\nurl = "{remote.url}/people"\n{keys}')
    watching.collect()
    assert watching.profiles() == {"a": {"id": "a", "positions": [{"organization": "Meta"}]}}


def test_a_record_a_position_is_joined_to_a_profile_a_person(tmp_path, remote, time):
    """As the records of a file are."""
    jobs = [{"who": "a", "at": "Meta"}, {"who": "b", "at": "xAI"}, {"who": "a", "at": "MIT"}]
    remote.answer = lambda _asked: Said.json(jobs)
    keys = 'fields = { id = "who", organization = "at" }'
    watching = watch(tmp_path, time, f'kind = "http"\nurl = "{remote.url}/people"\n{keys}')
    watching.collect()
    positions = [{"organization": "Meta"}, {"organization": "MIT"}]
    assert watching.profiles()["a"]["positions"] == positions
    assert [*watching.profiles()] == ["a", "b"]


MAPPED = 'fields = { id = "id", positions = "positions", organization = "organization" }'


@pytest.mark.parametrize(
    "more", ["", MAPPED, 'records = "results"', f'records = "results"\n{MAPPED}']
)
@pytest.mark.parametrize("stray", [None, 7, True])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_record_that_is_no_object_is_set_aside_with_its_place(
    tmp_path, remote, time, more, stray, place
):
    """The rest of the page is read, and the next page is asked for."""
    page = [profile("p1"), profile("p2")]
    page.insert(place, stray)
    following = {"Link": '</people?at=2>; rel="next"'}
    remote.answer = lambda asked: (
        Said.json({"results": [profile("p3")]})
        if asked.query
        else replace(Said.json({"results": page}), headers=following)
    )
    watching = watch(tmp_path, time, f'kind = "http"\nurl = "{remote.url}/people"\n{more}')
    assert watching.collect().is_complete
    where = f"page 1 record {place + 1}"
    assert watching.profiles().keys() == {"p1", "p2", "p3", where}
    refused = judge(orjson.dumps(watching.profiles()[where]))
    assert isinstance(refused, Refusal)
    assert f"{where} is no object" in refused.reason


@pytest.mark.parametrize("body", [b"null", b"[null, 7]"])
def test_an_answer_of_no_object_at_all_leaves_everybody_as_last_seen(tmp_path, remote, time, body):
    """It says nothing of anybody, in plain words."""
    remote.answer = people(2)
    watching = watch(tmp_path, time, each(remote.url, 2))
    watching.collect()
    time.next_day()
    remote.answer = lambda asked: Said(body=body) if asked.path.endswith("p1") else people(2)(asked)
    assert "no record of the answer is an object" in str(watching.collect().note)
    assert watching.profiles()["p1"]["seen_on"] == "2026-11-02"


@pytest.mark.parametrize("body", [b'{"id": "p1", "posi', b"<html>busy</html>", b"\xff\xfe\x00"])
def test_an_answer_that_is_no_json_leaves_everybody_as_last_seen(tmp_path, remote, time, body):
    """A truncated or wrong answer says nothing of anybody."""
    remote.answer = people(2)
    watching = watch(tmp_path, time, each(remote.url, 2))
    watching.collect()
    time.next_day()
    remote.answer = lambda asked: Said(body=body) if asked.path.endswith("p1") else people(2)(asked)
    assert watching.collect().failed == 1
    assert watching.profiles()["p1"]["seen_on"] == "2026-11-02"


def test_answers_are_revalidated_page_by_page(tmp_path, remote, time):
    """Of a list that did not change, every page costs one short answer."""
    remote.answer = lambda asked: revalidated(asked, LIST[:2], '"one"')
    watching = watch(tmp_path, time, f'kind = "http"\nurl = "{remote.url}/people"')
    watching.collect()
    time.next_day()
    assert watching.collect().unchanged == 1
    assert [*watching.profiles()] == ["p1", "p2"]


# -- several requests at once ----------------------------------------------------------------------


@pytest.mark.parametrize(("concurrency", "most"), [(1, 1), (4, 4)])
def test_a_host_is_sent_so_many_requests_at_once_as_the_configuration_says(
    tmp_path, remote, time, concurrency, most
):
    """One by default; each answer is written down, and nobody is asked twice."""
    under_way, seen, gate = Counter[str](), list[int](), Lock()

    def answer(asked):
        with gate:
            under_way["now"] += 1
            seen.append(under_way["now"])
        real_time.sleep(0.05)
        with gate:
            under_way["now"] -= 1
        return people(24)(asked)

    remote.answer = answer
    limits = f"limits = {{ spacing = 0, concurrency = {concurrency} }}"
    watching = watch(tmp_path, time, each(remote.url, 24, limits))
    assert watching.collect().is_complete
    assert max(seen) == most
    assert len(watching.profiles()) == 24
    assert sorted(remote.paths) == sorted({f"/people/p{number}" for number in range(1, 25)})


def test_requests_at_once_begin_as_far_apart_as_requests_one_by_one(remote, time):
    """The distance is that of the host, whichever thread asks."""
    began, gate = list[float](), Lock()

    def spend():
        with gate:
            began.append((time.now - BEGAN).total_seconds())

    remote.answer = lambda _asked: Said.json({})
    manners = Manners(source="remote", contact=CONTACT, base_url=remote.url, spacing=2)
    with Client(manners, time.clock, spend=spend) as asking, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: asking.fetch(Request(url=remote.url)), range(8)))
    assert began == [0, 2, 4, 6, 8, 10, 12, 14]


def test_a_spent_budget_ends_requests_at_once_and_what_was_sent_is_kept(tmp_path, remote, time):
    """No request more than the budget, and none twice on the next day."""
    remote.answer = people(12)
    limits = "budget = 7\nlimits = { spacing = 0, concurrency = 4 }"
    watching = watch(tmp_path, time, each(remote.url, 12, limits))
    assert "the budget of 7 requests a day is spent" in str(watching.collect().note)
    assert len(remote.asked) == len(watching.profiles()) == 7
    time.next_day()
    assert watching.collect().is_complete
    assert len(set(remote.paths)) == len(remote.paths) == 12


def test_lists_are_read_before_people_are_asked_for_at_once(tmp_path, remote, time):
    """However many requests may be under way: a list may say that somebody is not to be asked."""
    orcid = OrcidService()
    persons = [orcid_id(number) for number in range(1, 9)]
    orcid.records = {one: record(one, employment(1, "Meta")) for one in persons}
    orcid.hits = dict.fromkeys(persons[4:], "2026-01-01")
    remote.answer = orcid
    keys = f'kind = "orcid"\nbase_url = "{remote.url}"\nlimits = {{ concurrency = 8 }}\n'
    keys += f'watch = {{ organizations = ["Meta"], ids = {persons[:4]} }}'
    watching = watch(tmp_path, time, keys)
    assert watching.collect().is_complete
    assert remote.paths[0].startswith("/expanded-search")
    assert len(watching.profiles()) == 8
