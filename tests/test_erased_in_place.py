"""Erasing in place leaves the rows that a derivation of the numbered snapshots makes anew."""

import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from story import World
from test_directory_changes import TABLES
from test_replay import File, history, write
from test_replay import world as installation

from monitor.base.derived_file import derived_path
from monitor.base.engine import Engine
from monitor.base.profile import is_stand_in
from monitor.cycle import collect_named, derive_moves
from monitor.intake.forgetting.forgotten import Forgotten
from monitor.intake.lost_state import open_state
from monitor.operations.rights.erasing import start
from monitor.operations.rights.plan import EXPIRED, FORGET, Order, plan
from monitor.wiring import erase, open_parts

SURROGATE = "moves"
"""The table whose versions are numbered in the order in which they are stored."""
PAGES = ("https://x.example/team", "https://x.example/a", "https://x.example/b", None, None, None)
NAMES = ("Ada Long", "A. Long", "Bob Short", "Cy Vance")


def rows(world: World) -> dict[str, list[str]]:
    """Return every row of the derived tables."""
    with Engine(derived_path(world.settings)) as engine:
        read = engine._connection.execute
        columns = {table: "* EXCLUDE (version)" if table == SURROGATE else "*" for table in TABLES}
        return {
            table: sorted(map(str, read(f"SELECT {columns[table]} FROM {table}").fetchall()))  # noqa: S608 -- a test's own words
            for table in TABLES
        }


def afresh(world: World) -> dict[str, list[str]]:
    """Derive everything in new tables, return their rows, and leave the others as they are."""
    path, aside = derived_path(world.settings), world.root / "aside.duckdb"
    path.rename(aside)
    with open_parts(world.settings, sources={}, publishes=False) as parts:
        derive_moves(parts)
    fresh = rows(world)
    aside.replace(path)
    return fresh


def erased(world: World, keys: Sequence[str], *, at: datetime, kind: str) -> None:
    """Erase some profiles, each as a person, as `forget` and retention do."""
    place = world.settings
    with open_state(place) as state:
        with (
            open_parts(place, state=state, sources={}, publishes=False) as parts,
            state.reading() as tx,
        ):
            planned = plan(
                Order(
                    persons=tuple(frozenset({key}) for key in keys),
                    kind=kind,
                    by="a test",
                    why="",
                    at=at,
                    returns=kind == EXPIRED,
                ),
                store=parts.store,
                engine=parts.engine,
                tx=tx,
                rules=parts.rules.rules,
                people=parts.people,
                forgotten=Forgotten.load(place.snapshots),
            )
        start(place, planned)
        erase(place, state, planned.erasure)


def taken(world: World) -> None:
    """Take in what is in the inbox, and derive it."""
    with open_parts(world.settings, publishes=False) as parts:
        collect_named(parts)
        derive_moves(parts)


def with_pages(files: Sequence[File], chance: random.Random) -> Iterator[File]:
    """Give some people names, pages and titles that they have in common with others."""
    more: dict[str, dict[str, Any]] = {}
    for source, day, text in files:
        lines = [json.loads(line) for line in text.splitlines()]
        for line in lines:
            who = {"url": chance.choice(PAGES), "name": chance.choice(NAMES)}
            who = more.setdefault(line["id"], who)
            line.update(who if who["url"] else {})
            for position in line["positions"]:
                position.setdefault("title", chance.choice(("Engineer", "Lead", "")))
        yield source, day, "".join(json.dumps(line) + "\n" for line in lines)


def people(world: World) -> list[str]:
    """Return the keys of those who are in the derived tables."""
    with Engine(derived_path(world.settings)) as engine:
        pairs = engine._connection.execute("SELECT DISTINCT source, profile FROM sightings")
        return sorted(f"{source}:{who}" for source, who in pairs.fetchall() if not is_stand_in(who))


def check(seed: int) -> None:
    """Erase some people in the middle of a past, and others at its end."""
    chance = random.Random(seed)
    files = history(seed)
    if chance.random() < 0.6:
        files = [*with_pages(files, chance)]
    cut = chance.randrange(2, len(files) + 1)
    with installation() as world:
        for some in (files[:cut], files[cut:]):
            for file in some:
                write(world, file)
            day = (some or files)[-1][1]
            taken(world)
            known = people(world)
            keys = chance.sample(known, min(len(known), chance.choice([1, 1, 3, 6])))
            at = datetime.combine(date.fromisoformat(day), time(23, 59), UTC)
            erased(world, keys, at=at, kind=chance.choice([EXPIRED, FORGET]))
            in_place, fresh = rows(world), afresh(world)
            for table in TABLES:
                assert in_place[table] == fresh[table], (seed, table, keys)


@pytest.mark.long
@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_what_is_erased_in_place_is_what_is_derived_anew(seed):
    """Over random histories with links, doubles, pages and ids that change."""
    check(seed)
