"""1,000 rules held against many moves, about 20 rules for each: the product's side."""

import hashlib
import math
import random
import shutil
import time
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
from measured import Measured, TimedEngine

from monitor.evaluate import Beliefs, evaluate
from monitor.organizations import Directory
from monitor.rules import Match, Rule

RULES = 1_000
ORIGINS = 1_000
ORIGINS_OF_A_RULE = 20
WINDOW = 90
SPAN = 3_650
KNOWN_ON = date(2025, 1, 1)

MOVES = (Path(__file__).resolve().parent / "moves.sql").read_text(encoding="utf-8")


def prepare(folder: Path, moves: int) -> None:
    """Fill the derived tables of the product, and plain tables with the same for the baseline."""
    destinations = max(1, moves // 20_000)
    with TimedEngine(folder / "moves.duckdb") as engine:
        engine.run("schema")
    with duckdb.connect(str(folder / "moves.duckdb")) as bare:
        values = {
            "moves": moves,
            "origins": ORIGINS,
            "destinations": destinations,
            "span": SPAN,
            "known_on": KNOWN_ON,
        }
        for statement in bare.extract_statements(MOVES):
            bare.execute(statement, {key: values[key] for key in statement.named_parameters})
    _prepare_plain(folder, people(moves, destinations))
    (folder / "people").write_text(str(people(moves, destinations)), encoding="utf-8")


def people(moves: int, destinations: int) -> int:
    """A threshold that some of a hundred groups reach at some time."""
    expected = moves * ORIGINS_OF_A_RULE / ORIGINS / destinations * WINDOW / SPAN
    return math.ceil(expected + 4 * math.sqrt(expected)) + 1


def _origins() -> dict[str, list[str]]:
    chance = random.Random(7)  # noqa: S311 -- no secret
    return {
        f"rule-{number:04}": [
            f"northwind {one}" for one in sorted(chance.sample(range(ORIGINS), ORIGINS_OF_A_RULE))
        ]
        for number in range(RULES)
    }


def _prepare_plain(folder: Path, threshold: int) -> None:
    with duckdb.connect(str(folder / "plain.duckdb")) as bare:
        bare.execute(f"ATTACH '{folder / 'moves.duckdb'}' AS made (READ_ONLY)")
        bare.execute(
            "CREATE TABLE moves AS SELECT person, from_root AS origin, to_root AS destination,"
            " joined_earliest AS earliest, joined_latest AS latest FROM made.moves"
        )
        plain = pa.table(
            {
                "rule": [rule for rule, origins in _origins().items() for _ in origins],
                "origin": [origin for origins in _origins().values() for origin in origins],
            }
        )
        bare.register("plain", plain)
        bare.execute(
            "CREATE TABLE rules AS SELECT rule, origin, CAST($days AS INTEGER) AS days,"
            " CAST($people AS INTEGER) AS people FROM plain",
            {"days": WINDOW, "people": threshold},
        )


def hold(folder: Path) -> Measured:
    """Match, sweep, and fetch the people of every episode, for all rules at once."""
    threshold = int((folder / "people").read_text(encoding="utf-8"))
    rules = [
        Rule(
            id=rule,
            file=folder,
            title=rule,
            origin=Match(organizations=tuple(origins)),
            destination=Match(),
            window_days=WINDOW,
            people=threshold,
            group_by=("to.organization",),
        )
        for rule, origins in _origins().items()
    ]
    derived = folder / "derived.duckdb"
    shutil.copyfile(folder / "moves.duckdb", derived)
    with TimedEngine(derived) as engine:
        began = time.perf_counter()
        beliefs = evaluate(
            engine,
            rules,
            Directory(),
            since={rule.id: date.min for rule in rules},
            alerted=(),
            horizon=KNOWN_ON,
        )
        seconds = time.perf_counter() - began
    derived.unlink()
    spent = dict(engine.spent)
    sweep = spent["match_rules"] + spent["touched"] + spent["sweep"]
    return Measured(seconds={"sweep": sweep, "all": seconds}, result=_told(beliefs), spent=spent)


def _told(beliefs: Beliefs) -> list[object]:
    lines = sorted(
        f"{rule} {grouping} {episode.opens} {episode.closes} {episode.peak}"
        for (rule, grouping), known in beliefs.items()
        for belief in known
        for episode in belief.episodes
    )
    return [len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest()]
