"""Who goes with an erasure: all profiles that are certainly one person now, and nobody else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from monitor.base.engine import Engine
from monitor.base.errors import UsageError
from monitor.identity.people.clusters import People
from monitor.intake.forgetting.forgotten import Forgotten, Link
from monitor.intake.snapshots.store import Store
from monitor.operations.rights.plan import EXPIRED, FORGET, Order, plan
from monitor.operations.rights.who import Found, find_person
from monitor.state import State

FIRST, THEN, NOW = date(2025, 1, 5), date(2025, 2, 1), datetime(2025, 3, 1, tzinfo=UTC)
DAY_AFTER = date(2025, 3, 2)


class Tables:
    """Derived tables and a store in which nobody but these links and clusters is known."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.engine, self.store = engine, Store(folder / "store")
        (folder / "store" / "press").mkdir(parents=True)
        self._state = f"sqlite:///{folder}/state.db"
        self.forgotten, self.people = Forgotten(), People()
        engine.run("derived_tables")
        engine.run("derived_views")

    def link(self, kind: str, one: str, other: str, *, until: date | None = None) -> None:
        """Link two profiles of `press`."""
        row = (f"press:{one}", f"press:{other}", kind, "", FIRST, until)
        columns = ["one", "other", "kind", "match_key", "known_from", "known_until"]
        self.engine.fill("edges", columns, [row])

    def one_person(self, person: str, *others: str, reason: str | None = None) -> None:
        """Have profiles of `press` counted as one person."""
        rows = [("press", who, f"press:{person}", reason, FIRST) for who in (person, *others)]
        columns = ["source", "profile", "person", "reason", "known_from"]
        self.engine.fill("clusters", columns, rows)

    def called_different(self, *ids: str) -> None:
        """Have an operator decide that some are several people."""
        pairs = tuple((f"press:{ids[0]}", f"press:{other}") for other in ids[1:])
        self.people = People()
        self.people.different = pairs

    def erase(self, who: str, *, kind: str = FORGET) -> dict[str, str]:
        """Plan an erasure, and go on with what it leaves; by key, the key of each number."""
        keys = self.found(who).keys if kind == FORGET else frozenset({f"press:{who}"})
        order = Order(
            persons=(keys,), kind=kind, by="a test", why="", at=NOW, returns=kind == EXPIRED
        )
        with State.open(self._state) as state, state.reading() as tx:
            planned = plan(
                order,
                store=self.store,
                engine=self.engine,
                tx=tx,
                rules=(),
                people=self.people,
                forgotten=self.forgotten,
            )
        self.forgotten = planned.forgotten
        return dict(planned.erasure.keys)

    def derive(self) -> None:
        """Have the links of numbers, and of nobody else who was linked before."""
        for table in ("edges", "clusters"):
            self.engine._connection.execute(f"DELETE FROM {table}")  # noqa: S608 -- a test's own words
        for link in self.forgotten.links:
            one, other = (key.partition(":")[2] for key in (link.one, link.other))
            self.link("erased", one, other, until=link.known_until)

    def found(self, who: str) -> Found:
        """Say who is meant by an id."""
        return find_person(
            self.engine, self.store, self.people, f"press:{who}", forgotten=self.forgotten
        )

    def keys(self, who: str) -> set[str]:
        """The ids that go with an id."""
        return {key.partition(":")[2] for key in self.found(who).keys}


@pytest.fixture
def tables(tmp_path: Path) -> Iterator[Tables]:
    with Engine() as engine:
        yield Tables(tmp_path, engine)


@pytest.mark.parametrize("kind", ["stated", "rekeyed", "decided"])
def test_certain_links_go_with_the_person(tables, kind):
    """By a link that is believed now, whatever kind of certain one it is."""
    tables.link(kind, "ada", "al")
    assert tables.keys("ada") == tables.keys("al") == {"ada", "al"}


@pytest.mark.parametrize("kind", ["history", "page", "step", "double"])
def test_likely_links_do_not(tables, kind):
    """The other one is named, and stays."""
    tables.link(kind, "ada", "al")
    tables.one_person("ada", "al", reason="likely doubles")
    assert tables.keys("ada") == {"ada"}
    assert tables.found("ada").doubles == ("press:al",)


def test_a_link_that_is_believed_no_longer_erases_nobody(tables):
    """An id that people of three names state is nobody's, and a profile may take back a link."""
    for who in ("ada", "bob", "cy"):
        tables.link("stated", who, "everybody", until=THEN)
    assert tables.keys("ada") == {"ada"}


@pytest.mark.parametrize("kind", ["stated", "rekeyed"])
def test_who_an_operator_called_different_stays(tables, kind):
    """Whatever else links them, also by a third profile, which goes with one of them."""
    tables.link(kind, "ada", "both")
    tables.link(kind, "bob", "both")
    tables.called_different("ada", "bob")
    assert "bob" not in tables.keys("ada")
    assert "ada" not in tables.keys("bob")
    assert {"both"} == (tables.keys("ada") | tables.keys("bob")) - {"ada", "bob"}


@pytest.mark.parametrize("person", ["ada", "bob", "cy"])
def test_likely_doubles_of_somebody_erased_are_no_one_person_by_it(tables, person):
    """Whoever of three likely doubles the person is called by, and goes first."""
    tables.one_person(person, *({"ada", "bob", "cy"} - {person}), reason="likely doubles")
    tables.erase("ada")
    tables.derive()
    assert tables.keys("bob") == {"bob"}


@pytest.mark.parametrize("person", ["ada", "al"])
def test_who_was_collected_anew_does_not_take_a_likely_double_along(tables, person):
    """The number stands for one person, and is counted as one with another."""
    tables.one_person(person, *({"ada", "al"} - {person}), reason="likely doubles")
    tables.erase("ada", kind=EXPIRED)
    tables.forgotten = tables.forgotten.with_collected_anew("press", ["ada"], DAY_AFTER)
    tables.derive()
    assert tables.keys("ada") == {"ada"}
    assert tables.keys("al") == {"al"}


def test_who_was_collected_anew_goes_with_who_is_certainly_the_same(tables):
    """The link was lost with the profile that stated it, and the number keeps it."""
    tables.link("stated", "ada", "al")
    tables.one_person("ada", "al")
    tables.erase("ada", kind=EXPIRED)
    tables.forgotten = tables.forgotten.with_collected_anew("press", ["ada"], DAY_AFTER)
    tables.derive()
    assert tables.keys("al") == {"ada", "al"}
    tables.called_different("ada", "al")
    assert tables.keys("al") == {"al"}


def test_what_was_one_person_once_is_not_for_ever(tables):
    """A link that had ended before one of both was erased is no certain one afterwards."""
    tables.link("stated", "ada", "al", until=THEN)
    tables.one_person("ada", "al")
    tables.erase("ada", kind=EXPIRED)
    assert not any(link.certain for link in tables.forgotten.links)


def test_links_of_lists_written_before_are_likely_ones(tmp_path):
    """Nobody can say any more how certain they were."""
    link = Link(one="press:ada", other="press:erased-1", known_from=FIRST)
    replace(Forgotten().with_secret(), links=(link,)).save(tmp_path)
    place = tmp_path / "forgotten.json"
    place.write_text(place.read_text(encoding="utf-8").replace('"certain": false,', ""))
    assert Forgotten.load(tmp_path).links == (link,)


def test_somebody_erased_already_is_found_only_where_it_is_asked(tables):
    """`forget` takes them out of the inbox; of an export there is nothing left."""
    tables.erase("ada")
    again = find_person(
        tables.engine,
        tables.store,
        tables.people,
        "ada",
        forgotten=tables.forgotten,
        again=True,
    )
    assert again.keys == {"press:ada"}
    with pytest.raises(UsageError, match="nothing is stored"):
        find_person(tables.engine, tables.store, tables.people, "ada", forgotten=tables.forgotten)
