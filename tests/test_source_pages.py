"""Each page about a service that is asked shows a configuration that collects it."""

import json
import re
import tomllib
from pathlib import Path

import pytest
import tomlkit
from orcid_service import OrcidService, employment, record
from services import Said, VirtualTime, Watch, service

PAGES = Path(__file__).resolve().parent.parent / "docs" / "sources"
TOML = re.compile(r"^```toml\n# config.toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FOUND = "qEnOZ5Oh0poWnQ1luFBfVw_0000"
FICTIONAL = "0000-0002-1825-0097"
"""The record that ORCID itself keeps as an example."""


def of_http(asked):
    """Answer as the addresses of the page about them do."""
    person = asked.path.rpartition("/")[2]
    if person == "people":
        return Said.json([{"key": "ada", "name": "Ada", "jobs": [{"employer": "Meta"}]}])
    if person == "resume.json":
        return Said.json({"basics": {"name": "Ada"}, "work": [{"name": "Meta", "position": "CDO"}]})
    return Said.json({"id": person, "positions": [{"organization": "Meta"}]})


def of_orcid():
    """Return an ORCID that knows one person, whom its search finds as well."""
    known = OrcidService(records={FICTIONAL: record(FICTIONAL, employment(1, "Meta"))})
    known.hits = {FICTIONAL: "2026-01-01"}
    return known


def of_pages(asked):
    """Answer as a site without robots rules does whose page names one person."""
    if asked.path == "/robots.txt":
        return Said(status=404)
    person = {"@type": "Person", "name": "Jo", "jobTitle": "Engineer"}
    block = f'<script type="application/ld+json">{json.dumps(person)}</script>'
    return Said(headers={"Content-Type": "text/html"}, body=block.encode())


def of_peopledatalabs(asked):
    """Answer with the person who is asked for."""
    if asked.path.endswith("changelog"):
        return Said.json({"status": 200, "data": {}})
    job = {"company": {"name": "Meta"}, "is_primary": True}
    return Said.json({"status": 200, "data": {"id": FOUND, "full_name": "Jo", "experience": [job]}})


def of_coresignal(asked):
    """Answer with the person who is asked for."""
    job = {"company_name": "Meta", "position_title": "Engineer"}
    number = int(asked.path.rpartition("/")[2])
    return Said.json({"id": number, "full_name": "Jo", "experience": [job]})


SERVICES = {
    "coresignal": (of_coresignal, {"900001"}),
    "peopledatalabs": (of_peopledatalabs, {FOUND}),
    "http": (of_http, {"ada", "grace", "Ada"}),
    "orcid": (of_orcid(), {FICTIONAL}),
    "pages": (of_pages, {"Jo"}),
}
BLOCKS = [
    pytest.param(kind, block, id=f"{path.stem}-{number}")
    for path in sorted(PAGES.glob("*.md"))
    for number, block in enumerate(TOML.findall(path.read_text(encoding="utf-8")))
    for table in tomllib.loads(block).get("sources", {}).values()
    if (kind := table["kind"]) in SERVICES
]


@pytest.mark.parametrize(("kind", "block"), BLOCKS)
def test_the_configuration_of_a_page_collects_its_service(tmp_path, monkeypatch, kind, block):
    """Only the address of the service is another one here."""
    for name in ("PDL_KEY", "CORESIGNAL_KEY"):
        monkeypatch.setenv(name, "own-key")
    answer, people = SERVICES[kind]
    document, time = tomlkit.parse(block), VirtualTime()
    ((name, table),) = document["sources"].items()
    with service(time) as running:
        running.answer = answer
        key = {"http": "url", "pages": "urls"}.get(kind, "base_url")
        if kind == "pages":
            table[key] = [
                address.replace("https://example.org", running.url) for address in table[key]
            ]
        else:
            old = table.get(key, "")
            table[key] = old.replace("https://example.org", running.url) or running.url
        (tmp_path / "config.toml").write_text(tomlkit.dumps(document), encoding="utf-8")
        watching = Watch(tmp_path, time, name)
        assert watching.collect().is_complete
    assert {person.rpartition("#")[2] for person in watching.profiles()} <= people
    assert watching.profiles()


def test_every_kind_of_service_has_a_page_with_a_configuration():
    """None is left out here."""
    assert {block.values[0] for block in BLOCKS} == {*SERVICES}
