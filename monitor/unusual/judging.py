"""Whether the people of a window are a lot, as known on the day on which it is tested."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.base.days import earlier
from monitor.base.engine import Engine
from monitor.base.usual import Nowcast, Usual, UsualPast, UsualWindow
from monitor.identity.organizations import Directory
from monitor.moves.gates.quality import COLLECTIVE_SHARE
from monitor.rules.language import Rule
from monitor.unusual.counting import (
    AskedWindow,
    begins,
    count_asked,
    first_quarter,
    last_quarter,
    moved,
)
from monitor.unusual.expectation import (
    FEWEST_IN_WINDOW,
    LEAST_CHANCE,
    LEAST_CHANCE_OF_ONE_SIDE,
    QUARTERS,
    Expected,
    Quarter,
    Window,
    expect,
    expect_one_side,
    has_past,
)
from monitor.unusual.fits import Fit, Fits
from monitor.unusual.nowcasts.nowcast import Known, nowcast
from monitor.unusual.panels import Panel, match_panels, panel_of
from monitor.unusual.tail import least_count, rate, tail

ORIGIN_QUESTION = {"number": "INTEGER", "root": "VARCHAR", "day": "DATE", "since": "DATE"}
"""A tested window and an organisation that people left in it."""
OLD_DAYS = 365
"""A window that ended so long before it became known is not judged."""
LEAST_PER_YEAR = 0.01
"""Rarer alerts than once in a hundred years are not told apart."""
DIGITS = 6
"""Chances are compared rounded to this many digits, so that no machine's last bit decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """One window of one group, as known on one day."""

    rule: str
    grouping: str
    known_on: date
    ends_on: date
    seen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What follows for one window: how rare it is, and from which count on the rule tells it."""

    usual: Usual
    rate: float | None = None
    """How many such counts chance makes a window; None where nobody can tell."""
    threshold: int | None = None
    """The least count that is rare enough for the rule's `unusual`; None without one."""
    expected: float | None = None
    probability: float | None = None
    nowcast: Nowcast | None = None
    """How many there will be in the end; None where it cannot be told what is usual."""


def judge(
    engine: Engine,
    rules: Iterable[Rule],
    directory: Directory,
    tested: Iterable[Tested],
    *,
    foretell: bool = False,
) -> dict[Tested, Judgement]:
    """Judge windows, each as known on its day; with `foretell` also how many are still to come.

    All windows of one day are counted together, and a day without one costs nothing. The engine's
    tables of questions are those of the panels afterwards.
    """
    judgements: dict[Tested, Judgement] = {}
    by_id = {rule.id: rule for rule in rules}
    panels = {name: panel for name, rule in by_id.items() if (panel := panel_of(rule)) is not None}
    days: dict[date, list[Tested]] = {}
    for one in sorted(
        set(tested), key=lambda each: (each.known_on, each.rule, each.grouping, each.ends_on)
    ):
        if one.rule not in panels:
            continue
        if one.ends_on < earlier(one.known_on, OLD_DAYS):
            judgements[one] = _cannot_tell(one, "old_window")
        else:
            days.setdefault(one.known_on, []).append(one)
    if not days:
        return judgements
    asked = {one.rule: panels[one.rule] for some in days.values() for one in some}
    markets = {panel.market().name: panel.market() for panel in asked.values()}
    everything = {**markets, **asked}
    match_panels(engine, list(everything.values()), by_id, directory)
    fits = Fits(engine)
    for day, some in days.items():
        learned = {
            name: fits.of(panels[name], directory.fingerprint, fits.day_of(day))
            for name in sorted({one.rule for one in some})
        }
        judgements |= _judge_day(engine, panels, learned, some, day, foretell=foretell)
    return judgements


def _judge_day(  # noqa: PLR0913 -- all that a judgement follows from
    engine: Engine,
    panels: Mapping[str, Panel],
    fits: Mapping[str, Fit],
    tested: Sequence[Tested],
    day: date,
    *,
    foretell: bool,
) -> dict[Tested, Judgement]:
    windows = _windows(engine, panels, fits, tested, day)
    whole = _whole_organizations(engine, panels, windows)
    return {
        one: _cannot_tell(one, "whole_organization")
        if (one.rule, one.grouping) in whole
        else _judge_window(panels[one.rule], fits[one.rule], one, window, foretell=foretell)
        for one, window in windows.items()
    }


def _windows(
    engine: Engine,
    panels: Mapping[str, Panel],
    fits: Mapping[str, Fit],
    tested: Sequence[Tested],
    day: date,
) -> dict[Tested, Window]:
    """Return what is known of tested windows on a day, and their pasts."""
    asked = []
    for one in tested:
        left, joined = panels[one.rule].keys(one.grouping)
        asked.append(
            AskedWindow(panel=panels[one.rule], left=left, joined=joined, ends_on=one.ends_on)
        )
    count_asked(engine, asked, day)
    sides = {number: counts for number, *counts in engine.rows("usual_windows")}
    pasts: dict[int, list[Quarter]] = {}
    for number, *counts in engine.rows("usual_pasts", quarters=QUARTERS):
        pair, of_origin, of_target, panel = counts
        quarter = Quarter(pair=pair, left=of_origin, joined=of_target, panel=panel)
        pasts.setdefault(number, []).append(quarter)
    in_all = moved(
        engine,
        [(one.rule, one.ends_on) for one in tested],
        {name: fit.delays for name, fit in fits.items()},
        on=day,
    )
    windows = {}
    for number, one in enumerate(tested):
        of_origin, of_target = sides.get(number, (0, 0))
        everybody = in_all[one.rule, one.ends_on]
        windows[one] = Window(
            seen=one.seen,
            left=of_origin,
            joined=of_target,
            panel=everybody.people,
            past=pasts[number],
            share_known=everybody.share_known,
        )
    return windows


def _whole_organizations(
    engine: Engine, panels: Mapping[str, Panel], windows: Mapping[Tested, Window]
) -> set[tuple[str, str]]:
    """Return the groups in which most of the origin went one way, and nobody anywhere else.

    In any window: the windows before it hold the first of the same people.
    """
    asked = [
        one
        for one, window in windows.items()
        if panels[one.rule].is_pair and window.seen >= window.left
    ]
    if not asked:
        return set()
    rows = [
        (number, root, one.known_on, earlier(one.ends_on, panels[one.rule].window_days))
        for number, one in enumerate(asked)
        for root in panels[one.rule].origins(one.grouping)
    ]
    engine.hand_over("origin_questions", ORIGIN_QUESTION, rows)
    people = dict(engine.rows("people_at_origins"))
    return {
        (one.rule, one.grouping)
        for number, one in enumerate(asked)
        if one.seen >= COLLECTIVE_SHARE * people.get(number, one.seen / COLLECTIVE_SHARE + 1)
    }


def _judge_window(
    panel: Panel, fit: Fit, one: Tested, window: Window, *, foretell: bool = False
) -> Judgement:
    if not has_past(quarter.panel for quarter in window.past) or not fit.groups:
        return _cannot_tell(one, "short_history")
    if window.panel < FEWEST_IN_WINDOW:
        return _cannot_tell(one, "small_window")
    expected = (expect if panel.is_pair else expect_one_side)(window, fit.learned)
    chance = tail(one.seen, expected.mean, expected.size)
    least = LEAST_CHANCE if panel.is_pair else LEAST_CHANCE_OF_ONE_SIDE
    its_rate = round(rate(one.seen, expected.mean, expected.size), DIGITS + 6)
    asked = panel.condition.unusual
    threshold = None
    if asked is not None:
        level = fit.level.most(asked)
        at_least = panel.condition.people.at_least
        threshold = least_count(expected.mean, expected.size, level, least=at_least)
    known = Known(
        seen=one.seen,
        age_days=(one.known_on - one.ends_on).days,
        share_known=window.share_known,
        is_pair=panel.is_pair,
        as_of=one.known_on,
    )
    return Judgement(
        nowcast=nowcast(known, expected, fit.gate) if foretell else None,
        usual=_usual(panel, fit, one, window, expected),
        rate=its_rate,
        threshold=threshold,
        expected=round(expected.mean, DIGITS),
        probability=round(max(chance, least), DIGITS),
    )


def _usual(panel: Panel, fit: Fit, one: Tested, window: Window, expected: Expected) -> Usual:
    days = panel.window_days
    first, last = (edge(one.ends_on, days) for edge in (first_quarter, last_quarter))
    of_rate = rate(one.seen, expected.mean, expected.size)
    is_new = panel.is_pair and not any(quarter.joined for quarter in window.past)
    return Usual(
        judged_on=one.known_on,
        chance_per_year=round(max(fit.level.at(of_rate), LEAST_PER_YEAR), DIGITS),
        groups=fit.groups,
        basis="one side" if not panel.is_pair else "new" if is_new else "pair",
        expected_so_far=round(expected.so_far, DIGITS),
        share_known=round(window.share_known, DIGITS),
        leaver_share=round(min(expected.share * expected.hiring, 1.0), DIGITS),
        closeness=round(expected.closeness, DIGITS),
        window=UsualWindow(
            ends_on=one.ends_on,
            days=days,
            seen=one.seen,
            left=window.left if panel.has_origin else None,
            joined=window.joined if panel.has_destination else None,
            panel=window.panel,
        ),
        past=UsualPast(
            since=begins(first, days),
            until=earlier(begins(last + 1, days), 1),
            seen=expected.past_seen,
            expected=round(expected.past_expected, DIGITS),
        ),
    )


def _cannot_tell(one: Tested, reason: str) -> Judgement:
    return Judgement(usual=Usual(judged_on=one.known_on, reason=reason))
