"""Mixed rules held against many moves, about 20 rules for each: the product's side."""

import hashlib
import math
import random
import shutil
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
from measured import Measured, TimedEngine

from monitor.identity.organizations import Directory
from monitor.rules.evaluation.evaluate import Beliefs, evaluate
from monitor.rules.language import Bounds, Condition, Match, Rule, Who

RULES = 1_000
NUMBERS = (10, 100, 1_000, 10_000)
ORIGINS = 1_000
ORIGINS_OF_A_RULE = 20
SPAN = 3_650
KNOWN_ON = date(2025, 1, 1)
GROUPINGS = ((), ("to.organization",), ("from.organization", "to.organization"))
WINDOWS = (30, 90, 183, None)
"""Days; None counts since the year began."""

MOVES = (Path(__file__).resolve().parent / "moves.sql").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixed:
    """One of the rules: no two that follow each other are of a kind."""

    rule: str
    origins: tuple[str, ...]
    days: int | None
    group_by: tuple[str, ...]
    titled: bool
    """Whether it asks for the title that a third of the moves was from."""
    people: int
    """A threshold that some of its groups reach at some time."""


def prepare(folder: Path, moves: int) -> None:
    """Fill the derived tables of the product, and plain tables with the same for the baseline."""
    with TimedEngine(folder / "moves.duckdb") as engine:
        engine.run("derived_tables")
        engine.run("derived_views")
    with duckdb.connect(str(folder / "moves.duckdb")) as bare:
        values = {
            "moves": moves,
            "origins": ORIGINS,
            "destinations": _destinations(moves),
            "span": SPAN,
            "known_on": KNOWN_ON,
        }
        for statement in bare.extract_statements(MOVES):
            bare.execute(statement, {key: values[key] for key in statement.named_parameters})
    (folder / "moves").write_text(str(moves), encoding="utf-8")
    _prepare_plain(folder, mixed(RULES, moves))


def mixed(number: int, moves: int) -> list[Mixed]:
    """So many rules of all kinds."""
    chance = random.Random(7)  # noqa: S311 -- no secret
    found = []
    for count in range(number):
        days = WINDOWS[count % len(WINDOWS)]
        group_by = GROUPINGS[count % len(GROUPINGS)]
        titled = count % 5 == 0
        origins = sorted(chance.sample(range(ORIGINS), ORIGINS_OF_A_RULE))
        expected = moves * ORIGINS_OF_A_RULE / ORIGINS * (days or 365) / SPAN
        expected /= _destinations(moves) if "to.organization" in group_by else 1
        expected /= ORIGINS_OF_A_RULE if "from.organization" in group_by else 1
        expected /= 3 if titled else 1
        found.append(
            Mixed(
                rule=f"rule-{count:05}",
                origins=tuple(f"northwind {origin}" for origin in origins),
                days=days,
                group_by=group_by,
                titled=titled,
                people=math.ceil(expected + 4 * math.sqrt(expected)) + 3,
            )
        )
    return found


def _destinations(moves: int) -> int:
    return max(1, moves // 20_000)


def _prepare_plain(folder: Path, rules: list[Mixed]) -> None:
    with duckdb.connect(str(folder / "plain.duckdb")) as bare:
        bare.execute(f"ATTACH '{folder / 'moves.duckdb'}' AS made (READ_ONLY)")
        bare.execute(
            "CREATE TABLE moves AS SELECT person, from_root AS origin, to_root AS destination,"
            " title, joined_earliest AS earliest, joined_latest AS latest,"
            " left_earliest, left_latest"
            " FROM made.moves JOIN made.sides ON side = from_side"
        )
        rows = [(rule, origin) for rule in rules for origin in rule.origins]
        plain = pa.table(
            {
                "rule": [rule.rule for rule, _ in rows],
                "origin": [origin for _, origin in rows],
                "days": [rule.days for rule, _ in rows],
                "people": [rule.people for rule, _ in rows],
                "by_from": ["from.organization" in rule.group_by for rule, _ in rows],
                "by_to": ["to.organization" in rule.group_by for rule, _ in rows],
                "titled": [rule.titled for rule, _ in rows],
            }
        )
        bare.register("plain", plain)
        bare.execute(
            "CREATE TABLE rules AS SELECT * REPLACE (CAST(days AS INTEGER) AS days,"
            " CAST(people AS INTEGER) AS people) FROM plain"
        )


def hold(folder: Path) -> Measured:
    """Match, sweep, and fetch the people of every episode, for all rules at once."""
    return _held(folder, RULES)


def many(folder: Path) -> Measured:
    """The time for 100, 1,000 and 10,000 rules."""
    seconds = {f"{number}": _held(folder, number).seconds["all"] for number in NUMBERS[1:]}
    return Measured(seconds=seconds, result=None)


def few(folder: Path) -> Measured:
    """The time for 10 rules, to compare all others with."""
    seconds = _held(folder, NUMBERS[0]).seconds["all"]
    return Measured(seconds={f"{number}": seconds for number in NUMBERS[1:]}, result=None)


def pairs(folder: Path) -> Measured:
    """The time that one event costs one rule: of all moves that all rules have to look at."""
    moves = int((folder / "moves").read_text(encoding="utf-8"))
    seconds = _held(folder, RULES).seconds["sweep"]
    looked_at = moves * RULES * ORIGINS_OF_A_RULE / ORIGINS
    return Measured(
        seconds={"event": seconds / looked_at},
        result=None,
        spent={"events a second per rule": looked_at / seconds},
    )


def _held(folder: Path, number: int) -> Measured:
    moves = int((folder / "moves").read_text(encoding="utf-8"))
    rules = [_rule(one, folder) for one in mixed(number, moves)]
    derived = folder / "derived.duckdb"
    shutil.copyfile(folder / "moves.duckdb", derived)
    with TimedEngine(derived) as engine:
        began = time.perf_counter()
        found = evaluate(
            engine,
            rules,
            Directory(),
            since={rule.id: date.min for rule in rules},
            alerted=(),
            horizon=KNOWN_ON,
        )
        lines = [line for beliefs in found for line in _told(beliefs)]
        seconds = time.perf_counter() - began
    derived.unlink()
    spent = dict(engine.spent)
    people = (
        "days_of_news",
        "episode_members",
        "episode_possible_counts",
        "episode_people",
        "episode_versions",
    )
    sweep = seconds - sum(spent.get(name, 0.0) for name in people)
    told = hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
    return Measured(
        seconds={"sweep": sweep, "all": seconds}, result=[len(lines), told], spent=spent
    )


def _rule(one: Mixed, folder: Path) -> Rule:
    return Rule(
        id=one.rule,
        file=folder,
        title=one.rule,
        conditions=(
            Condition(
                origin=Match(organizations=one.origins),
                destination=Match() if "to.organization" in one.group_by else None,
                who=Who(from_title=("*head*",) if one.titled else ()),
                window_days=one.days,
                since=None if one.days else "year",
                people=Bounds(at_least=one.people),
                group_by=one.group_by,
                names=one.group_by,
            ),
        ),
    )


def _told(beliefs: Beliefs) -> list[str]:
    return [
        f"{rule} {grouping} {episode.opens} {episode.closes} {episode.peak}"
        for (rule, grouping), known in beliefs.items()
        for belief in known
        for episode in belief.episodes
    ]
