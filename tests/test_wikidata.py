"""Wikidata is asked for people, and what it says is understood."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from collected_stories import came_of
from hypothesis import given
from hypothesis import strategies as st
from services import BEGAN, Said, VirtualTime, Watch, revalidated, service, watch
from test_docs import TOML

from monitor.base.errors import SourceError
from monitor.base.settings import WikidataSource, load_settings
from monitor.intake.collecting.connectors import CONNECTORS, Item
from monitor.intake.collecting.connectors.wikidata_time import partial_date
from monitor.intake.collecting.kept.work import Work

ITEM = re.compile(r"/w/rest.php/wikibase/v1/entities/items/(Q\d+)")
JULIAN = "http://www.wikidata.org/entity/Q1985786"
LABELS = {"Q100": "Example Corp", "Q200": "Sample Labs", "Q300": "engineer", "Q301": "director"}


def time_of(text, precision, calendar="http://www.wikidata.org/entity/Q1985727"):
    """Return a time as a statement has it."""
    return {"time": text, "precision": precision, "calendarmodel": calendar}


def qualifier(property_, content=None, kind="value"):
    value = {"type": kind} if content is None else {"type": kind, "content": content}
    return {"property": {"id": property_}, "value": value}


def statement(guid, employer, *qualifiers, rank="normal", kind="value"):
    """Return a statement of an employer."""
    value = {"type": kind, "content": employer} if kind == "value" else {"type": kind}
    return {
        "id": f"Q1${guid}",
        "rank": rank,
        "property": {"id": "P108", "data_type": "wikibase-item"},
        "value": value,
        "qualifiers": list(qualifiers),
        "references": [],
        "unknown": {"extra": 1},
    }


def item(person, *statements, name="Jo Fictional", **more):
    """Return an item of a person as the REST interface has it."""
    return {"id": person, "labels": {"en": name}, "statements": {"P108": [*statements]}} | more


class Fake:
    """The interfaces of Wikidata, with items that a test changes."""

    def __init__(self, running):
        self.running = running
        self.items, self.merged, self.found = {}, {}, {}
        self.lags = 0
        running.answer = self.answer

    def answer(self, asked):
        """Answer as the interface that is asked."""
        found = ITEM.fullmatch(asked.path)
        if found:
            return self.item(asked, found[1])
        if asked.path == "/w/api.php":
            return self.names(asked)
        if asked.path == "/sparql":
            return self.query(asked)
        return Said(status=404)

    def item(self, asked, person):
        """Answer with an item, or where it went."""
        if person in self.merged:
            there = asked.path.replace(person, self.merged[person])
            return Said(status=308, headers={"Location": f"{there}?_fields=labels,statements"})
        if person not in self.items:
            return Said.json({"code": "resource-not-found", "context": {}}, status=404)
        document = self.items[person]
        return revalidated(asked, document, f'"{hash(json.dumps(document)) % 10**8}"')

    def names(self, asked):
        """Answer with labels, or a lag."""
        assert asked.query["maxlag"] == "5"
        if self.lags:
            self.lags -= 1
            lagging = {"error": {"code": "maxlag", "info": "Waiting for a host", "lag": 7.1}}
            return Said.json(lagging, Retry_After="5", X_Database_Lag="7")
        wanted = asked.query["ids"].split("|")
        assert len(wanted) <= 50
        return Said.json(
            {
                "entities": {
                    problem: {
                        "id": problem,
                        "labels": {"en": {"language": "en", "value": LABELS[problem]}},
                    }
                    if problem in LABELS
                    else {"id": problem, "missing": ""}
                    for problem in wanted
                }
            }
        )

    def query(self, asked):
        """Answer with who works at an organisation."""
        text = asked.query["query"]
        rows = re.search(r"LIMIT (\d+) OFFSET (\d+)", text)
        organization = re.search(r"wd:(Q\d+)", text)
        people = self.found[organization[1] if organization else "own"]
        if rows:
            people = people[int(rows[2]) : int(rows[2]) + int(rows[1])]
        bindings = [
            {"p": {"type": "uri", "value": f"http://www.wikidata.org/entity/{person}"}}
            for person in people
        ]
        return Said.json({"head": {"vars": ["p"]}, "results": {"bindings": bindings}})

    def keys(self, more='ids = ["Q1"]', above=""):
        """Return the keys of a source that asks it."""
        return (
            f'kind = "wikidata"\nbase_url = "{self.running.url}"\n'
            f'sparql_url = "{self.running.url}/sparql"\n{above}\n[sources.remote.watch]\n{more}'
        )


@pytest.fixture
def time():
    return VirtualTime()


@pytest.fixture
def wikidata(time):
    with service(time) as running:
        yield Fake(running)


def positions(wikidata, tmp_path, time, *statements):
    """Return the positions that these statements make."""
    wikidata.items["Q1"] = item("Q1", *statements)
    watching = watch(tmp_path, time, wikidata.keys())
    watching.collect()
    return watching.profiles()["Q1"]["positions"]


# -- what statements say -------------------------------------------------------------------------


def test_a_statement_is_a_position_with_names_for_what_it_names(tmp_path, wikidata, time):
    """Employer, role, dates as precise as they are, and the statement's own id."""
    stated = statement(
        "a",
        "Q100",
        qualifier("P580", time_of("+2021-09-00T00:00:00Z", 10)),
        qualifier("P582", time_of("+2023-00-00T00:00:00Z", 9)),
        qualifier("P3831", "Q300"),
    )
    wikidata.items["Q1"] = item(
        "Q1",
        stated,
        statements={
            "P108": [stated],
            "P496": [{"rank": "normal", "value": {"type": "value", "content": "0000-1"}}],
        },
    )
    watching = watch(tmp_path, time, wikidata.keys())
    assert watching.collect().is_complete
    assert watching.profiles() == {
        "Q1": {
            "id": "Q1",
            "name": "Jo Fictional",
            "url": "https://www.wikidata.org/wiki/Q1",
            "same_as": ["https://orcid.org/0000-1"],
            "positions": [
                {
                    "organization": "Example Corp",
                    "organization_id": "wikidata:Q100",
                    "title": "engineer",
                    "start": "2021-09",
                    "end": "2023",
                    "id": "Q1$a",
                }
            ],
        }
    }


@pytest.mark.parametrize(
    ("written", "precision", "goes_on"),
    [
        ("-0043-00-00T00:00:00Z", 9, False),
        ("+1990-00-00T00:00:00Z", 8, False),
        ("+2019-00-00T00:00:00Z", 8, False),
        ("+2020-00-00T00:00:00Z", 8, None),
        ("+2000-00-00T00:00:00Z", 7, False),
        ("+2001-00-00T00:00:00Z", 7, None),
        ("+1500-00-00T00:00:00Z", 6, False),
        ("garbage", 8, None),
    ],
)
def test_an_end_known_to_no_year_ends_a_position_if_it_is_past(
    tmp_path, wikidata, time, written, precision, goes_on
):
    """Nobody works where they are said to have stopped, though no date can be told."""
    end = qualifier("P582", time_of(written, precision))
    (position,) = positions(wikidata, tmp_path, time, statement("a", "Q100", end))
    assert (position.get("current"), position.get("end")) == (goes_on, None)


def test_ranks_ends_and_unknown_employers_count_as_they_are_meant(tmp_path, wikidata, time):
    """Deprecated ones do not; somevalue is an end on an unknown day, novalue is none."""
    found = positions(
        wikidata,
        tmp_path,
        time,
        statement("d", "Q100", rank="deprecated"),
        statement("c", "Q200", qualifier("P582", kind="somevalue")),
        statement("b", "Q100", qualifier("P582", kind="novalue"), rank="preferred"),
        statement("e", None, kind="somevalue"),
        statement("f", None, kind="novalue"),
        statement("g", "Q999"),
    )
    assert [(one["organization"], one.get("current"), one.get("end")) for one in found] == [
        ("Example Corp", True, None),
        ("Sample Labs", False, None),
        ("Q999", None, None),
    ]


@pytest.mark.parametrize(
    ("written", "precision", "calendar", "meant"),
    [
        ("+2021-09-14T00:00:00Z", 11, None, "2021-09-14"),
        ("+2021-09-14T00:00:00Z", 10, None, "2021-09"),
        ("+2021-01-01T00:00:00Z", 9, None, "2021"),
        ("+2021-00-00T00:00:00Z", 9, None, "2021"),
        ("+2021-00-00T00:00:00Z", 11, None, "2021"),
        ("+2021-05-00T00:00:00Z", 11, None, "2021-05"),
        ("+00000001994-01-01T00:00:00Z", 9, None, "1994"),
        ("+1990-00-00T00:00:00Z", 8, None, None),
        ("-0044-03-15T00:00:00Z", 11, None, None),
        ("+13798000000-00-00T00:00:00Z", 9, None, None),
        ("+1917-10-25T00:00:00Z", 11, JULIAN, "1917-11-07"),
        ("+1917-10-00T00:00:00Z", 10, JULIAN, "1917"),
        ("+1917-02-31T00:00:00Z", 11, JULIAN, "1917-03-16"),
        ("2021", 9, None, None),
    ],
)
def test_of_a_time_counts_what_its_precision_says(written, precision, calendar, meant):
    """Never a day that nobody stated; Julian days are converted, Julian months are years."""
    value = {"time": written, "precision": precision}
    assert partial_date(value | ({"calendarmodel": calendar} if calendar else {})) == meant


@pytest.mark.slow
@given(st.recursive(st.none() | st.text() | st.integers(), lambda x: st.dictionaries(st.text(), x)))
def test_whatever_stands_in_the_place_of_a_time_is_no_fault(value):
    """A qualifier can hold anything."""
    assert partial_date(value) is None


def test_an_empty_item_of_php_is_a_person_without_positions(tmp_path, wikidata, time):
    """An empty table comes as a list, and a name may be missing."""
    wikidata.items["Q1"] = {"id": "Q1", "labels": [], "statements": []}
    watching = watch(tmp_path, time, wikidata.keys())
    watching.collect()
    assert watching.profiles()["Q1"] == {
        "id": "Q1", "name": "Q1", "url": "https://www.wikidata.org/wiki/Q1",
        "same_as": [], "positions": [],
    }  # fmt: skip


@pytest.mark.parametrize("name", ["Ада Лавлейс", "陈景润", "نجيب محفوظ", "Ame\u0301lie"])
def test_names_of_any_script_are_kept(tmp_path, wikidata, time, name):
    """The first language that has a label counts, any other rather than none."""
    wikidata.items["Q1"] = item("Q1", labels={"xx": name})
    watching = watch(tmp_path, time, wikidata.keys())
    watching.collect()
    assert watching.profiles()["Q1"]["name"] == name


# -- how it is asked -----------------------------------------------------------------------------


def test_what_did_not_change_costs_no_reading_and_the_same_lists_in_another_order_no_event(
    tmp_path, wikidata, time
):
    """The mark of the revision goes back; statements stand in the order of their ids."""
    one, two = statement("a", "Q100"), statement("b", "Q200")
    wikidata.items["Q1"] = item("Q1", one, two)
    watching = watch(tmp_path, time, wikidata.keys())
    watching.collect()
    before = watching.profiles()
    time.next_day()
    assert watching.collect().unchanged == 2
    assert re.fullmatch(r'"\d+"', wikidata.running.asked[2].headers["if-none-match"])
    time.next_day()
    wikidata.items["Q1"] = item("Q1", two, one)
    watching.collect()
    assert watching.profiles() == before


def test_a_changed_title_at_the_same_places_is_seen(tmp_path, wikidata, time):
    """The names come as before, and what they are put together with does not."""
    wikidata.items["Q1"] = item("Q1", statement("a", "Q100", qualifier("P580", time_of("x", 9))))
    watching = watch(tmp_path, time, wikidata.keys())
    watching.collect()
    time.next_day()
    started = qualifier("P580", time_of("+2020-00-00T00:00:00Z", 9))
    wikidata.items["Q1"] = item("Q1", statement("a", "Q100", started))
    watching.collect()
    assert watching.profiles()["Q1"]["positions"][0]["start"] == "2020"


def test_a_lag_is_waited_for_though_it_looks_like_a_good_answer(tmp_path, wikidata, time):
    """As long as it says."""
    wikidata.items["Q1"], wikidata.lags = item("Q1", statement("a", "Q100")), 2
    watching = watch(tmp_path, time, wikidata.keys())
    assert watching.collect().is_complete
    assert time.slept.count(5) == 2


def test_more_than_fifty_names_are_asked_for_in_parts(tmp_path, wikidata, time):
    """As many as one request may name."""
    many = [statement(f"{number:03}", f"Q{1000 + number}") for number in range(70)]
    wikidata.items["Q1"] = item("Q1", *many)
    watching = watch(tmp_path, time, wikidata.keys())
    watching.collect()
    assert len(watching.profiles()["Q1"]["positions"]) == 70
    assert wikidata.running.paths.count("/w/api.php") == 2


def test_people_of_an_organisation_are_discovered_page_by_page_and_followed_on(
    tmp_path, wikidata, time, monkeypatch
):
    """Who left it is asked for on the next day, too."""
    monkeypatch.setattr("monitor.intake.collecting.connectors.wikidata.ROWS", 10)
    wikidata.found["Q100"] = [f"Q{number}" for number in range(1, 24)]
    wikidata.items |= {f"Q{number}": item(f"Q{number}") for number in range(1, 24)}
    keys = wikidata.keys('organizations = ["wikidata:Q100"]', "limits = { spacing = 0 }")
    watching = watch(tmp_path, time, keys)
    watching.collect()
    assert len(watching.profiles()) == 23
    assert wikidata.running.paths.count("/sparql") == 3
    time.next_day()
    wikidata.found["Q100"] = ["Q2"]
    watching.collect()
    assert len(watching.profiles()) == 23


@pytest.mark.parametrize("status", [200, 500, 504])
def test_a_query_that_is_cut_off_is_asked_for_fewer(tmp_path, wikidata, time, monkeypatch, status):
    """What ran out of time says nothing of anybody, whatever its status, and is not repeated."""
    for name, value in (("ROWS", 40), ("_FEWEST", 10)):
        monkeypatch.setattr(f"monitor.intake.collecting.connectors.wikidata.{name}", value)
    wikidata.found["Q100"] = [f"Q{number}" for number in range(1, 25)]
    wikidata.items |= {f"Q{number}": item(f"Q{number}") for number in range(1, 25)}
    good = wikidata.query
    wikidata.query = lambda asked: (
        Said(status=status, body=b'{"head": {"vars": ["p"]}, "results": [java.util.concurrent.Tim')
        if "LIMIT 40" in asked.query["query"]
        else good(asked)
    )
    keys = wikidata.keys('organizations = ["Q100"]', "limits = { spacing = 0 }")
    watching = watch(tmp_path, time, keys)
    watching.collect()
    assert len(watching.profiles()) == 24
    queries = [asked.query["query"] for asked in wikidata.running.asked if "query" in asked.query]
    assert len([text for text in queries if "LIMIT 40" in text]) == 1


def test_a_query_of_ones_own_finds_people_and_passes_over_blank_nodes(tmp_path, wikidata, time):
    """Its first column that names an item counts."""
    wikidata.found["own"] = ["Q7"]
    wikidata.items["Q7"] = item("Q7")
    good = wikidata.query

    def with_blanks(asked):
        document = json.loads(good(asked).body)
        document["results"]["bindings"] += [{"p": {"type": "bnode", "value": "t1"}}, {}]
        return Said.json(document)

    wikidata.query = with_blanks
    watching = watch(tmp_path, time, wikidata.keys('query = "SELECT ?p WHERE { ?p ?q ?r }"'))
    watching.collect()
    assert watching.profiles().keys() == {"Q7"}


def test_a_wrong_id_is_named(tmp_path, wikidata, time):
    """Nobody is asked for by a word."""
    watching = watch(tmp_path, time, wikidata.keys('ids = ["Jo"]'))
    with pytest.raises(SourceError, match="'Jo' is no item"):
        watching.collect()


def test_of_somebody_who_is_erased_nothing_is_left_in_the_work_file(tmp_path, wikidata, time):
    """A request for names knows the profile that it is for."""
    wikidata.items["Q1"] = item("Q1", statement("a", "Q100"))
    wikidata.items["Q2"] = item("Q2", statement("b", "Q100"), name="Al Other")
    watching = watch(tmp_path, time, wikidata.keys('ids = ["Q1", "Q2"]'))
    watching.collect()
    with Work.opened(watching.plan.folder) as work:
        work.forget(["Q1"])
    kept = b"".join(path.read_bytes() for path in watching.plan.folder.glob("work.sqlite*"))
    assert b"Jo Fictional" not in kept
    assert b"Al Other" in kept


# -- a story -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_of_five_people_exactly_the_one_who_moved_has_moved(tmp_path, wikidata, time):
    """A new title, a deleted item, one without statements and a merged one are no moves."""
    began = qualifier("P580", time_of("+2020-01-00T00:00:00Z", 10))
    here = statement("a", "Q100", began)
    people = ("Q1", "Q2", "Q3", "Q4", "Q5")
    wikidata.items |= {person: item(person, here, name=f"Person {person}") for person in people}
    ids = ", ".join(f'"{person}"' for person in people)
    watching = watch(tmp_path, time, wikidata.keys(f"ids = [{ids}]"))
    watching.collect()
    time.next_day()
    left = qualifier("P582", time_of("+2026-10-00T00:00:00Z", 10))
    joined = qualifier("P580", time_of("+2026-11-00T00:00:00Z", 10))
    wikidata.items["Q1"] = item(
        "Q1", statement("a", "Q100", began, left), statement("b", "Q200", joined), name="Person Q1"
    )
    director = statement("a", "Q100", began, qualifier("P39", "Q301"))
    wikidata.items["Q2"] = item("Q2", director, name="Person Q2")
    del wikidata.items["Q3"]
    wikidata.items["Q4"] = item("Q4", name="Person Q4")
    wikidata.merged["Q5"] = "Q6"
    wikidata.items["Q6"] = item("Q6", here, name="Person Q5")
    assert watching.collect().is_complete
    days = [str(BEGAN.date()), str(time.now.date())]
    came = came_of(watching, "Example Corp", days)
    assert came.moves == ["Q1: Example Corp > Sample Labs"]
    assert came.links == ["https://www.wikidata.org/wiki/Q1"]
    assert came.verdicts == ["baseline", "accepted"]
    assert watching.absences() == {"Q3": "deleted"}
    assert '"id":"Q3"' in (watching.plan.folder / "withdrawn.json").read_text()
    assert {"Q3"}.isdisjoint(watching.profiles())


def test_the_configuration_that_the_page_shows_is_read_and_asks_it(tmp_path, wikidata, time):
    """The block, with only the addresses changed."""
    page = Path(__file__).parent.parent / "docs" / "sources" / "wikidata.md"
    (block,) = TOML.findall(page.read_text("utf-8"))
    (tmp_path / "config.toml").write_text(block)
    source = load_settings(tmp_path / "config.toml").sources["laureates"]
    assert isinstance(source, WikidataSource)
    organization = source.watch.organizations[0]
    (start, *_) = CONNECTORS["wikidata"](source).starts(())
    assert isinstance(start, Item)
    assert urlsplit(start.request.url).netloc == "query.wikidata.org"
    wikidata.found[organization.removeprefix("wikidata:")] = ["Q1"]
    wikidata.items["Q1"] = item("Q1", statement("a", "Q100"))
    keys = f'base_url = "{wikidata.running.url}"\nsparql_url = "{wikidata.running.url}/sparql"\n'
    text = block.replace("[sources.laureates]\n", f"[sources.laureates]\n{keys}", 1)
    (tmp_path / "config.toml").write_text(text)
    asking = Watch(tmp_path, time, "laureates")
    asking.collect()
    assert asking.profiles()["Q1"]["positions"][0]["organization"] == "Example Corp"
