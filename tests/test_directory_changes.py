"""A change of the directory, or of links between people, derives again what it names alone."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from story import job
from test_replay import history

from monitor.base.engine import Engine
from monitor.base.records import Observation
from monitor.base.settings import MoveSettings
from monitor.identity.organizations import Directory
from monitor.identity.people.clusters import People
from monitor.intake.snapshots.store import Store
from monitor.intake.snapshots.thinning import kept_positions
from monitor.intake.sources.files import Files
from monitor.moves.derivation.derive import derive
from monitor.moves.derivation.inputs import DerivationInputs, MoveReview

TABLES = (
    *("judged", "sightings", "names", "tenures", "profile_moves", "moves", "holds", "reversals"),
    *("profile_names", "match_keys", "edges", "clusters", "crowded_profiles"),
)
"""All that is derived, but for what nobody refers to any more."""
SPELLINGS = ("OpenAI", "DeepMind", "Acme", "Nobody There")
UNITS = ("meta", "xai", "hooli")


class Derived:
    """A store with what was derived from it, and the files of an operator beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(folder / "store")
        self.reviews: tuple[MoveReview, ...] = ()

    def take(self, source: str, day: str, text: str) -> None:
        """Store a snapshot."""
        path = self.folder / f"{day}.jsonl"
        path.write_text(text, encoding="utf-8")
        for seen in Files(source=source, paths=[path]).observations():
            assert isinstance(seen, Observation)
            self.store.write(seen)

    def say(self, *, organizations: str = "", people: str = "") -> None:
        """Write the operator's files."""
        (self.folder / "organizations.toml").write_text(organizations, encoding="utf-8")
        (self.folder / "people.toml").write_text(people, encoding="utf-8")

    def derive(self, name: str = "derived") -> list[tuple[str, date]]:
        """Bring the tables in step; return the snapshots that were judged for it."""
        followed: list[tuple[str, date]] = []
        with Engine(self.folder / f"{name}.duckdb") as engine:
            derive(
                engine,
                self.store,
                self._inputs(),
                progress=lambda source, day: followed.append((source, day)),
            )
        return followed

    def rows(self, name: str = "derived") -> dict[str, list[Any]]:
        """Return every row of the derived tables."""
        with Engine(self.folder / f"{name}.duckdb") as engine:
            read = engine._connection.execute
            return {
                table: sorted(map(str, read(f"SELECT * FROM {table}").fetchall()))  # noqa: S608 -- a test's own words
                for table in TABLES
            }

    def afresh(self) -> dict[str, list[Any]]:
        """Derive everything in new tables, and return their rows."""
        (self.folder / "fresh.duckdb").unlink(missing_ok=True)
        self.derive("fresh")
        return self.rows("fresh")

    def _inputs(self) -> DerivationInputs:
        return DerivationInputs(
            directory=Directory.load(self.folder / "organizations.toml"),
            people=People.load(self.folder / "people.toml"),
            moves=MoveSettings(),
            quality={},
            decisions={},
            reviews=self.reviews,
        )


@contextmanager
def derived(files: Sequence[tuple[str, str, str]]) -> Iterator[Derived]:
    """Store the snapshots of some sources and derive them."""
    with TemporaryDirectory() as folder:
        found = Derived(Path(folder))
        found.say()
        for source, day, text in files:
            found.take(source, day, text)
        found.derive()
        yield found


def lines(**people: Sequence[Mapping[str, object]]) -> str:
    rows = ({"id": who, "name": who, "positions": jobs} for who, jobs in people.items())
    return "".join(json.dumps(row) + "\n" for row in rows)


def weeks(count: int) -> list[tuple[str, str, str]]:
    """Twenty people of whom one goes to a new name each week, and a second source that rests."""
    files = []
    jobs = {f"p{number}": [job("Meta", start="2020")] for number in range(20)}
    for week in range(count):
        day = (date(2025, 1, 1) + timedelta(weeks=week)).isoformat()
        jobs[f"p{week}"] = [job(f"Firm {week}"), job("Meta", start="2020", end=day)]
        files.append(("press", day, lines(**jobs)))
    files.append(("rest", "2025-01-01", lines(somebody=[job("Meta")])))
    return files


def alias(unit: str, *names: str, more: str = "") -> str:
    return f'[organizations.{unit}]\nname = "{unit.title()}"\naliases = {json.dumps(names)}\n{more}'


@pytest.mark.slow
def test_a_name_that_nobody_lists_derives_nothing_again():
    """An alias more costs a look at the names that were met."""
    with derived(weeks(2)) as world:
        world.say(organizations=alias("hooli", "Nucleus"))
        assert world.derive() == []
        assert world.rows() == world.afresh()


@pytest.mark.slow
def test_a_source_is_followed_from_the_first_day_on_which_somebody_listed_the_name():
    """What was before, and sources that never show it, stay."""
    with derived(weeks(4)) as world:
        world.say(organizations=alias("hooli", "Firm 2"))
        assert world.derive() == [("press", date(2025, 1, 15)), ("press", date(2025, 1, 22))]
        assert world.rows() == world.afresh()


@pytest.mark.slow
def test_a_name_that_is_taken_back_touches_the_same_days():
    """An alias that was wrong is gone as if it had never been there."""
    with derived(weeks(4)) as world:
        before = world.rows()
        world.say(organizations=alias("hooli", "Firm 3"))
        world.derive()
        assert world.rows() != before
        world.say()
        assert world.derive() == [("press", date(2025, 1, 22))]
        assert world.rows() == before


@pytest.mark.slow
def test_thinned_snapshots_show_on_which_day_a_name_came():
    """A snapshot that keeps only what changed has the name where it is new."""
    with derived(weeks(3)) as world:
        for week in (1, 2):
            day = date(2025, 1, 1) + timedelta(weeks=week)
            world.store.thin("press", day, date(2025, 1, 1))
        world.say(organizations=alias("hooli", "Firm 2"))
        assert world.derive()[0] == ("press", date(2025, 1, 15))
        assert world.rows() == world.afresh()


@pytest.mark.slow
def test_a_link_between_people_follows_no_snapshot_again():
    """Who is who is settled from what profiles told."""
    with derived(weeks(3)) as world:
        world.say(people='[[people]]\nids = ["press:p0", "press:p1"]\n')
        assert world.derive() == []
        assert world.rows() == world.afresh()
        world.say()
        assert world.derive() == []
        assert world.rows() == world.afresh()


@pytest.mark.slow
def test_a_snapshot_that_cannot_be_read_is_named_as_before():
    """What is damaged is followed from the beginning, and says so."""
    with derived(weeks(3)) as world:
        kept_positions(world.store.path("press", date(2025, 1, 8))).write_bytes(b"PAR1")
        world.say(organizations=alias("hooli", "Firm 2"))
        with pytest.raises(Exception, match="verify"):
            world.derive()


@pytest.mark.slow
def test_no_stored_file_is_opened_for_a_name_that_nobody_lists_or_for_a_link():
    """Where no name means something else, there is nothing to look for."""
    with derived(weeks(3)) as world:
        kept_positions(world.store.path("press", date(2025, 1, 8))).write_bytes(b"PAR1")
        link = '[[people]]\nids = ["press:p0", "press:p1"]\n'
        world.say(organizations=alias("hooli", "Nucleus"), people=link)
        assert world.derive() == []


def random_organizations(chance: random.Random) -> str:
    """Write some units with aliases, teams, parts and successions, and a decision or two."""
    names = chance.sample(SPELLINGS, len(SPELLINGS))
    text = ""
    for unit in chance.sample(UNITS, chance.randrange(len(UNITS) + 1)):
        taken = [names.pop() for _ in range(chance.randrange(3)) if names]
        text += alias(unit, *taken)
        day = (date(2024, 9, 1) + timedelta(days=chance.randrange(300))).isoformat()
        if chance.random() < 0.4:
            text += f'succeeded_by = {{ organization = "group", on = {day}, kind = "acquired" }}\n'
        elif chance.random() < 0.3:
            text += 'part_of = "group"\n'
    if "group" in text:
        text += '[organizations.group]\nname = "The Group"\n'
    if chance.random() < 0.3:
        text += '[[real]]\nfrom = "Meta"\nto = "xAI"\non = 2024-12-01\n'
    return text


def random_people(chance: random.Random) -> str:
    keys = [f"press:p{number}" for number in range(4)] + [f"code:q{number}" for number in range(4)]
    kinds = ("people", "different")
    return "".join(
        f"[[{chance.choice(kinds)}]]\nids = {json.dumps(chance.sample(keys, 2))}\n"
        for _ in range(chance.randrange(3))
    )


def random_reviews(chance: random.Random, moves: Sequence[str]) -> tuple[MoveReview, ...]:
    some = chance.sample(moves, min(len(moves), chance.randrange(3)))
    return tuple(
        MoveReview(
            move=move,
            verdict="false",
            reason="a slip",
            known_from=date(2025, 1, 1) + timedelta(days=chance.randrange(300)),
            known_until=None,
        )
        for move in some
    )


def check(seed: int) -> None:
    """Change what an operator says a few times, and derive everything afresh each time."""
    chance = random.Random(seed)
    with derived(history(seed)) as world:
        for _ in range(3):
            world.say(organizations=random_organizations(chance), people=random_people(chance))
            with Engine(world.folder / "derived.duckdb") as engine:
                rows = engine._connection.execute("SELECT DISTINCT move FROM moves ORDER BY 1")
                world.reviews = random_reviews(chance, [move for (move,) in rows.fetchall()])
            world.derive()
            assert world.rows() == world.afresh()


@pytest.mark.long
@pytest.mark.slow
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_whatever_changes_the_tables_are_those_that_are_derived_afresh(seed):
    """Random aliases, parts, successions, links and reviews on random histories."""
    check(seed)
