"""Looks that are followed together tell what they tell one by one, whatever the stretches."""

import json
import random
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from test_replay import FIRST, Life

from monitor.base.engine import Engine
from monitor.base.records import Observation
from monitor.base.settings import MoveSettings
from monitor.identity.organizations import Directory
from monitor.identity.people.clusters import People
from monitor.intake.snapshots.store import Store
from monitor.intake.sources.files import Files
from monitor.moves.derivation import many_looks
from monitor.moves.derivation.derive import Derivation, derive
from monitor.moves.derivation.inputs import DerivationInputs
from monitor.moves.derivation.many_looks import Stretches

TABLES = "SELECT table_name FROM duckdb_tables() WHERE NOT temporary ORDER BY ALL"
INPUTS = DerivationInputs(
    directory=Directory(),
    people=People(),
    moves=MoveSettings(),
    quality={},
    decisions={},
)
Derived = tuple[Derivation, Mapping[str, list[str]]]
Profiles = dict[str, dict[str, Any]]
NAMES = tuple(f"{word} {kind}" for word in ("Abra", "Brim", "Cord", "Dusk") for kind in "KLMNOPQ")
"""Where people are: enough places that few go one way at one look."""


def derived(store: Store, inputs: DerivationInputs = INPUTS, **changes: Any) -> Derived:
    """Derive all snapshots from nothing; return what is told, and all rows of all tables."""
    with ExitStack() as stack, Engine() as engine:
        for name, value in changes.items():
            stack.enter_context(patch.object(many_looks, name, value))
        told = derive(engine, store, inputs)
        tables = [name for (name,) in engine._connection.execute(TABLES).fetchall()]
        rows = {
            table: sorted(map(repr, engine._connection.execute(f"FROM {table}").fetchall()))
            for table in tables
        }
        return told, rows


def differences(one: Derived, other: Derived) -> list[str]:
    """Return what the one has and the other lacks, or the other way round."""
    told = [repr(one[0]), repr(other[0])] if one[0] != other[0] else []
    return told + [
        f"{table}: {row}"
        for table in one[1]
        for row in sorted({*one[1][table]} ^ {*other[1][table]})
    ]


def stored(folder: Path, looks: Mapping[date, Profiles]) -> Store:
    """Take the looks in as the snapshots of one source."""
    store = Store(folder / "store")
    for day, profiles in looks.items():
        path = folder / f"{day}.jsonl"
        lines = (json.dumps({"id": who} | one) + "\n" for who, one in profiles.items())
        path.write_text("".join(lines), encoding="utf-8")
        for seen in Files(source="press", paths=[path]).observations():
            assert isinstance(seen, Observation)
            store.write(seen)
    return store


# -- worlds ----------------------------------------------------------------------------------------


def world(seed: int, *, people: int = 24, number: int = 9) -> dict[date, Profiles]:
    """Draw what so many looks at so many lives show, some of them with a fault."""
    chance = random.Random(seed)
    faulty = chance.choice([0, 0.1, 0.3])
    lives = {f"p{n}": Life(chance=chance) for n in range(people)}
    today = FIRST
    looks: dict[date, Profiles] = {}
    with patch("test_replay.ORGANIZATIONS", NAMES):
        for life in lives.values():
            life.begin(today)
        for _ in range(number):
            looks[today] = {
                one["id"]: {key: value for key, value in one.items() if key != "id"}
                for who, life in lives.items()
                if not life.hidden
                for one in map(json.loads, map(json.dumps, life.profiles(who)))
            }
            if chance.random() < faulty:
                chance.choice(FAULTS)(chance, looks[today], lives)
            today += timedelta(days=chance.choice([3, 7, 20, 31]))
            for life in lives.values():
                life.hidden = False
                if chance.random() < 0.15:
                    life.live(today)
    return looks


def lose_many(chance: random.Random, profiles: Profiles, _: Mapping[str, Life]) -> None:
    """Lack half of the profiles."""
    for who in chance.sample(sorted(profiles), len(profiles) // 2):
        del profiles[who]


def rename(chance: random.Random, _: Profiles, lives: Mapping[str, Life]) -> None:
    """Let an organisation have another name from now on."""
    name, other = chance.sample(NAMES, 2)
    for life in lives.values():
        for position in life.positions:
            if position["organization"] == name:
                position["organization"] = chance.choice([other, f"{name} Group"])


def go_together(chance: random.Random, _: Profiles, lives: Mapping[str, Life]) -> None:
    """Let several people be somewhere else from now on."""
    there = chance.choice(NAMES)
    for who in chance.sample(sorted(lives), 6):
        lives[who].positions = [{"organization": there, "title": "Engineer"}]


def list_beside(chance: random.Random, _: Profiles, lives: Mapping[str, Life]) -> None:
    """List a second employer, or a history, in many profiles."""
    here, there = chance.sample(NAMES, 2)
    stays = chance.choice(
        [
            [{"organization": there}],
            [
                {"organization": here, "start": "2021-03", "end": "2022-04"},
                {"organization": there, "start": "2022-05", "end": "2023-06"},
            ],
        ]
    )
    for who in chance.sample(sorted(lives), 8):
        lives[who].positions += [dict(stay) for stay in stays]


def change_ids(chance: random.Random, _: Profiles, lives: Mapping[str, Life]) -> None:
    """Give some people another id from now on."""
    for who in chance.sample(sorted(lives), 3):
        lives[who].known_as = f"-{chance.randrange(9)}"


def mix_up(_chance: random.Random, profiles: Profiles, _: Mapping[str, Life]) -> None:
    """Show most people's positions in profiles of others."""
    some = sorted(profiles)
    shown = [profiles[who]["positions"] for who in some]
    for who, positions in zip(some, shown[1:] + shown[:1], strict=True):
        profiles[who]["positions"] = positions


def share_a_page(chance: random.Random, _: Profiles, lives: Mapping[str, Life]) -> None:
    """Show one person twice, with one move at one look."""
    life = lives[chance.choice(sorted(lives))]
    life.double = True
    life.positions = [{"organization": chance.choice(NAMES), "title": "Engineer"}]


def come_back_otherwise(
    chance: random.Random, profiles: Profiles, lives: Mapping[str, Life]
) -> None:
    """Lack some people at this look, who have another id from the next one on."""
    for who in chance.sample(sorted(lives), 3):
        for shown in lives[who].profiles(who):
            profiles.pop(shown["id"], None)
        lives[who].known_as = f"+{chance.randrange(9)}"


def number_organizations(_c: random.Random, _p: Profiles, lives: Mapping[str, Life]) -> None:
    """Show an id of each organisation from now on, which it keeps under another name."""
    for life in lives.values():
        for position in life.positions:
            name = position["organization"]
            position["organization_id"] = str(NAMES.index(name) if name in NAMES else 99)


FAULTS = (
    *(lose_many, rename, go_together, list_beside, change_ids, mix_up, share_a_page),
    *(come_back_otherwise, number_organizations),
)


# -- equality --------------------------------------------------------------------------------------


def at_random(seed: int) -> type[Stretches]:
    """Return a pace that follows as many looks together as it happens."""
    chance = random.Random(seed)

    class AtRandom(Stretches):
        @property
        def looks(self) -> int:
            return chance.randrange(1, 9)

    return AtRandom


def check(seed: int) -> int:
    """Hold looks that are followed together against the same one by one; count those together."""
    with TemporaryDirectory() as folder:
        store = stored(Path(folder), world(seed))
        alone = derived(store, LONGEST_STRETCH=1)
        followed = []
        whole = many_looks._follow_together

        def noted(looks, days):
            rows = whole(looks, days)
            followed.append(len(rows))
            return rows

        assert differences(alone, derived(store, _follow_together=noted)) == []
        assert (
            differences(alone, derived(store, Stretches=at_random(seed), _follow_together=noted))
            == []
        )
        return sum(followed)


def prove(examples: int) -> int:
    """Check so many worlds; return how many looks were followed together."""
    together = []

    @settings(
        max_examples=examples, suppress_health_check=list(HealthCheck), report_multiple_bugs=False
    )
    @given(seed=st.integers(0, 2**32))
    def holds(seed):
        together.append(check(seed))

    holds()
    return sum(together)


@pytest.mark.slow
def test_looks_followed_together_tell_what_they_tell_one_by_one():
    """All rows of all tables, verdicts and notices are equal, with faults and without."""
    assert prove(2) > 4


@pytest.mark.long
def test_looks_followed_together_tell_the_same_in_many_worlds(record_property):
    """As the short form, for many more worlds."""
    together = prove(40)
    record_property("proof", f"40 worlds, {together} looks followed together")


@pytest.mark.slow
def test_one_who_gets_a_name_in_place_speaks_beside_a_dated_move_of_the_same_way(tmp_path):
    """The names differ by one letter: both ways of following hold that."""
    former, latter = {"organization": "Peking Works"}, {"organization": "Pekin Works"}
    crowd = {f"p{n}": {"name": f"Ada {n}", "positions": [former]} for n in range(3)}
    before = crowd | {
        "goes": {"name": "Bo", "positions": [former | {"start": "2012-01"}]},
        "stays": {"name": "Cy", "positions": [former | {"start": "2015-03"}]},
    }
    stated = former | {"start": "2012-01", "end": "2019-12-27"}, latter | {"start": "2019-12-28"}
    after = before | {
        "goes": {"name": "Bo", "positions": [*stated]},
        "stays": {"name": "Cy", "positions": [latter | {"start": "2015-03"}]},
    }
    days = [FIRST + timedelta(weeks=number) for number in range(3)]
    store = stored(tmp_path, dict(zip(days, (before, before, after), strict=True)))
    alone = derived(store, LONGEST_STRETCH=1)
    assert len(alone[1]["holds"]) == 1
    assert differences(alone, derived(store)) == []


@pytest.mark.slow
def test_an_id_of_an_organisation_tells_the_same_where_a_planned_day_comes(tmp_path):
    """It tells nothing at the look by which somebody has begun, and something before and after."""
    days = (date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1), date(2025, 4, 1))

    def shown(name: str, start: str, *, at_many: bool) -> Profiles:
        beside = {
            f"p{number}": {
                "positions": [
                    {"organization": there, "organization_id": "77" if at_many else f"8{number}"}
                ]
            }
            for number, there in enumerate(NAMES[10:20])
        }
        job = {"organization": name, "organization_id": "77", "start": start}
        return beside | {"ada": {"positions": [job, {"organization": "Abra K", "start": "2012"}]}}

    looks = [
        shown("Cord K", "2025-02-15", at_many=False),
        shown("Cord K", "2025-02-15", at_many=False),
        shown("Cord K", "2025-02-15", at_many=True),
        shown("Cord L", "2025-03-20", at_many=False),
    ]
    store = stored(tmp_path, dict(zip(days, looks, strict=True)))
    assert differences(derived(store, LONGEST_STRETCH=1), derived(store)) == []
