"""What is usual, learnt on the first snapshot of each calendar quarter and kept as derived rows."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import msgspec

from monitor.base.days import earlier, later
from monitor.base.engine import Engine
from monitor.moves.derivation.derived_tables import facts
from monitor.unusual.counting import (
    EPOCH,
    AskedWindow,
    PanelWindow,
    ask,
    count_all,
    first_quarter,
    last_quarter,
    moved,
)
from monitor.unusual.expectation import (
    FEWEST_IN_WINDOW,
    LAST_YEAR,
    QUARTERS,
    Learned,
    Past,
    expect_pair,
    expect_side,
    has_past,
)
from monitor.unusual.fit import Counted, Pairs, learn, teaches
from monitor.unusual.level import Groups, Level, level_of
from monitor.unusual.nowcasts.delays import Delays
from monitor.unusual.nowcasts.gate import Gate, delays_as_known, make_gate
from monitor.unusual.panels import JOINED, LEFT, Panel

KNOWN_AFTER = (360, 180, 90, 0)
"""The level is taken over a window that ended this many days before: nearly all of it is known."""
FORM = 2
"""What a fit holds; one that was kept in another form is made anew."""
Sides = Mapping[str, Sequence[Mapping[str, float]]]
"""The classes of the groups that people left, and of those that they joined."""
MOST_COUNTED = 20_000
"""How many quarters of organisations, and of pairs, say how steady they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """All that is learnt for one rule on one day."""

    day: date
    learned: Learned
    level: Level
    groups: int = 0
    delays: Mapping[str, Delays] = field(default_factory=dict)
    gate: Gate = field(default_factory=Gate)
    """Whether earlier nowcasts came true."""


class Fits:
    """The fits of panels, from the derived table or made anew; one day's tables are left behind."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._days: dict[date, date] = dict(engine.rows("fitting_days"))
        self._judged = sorted(
            (day, str(source), mark) for source, day, mark in engine.rows("evaluation_basis")
        )
        self._grounds = facts(engine).get("grounds", "")
        self._read: dict[tuple[str, str, date], Fit] = {}

    def day_of(self, day: date) -> date:
        """Return the day of the fit that a day is judged by."""
        quarter = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
        return min(self._days.get(quarter, day), day)

    def of(self, panel: Panel, names: str, day: date) -> Fit:
        """Return the fit of a panel on a day: a pure function of the moves as known on it.

        `names` is the fingerprint of the organisations; panels that count alike share a fit.
        """
        if (panel.name, names, day) not in self._read:
            self._read[panel.name, names, day] = self._kept_or_made(panel, names, day)
        return self._read[panel.name, names, day]

    def _kept_or_made(self, panel: Panel, names: str, day: date) -> Fit:
        key = self._key(f"{panel.meaning}:{names}", day)
        for (kept,) in self._engine.rows("kept_fit", key=key):
            return msgspec.json.decode(kept, type=Fit)
        fit = make_fit(self._engine, panel, day)
        text = msgspec.json.encode(fit).decode()
        self._engine.run("store_fit", key=key, day=day, fit=text)
        return fit

    def _key(self, meaning: str, day: date) -> str:
        rests_on = [one for one in self._judged if one[0] <= day]
        text = json.dumps([FORM, meaning, self._grounds, day, rests_on], default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def make_fit(engine: Engine, panel: Panel, day: date) -> Fit:
    """Learn from the moves as known on a day."""
    engine.run("move_days")
    delays, looked = delays_as_known(engine, [day]).get(day, ({}, 0))
    market = panel.market()
    count_all(engine, market, day)
    learned = _learn(engine, market, _panel_quarters(engine), day)
    if market is not panel:
        count_all(engine, panel, day)
    quarters = _panel_quarters(engine)
    level, groups = Level(), 0
    for ends in (earlier(day, days) for days in KNOWN_AFTER):
        now = _standing_for_others(engine, panel, quarters, ends, delays=delays, day=day)
        if now is not None:
            some = list(_groups(engine, panel, quarters, ends, now=now, learned=learned))
            level = level_of(
                some, window_days=panel.window_days, least=panel.condition.people.at_least
            )
            groups = round(sum(one.number for one in some))
            break
    gate = make_gate(engine, day, window_days=panel.window_days, looked_days=looked, delays=delays)
    return Fit(day=day, learned=learned, level=level, groups=groups, delays=delays, gate=gate)


def _panel_quarters(engine: Engine) -> dict[int, int]:
    return dict(engine.rows("panel_quarters"))


def _sides(engine: Engine, panel: Panel, ends: date, first: int, last: int) -> Sides:
    """Count what the sides of pairs did in a past and in a window, and return their classes."""
    engine.run("usual_sides", first=first, last=last, ends=ends, window_days=panel.window_days)
    sides: dict[str, list[dict[str, float]]] = {LEFT: [], JOINED: []}
    for row in engine.records("usual_side_classes"):
        sides[LEFT if row["is_left"] else JOINED].append(row)
    return sides


def _learn(engine: Engine, market: Panel, quarters: Mapping[int, int], day: date) -> Learned:
    last = last_quarter(later(day, 1), market.window_days) + 1
    first = last - QUARTERS + 1
    past = [quarters.get(quarter, 0) for quarter in range(first, last + 1)]
    if not teaches(past):
        return Learned()
    sides = _sides(engine, market, EPOCH, first, last)
    engine.run("usual_pairs", first=first, last=last)
    classes = engine.records("usual_pair_classes")
    pairs = [
        Pairs(number=row["pairs"], seen=row["seen"], by_size=row["by_size"]) for row in classes
    ]
    met: dict[tuple[float, float], float] = {}
    for row in classes:
        key = row["left_past_class"], row["joined_past_class"]
        met[key] = met.get(key, 0.0) + row["pairs"]
    total = sum(past)
    for left in sides[LEFT]:
        for joined in sides[JOINED]:
            number = left["sides"] * joined["sides"] - met.get(
                (left["past_class"], joined["past_class"]), 0.0
            )
            by_size = left["past"] * joined["past"] / total if total else 0.0
            if number > 0 and by_size > 0:
                pairs.append(Pairs(number=number, seen=0, by_size=by_size))
    noise = engine.rows("usual_noise", first=first, last=last, most=MOST_COUNTED)
    counted = [(is_pair, Counted(seen=seen, usual=usual)) for is_pair, seen, usual in noise]
    return learn(
        pairs,
        [count for is_pair, count in counted if not is_pair],
        [count for is_pair, count in counted if is_pair],
        quarters=past,
    )


def _past_of(panel: Panel, quarters: Mapping[int, int], ends: date) -> dict[int, int]:
    first, last = (edge(ends, panel.window_days) for edge in (first_quarter, last_quarter))
    return {quarter: quarters.get(quarter, 0) for quarter in range(first, last + 1)}


def _standing_for_others(  # noqa: PLR0913 -- all that is known of a window
    engine: Engine,
    panel: Panel,
    quarters: Mapping[int, int],
    ends: date,
    *,
    delays: Mapping[str, Delays],
    day: date,
) -> PanelWindow | None:
    """Return who moved in a window if it is one that others stand for.

    It has enough people, and enough of a past.
    """
    if not has_past(_past_of(panel, quarters, ends).values()):
        return None
    ask(engine, [AskedWindow(panel=panel, left=None, joined=None, ends_on=ends)])
    window = panel.name, ends
    now = moved(engine, [window], {panel.name: delays}, on=day)[window]
    return now if now.people >= FEWEST_IN_WINDOW else None


def _groups(  # noqa: PLR0913 -- all that an expectation follows from
    engine: Engine,
    panel: Panel,
    quarters: Mapping[int, int],
    ends: date,
    *,
    now: PanelWindow,
    learned: Learned,
) -> Iterator[Groups]:
    """Yield all groups of a panel by what is to be expected of them in the window that ended so."""
    past = _past_of(panel, quarters, ends)
    sides = _sides(engine, panel, ends, min(past), max(past))
    if not panel.is_pair:
        yield from _one_sided(panel, sides, list(past.values()), now=now, learned=learned)
        return
    engine.run("usual_pairs", first=min(past), last=max(past))
    yield from _two_sided(engine, sides, sum(past.values()), now=now, learned=learned)


def _two_sided(
    engine: Engine,
    sides: Sides,
    total: int,
    *,
    now: PanelWindow,
    learned: Learned,
) -> Iterator[Groups]:
    """Yield the pairs that exchanged people one class after the other, then all others."""
    met: dict[tuple[float, ...], float] = {}
    for row in engine.records("usual_pair_classes"):
        key = (
            *(row["left_now_class"], row["left_past_class"]),
            *(row["joined_now_class"], row["joined_past_class"]),
        )
        met[key] = met.get(key, 0.0) + row["pairs"]
        past_of = Past(
            pair=row["seen"],
            left=row["left_past"],
            joined=row["joined_past"],
            panel=total,
            by_size=row["by_size"],
        )
        yield _alike(
            row["pairs"],
            past_of,
            left=row["left_now"],
            joined=row["joined_now"],
            now=now,
            learned=learned,
        )
    for left in sides[LEFT]:
        for joined in sides[JOINED]:
            key = left["now_class"], left["past_class"], joined["now_class"], joined["past_class"]
            number = left["sides"] * joined["sides"] - met.get(key, 0.0)
            if number > 0:
                past_of = Past(
                    pair=0,
                    left=left["past"],
                    joined=joined["past"],
                    panel=total,
                    by_size=left["past"] * joined["past"] / total,
                )
                yield _alike(
                    number,
                    past_of,
                    left=left["now"],
                    joined=joined["now"],
                    now=now,
                    learned=learned,
                )


def _alike(  # noqa: PLR0913
    number: float,
    past: Past,
    *,
    left: float,
    joined: float,
    now: PanelWindow,
    learned: Learned,
) -> Groups:
    expected = expect_pair(
        past,
        left=left,
        others=joined,
        leavers=max(now.people - left, 0),
        share_known=now.share_known,
        learned=learned,
    )
    return Groups(number=number, mean=expected.mean, size=expected.size)


def _one_sided(
    panel: Panel,
    sides: Sides,
    past: Sequence[int],
    *,
    now: PanelWindow,
    learned: Learned,
) -> Iterator[Groups]:
    recent = sum(past[-LAST_YEAR:])
    for row in sides[LEFT if panel.has_origin else JOINED]:
        expected = expect_side(
            pair=row["past"],
            panel=sum(past),
            recent=row["past"] * recent / max(sum(past), 1),
            recent_panel=recent,
            moved=now.people,
            share_known=now.share_known,
            learned=learned,
        )
        yield Groups(number=row["sides"], mean=expected.mean, size=expected.size)
