"""Answers that say less, or otherwise, than a service usually does: none of them is a departure."""

import json
from typing import Any

import msgspec
import pytest
from collected_stories import came_of
from orcid_service import OrcidService, employment, orcid_id, record
from repositories import add, made
from services import BEGAN, CONTACT, Said, VirtualTime, Watch, service, watch
from test_github import Fake as Github
from test_github import user
from test_openalex import Fake as OpenAlex
from test_openalex import author

from monitor.base.settings import CollectedSource, load_settings
from monitor.intake.collecting.connectors import CONNECTORS, Item
from monitor.intake.collecting.exchange import Answer, NotReached
from monitor.intake.collecting.planning import plan_of

ONE = orcid_id(1)
LISTED = {
    "coresignal": "900001",
    "github": "1",
    "http": "p1",
    "openalex": "A11",
    "orcid": ONE,
    "peopledatalabs": "qEnOZ5Oh0poWnQ1luFBfVw_0000",
    "wikidata": "Q1",
}
"""By kind of service that answers in JSON: somebody whom it may be asked for."""
NULLS: dict[str, Any] = {
    "coresignal": dict.fromkeys(("full_name", "experience", "updated_at", "is_deleted"))
    | {"id": 900001},
    "github": dict.fromkeys(("name", "company", "blog", "location", "email", "bio", "html_url"))
    | {"id": 1, "login": "jo", "type": "User"},
    "http": {"id": "p1", "name": None, "positions": None, "url": None},
    "openalex": dict.fromkeys(("orcid", "display_name", "affiliations"))
    | {"id": "https://openalex.org/A11"},
    "orcid": {
        "orcid-identifier": {"path": ONE, "uri": None},
        "person": {"name": None, "external-identifiers": None},
        "activities-summary": {"employments": {"affiliation-group": None}},
    },
    "peopledatalabs": {
        "status": 200,
        "data": dict.fromkeys(("full_name", "linkedin_url", "experience", "job_company_name"))
        | {"id": LISTED["peopledatalabs"]},
    },
    "wikidata": {"id": "Q1", "labels": [], "statements": []},
}
"""Of each a record in which all is null that may be, with fields that nobody knows."""


@pytest.fixture
def time():
    return VirtualTime()


def asked(kind: str, tmp_path: Any, time: VirtualTime, monkeypatch: Any) -> tuple[Any, Item]:
    """Return the connector of a kind, and its request for one person."""
    monkeypatch.setenv("OWN_KEY", "own-key")
    more = 'url = "http://127.0.0.1:1/{id}"' if kind == "http" else ""
    if kind in {"peopledatalabs", "coresignal"}:
        more = 'licence_ack = true\ntoken = { env = "OWN_KEY" }'
    keys = f'kind = "{kind}"\n{more}\nwatch = {{ ids = ["{LISTED[kind]}"] }}'
    folder = watch(tmp_path, time, keys).folder
    settings = load_settings(folder / "config.toml")
    source = settings.sources["remote"]
    assert isinstance(source, CollectedSource)
    connector = plan_of("remote", source, settings.root).connector
    items = [item for item in connector.starts(()) if isinstance(item, Item)]
    (item,) = [item for item in items if item.person == LISTED[kind]]
    return connector, item


def answer(body: bytes, kind: str = "application/json", status: int = 200) -> Answer:
    return Answer(
        status=status, url="http://127.0.0.1:1/x", headers={"content-type": kind}, body=body
    )


@pytest.mark.parametrize("kind", LISTED)
@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html>busy</html>", "text/html"),
        (b'{"id": "p1", "posi', "application/json"),
        (b"\xff\xfe\x00", "application/octet-stream"),
        (b"[]", "application/json"),
        (b"null", "application/json"),
        (b"3", "application/json"),
    ],
    ids=["page", "cut off", "bytes", "empty list", "null", "number"],
)
def test_an_answer_of_another_kind_says_nothing_of_anybody(
    tmp_path, time, monkeypatch, kind, body, said
):
    """A good status and a wrong body: the person stays as last seen."""
    connector, item = asked(kind, tmp_path, time, monkeypatch)
    try:
        reading = connector.read(item, answer(body, said))
    except (NotReached, AttributeError, KeyError, TypeError, ValueError):
        return  # a collection takes all of these for an answer that says nothing
    assert not reading.gone
    assert not [profile for profile in reading.profiles if profile.get("id")]


@pytest.mark.parametrize("kind", LISTED)
@pytest.mark.parametrize("extra", [{}, {"a field": {"that": ["nobody", 1]}}], ids=["", "extra"])
def test_a_record_in_which_all_is_null_is_a_person_without_positions(
    tmp_path, time, monkeypatch, kind, extra
):
    """Nobody is left out, and nothing is made up; what is not known is passed over."""
    connector, item = asked(kind, tmp_path, time, monkeypatch)
    reading = connector.read(item, answer(msgspec.json.encode(NULLS[kind] | extra)))
    (profile,) = reading.profiles
    assert profile["id"] == LISTED[kind]
    assert not profile.get("positions")
    assert reading.gone == {}


def followed(tmp_path: Any, time: VirtualTime, url: str, number: int = 15) -> Watch:
    """Follow so many people at ORCID."""
    ids = [orcid_id(n) for n in range(1, number + 1)]
    return watch(tmp_path, time, f'kind = "orcid"\nbase_url = "{url}"\nwatch = {{ ids = {ids} }}')


def two_jobs(person: str, *, codes: tuple[int, int] = (1, 2), turned: bool = False) -> Any:
    """A record with a job that ended and one that goes on, neither with a start."""
    jobs = [employment(codes[0], "Meta"), employment(codes[1], "Old Place", end="2019")]
    return record(person, *(reversed(jobs) if turned else jobs), name=f"P {person}")


@pytest.mark.slow
@pytest.mark.parametrize(
    "later",
    [
        pytest.param(lambda one: two_jobs(one, codes=(91, 92)), id="put-codes replaced"),
        pytest.param(
            lambda one: two_jobs(one, turned=True), id="lists reordered", marks=pytest.mark.long
        ),
        pytest.param(lambda one: record(one, name=f"P {one}"), id="section private"),
        pytest.param(
            lambda one: {**two_jobs(one), "unknown": 1}, id="unknown field", marks=pytest.mark.long
        ),
    ],
)
def test_a_record_of_orcid_that_is_written_otherwise_is_no_move(tmp_path, time, later):
    """The same jobs under other ids, or in another order, or none to be seen."""
    orcid = OrcidService()
    people = [orcid_id(number) for number in range(1, 16)]
    orcid.records = {person: two_jobs(person) for person in people}
    with service(time) as running:
        running.answer = orcid
        watching = followed(tmp_path, time, running.url)
        watching.collect()
        time.next_day()
        orcid.records[ONE] = later(ONE)
        assert watching.collect().is_complete
    came = came_of(watching, "Meta", [str(BEGAN.date()), str(time.now.date())])
    assert [move for move in came.moves if "Meta" in move] == came.links == []


@pytest.mark.slow
def test_a_new_affiliation_by_an_old_paper_is_history(tmp_path, time):
    """OpenAlex attributes papers anew; the arrival is of the year of the paper."""
    with service(time) as running:
        openalex = OpenAlex(running)
        openalex.add(*(author(number, (100, [2024])) for number in range(11, 31)))
        ids = [f"A{number}" for number in range(11, 31)]
        watching = watch(tmp_path, time, openalex.keys(f"ids = {ids}", "limits = { spacing = 0 }"))
        watching.collect()
        time.next_day()
        openalex.add(author(11, (100, [2024, 2021]), (200, [2015, 2013])))
        watching.collect()
    positions = watching.profiles()["A11"]["positions"]
    assert [one["start"] for one in positions] == ["2021", "2013"]
    came = came_of(watching, "Institute 100", [str(BEGAN.date()), str(time.now.date())])
    assert (came.moves, came.links) == ([], [])


@pytest.mark.slow
def test_another_user_under_a_known_login_is_another_person(tmp_path, time):
    """The account is told by its number; its employer is not that of the one before."""
    with service(time) as running:
        github = Github(running)
        github.add(*(user(number) for number in range(1, 21)))
        ids = [str(number) for number in range(1, 21)]
        watching = watch(tmp_path, time, github.keys(f"ids = {ids}"))
        watching.collect()
        time.next_day()
        github.add(user(1, login="renamed"), user(99, "@sample-labs", login="user-1"))
        watching.collect()
    came = came_of(watching, "example-corp", [str(BEGAN.date()), str(time.now.date())])
    assert came.moves == []


# -- stories of sources without a page of their own ------------------------------------------------


def job(organization: str, title: str = "Engineer", **more: Any) -> dict[str, Any]:
    return {"organization": organization, "title": title, **more}


def profile(number: int, *jobs: dict[str, Any]) -> dict[str, Any]:
    url = f"https://example.org/people/{number}"
    listed = list(jobs or [job("Example Corp")])
    return {"id": f"p{number}", "name": f"Person {number}", "url": url, "positions": listed}


@pytest.mark.slow
def test_at_any_address_exactly_the_one_who_moved_has_moved(tmp_path, time):
    """A new title, somebody who is gone, an emptied profile and a merged id are no moves."""
    known = {f"p{number}": profile(number) for number in range(1, 6)}
    moved: dict[str, str] = {}

    def answered(asked_for: Any) -> Said:
        person = asked_for.path.rpartition("/")[2]
        if person in moved:
            return Said(status=301, headers={"Location": f"/people/{moved[person]}"})
        found = known.get(person)
        return Said(status=410) if found is None else Said.json(found)

    with service(time) as running:
        running.answer = answered
        ids = [f"p{number}" for number in range(1, 6)]
        keys = f'kind = "http"\nurl = "{running.url}/people/{{id}}"\nwatch = {{ ids = {ids} }}'
        watching = watch(tmp_path, time, keys)
        watching.collect()
        time.next_day()
        known |= {
            "p1": profile(1, job("Sample Labs")),
            "p2": profile(2, job("Example Corp", "Director")),
            "p4": {**profile(4), "positions": []},
            "p99": {**profile(99), "name": "Person 5"},
        }
        del known["p3"]
        moved["p5"] = "p99"
        assert watching.collect().is_complete
    assert watching.profiles()["p5"]["url"] == "https://example.org/people/99"
    came = came_of(watching, "Example Corp", [str(BEGAN.date()), str(time.now.date())])
    assert came.moves == ["p1: Example Corp > Sample Labs"]
    assert came.links == ["https://example.org/people/1"]
    assert came.verdicts == ["baseline", "accepted"]


@pytest.mark.slow
@pytest.mark.needs("git")
def test_in_a_repository_exactly_the_one_who_moved_has_moved(tmp_path):
    """A new title, somebody who is gone, an emptied profile and a new id are no moves."""
    orcid = {"same_as": [f"https://orcid.org/{ONE}"]}
    numbers = range(1, 16)
    before = [profile(number) | (orcid if number == 5 else {}) for number in numbers]
    changed = {
        1: profile(1, job("Sample Labs")),
        2: profile(2, job("Example Corp", "Director")),
        4: {**profile(4), "positions": []},
        5: {**profile(5), "id": "p99", **orcid},
    }
    after = [changed.get(number) or profile(number) for number in numbers if number != 3]
    repository = made(
        tmp_path / "people.git", [("2026-11-01T10:00:00", {"p.json": json.dumps(before).encode()})]
    )
    add(repository, [("2026-11-02T10:00:00", {"p.json": json.dumps(after[::-1]).encode()})])
    (tmp_path / "config.toml").write_text(
        f'[sources.remote]\nkind = "git"\nrepository = "{repository}"\npath = "p.json"\n'
        f'purpose = "a test"\nlicence = "CC0"\nretention = "900d"\n# asked by {CONTACT}\n',
        encoding="utf-8",
    )
    came = came_of(Watch(tmp_path, VirtualTime()), "Example Corp", ["2026-11-03"])
    assert came.moves == ["p1: Example Corp > Sample Labs"]
    assert came.links == ["https://example.org/people/1"]
    assert came.verdicts == ["baseline", "accepted"]


@pytest.mark.parametrize(
    ("kind", "organization", "asked_for"),
    [
        ("coresignal", "coresignal:1", "items_per_page=7"),
        ("github", "github:one", "per_page=7"),
        ("openalex", "ror:00examp37", "per-page=7"),
        ("orcid", "ror:00examp37", "rows=7"),
        ("peopledatalabs", "example.com", '"size": 7'),
        ("wikidata", "wikidata:Q1", "LIMIT+7"),
    ],
)
def test_a_service_is_asked_for_so_many_at_once_as_the_configuration_says(
    tmp_path, time, monkeypatch, kind, organization, asked_for
):
    """Services change what they allow."""
    monkeypatch.setenv("OWN_KEY", "own-key")
    more = 'licence_ack = true\ntoken = { env = "OWN_KEY" }\nlimits = { rows = 7 }'
    more = more if kind in {"coresignal", "peopledatalabs"} else "limits = { rows = 7 }"
    keys = f'kind = "{kind}"\n{more}\nwatch = {{ organizations = ["{organization}"] }}'
    (start,) = watch(tmp_path, time, keys).plan.connector.starts(())
    assert isinstance(start, Item)
    assert asked_for in f"{start.request.url} {start.request.body}"


def test_every_kind_of_service_is_tried_here():
    """A new connector that reads JSON is added to the tables above; pages are tried apart."""
    assert {*LISTED} == {*NULLS} == {*CONNECTORS} - {"pages"}
