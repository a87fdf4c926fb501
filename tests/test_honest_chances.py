"""Whether chances are honest: in a hard world, what is said to be rare happens as seldom."""

import json
import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from monitor.simulate import HARD, Options, rates_of, simulate
from monitor.unusual.expectation import Learned, Past, Quarter, expect_pair
from monitor.unusual.fit import Counted, Pairs, learn
from monitor.unusual.tail import tail

Pair = tuple[str, str]
WINDOW, QUARTERS, JUDGED = 90, 12, 12
EPOCH = date(1970, 1, 1)
BOUNDS = {0.1: (0.8, 1.3), 0.01: (0.8, 1.5), 0.001: (0.7, 1.8)}
"""By chance: how often so rare a count may happen, as a multiple of it."""


@dataclass(frozen=True)
class Market:
    """All that happened in a world, by block of the window's length."""

    pairs: dict[int, Counter[Pair]]
    last: int
    raided: set[Pair]

    def left(self, block: int) -> Counter[str]:
        """Count who left each organisation."""
        return self._side(block, 0)

    def joined(self, block: int) -> Counter[str]:
        """Count who joined each."""
        return self._side(block, 1)

    def _side(self, block: int, side: int) -> Counter[str]:
        counts: Counter[str] = Counter()
        for pair, people in self.pairs.get(block, Counter()).items():
            counts[pair[side]] += people
        return counts


def true_market(folder: Path) -> Market:
    """Simulate a hard world without raids and read what happened in it; nothing is late."""
    options = Options(
        profiles=5000,
        snapshots=4,
        days=364,
        people_each=100,
        seed=300,
        rates=rates_of({**HARD, "raids": 0.0}, only=["update_lag", *HARD]),
    )
    simulate(options, folder)
    pairs: dict[int, Counter[Pair]] = {}
    raided, last = set(), 0
    for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record["record"] == "move" and record["from"] and record["to"]:
            block = (date.fromisoformat(record["joined"]) - EPOCH).days // WINDOW
            pairs.setdefault(block, Counter())[record["from"], record["to"]] += 1
        elif record["record"] == "raid":
            raided.add((record["from"], record["to"]))
        elif record["record"] == "snapshot":
            last = (date.fromisoformat(record["day"]) - EPOCH).days // WINDOW - 1
    return Market(pairs=pairs, last=last, raided=raided)


def learned_from(
    past: dict[Pair, Past], blocks: list[tuple[Counter[Pair], Counter[str], Counter[str]]]
) -> Learned:
    """Learn from twelve blocks as fits do."""
    totals = [sum(pairs.values()) for pairs, _, _ in blocks]
    joined: Counter[str] = Counter()
    for _, _, of_block in blocks:
        joined.update(of_block)
    hirers = [
        Counted(seen=of_block[name], usual=people / sum(totals) * total)
        for name, people in joined.items()
        if people >= 20
        for (_, _, of_block), total in zip(blocks, totals, strict=True)
    ]
    exchanges = [
        Counted(
            seen=pairs[pair],
            usual=sums.pair * left[pair[0]] * to[pair[1]] / sum(pairs.values()) / sums.by_size,
        )
        for pair, sums in past.items()
        if sums.pair >= 5 and 4 * sums.pair <= min(sums.left, sums.joined)
        for pairs, left, to in blocks
    ]
    alike = [Pairs(number=1, seen=int(each.pair), by_size=each.by_size) for each in past.values()]
    return learn(alike, hirers, exchanges, quarters=totals)


def chances(market: Market, *, by_sizes_alone: bool = False) -> list[float]:
    """Return the chance of every count of every pair in three years, spread over its step."""
    random_part = random.Random(2)
    counts = {
        block: (pairs, market.left(block), market.joined(block))
        for block, pairs in market.pairs.items()
    }
    names = sorted({name for pairs, _, _ in counts.values() for pair in pairs for name in pair})
    found = []
    for now in range(market.last - JUDGED + 1, market.last + 1):
        blocks = [counts[block] for block in range(now - QUARTERS, now)]
        past = {
            (origin, to): Past.of(
                [
                    Quarter(
                        pair=pairs[origin, to],
                        left=left[origin],
                        joined=joined[to],
                        panel=sum(pairs.values()),
                    )
                    for pairs, left, joined in blocks
                ]
            )
            for origin in names
            for to in names
            if origin != to and (origin, to) not in market.raided
        }
        learned = learned_from(past, blocks)
        pairs, left, joined = counts[now]
        for pair, whole in past.items():
            sums = replace(whole, pair=whole.by_size) if by_sizes_alone else whole
            expected = expect_pair(
                sums,
                left=left[pair[0]],
                others=joined[pair[1]] - pairs[pair],
                leavers=sum(pairs.values()) - left[pair[0]],
                share_known=1.0,
                learned=learned,
            )
            rarer = tail(pairs[pair] + 1, expected.mean, expected.size)
            as_rare = tail(pairs[pair], expected.mean, expected.size) if expected.mean else 1.0
            found.append(rarer + random_part.random() * (as_rare - rarer))
    return found


@pytest.fixture(scope="module")
def market(tmp_path_factory):
    """A hard world: affinities, fashions, seasons, drift, lay-offs and hiring sprees."""
    return true_market(tmp_path_factory.mktemp("honest") / "world")


@pytest.mark.long
def test_what_is_said_to_be_rare_happens_as_seldom(market):
    """Of 29,000 windows of pairs, from one in ten to one in a thousand."""
    found = chances(market)
    assert len(found) > 25_000
    for level, (least, most) in BOUNDS.items():
        assert least <= sum(chance <= level for chance in found) / len(found) / level <= most


@pytest.mark.long
def test_by_sizes_alone_what_is_said_to_be_rare_is_not(market):
    """Who usually exchanges people would be rare each time."""
    found = chances(market, by_sizes_alone=True)
    level, (_, most) = 0.001, BOUNDS[0.001]
    assert sum(chance <= level for chance in found) / len(found) / level > most
