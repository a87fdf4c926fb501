"""OpenAlex is asked for authors; what papers say is evidence, and nobody leaves by it."""

from pathlib import Path

import pytest
from collected_stories import came_of
from services import BEGAN, CONTACT, Said, VirtualTime, Watch, service, watch
from test_docs import TOML

from monitor.base.errors import SourceError


def author(number, *affiliations, name=None, **more):
    """Return an author with affiliations of (institution, years)."""
    return {
        "id": f"https://openalex.org/A{number}",
        "orcid": None,
        "display_name": name or f"Person {number}",
        "affiliations": [
            {
                "institution": {
                    "id": f"https://openalex.org/I{institution}",
                    "ror": f"https://ror.org/0{institution:08}",
                    "display_name": f"Institute {institution}",
                },
                "years": years,
            }
            for institution, years in affiliations
        ],
        "unknown": 1,
    } | more


class Fake:
    """The interface of OpenAlex, with authors that a test changes."""

    def __init__(self, running):
        self.running = running
        self.authors, self.merged = {}, {}
        self.refusals = []
        running.answer = self.answer

    def add(self, *authors):
        """Put authors in."""
        self.authors |= {author["id"].rpartition("/")[2]: author for author in authors}

    def answer(self, asked):
        """Answer as the interface that is asked, or refuse."""
        if self.refusals:
            return self.refusals.pop(0)
        person = asked.path.removeprefix("/authors").lstrip("/")
        if not person:
            return self.listed(asked)
        if person in self.merged:
            return Said(status=301, headers={"Location": f"/authors/{self.merged[person]}"})
        if person not in self.authors:
            return Said(status=404, headers={"Content-Type": "text/html"}, body=b"<html>")
        return Said.json(self.authors[person])

    def listed(self, asked):
        """Answer with a page of two."""
        start = 0 if asked.query["cursor"] == "*" else int(asked.query["cursor"][1:])
        some = [*self.authors][start : start + 2]
        more = f"c{start + 2}" if start + 2 < len(self.authors) else None
        results = [{"id": f"https://openalex.org/{one}"} for one in some]
        return Said.json({"meta": {"next_cursor": more}, "results": results})

    def keys(self, people, above=""):
        """Return the keys of a source that asks it."""
        return (
            f'kind = "openalex"\nbase_url = "{self.running.url}"\n{above}\n'
            f"[sources.remote.watch]\n{people}"
        )


@pytest.fixture
def time():
    return VirtualTime()


@pytest.fixture
def openalex(time):
    with service(time) as running:
        yield Fake(running)


def test_an_affiliation_begins_in_its_first_year_and_has_no_end(tmp_path, openalex, time):
    """Years come in any order and with gaps; papers do not say who left."""
    openalex.add(author(11, (200, [2021, 2023]), (100, [2026, 2024, 2025]), orcid="https://o/1"))
    watching = watch(tmp_path, time, openalex.keys('ids = ["A11"]'))
    watching.collect()
    assert watching.profiles()["A11"] == {
        "id": "A11",
        "name": "Person 11",
        "url": "https://openalex.org/A11",
        "same_as": ["https://o/1"],
        "positions": [
            {
                "organization": f"Institute {number}",
                "organization_id": f"ror:0{number:08}",
                "start": start,
                "id": f"I{number}",
            }
            for number, start in ((100, "2024"), (200, "2021"))
        ],
    }


@pytest.mark.parametrize(
    "odd", [{"affiliations": None}, {"affiliations": [{"institution": None, "years": None}]}]
)
def test_an_author_without_affiliations_is_a_person_without_positions(
    tmp_path, openalex, time, odd
):
    """Everything may be null."""
    openalex.add(author(11, display_name=None, **odd))
    watching = watch(tmp_path, time, openalex.keys('ids = ["https://openalex.org/A11"]'))
    watching.collect()
    assert watching.profiles()["A11"]["positions"] == []
    assert watching.profiles()["A11"]["name"] == "A11"


def test_an_affiliation_that_is_no_longer_listed_stays(tmp_path, openalex, time):
    """A correction of whose paper it is makes nobody leave."""
    openalex.add(author(11, (100, [2024]), (200, [2021])))
    watching = watch(tmp_path, time, openalex.keys('ids = ["A11"]'))
    watching.collect()
    time.next_day()
    openalex.add(author(11, (100, [2023])))
    watching.collect()
    found = watching.profiles()["A11"]["positions"]
    assert [(one["id"], one["start"]) for one in found] == [("I100", "2023"), ("I200", "2021")]


def test_authors_of_an_institution_are_found_page_by_page(tmp_path, openalex, time):
    """By an opaque cursor, until there is none; each author is one request more."""
    openalex.add(*(author(number) for number in range(11, 16)))
    watching = watch(tmp_path, time, openalex.keys('organizations = ["ror:00examp37"]'))
    watching.collect()
    assert len(watching.profiles()) == 5
    lists = [one for one in openalex.running.asked if one.path == "/authors"]
    assert [one.query["cursor"] for one in lists] == ["*", "c2", "c4"]
    assert lists[0].query["filter"] == "last_known_institutions.ror:https://ror.org/00examp37"


def test_the_key_goes_into_every_address_and_into_no_file(tmp_path, openalex, time, monkeypatch):
    """The interface wants it in the address, which is written down without it."""
    monkeypatch.setenv("KEY", "hidden-word")
    openalex.add(author(11))
    keys = openalex.keys('ids = ["A11"]', 'token = { env = "KEY" }')
    watching = watch(tmp_path, time, keys)
    watching.collect()
    assert [one.query["api_key"] for one in openalex.running.asked] == ["hidden-word"]
    files = [path for path in watching.folder.rglob("*") if path.is_file()]
    assert not [path for path in files if b"hidden-word" in path.read_bytes()]


@pytest.mark.parametrize("header", ["X_RateLimit_Remaining", "X_RateLimit_Remaining_USD"])
def test_a_spent_allowance_parks_the_source_until_it_is_renewed(tmp_path, openalex, time, header):
    """Both generations of headers say the seconds."""
    more = {header: "0", "X_RateLimit_Reset": "64800"}
    openalex.refusals = [Said.json({"error": "x"}, status=429, **more)]
    watching = watch(tmp_path, time, openalex.keys('ids = ["A11"]'))
    assert "64,800 seconds" in str(watching.collect().note)


@pytest.mark.parametrize(
    "people",
    [
        'ids = ["Jo"]',
        *(f'organizations = ["{name}"]' for name in ("Example", "ror:1", "ror:00examp38")),
    ],
)
def test_a_wrong_id_is_named(tmp_path, openalex, time, people):
    """Before anybody is asked."""
    with pytest.raises(SourceError, match="is no"):
        watch(tmp_path, time, openalex.keys(people)).collect()
    assert not openalex.running.asked


@pytest.mark.slow
def test_nobody_leaves_by_papers_and_a_new_affiliation_is_an_arrival(tmp_path, openalex, time):
    """Of those who go on, change places, are deleted, or merged, none has left."""
    openalex.add(*(author(number, (100, [2024])) for number in range(11, 16)))
    ids = ", ".join(f'"A{number}"' for number in range(11, 16))
    watching = watch(tmp_path, time, openalex.keys(f"ids = [{ids}]", "limits = { spacing = 0 }"))
    watching.collect()
    time.next_day()
    openalex.add(author(11, (100, [2024]), (200, [2026])), author(12, (200, [2026])))
    del openalex.authors["A13"]
    openalex.merged["A14"] = "A99"
    openalex.add(author(99, (100, [2024]), name="Person 14"))
    watching.collect()
    assert watching.profiles().keys() == {f"A{number}" for number in range(11, 16)} - {"A13"}
    came = came_of(watching, "Institute 100", [str(BEGAN.date()), str(time.now.date())])
    assert (came.moves, came.links) == ([], [])
    assert came.verdicts == ["baseline", "accepted"]
    assert watching.absences() == {"A13": "deleted"}


def test_the_configuration_that_the_page_shows_asks_it(tmp_path, openalex, time, monkeypatch):
    """The block, with only the address changed."""
    monkeypatch.setenv("OPENALEX_KEY", "secret")
    page = Path(__file__).parent.parent / "docs" / "sources" / "openalex.md"
    (block,) = TOML.findall(page.read_text("utf-8"))
    assert CONTACT in block
    openalex.add(author(5023888391, (100, [2024])))
    keys = f'[sources.authors]\nbase_url = "{openalex.running.url}"\n'
    (tmp_path / "config.toml").write_text(block.replace("[sources.authors]\n", keys, 1))
    watching = Watch(tmp_path, time, "authors")
    assert watching.collect().is_complete
    assert watching.profiles().keys() == {"A5023888391"}
