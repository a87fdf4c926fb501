"""What is usual, learnt on the first snapshot of each calendar quarter and kept as derived rows."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import msgspec

from monitor.base.days import earlier, later
from monitor.base.engine import Engine
from monitor.moves.derivation.derived_tables import facts
from monitor.unusual.expectation import (
    FEWEST_IN_WINDOW,
    LAST_YEAR,
    QUARTERS,
    Learned,
    Past,
    Quarter,
    expect_pair,
    expect_side,
    has_past,
)
from monitor.unusual.fit import Counted, Pairs, learn, teaches
from monitor.unusual.level import Groups, Level, level_of
from monitor.unusual.nowcasts.delays import Aged, Delays, pooled
from monitor.unusual.nowcasts.gate import Gate, delays_as_known, make_gate
from monitor.unusual.panels import JOINED, LEFT, PANEL, Panel, fill_tables

EPOCH = date(1970, 1, 1)
ENDS = {"rule": "VARCHAR", "grouping": "VARCHAR", "ends_on": "DATE"}
"""A window of a group to count people in."""
KNOWN_AFTER = (360, 180, 90, 0)
"""The level is taken over a window that ended so many days before: nearly all of it is known."""
FORM = 2
"""What a fit holds; one that was kept in another form is made anew."""
MOST_COUNTED = 20_000
"""So many quarters of organisations, and of pairs, say how steady they are."""


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


def first_quarter(window_ends: date, window_days: int) -> int:
    """Return the first block of the past of a window: twelve whole ones end before it begins.

    >>> first_quarter(date(1970, 12, 31), 90)
    -9
    """
    return last_quarter(window_ends, window_days) - QUARTERS + 1


def last_quarter(window_ends: date, window_days: int) -> int:
    """Return the last whole block that ended before a window began.

    >>> [last_quarter(later(EPOCH, day), 90) for day in (178, 179, 180)]
    [-1, 0, 0]
    """
    return ((window_ends - EPOCH).days + 1) // window_days - 2


def begins(quarter: int, window_days: int) -> date:
    """Return the first day of a block, as far as the calendar goes."""
    days = quarter * window_days
    return later(EPOCH, days) if days >= 0 else earlier(EPOCH, -days)


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
    _count_all(engine, market, day)
    quarters = _panel_quarters(engine, market)
    last = last_quarter(later(day, 1), panel.window_days) + 1
    learned = _learn(engine, quarters, last=last)
    if market is not panel:
        _count_all(engine, panel, day)
        quarters = _panel_quarters(engine, panel)
    level, groups = Level(), 0
    for days in KNOWN_AFTER:
        ends = earlier(day, days)
        if _is_told(engine, panel, quarters, ends):
            fill_ends(engine, [(panel.name + PANEL, "", ends)])
            window = panel.name, ends
            share = shares_known(engine, [window], {panel.name: delays}, on=day)[window]
            some = list(_groups(engine, panel, quarters, ends, share=share, learned=learned))
            level = level_of(
                some, window_days=panel.window_days, least=panel.condition.people.at_least
            )
            groups = round(sum(one.number for one in some))
            break
    gate = make_gate(engine, day, window_days=panel.window_days, looked_days=looked, delays=delays)
    return Fit(day=day, learned=learned, level=level, groups=groups, delays=delays, gate=gate)


def _count_all(engine: Engine, panel: Panel, day: date) -> None:
    fill_tables(engine, [panel])
    names = [name for name, _ in panel.rules()]
    engine.fill("usual_keys", ["rule", "grouping"], [(name, "") for name in names])
    engine.run("usual_days", day=day, every=True)
    engine.run("usual_quarters", since=earlier(day, (2 * QUARTERS + 6) * panel.window_days))


def _panel_quarters(engine: Engine, panel: Panel) -> dict[int, int]:
    rows = engine.rows("panel_quarters", panel=panel.name + PANEL)
    return {int(quarter): int(people) for quarter, people in rows}


def _learn(engine: Engine, quarters: Mapping[int, int], *, last: int) -> Learned:
    first = last - QUARTERS + 1
    past = [quarters.get(quarter, 0) for quarter in range(first, last + 1)]
    if not teaches(past):
        return Learned()
    engine.run("usual_past", first=first, last=last, ends=EPOCH)
    engine.run("usual_pairs", first=first, last=last)
    classes = engine.records("usual_pair_classes")
    pairs = [
        Pairs(number=row["pairs"], seen=row["seen"], by_size=row["by_size"]) for row in classes
    ]
    sides = _sides(engine)
    met: dict[tuple[float, float], float] = {}
    for row in classes:
        key = row["left_past_class"], row["joined_past_class"]
        met[key] = met.get(key, 0.0) + row["pairs"]
    total = sum(past)
    for left in sides.get(LEFT, ()):
        for joined in sides.get(JOINED, ()):
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


def _sides(engine: Engine) -> dict[str, list[dict[str, float]]]:
    sides: dict[str, list[dict[str, float]]] = {}
    for row in engine.records("usual_side_classes"):
        sides.setdefault(f":{row['rule'].rpartition(':')[2]}", []).append(row)
    return sides


def _is_told(engine: Engine, panel: Panel, quarters: Mapping[int, int], ends: date) -> bool:
    """Whether a window has enough people and enough past to be the one that others stand for."""
    first, last = (edge(ends, panel.window_days) for edge in (first_quarter, last_quarter))
    past = [
        Quarter(pair=0, left=0, joined=0, panel=quarters.get(quarter, 0))
        for quarter in range(first, last + 1)
    ]
    if not has_past(past):
        return False
    engine.run("usual_past", first=first, last=last, ends=ends)
    people = sum(row["now"] * row["sides"] for row in _sides(engine).get(PANEL, ()))
    return people >= FEWEST_IN_WINDOW


def _groups(  # noqa: PLR0913 -- all that an expectation follows from
    engine: Engine,
    panel: Panel,
    quarters: Mapping[int, int],
    ends: date,
    *,
    share: float,
    learned: Learned,
) -> Iterator[Groups]:
    """Yield all groups of a panel by what is to be expected of them in the window that ended so.

    `_is_told` has just counted its past.
    """
    first, last = (edge(ends, panel.window_days) for edge in (first_quarter, last_quarter))
    total = sum(quarters.get(quarter, 0) for quarter in range(first, last + 1))
    sides = _sides(engine)
    moved = sum(row["now"] * row["sides"] for row in sides.get(PANEL, ()))
    if not panel.is_pair:
        past = [quarters.get(quarter, 0) for quarter in range(first, last + 1)]
        yield from _one_sided(panel, sides, past, moved=moved, share=share, learned=learned)
        return
    engine.run("usual_pairs", first=first, last=last)
    yield from _two_sided(engine, sides, total, moved=moved, share=share, learned=learned)


def _two_sided(  # noqa: PLR0913 -- all that an expectation follows from
    engine: Engine,
    sides: Mapping[str, Sequence[Mapping[str, float]]],
    total: int,
    *,
    moved: float,
    share: float,
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
            moved=moved,
            share=share,
            learned=learned,
        )
    for left in sides.get(LEFT, ()):
        for joined in sides.get(JOINED, ()):
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
                    moved=moved,
                    share=share,
                    learned=learned,
                )


def _alike(  # noqa: PLR0913
    number: float,
    past: Past,
    *,
    left: float,
    joined: float,
    moved: float,
    share: float,
    learned: Learned,
) -> Groups:
    expected = expect_pair(
        past,
        left=left,
        others=joined,
        leavers=max(moved - left, 0),
        share_known=share,
        learned=learned,
    )
    return Groups(number=number, mean=expected.mean, size=expected.size)


def _one_sided(  # noqa: PLR0913
    panel: Panel,
    sides: Mapping[str, Sequence[Mapping[str, float]]],
    past: Sequence[int],
    *,
    moved: float,
    share: float,
    learned: Learned,
) -> Iterator[Groups]:
    recent = sum(past[-LAST_YEAR:])
    for row in sides.get(LEFT if panel.has_origin else JOINED, ()):
        expected = expect_side(
            pair=row["past"],
            panel=sum(past),
            recent=row["past"] * recent / max(sum(past), 1),
            recent_panel=recent,
            moved=moved,
            share_known=share,
            learned=learned,
        )
        yield Groups(number=row["sides"], mean=expected.mean, size=expected.size)


def shares_known(
    engine: Engine,
    windows: Iterable[tuple[str, date]],
    delays: Mapping[str, Mapping[str, Delays]],
    *,
    on: date,
) -> dict[tuple[str, date], float]:
    """Return for windows of whole panels, by panel and last day, which share is known on a day.

    `fill_ends` has asked for them all; `delays` has those of each panel.
    """
    moves: dict[tuple[str, date], dict[str, list[Aged]]] = {window: {} for window in windows}
    for rule, ends_on, source, latest, dated, people in engine.rows("usual_ages"):
        panel = rule.removesuffix(PANEL)
        if panel != rule and (panel, ends_on) in moves:
            aged = Aged(days=max((on - latest).days, 0), moves=people, dated=dated)
            moves[panel, ends_on].setdefault(source, []).append(aged)
    return {window: pooled(delays[window[0]], some) for window, some in moves.items()}


def fill_ends(engine: Engine, rows: Sequence[tuple[str, str, date]]) -> None:
    """Ask for windows of groups, by what is counted, its key and the last day."""
    engine.hand_over("usual_ends", ENDS, sorted(set(rows)))
