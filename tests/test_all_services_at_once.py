"""All kinds of sources are collected by one run into one store."""

import json
from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from collected_stories import lines
from orcid_service import OrcidService, employment, orcid_id, record
from services import CONTACT, Said, VirtualTime, revalidated, service
from test_github import Fake as Github
from test_github import user
from test_licensed_services import Coresignal, PeopleDataLabs, employee, job, pdl_id, stay
from test_licensed_services import person as pdl_person
from test_openalex import Fake as OpenAlex
from test_openalex import author
from test_team_pages import Site, linked
from test_team_pages import person as page_person
from test_wikidata import Fake as Wikidata
from test_wikidata import item, statement

from monitor.base.engine import Engine
from monitor.base.settings import load_settings
from monitor.cli.options import assembly
from monitor.intake.collecting.connectors import CONNECTORS
from monitor.intake.sources.nested import RecordMapping
from monitor.operations.run import Done, Wanted, run_once

JO = orcid_id(1)
"""Who is at several sources, by her iD at ORCID."""
PAGE = f"https://orcid.org/{JO}"
RULE = """
title = "Somebody leaves Example Corp"
[flow]
from = { organization = "Example Corp" }
people = 1
within = "90d"
clock = "observed"
count = "possible"
"""


class World:
    """One service of each kind, a folder that follows them all, and runs day by day."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.time = folder, VirtualTime()
        self.servers = {kind: stack.enter_context(service(self.time)) for kind in CONNECTORS}
        self.orcid = OrcidService()
        self.github = Github(self.servers["github"])
        self.wikidata = Wikidata(self.servers["wikidata"])
        self.openalex = OpenAlex(self.servers["openalex"])
        self.pages = Site(self.servers["pages"])
        self.pdl = PeopleDataLabs(self.servers["peopledatalabs"])
        self.coresignal = Coresignal(self.servers["coresignal"])
        self.plain: dict[str, list[Any]] = {}
        self.servers["orcid"].answer = self._marked(self.orcid)
        self.servers["http"].answer = self._list
        self._fill()
        self._write()

    def _list(self, asked: Any) -> Said:
        people = [{"id": who, "positions": jobs} for who, jobs in self.plain.items()]
        return revalidated(asked, people, f'"{hash(json.dumps(people))}"')

    @staticmethod
    def _marked(answer: Any) -> Any:
        def marked(asked: Any) -> Said:
            said: Said = answer(asked)
            etag = f'"{hash(said.body)}"'
            if said.status == 200 and asked.headers.get("if-none-match") == etag:
                return Said(status=304)
            return Said(status=said.status, headers={**said.headers, "ETag": etag}, body=said.body)

        return marked

    def _fill(self) -> None:
        """Let each source have twenty people at Example Corp, of whom Jo is one at most of them."""
        numbers = range(1, 21)
        self.orcid.records = {
            orcid_id(n): record(orcid_id(n), employment(n, employer_of(n)), name=name_of(n))
            for n in numbers
        }
        self.github.add(*(user(n, employer_of(n), name=f"G {name_of(n)}") for n in numbers))
        self.wikidata.items |= {f"Q{n}": self.item_of(n) for n in numbers}
        self.openalex.add(*(author(n + 10, (100, [2024]), name=f"A {name_of(n)}") for n in numbers))
        self.openalex.add(author(11, (100, [2024]), name=name_of(1), orcid=PAGE))
        self.pages.pages["/team"] = self.team()
        self.pdl.add(*(pdl_person(n, job(employer_of(n)), full_name=f"V é{n}") for n in numbers))
        self.coresignal.add(
            *(employee(n, stay(employer_of(n)), full_name=f"C é{n}") for n in numbers)
        )
        self.plain = {f"h{n}": [{"organization": employer_of(n)}] for n in numbers}

    def item_of(self, number: int, employer: str = "Q100") -> Any:
        """An item of Wikidata, which names the iD of Jo."""
        stated = statement("a" if employer == "Q100" else "b", employer)
        statements = {"P108": [stated]}
        if number == 1:
            linked_to = {"rank": "normal", "value": {"type": "value", "content": JO}}
            statements["P496"] = [linked_to]
        name = name_of(1) if number == 1 else f"W {name_of(number)}"
        return item(f"Q{number}", stated, name=name, statements=statements)

    def write_otherwise(self) -> None:
        """Let each source say what it says in other words from now on."""
        for server in self.servers.values():
            server.answer = self._otherwise(server.answer)

    @staticmethod
    def _otherwise(well: Any) -> Any:
        def answer(asked: Any) -> Said:
            marks = {"if-none-match", "if-modified-since"}
            whole = {name: text for name, text in asked.headers.items() if name not in marks}
            said: Said = well(replace(asked, headers=whole))
            head, opens, rest = said.body.decode().rpartition('ld+json">')
            text, closes, tail = rest.partition("</script>")
            if not text:
                return said
            body = f"{head}{opens}{json.dumps(turned(json.loads(text)))}{closes}{tail}"
            return replace(said, body=body.encode(), headers={**said.headers, "ETag": '"else"'})

        return answer

    def team(self, *, gone: bool = False) -> bytes:
        """The page of a team; Jo is on it with her iD until she is at another organisation."""
        jo = page_person(name_of(1), url="/jo", sameAs=[PAGE])
        if gone:
            jo["worksFor"] = {"@type": "Organization", "name": "Sample Labs"}
        others = (page_person(f"T {name_of(n)}", url=f"/{n}") for n in range(2, 21))
        return linked([jo, *others])

    def _write(self) -> None:
        """Write the configuration, with a rule."""
        numbers = range(1, 21)
        followed: dict[str, list[str]] = {
            "orcid": [orcid_id(n) for n in numbers],
            "github": [str(n) for n in numbers],
            "wikidata": [f"Q{n}" for n in numbers],
            "openalex": [f"A{n + 10}" for n in numbers],
            "peopledatalabs": [pdl_id(n) for n in numbers],
            "coresignal": [str(n) for n in numbers],
        }
        more = {
            "http": f'url = "{self.servers["http"].url}/people"',
            "pages": f'urls = ["{self.servers["pages"].url}/team"]\norganization = "Example Corp"',
            "peopledatalabs": 'licence_ack = true\ntoken = { env = "OWN_KEY" }',
            "coresignal": 'licence_ack = true\ntoken = { env = "OWN_KEY" }',
            "wikidata": f'sparql_url = "{self.servers["wikidata"].url}/sparql"',
        }
        text = ""
        for kind in CONNECTORS:
            base = "" if kind in {"http", "pages"} else f'base_url = "{self.servers[kind].url}"\n'
            watch = f"watch = {{ ids = {followed[kind]} }}\n" if kind in followed else ""
            text += (
                f'[sources.{kind}]\nkind = "{kind}"\ncontact = "{CONTACT}"\npurpose = "a test"\n'
                f'licence = "CC0"\nretention = "365d"\nlimits = {{ spacing = 0 }}\n'
                f"{base}{watch}{more.get(kind, '')}\n"
            )
        (self.folder / "config.toml").write_text(text, encoding="utf-8")
        (self.folder / "rules").mkdir()
        (self.folder / "rules" / "leaving.toml").write_text(RULE, encoding="utf-8")

    def run(self) -> Done:
        """Run once, and go on to the next day."""
        settings = load_settings(self.folder / "config.toml")
        done = run_once(settings, Wanted(assembly=assembly, clock=lambda: self.time.now))
        assert done.errors == []
        self.time.next_day()
        return done


def name_of(number: int) -> str:
    """Return the name of the nth person, no part of which two have."""
    return f"{chr(64 + number)}vá{number} {chr(64 + number)}orn{number}ly"


def employer_of(number: int) -> str:
    """Return where the nth person is; the last one's employer is spelt with accents."""
    return "Société Générale" if number == 20 else "Example Corp"


def turned(document: Any) -> Any:
    """The same with its lists turned round, letters taken apart, and keys that nobody knows."""
    match document:
        case dict():
            pairs = [(key, turned(value)) for key, value in document.items()]
            return {"nobody knows": [None], **dict(reversed(pairs))}
        case list():
            return [*map(turned, reversed(document))]
        case str():
            return normalize("NFD", document)
        case _:
            return document


@pytest.fixture
def world(tmp_path, monkeypatch):
    """One service of each kind."""
    monkeypatch.setenv("OWN_KEY", "own-key")
    with ExitStack() as stack:
        yield World(tmp_path, stack)


def counting(monkeypatch) -> Counter[str]:
    """Count what is read of answers, and the profiles that are compared."""
    counts: Counter[str] = Counter()
    profile, run = RecordMapping.profile, Engine.run

    def mapped(self: RecordMapping, entry: Any) -> Any:
        counts["mapped"] += 1
        return profile(self, entry)

    def ran(self: Engine, name: str, **values: object) -> None:
        run(self, name, **values)
        if name == "changed_profiles":
            found = self._connection.execute("SELECT count(*) FROM compared_profiles").fetchone()
            counts["snapshots"] += 1
            counts["compared"] += 0 if found is None else found[0]

    for connector in CONNECTORS.values():
        kind: Any = connector
        original = kind.read

        def read(self: Any, asked: Any, answer: Any, original: Any = original) -> Any:
            counts[f"read {type(self).__name__}"] += 1
            return original(self, asked, answer)

        monkeypatch.setattr(kind, "read", read)
    monkeypatch.setattr(RecordMapping, "profile", mapped)
    monkeypatch.setattr(Engine, "run", ran)
    return counts


@pytest.mark.slow
def test_a_person_at_several_sources_counts_once_and_what_did_not_change_costs_nothing(
    world, monkeypatch
):
    """A baseline, a day on which nothing changed, one on which Jo went, and one of other words."""
    first = world.run()
    assert {name: rows[0]["verdict"] for name, rows in first.record["sources"].items()} == (
        dict.fromkeys(CONNECTORS, "baseline")
    )
    sent = {kind: len(server.asked) for kind, server in world.servers.items()}
    counts = counting(monkeypatch)
    second = world.run()
    assert second.record["moves"] == 0
    # Nothing was read, mapped or compared: marks, or equal bytes, said that all is as it was.
    assert counts == {"snapshots": len(CONNECTORS), "compared": 0}
    # Nobody was asked more often than on the day before.
    assert all(len(server.asked) <= 2 * sent[kind] for kind, server in world.servers.items())
    world.orcid.records[JO] = record(JO, employment(99, "Sample Labs"), name=name_of(1))
    world.wikidata.items["Q1"] = world.item_of(1, "Q200")
    world.pages.pages["/team"] = world.team(gone=True)
    world.run()
    assert counts["read Orcid"] == counts["read Pages"] == 1
    assert counts["read Github"] == counts["read Http"] == counts["read Coresignal"] == 0
    (alert,) = lines("alerts", "--json", "--config", str(world.folder / "config.toml"))
    assert alert["count"] == alert["possible"] == 1
    (person,) = alert["people"]
    assert {piece["source"] for piece in person["evidence"]} == {"orcid", "wikidata", "pages"}
    assert {piece["url"] for piece in person["evidence"]} == {
        PAGE,
        "https://www.wikidata.org/wiki/Q1",
        f"{world.servers['pages'].url}/jo",
    }
    # Lists in another order, letters in parts and unknown keys are no news of anybody.
    world.write_otherwise()
    last = world.run()
    assert all(counts[f"read {type_}"] > 0 for type_ in ("Github", "Http", "Coresignal"))
    assert last.record["moves"] == 0
    assert lines("alerts", "--json", "--config", str(world.folder / "config.toml")) == [alert]
    assert {name: rows[0]["verdict"] for name, rows in last.record["sources"].items()} == (
        dict.fromkeys(CONNECTORS, "accepted")
    )
