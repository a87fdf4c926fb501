"""People Data Labs and Coresignal are asked by a key of the user's own, and the cost is counted."""

import json
import sqlite3
from contextlib import closing
from typing import Any
from urllib.parse import unquote

import pytest
from collected_stories import came_of
from formats import previewed
from services import BEGAN, Said, VirtualTime, service, watch

from monitor.base.errors import SourceError
from monitor.base.settings import Layout, load_settings
from monitor.operations.collecting import forget_followed, withdrawn_before

EXAMPLE = "qEnOZ5Oh0poWnQ1luFBf"


def pdl_id(number: int) -> str:
    """Return the nth id of a person at People Data Labs."""
    return f"{EXAMPLE}{number:02d}_0000"


def job(company: str, title: str = "engineer", **more: Any) -> dict[str, Any]:
    """Return an entry of `experience` as People Data Labs has it; the primary one by default."""
    return {
        "company": {"name": company, "id": None, "website": None},
        "title": {"name": title, "levels": []},
        "start_date": None,
        "end_date": None,
        "is_primary": True,
        "location_names": [],
    } | more


def person(number: int, *jobs: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a record of People Data Labs; what the plan withholds is `true`."""
    return {
        "id": pdl_id(number),
        "full_name": f"person {number}",
        "linkedin_url": f"linkedin.com/in/person-{number}",
        "location_name": True,
        "work_email": False,
        "job_last_verified": "2026-10-01",
        "experience": list(jobs or [job("example corp")]),
    } | more


class PeopleDataLabs:
    """The interface of People Data Labs, with records that a test changes."""

    def __init__(self, running):
        self.running = running
        self.people: dict[str, dict[str, Any]] = {}
        self.merged: dict[str, str] = {}
        self.opted_out: set[str] = set()
        self.refusals: list[Said] = []
        running.answer = self.answer

    def add(self, *records):
        """Put records in."""
        self.people |= {record["id"]: record for record in records}

    def answer(self, asked):
        """Answer as the part of the interface that is asked, or refuse."""
        if asked.headers.get("x-api-key") != "own-key":
            return self.error(401, "authentication_error")
        if self.refusals:
            return self.refusals.pop(0)
        path = asked.path.removeprefix("/v5/person/")
        if path == "changelog":
            return self.changes(json.loads(asked.body))
        if path == "search":
            return self.found(json.loads(asked.body))
        if path == "enrich":
            name = unquote(asked.query["profile"])
            hits = [one for one in self.people.values() if one["linkedin_url"] == name]
            return self.one(hits[0]["id"] if hits else "")
        return self.one(path.removeprefix("retrieve/"))

    def one(self, person):
        """Answer with a record; a merged id gives the record that remains."""
        record = self.people.get(self.merged.get(person, person))
        if record is None:
            return self.error(404, "not_found")
        limits: Any = {"X_RateLimit_Remaining": "{'minute': 99}", "X_Call_Credits_Spent": "1.0"}
        return Said.json({"status": 200, "likelihood": 8, "data": record}, **limits)

    def changes(self, body):
        """Answer for the first half of the ids, and with a token for the rest."""
        half = body["ids"][:1] if "scroll_token" not in body else body["ids"][1:]
        gone = [{"id": one, "additional_metadata": {}} for one in half if one in self.opted_out]
        token = None if "scroll_token" in body else "---next_0000"
        noise = [{"id": "somebodyElse00000000000_0000"}]
        data = {"scroll_token": token, "opted_out": gone, "updated": noise}
        return Said.json({"status": 200, "data": data})

    def found(self, body):
        """Answer with two records a page."""
        everybody = sorted(self.people.values(), key=lambda one: one["id"])
        start = int(body.get("scroll_token", "0"))
        page = everybody[start : start + 2]
        if not page:
            return self.error(404, "not_found")
        more = {"scroll_token": str(start + 2)} if start + 2 < len(everybody) else {}
        return Said.json({"status": 200, "data": page, "total": len(everybody)} | more)

    def error(self, status, kind):
        """Return an error as the interface words it."""
        return Said.json({"status": status, "error": {"type": kind}}, status=status)

    def keys(self, watched, above=""):
        """Return the keys of a source that asks it."""
        return (
            f'kind = "peopledatalabs"\nbase_url = "{self.running.url}"\nlicence_ack = true\n'
            f'token = {{ env = "OWN_KEY" }}\n{above}\n[sources.remote.watch]\n{watched}'
        )


class Coresignal:
    """The interface of Coresignal, with records that a test changes."""

    def __init__(self, running):
        self.running = running
        self.people: dict[str, dict[str, Any]] = {}
        self.refusals: list[Said] = []
        running.answer = self.answer

    def add(self, *records):
        """Put records in, under each id that they ever had."""
        for record in records:
            for identity in (record["id"], *record.get("historical_ids", ())):
                self.people[str(identity)] = record

    def answer(self, asked):
        """Answer as the part of the interface that is asked, or refuse."""
        if asked.headers.get("apikey") != "own-key":
            return Said.json({"detail": "Unauthorized"}, status=401)
        if self.refusals:
            return self.refusals.pop(0)
        tier, _, rest = asked.path.strip("/").partition("/")
        assert tier.startswith("employee_")
        if rest == "search/es_dsl":
            return self.found(asked)
        record = self.people.get(rest.removeprefix("collect/"))
        if record is None:
            return Said.json({"detail": "Not found"}, status=404)
        return Said.json(record, X_Credits_Remaining="41")

    def found(self, asked):
        """Answer with two ids a page; the mark of the next one has quotes and a comma."""
        ids = sorted({record["id"] for record in self.people.values()})
        start = int(asked.query.get("after", '"2025-03-03",0').partition(",")[2])
        page = ids[start : start + 2]
        more: Any = {}
        if start + 2 < len(ids):
            more = {"X_Next_Page_After": f'"2025-03-03",{start + 2}'}
        return Said.json(page, **more)

    def keys(self, watched, above=""):
        """Return the keys of a source that asks it."""
        return (
            f'kind = "coresignal"\nbase_url = "{self.running.url}"\nlicence_ack = true\n'
            f'token = {{ env = "OWN_KEY" }}\n{above}\n[sources.remote.watch]\n{watched}'
        )


def employee(number: int, *jobs: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a multi-source record of Coresignal."""
    return {
        "id": number,
        "full_name": f"Person {number}",
        "professional_network_url": f"https://example.org/in/person-{number}",
        "is_deleted": 0,
        "updated_at": "2025-10-23T05:50:09.000",
        "experience": list(jobs or [stay("Example Corp")]),
    } | more


def stay(company: str, title: str = "Engineer", **more: Any) -> dict[str, Any]:
    """Return an entry of `experience` as Coresignal has it, by default an active one."""
    return {
        "active_experience": 1,
        "position_title": title,
        "department": "Data",
        "company_name": company,
        "date_from": None,
        "date_to": None,
    } | more


@pytest.fixture
def time(monkeypatch):
    monkeypatch.setenv("OWN_KEY", "own-key")
    return VirtualTime()


@pytest.fixture
def remote(time):
    with service(time) as running:
        yield running


@pytest.fixture
def pdl(remote):
    return PeopleDataLabs(remote)


@pytest.fixture
def coresignal(remote):
    return Coresignal(remote)


def quoted(people) -> str:
    """Return the key of a watch list with some ids."""
    return f"ids = [{', '.join(f'{str(one)!r}' for one in people)}]"


def spent(watching) -> int:
    """Return how many credits the source counted."""
    with closing(sqlite3.connect(watching.plan.folder / "work.sqlite")) as work:
        return int(work.execute("SELECT coalesce(sum(spent), 0) FROM credits").fetchone()[0])


# -- the contract ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["peopledatalabs", "coresignal"])
@pytest.mark.parametrize(
    ("without", "words"), [("licence_ack", "licence_ack = true"), ("token", "answers to a key")]
)
def test_a_licensed_service_is_off_until_the_user_says_what_it_needs(
    tmp_path, pdl, time, kind, without, words
):
    """The contract is read first, and nobody is asked without a key."""
    keys = pdl.keys(quoted([pdl_id(1)])).replace("peopledatalabs", kind)
    lines = [line for line in keys.splitlines() if not line.startswith(without)]
    with pytest.raises(SourceError, match=words):
        watch(tmp_path, time, "\n".join(lines)).collect()
    assert not pdl.running.asked


def test_a_service_that_is_asked_no_more_forgets_people_all_the_same(tmp_path, pdl, time):
    """Whoever ends the contract may still be told to erase somebody."""
    pdl.add(person(1), person(2))
    keys = pdl.keys(quoted([pdl_id(1), pdl_id(2), pdl_id(9)]))
    watching = watch(tmp_path, time, keys)
    watching.collect()
    folder, day = watching.plan.folder, time.now.date()
    watch(tmp_path, time, keys.replace("licence_ack = true\n", ""))
    settings = load_settings(tmp_path / "config.toml")
    assert withdrawn_before(folder, day) == [pdl_id(9)]
    assert forget_followed(settings, {"remote": [pdl_id(1), pdl_id(9)]})
    assert withdrawn_before(folder, day) == []
    assert pdl_id(1).encode() not in (folder / "work.sqlite").read_bytes()


def test_the_key_stands_in_no_file(tmp_path, pdl, time):
    """It goes to the service alone."""
    pdl.add(person(1))
    watching = watch(tmp_path, time, pdl.keys(quoted([pdl_id(1)])))
    assert watching.collect().is_complete
    files = [path for path in watching.folder.rglob("*") if path.is_file()]
    assert not [path for path in files if b"own-key" in path.read_bytes()]


@pytest.mark.parametrize("is_found_first", [True, False])
def test_a_merged_record_that_a_search_finds_is_one_person(tmp_path, pdl, time, is_found_first):
    """Be it that the search tells of the record that remains before the merger is known, or after.

    The profile states the former id, so that what both told counts once.
    """
    pdl.add(person(1))
    everybody = """query = '{"match_all": {}}'"""
    watched = "" if is_found_first else f"{quoted([pdl_id(1)])}"
    watch(tmp_path, time, pdl.keys(watched or everybody)).collect()
    pdl.people = {pdl_id(5): person(5)}
    pdl.merged = {pdl_id(1): pdl_id(5)}
    for watched_then in (
        watched or everybody,
        f"{watched}\n{everybody}",
        f"{watched}\n{everybody}",
    ):
        time.next_day()
        watching = watch(tmp_path, time, pdl.keys(watched_then))
        assert watching.collect().is_complete
        (profile,) = watching.profiles().values()
        former = [pdl_id(1)] if is_found_first else []
        assert profile["id"] == pdl_id(5 if is_found_first else 1)
        assert profile.get("same_as", []) == former


def test_credits_are_counted_and_the_limit_of_a_month_is_kept(tmp_path, pdl, time):
    """The rest wait for the next month, as last seen; who is not found costs nothing."""
    pdl.add(person(1), person(2), person(3))
    people = quoted([pdl_id(9), pdl_id(1), pdl_id(2), pdl_id(3)])
    watching = watch(tmp_path, time, pdl.keys(people, "credits = 2"))
    assert "the 2 credits of a month are spent" in str(watching.collect().note)
    assert spent(watching) == 2
    assert watching.profiles().keys() == {pdl_id(1), pdl_id(2)}
    time.next_day()
    sent = len(pdl.running.asked)
    assert "the 2 credits of a month are spent" in str(watching.collect().note)
    assert len(pdl.running.asked) == sent
    time.now = time.now.replace(month=12, day=1)
    assert watching.collect().is_complete
    assert spent(watching) == 3


@pytest.mark.parametrize("kind", ["peopledatalabs", "coresignal"])
def test_without_credits_the_source_is_left_alone_until_the_next_day(
    tmp_path, pdl, coresignal, time, kind
):
    """402 is no fault of one person, and costs one request."""
    fake, people = (pdl, pdl_id) if kind == "peopledatalabs" else (coresignal, int)
    fake.running.answer = fake.answer
    refused = Said.json({"detail": "Insufficient credits"}, status=402)
    fake.refusals = [refused]
    watching = watch(tmp_path, time, fake.keys(quoted([people(1), people(2)])))
    note = str(watching.collect().note)
    assert "no credits are left (402)" in note
    assert "2026-11-03 00:05 UTC" in note
    assert len(fake.running.asked) == 1
    assert not list(watching.plan.folder.glob("*.jsonl"))


@pytest.mark.parametrize(
    ("headers", "waited"),
    [
        ({"X_RateLimit_Reset": "2026-11-02T06:00:41Z"}, 41),
        ({"X_RateLimit_Limit": "{'minute': 100, 'day': 1000}"}, 60),
        ({"Retry_After": "7"}, 7),
    ],
    ids=["reset", "single quotes", "retry-after"],
)
def test_the_limit_of_a_minute_is_waited_for(tmp_path, pdl, time, headers, waited):
    """Until its reset, or for a minute where nothing says when that is."""
    pdl.add(person(1))
    error = {"status": 429, "error": {"type": "rate_limit_error"}}
    pdl.refusals = [Said.json(error, status=429, **headers)]
    keys = pdl.keys(quoted([pdl_id(1)]), "limits = { spacing = 0 }")
    assert watch(tmp_path, time, keys).collect().is_complete
    assert sum(time.slept) == waited


def test_an_overload_of_coresignal_is_tried_again(tmp_path, coresignal, time):
    """It names no wait, so that each is longer than the one before."""
    coresignal.add(employee(1))
    coresignal.refusals = [Said(status=503), Said(status=429)]
    assert watch(tmp_path, time, coresignal.keys(quoted([1]))).collect().is_complete
    assert len(coresignal.running.asked) == 3


# -- People Data Labs ------------------------------------------------------------------------------


def test_a_record_of_people_data_labs_is_read_as_from_a_file(tmp_path, pdl, time):
    """What the plan withholds says nothing; only the primary job is surely present."""
    pdl.add(
        person(
            1,
            job("example corp", "chief data officer", start_date="2024-04"),
            job("sample labs", start_date="2019", end_date="2024-03", is_primary=False),
            {"company": {"name": True}, "title": True, "is_primary": False},
        )
    )
    watching = watch(tmp_path, time, pdl.keys(quoted([pdl_id(1)])))
    watching.collect()
    assert watching.profiles()[pdl_id(1)] == {
        "id": pdl_id(1),
        "name": "person 1",
        "url": "https://linkedin.com/in/person-1",
        "updated_on": "2026-10-01",
        "positions": [
            {
                "organization": "example corp",
                "title": "chief data officer",
                "start": "2024-04",
                "primary": True,
                "current": True,
            },
            {
                "organization": "sample labs",
                "title": "engineer",
                "start": "2019",
                "end": "2024-03",
                "primary": False,
                "current": False,
            },
        ],
    }


def test_a_record_without_a_primary_job_has_none_at_present(tmp_path, pdl, time):
    """An empty end does not say that a job goes on."""
    pdl.add(person(1, job("example corp", is_primary=False)))
    watching = watch(tmp_path, time, pdl.keys(quoted([pdl_id(1)])))
    watching.collect()
    assert watching.profiles()[pdl_id(1)]["positions"][0]["current"] is False


def test_people_are_found_by_the_address_of_a_profile(tmp_path, pdl, time):
    """The address goes to People Data Labs; the site of the profile is not asked."""
    pdl.add(person(1))
    watching = watch(tmp_path, time, pdl.keys("ids = ['https://linkedin.com/in/person-1/']"))
    watching.collect()
    assert watching.profiles().keys() == {pdl_id(1)}
    assert pdl.running.paths == ["/v5/person/enrich"]


def test_a_search_is_scrolled_and_its_people_are_followed_on_and_paid_for_once(tmp_path, pdl, time):
    """Its records are whole: nobody in them is asked for again in the round."""
    pdl.add(*(person(number) for number in range(1, 6)))
    watching = watch(tmp_path, time, pdl.keys('organizations = ["example.com"]'))
    assert watching.collect().is_complete
    assert len(watching.profiles()) == 5
    assert pdl.running.paths == ["/v5/person/search"] * 3
    asked = json.loads(pdl.running.asked[0].body)
    assert asked["query"] == {"term": {"job_company_website": "example.com"}}
    assert spent(watching) == 5
    time.next_day()
    pdl.running.asked.clear()
    assert watching.collect().is_complete
    paths = pdl.running.paths
    assert paths.count("/v5/person/search") == 3
    assert not [path for path in paths if "retrieve" in path]


def test_who_opted_out_is_hidden_at_once_and_not_asked_for(tmp_path, pdl, time):
    """The changelog is free, and is read before anybody is asked for."""
    people = [pdl_id(number) for number in (1, 2, 3)]
    pdl.add(*(person(number) for number in (1, 2, 3)))
    watching = watch(tmp_path, time, pdl.keys(quoted(people)))
    watching.collect()
    time.next_day()
    pdl.running.asked.clear()
    pdl.opted_out = {people[1]}
    assert watching.collect().is_complete
    assert watching.profiles().keys() == {people[0], people[2]}
    assert pdl.running.paths[:2] == ["/v5/person/changelog"] * 2
    assert f"/v5/person/retrieve/{people[1]}" not in pdl.running.paths
    written = (watching.plan.folder / "withdrawn.json").read_text(encoding="utf-8")
    assert '"reason":"opted out"' in written
    assert spent(watching) == 5


@pytest.mark.parametrize(
    "watched",
    ['ids = ["Ada"]', 'organizations = ["x\' OR 1=1"]', 'organizations = ["Example Corp"]'],
)
def test_what_people_data_labs_cannot_be_asked_for_is_named(tmp_path, pdl, time, watched):
    """Nothing of a watch list gets into a search but a plain name."""
    with pytest.raises(SourceError, match=r"is no person|is no organisation"):
        watch(tmp_path, time, pdl.keys(watched)).collect()
    assert not pdl.running.asked


# -- Coresignal ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "dates",
    [
        {"date_from": "September 2025", "date_from_year": 2025, "date_from_month": 9},
        {"date_from": "Sep 2025"},
        {"date_from_year": 2025, "date_from_month": 9},
        {"date_from": "2025-09"},
    ],
    ids=["both", "short", "figures", "clean"],
)
def test_a_record_of_coresignal_is_read_as_from_a_file(tmp_path, coresignal, time, dates):
    """Dates come in four forms."""
    coresignal.add(employee(900001, stay("Example Corp", "Data Analyst", **dates)))
    watching = watch(tmp_path, time, coresignal.keys(quoted([900001])))
    watching.collect()
    assert watching.profiles()["900001"] == {
        "id": "900001",
        "name": "Person 900001",
        "url": "https://example.org/in/person-900001",
        "updated_on": "2025-10-23",
        "positions": [
            {
                "organization": "Example Corp",
                "team": "Data",
                "title": "Data Analyst",
                "start": "2025-09",
                "current": True,
            }
        ],
    }
    assert spent(watching) == 1


def test_a_search_of_coresignal_finds_people_page_by_page(tmp_path, coresignal, time):
    """The mark of the next page goes back as it came, quotes and all."""
    coresignal.add(*(employee(number) for number in range(1, 6)))
    watching = watch(tmp_path, time, coresignal.keys('organizations = ["coresignal:3124502"]'))
    assert watching.collect().is_complete
    assert watching.profiles().keys() == {"1", "2", "3", "4", "5"}
    after = [asked.query.get("after") for asked in coresignal.running.asked[:3]]
    assert after == [None, '"2025-03-03",2', '"2025-03-03",4']
    assert json.loads(coresignal.running.asked[0].body) == {
        "query": {"term": {"active_experience_company_id": 3124502}}
    }
    assert spent(watching) == 5


def test_what_coresignal_posts_of_changes_is_a_sign_and_nobodys_profile(tmp_path, coresignal, time):
    """It comes at least once, in arrays: kept as a file it moves nobody; a record twice is one."""
    signs = [
        {"member_id": 2, "status": "changed", "changed_fields": ["experience", "headline"]},
        {"member_id": 1, "status": "stopped_matching_query", "changed_fields": None},
    ]
    path = tmp_path / "2026-11-03.json"
    path.write_text(json.dumps([*signs, *signs, employee(1), employee(1)]), encoding="utf-8")
    manifest = previewed(path, Layout(layout="coresignal")).manifest
    assert (manifest.profiles, manifest.positions) == (1, 1)
    # Its API, too, has been seen to give a record in an array.
    array = Said.json([employee(1), employee(1)])
    coresignal.running.answer = lambda _asked: array
    watching = watch(tmp_path, time, coresignal.keys(quoted([1])))
    assert watching.collect().is_complete
    assert [len(one["positions"]) for one in watching.profiles().values()] == [1]


def test_who_was_deleted_is_withdrawn_and_who_is_unknown_is_not_looked_at(
    tmp_path, coresignal, time
):
    """A path that is wrong answers as an unknown id does, so nobody is withdrawn by that."""
    coresignal.add(*(employee(number) for number in range(1, 9)))
    watching = watch(tmp_path, time, coresignal.keys(quoted(range(1, 9))))
    watching.collect()
    time.next_day()
    coresignal.add(employee(1, is_deleted=1))
    for number in range(2, 8):
        del coresignal.people[str(number)]
    assert watching.collect().is_complete
    seen = {who: "seen_on" in profile for who, profile in watching.profiles().items()}
    assert seen == {**{str(number): True for number in range(2, 8)}, "8": False}
    written = (watching.plan.folder / "withdrawn.json").read_text(encoding="utf-8")
    assert [json.loads(line)["id"] for line in written.splitlines()] == ["1"]


@pytest.mark.parametrize(
    ("watched", "above", "words"),
    [
        ("query = 'Meta'", "", "is no JSON"),
        ('organizations = ["Meta"]', "", "is no organisation"),
        ('organizations = ["coresignal:1"]', 'tier = "employee_base"', "name a query"),
        ('ids = ["a b"]', "", "is no person"),
    ],
)
def test_what_coresignal_cannot_be_asked_for_is_named(
    tmp_path, coresignal, time, watched, above, words
):
    """No request is spent on it."""
    with pytest.raises(SourceError, match=words):
        watch(tmp_path, time, coresignal.keys(watched, above)).collect()
    assert not coresignal.running.asked


# -- stories ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_at_people_data_labs_exactly_the_one_who_moved_has_moved(tmp_path, pdl, time):
    """A new title, a deleted record, somebody who opted out and a merged id are no moves."""
    people = [pdl_id(number) for number in range(1, 6)]
    pdl.add(*(person(number) for number in range(1, 6)))
    watching = watch(tmp_path, time, pdl.keys(quoted(people)))
    watching.collect()
    time.next_day()
    old = job("example corp", is_primary=False, end_date="2026-10")
    pdl.add(
        person(1, job("sample labs", start_date="2026-11"), old),
        person(2, job("example corp", "director")),
        person(99),
    )
    del pdl.people[people[2]]
    pdl.opted_out = {people[3]}
    pdl.merged[people[4]] = pdl_id(99)
    assert watching.collect().is_complete
    came = came_of(watching, "example corp", [str(BEGAN.date()), str(time.now.date())])
    assert came.moves == [f"{people[0]}: example corp > sample labs"]
    assert came.links == ["https://linkedin.com/in/person-1"]
    assert came.verdicts == ["baseline", "accepted"]
    assert watching.absences() == {people[2]: "deleted", people[3]: "opted out"}


@pytest.mark.slow
def test_at_coresignal_exactly_the_one_who_moved_has_moved(tmp_path, coresignal, time):
    """A new title, a deleted record, an unknown id and a merged one are no moves."""
    people = range(1, 6)
    coresignal.add(*(employee(number) for number in people))
    watching = watch(tmp_path, time, coresignal.keys(quoted(people)))
    watching.collect()
    time.next_day()
    ended: Any = {"date_to_year": 2026, "date_to_month": 10, "active_experience": 0}
    began: Any = {"date_from_year": 2026, "date_from_month": 11}
    coresignal.add(
        employee(1, stay("Sample Labs", **began), stay("Example Corp", **ended)),
        employee(2, stay("Example Corp", "Director")),
        employee(4, is_deleted=1),
        employee(99, historical_ids=[5]),
    )
    del coresignal.people["3"]
    assert watching.collect().is_complete
    came = came_of(watching, "Example Corp", [str(BEGAN.date()), str(time.now.date())])
    assert came.moves == ["1: Example Corp > Sample Labs"]
    assert came.links == ["https://example.org/in/person-1"]
    assert came.verdicts == ["baseline", "accepted"]
    assert watching.absences() == {"4": "deleted"}
