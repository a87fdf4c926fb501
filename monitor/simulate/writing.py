"""The files: dated snapshots, the truth beside them, and a configuration that reads them."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any, BinaryIO

import orjson
import zstandard

from monitor.base.errors import UsageError
from monitor.simulate.careers import NOWHERE
from monitor.simulate.market import NEW_NAMES, Look, Market, Options, make_market
from monitor.simulate.market.pulls import PEAK, SURGE_TIMES
from monitor.simulate.market.raids import Raid
from monitor.simulate.profiles import SimulatedProfile, profiles_of
from monitor.simulate.showing import id_on, shown, written_day
from monitor.simulate.truth import Move, Sight, first_evidence, phantoms, visible_moves
from monitor.simulate.wording import TITLES, person_name, spellings

BLOCK = 4_000
"""How many people are made and written at a time, which bounds the memory."""
EVIDENCE_PEOPLE, EVIDENCE_DAYS = 5, 90
"""The raid can be told once this many people surely went within this many days."""
_CROWD = 4
_LARGEST = 40
"""The affinity of each two of this many largest organisations is written down."""
_RULE = f"""title = "{EVIDENCE_PEOPLE} people from one organisation to one other"
[flow]
from = "*"
to = "*"
within = "{EVIDENCE_DAYS}d"
people = {EVIDENCE_PEOPLE}
group_by = ["from.organization", "to.organization"]
"""
_CONFIG = """snapshots = "store"
rules = "rules"
state = "sqlite:///store/talentwatch.db"
[sources.simulated]
kind = "files"
path = "snapshots/*"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What was written."""

    snapshots: int
    people: int
    moves: int
    raid_visible_on: str | None


def simulate(options: Options, folder: Path, *, packed: bool = True) -> Summary:
    """Write the snapshots, `truth.jsonl`, `config.toml` and a rule into an empty folder.

    Raises UsageError when the folder holds something, or the options make no market.
    """
    market = make_market(options)
    (folder / "snapshots").mkdir(parents=True, exist_ok=True)
    if any(folder.joinpath("snapshots").iterdir()) or (folder / "truth.jsonl").exists():
        raise UsageError(f"{folder} holds something already; name an empty folder")
    (folder / "rules").mkdir(exist_ok=True)
    (folder / "rules" / "any-to-any.toml").write_text(_RULE, encoding="utf-8")
    (folder / "config.toml").write_text(_CONFIG, encoding="utf-8")
    moves = 0
    same_way: dict[tuple[int, int], list[Move]] = {
        (raid.origin, raid.rival): [] for raid in market.raids
    }
    with (folder / "truth.jsonl").open("wb") as truth:
        for premise in _premises(market):
            _write(truth, premise)
        for start in range(0, options.profiles, BLOCK):
            people = range(start, min(start + BLOCK, options.profiles))
            lines: list[list[bytes]] = [[] for _ in market.looks]
            for person in people:
                for move in _person(market, person, lines, truth):
                    moves += 1
                    # Others go that way as well, and nobody can tell them from those of the raid.
                    if (move.origin, move.destination) in same_way:
                        same_way[move.origin, move.destination].append(move)
            for look, block in zip(market.looks, lines, strict=True):
                _append(folder / "snapshots", look, block, packed=packed)
        evidence = [
            _raid(truth, market, raid, same_way[raid.origin, raid.rival]) for raid in market.raids
        ]
    return Summary(
        snapshots=len(market.looks),
        people=options.profiles,
        moves=moves,
        raid_visible_on=None if evidence[0] is None else written_day(evidence[0]),
    )


def _person(
    market: Market, person: int, lines: list[list[bytes]], truth: BinaryIO
) -> Iterator[Move]:
    """Add a person's lines to the snapshots and what is true of them to the truth."""
    profiles = profiles_of(market, person)
    for profile in profiles:
        for number, _, line in shown(market, profile):
            lines[number].append(line)
        ids = _ids(market, profile)
        if ids != [profiles[0].id]:
            _write(truth, {"record": "profile", "person": profiles[0].id, "ids": ids})
        for organization, on, until in phantoms(market, profile):
            _write(
                truth,
                {
                    "record": "phantom",
                    "profile": profile.id,
                    "to": market.names[organization],
                    "visible_on": written_day(on),
                    "taken_back_on": written_day(until),
                },
            )
    for move in visible_moves(market, profiles):
        _write(truth, _move(market, profiles[0], move))
        yield move
    _crowd(market, person, lines, truth)


def _ids(market: Market, profile: SimulatedProfile) -> list[str]:
    days = (0, profile.rekeyed or 0, market.new_ids or 0, market.looks[-1].day)
    return sorted({id_on(market, profile, day) for day in days})


def _crowd(market: Market, person: int, lines: list[list[bytes]], truth: BinaryIO) -> None:
    """Now and then add a profile that several people share, whose names are the same."""
    random = Random(f"{market.options.seed}:crowd:{person}")
    if random.random() >= market.options.rates["crowded_ids"]:
        return
    name = person_name(random)
    identity = f"{name.lower().replace(' ', '-')}-{person}"
    _write(truth, {"record": "crowd", "profile": identity})
    employers = [market.draw(random) for _ in range(_CROWD)]
    for look, block in zip(market.looks, lines, strict=True):
        if random.random() < 0.03:  # noqa: PLR2004 -- one of them goes elsewhere, twice a year
            employers[random.randrange(_CROWD)] = market.draw(random)
        if look.fault is None:
            positions = [
                {"organization": market.names[employer], "title": random.choice(TITLES)}
                for employer in sorted(set(employers))
            ]
            record = {"id": identity, "name": name, "positions": positions}
            block.append(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))


def _append(folder: Path, look: Look, lines: list[bytes], *, packed: bool) -> None:
    """Add lines to a snapshot; each block is a frame of its own, which readers join."""
    name = f"{written_day(look.day)}.jsonl"
    text = b"".join(lines)
    if packed:
        name, text = f"{name}.zst", zstandard.ZstdCompressor(level=1).compress(text)
    with (folder / name).open("ab") as file:
        file.write(text)


def _premises(market: Market) -> Iterator[Mapping[str, Any]]:
    """What holds for everybody: options, snapshots, names and events."""
    options = market.options
    yield {
        "record": "options",
        "profiles": options.profiles,
        "snapshots": options.snapshots,
        "days": options.days,
        "people_each": options.people_each,
        "first": options.first.isoformat(),
        "seed": options.seed,
        "faults": dict(options.rates),
    }
    for look in market.looks:
        yield {"record": "snapshot", "day": written_day(look.day), "fault": look.fault}
    for number, name in enumerate(market.names):
        event = market.events.get(number)
        yield {"record": "organization", "organization": name, "written": list(spellings(name))}
        if event is None:
            continue
        if event.kind in NEW_NAMES:
            names = list(spellings(event.name))
            yield {"record": "organization", "organization": name, "written": names}
        yield {
            "record": "event",
            "kind": str(event.kind),
            "organization": name,
            "name": event.name,
            "on": written_day(event.day),
            "until": None if event.until is None else written_day(event.until),
        }
    yield from _pulls(market)


def _pulls(market: Market) -> Iterator[Mapping[str, Any]]:
    """What drives people, where anything does: by organisation, by stretch, and by pair."""
    pulls = market.pulls
    if market.options.rates["seasons"]:
        month, day = PEAK
        swing = market.options.rates["seasons"]
        yield {"record": "season", "peak": f"{month:02}-{day:02}", "swing": swing}
    for number, name in enumerate(market.names):
        own = {
            "sector": pulls.sector(number) if market.options.rates["affinities"] else None,
            "grows_by": round(math.exp(pulls.growths[number]), 4),
            "late_by": round(pulls.lateness(number), 4),
        }
        if own != {"sector": None, "grows_by": 1.0, "late_by": 1.0}:
            yield {"record": "pull", "organization": name, **own}
        for surge in pulls.surges.get(number, ()):
            yield {
                "record": "surge",
                "kind": str(surge.kind),
                "organization": name,
                "on": written_day(surge.day),
                "until": written_day(surge.until),
                "times": SURGE_TIMES,
            }
    largest = range(min(len(market.names), _LARGEST if market.options.rates["affinities"] else 0))
    for one, other in permutations(largest, 2):
        times = round(pulls.affinity(one, other), 4)
        sides = {"from": market.names[one], "to": market.names[other]}
        yield {"record": "affinity", **sides, "times": times}


def _name(market: Market, organization: int) -> str | None:
    return None if organization == NOWHERE else market.names[organization]


def _move(market: Market, profile: SimulatedProfile, move: Move) -> dict[str, Any]:
    return {
        "record": "move",
        "person": profile.id,
        "from": _name(market, move.origin),
        "to": _name(market, move.destination),
        "left": None if move.left is None else written_day(move.left),
        "joined": None if move.joined is None else written_day(move.joined),
        "visible_on": written_day(move.visible_on),
        "sights": [_sight(sight) for sight in move.sights],
    }


def _sight(sight: Sight) -> dict[str, str | None]:
    return {
        "profile": sight.profile,
        "visible_on": written_day(sight.visible_on),
        "earliest": written_day(sight.earliest),
        "latest": written_day(sight.latest),
        "shown_until": None if sight.shown_until is None else written_day(sight.shown_until),
    }


def _raid(truth: BinaryIO, market: Market, raid: Raid, moves: list[Move]) -> int | None:
    """Write a raid down; return from which snapshot on it can be told."""
    on = first_evidence(
        [(move.person, move.sights) for move in moves],
        people=EVIDENCE_PEOPLE,
        within=EVIDENCE_DAYS,
        of=raid.days.keys(),
    )
    record = {
        "record": "raid",
        "from": market.names[raid.origin],
        "team": raid.team,
        "to": market.names[raid.rival],
        "people": len(raid.days),
        "began": written_day(min(raid.days.values())),
        "ended": written_day(max(raid.days.values())),
        "visible": len({move.person for move in moves} & raid.days.keys()),
        "needed": EVIDENCE_PEOPLE,
        "within_days": EVIDENCE_DAYS,
        "evidence_on": None if on is None else written_day(on),
    }
    _write(truth, record)
    return on


def _write(file: BinaryIO, record: Mapping[str, Any]) -> None:
    file.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
