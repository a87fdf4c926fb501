"""The API says what the pages say, in the shapes that its own document describes."""

import json
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from test_board import addresses_of, alerts, call, client, client_of, world  # noqa: F401 -- fixtures

from monitor.board.server.api.shapes import ROWS
from monitor.board.server.pages import PAGES

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def described(client):  # noqa: F811 -- the fixture
    """Return the document of the API."""
    return client.get("/api/v1/openapi.json").json()


def shape_of(described, path):
    answer = described["paths"][path]["get"]["responses"]["200"]["content"]
    return {**answer["application/json"]["schema"], "components": described["components"]}


@pytest.mark.slow
def test_every_page_is_described_and_every_list_has_its_rows(described):
    """Nobody has to guess what is there, and what may be asked."""
    assert described["openapi"] == "3.1.0"
    assert len(described["paths"]) == len(PAGES)
    assert {f"/api/v1{path}" for path in ROWS} <= described["paths"].keys()
    for page in PAGES:
        path = f"/api/v1{'/overview' if page.path == '/' else page.path.replace(':path', '')}"
        names = {parameter["name"] for parameter in described["paths"][path]["get"]["parameters"]}
        assert {one.name for one in page.filters} <= names


@pytest.mark.slow
def test_every_answer_fits_its_description(client, described, alerts):  # noqa: F811
    """Of the lists with rows in this world, and of one alert."""
    seen = set()
    for path in ROWS:
        asked = "?q=meta" if path == "/find" else ""
        there = path.replace("{rule}", "two")
        answer = client.get(f"/api/v1{there}{asked}").json()
        jsonschema.validate(answer, shape_of(described, f"/api/v1{path}"))
        seen |= {path} if answer["items"] else set()
        assert answer["items"] == client.get(f"{there}.json{asked}").json()["items"]
        for item in answer["items"]:  # each key is described
            name = shape_of(described, f"/api/v1{path}")["properties"]["items"]["items"]["$ref"]
            shape = described["components"]["schemas"][name.rpartition("/")[2]]
            assert item.keys() <= shape["properties"].keys()
    assert seen >= {*ROWS} - {"/held", "/silences"}
    for alert in alerts:
        one = client.get(f"/api/v1/alerts/{alert['alert']}").json()
        jsonschema.validate(one, shape_of(described, "/api/v1/alerts/{alert}"))


def test_the_status_is_what_the_command_says_and_is_of_now(world, client, described):  # noqa: F811
    """The keys of `status --json`, each described; a file that came into the inbox is seen."""
    one = client.get("/api/v1/status")
    facts = one.json()
    jsonschema.validate(facts, shape_of(described, "/api/v1/status"))
    said = json.loads(call(world, "status", "--json", "--now", "2025-02-11").stdout)
    assert said.keys() == described["components"]["schemas"]["StatusRecord"]["properties"].keys()
    unlike = {"around", "problems", "problem_reasons"}  # these tell of this machine at this moment
    assert {key: facts[key] for key in said.keys() - unlike} == {
        key: said[key] for key in said.keys() - unlike
    }
    again = {"if-none-match": one.headers["etag"]}
    assert client.get("/api/v1/status", headers=again).status_code == 304
    rules = world.root / "rules"
    (rules / "broken.toml").write_text("[flow]\nfrom = 1\n")
    try:
        changed = client.get("/api/v1/status", headers=again)
    finally:
        (rules / "broken.toml").unlink()
    assert changed.json()["rules"]["broken"] == ["broken"]
    assert any("rule broken cannot be used" in each for each in changed.json()["problems"])


def test_the_next_rows_of_the_api_are_of_the_api(client):  # noqa: F811
    """And an error is a problem in the words of RFC 9457."""
    first = client.get("/api/v1/alerts?limit=1").json()
    assert first["next"].startswith("/api/v1/alerts?limit=1&after=")
    assert client.get(first["next"]).json()["items"]
    for address, status in (("/api/v1/none", 404), ("/api/v1/alerts?x=1", 400)):
        problem = client.get(address)
        assert problem.headers["content-type"] == "application/problem+json"
        assert (problem.status_code, problem.json()["status"]) == (status, status)


def test_the_feed_has_an_entry_for_each_revision_newest_first(client, alerts):  # noqa: F811
    """With the id of its alert, a link to its page, and a later moment each time."""
    root = ET.fromstring(client.get("/alerts.atom").text)  # noqa: S314 -- our own
    entries = root.findall(f"{ATOM}entry")
    moments = [entry.findtext(f"{ATOM}updated", "") for entry in entries]
    assert moments == sorted(moments, reverse=True)
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert {f"urn:talentwatch:alert:{alert['alert']}" for alert in alerts} <= {*ids}
    assert len({*zip(ids, moments, strict=True)}) == len(entries)
    links = [link.get("href", "") for entry in entries for link in entry.findall(f"{ATOM}link")]
    assert all(link.startswith("http://127.0.0.1:9465/alerts/") for link in links)
