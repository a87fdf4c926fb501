"""Whether a count is a lot, in words: figures are rounded so that nothing is overstated."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.base.usual import Nowcast, Usual, UsualWindow
from monitor.delivery.messages.formatting import counted, how_many_people

USUAL_FROM = 0.1
"""What happens in a tenth of such windows, or more, is not a lot."""
SOMEWHAT_FROM = 0.01
"""What happens in a hundredth of them, or more, is somewhat of a lot."""
_REASONS = {
    "short_history": "Whether that is a lot cannot be told yet: there is too short a past to"
    " compare with.",
    "small_window": "Whether that is a lot cannot be told: too few people moved in all in that"
    " time.",
    "old_window": "Whether that was a lot is not judged: it was over for more than a year when it"
    " became known.",
    "whole_organization": "Whether that is a lot cannot be told: nearly all who were known there"
    " went the same way, and nobody went anywhere else. That may be a merger.",
}
_CANNOT_FORETELL = {
    "too_early": "How many more will turn up later cannot be told yet: too few of the moves of"
    " those days are known by now.",
    "short_history": "How many more will turn up later cannot be told yet: too few earlier"
    " estimates could be checked.",
    "uneven_news": "How many more will turn up later cannot be told: news of this source comes in"
    " bursts, and earlier estimates did not come true.",
}
_COUNTED = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualFigures:
    """The figures of one alert that tell whether its count is a lot."""

    expected: float | None
    probability: float | None
    unusual: Usual | None


def not_said_of_few(
    peak: int, unusual: Usual | None, nowcast: Nowcast | None, *, least: int
) -> dict[str, None]:
    """Return the figures of an alert that would tell of fewer people than `least`, each as None.

    What a count is held against says how many it is: how many there were when the alert opened, or
    when the rest was foretold, and these may be fewer than its `peak`. So may those who went that
    way before, and the expectation follows from them.
    """
    if least <= 1:
        return {}
    at_opening = min([peak, *_people_of(unusual)])
    foretold_of = peak if nowcast is None else min(peak, nowcast.seen)
    names = ["expected", "probability", "unusual"] if at_opening < least else []
    return dict.fromkeys([*names, "nowcast"] if foretold_of < least else names)


def _people_of(unusual: Usual | None) -> list[int]:
    """Every figure of people that an expectation tells, and its sum gives away."""
    window, past = (unusual.window, unusual.past) if unusual else (None, None)
    figures = [] if window is None else [window.seen, window.left, window.joined, window.panel]
    figures += [] if past is None else [past.seen]
    return [figure for figure in figures if figure is not None]


def is_that_a_lot(figures: UsualFigures) -> str:
    """Say whether a count is a lot, or why nobody can tell; nothing where nothing is to be said."""
    usual = figures.unusual
    if usual is None:
        return ""
    if usual.reason is not None:
        return _REASONS[usual.reason]
    window, expected, chance = usual.window, figures.expected, figures.probability
    if window is None or expected is None or chance is None:
        return ""
    about = (
        f"{_about(expected)} would be expected to go this way in {counted(window.days, 'day')},"
        " with those whose profiles will show it later"
    )
    if chance >= USUAL_FROM:
        tenths = min(max(round(chance * 10), 1), 10)
        often = "nearly all" if tenths == 10 else f"{_COUNTED[tenths]} of ten"  # noqa: PLR2004
        return (
            f"Is that a lot? No: {about}; there are {window.seen} or more in {often} such windows."
        )
    said = (
        f"Is that a lot? {_answer(usual, chance)}: {about}; by chance there are {window.seen} or"
        f" more {odds(chance)} such windows."
    )
    if usual.basis == "new":
        said += " Nobody was seen to go there before: only other newcomers can be compared."
    return f"{said}{_over_all(usual)}"


def _answer(usual: Usual, chance: float) -> str:
    """Say yes only of what is rare, and where chance seldom makes it over all groups together."""
    if chance >= SOMEWHAT_FROM:
        return "Somewhat"
    if usual.groups == 1 or usual.chance_per_year is None or usual.chance_per_year <= 1:
        return "Yes"
    return "For these two, yes" if usual.basis != "one side" else "For this one, yes"


def _about(expected: float) -> str:
    people = expected_people(expected)
    return people if people.startswith("under") else f"about {people} people"


def how_many_to_come(nowcast: Nowcast | None) -> str:
    """Say how many there will be once late profiles are in, or why nobody can tell.

    Nothing where nothing is to be said, nor where no more are to be expected.
    """
    if nowcast is None:
        return ""
    if nowcast.reason is not None:
        return _CANNOT_FORETELL[nowcast.reason]
    share, most, level = nowcast.share_known, nowcast.high, nowcast.level
    if share is None or most is None or level is None or most <= nowcast.seen:
        return ""
    return (
        f"{nowcast.seen} are seen so far. Some profiles show a move late: about {nowcast.expected}"
        f" are likely in the end, and {nowcast.low} to {most} with a certainty of {level:.0%},"
        f" since about {_tens(share)} of the moves of those days are known by now."
    )


def _tens(share: float) -> str:
    """Round a share to tens of a per cent, and never to all.

    >>> _tens(0.71), _tens(0.97), _tens(0.2)
    ('70%', '90%', '20%')
    """
    return f"{min(round(share * 10) * 10, 90)}%"


def odds(chance: float) -> str:
    """Say how rare something is, in whole words, never rarer than it is.

    >>> odds(0.0024), odds(0.0001), odds(0.06)
    ('less than once in 400', 'less than once in 10,000', 'about once in 16')
    """
    times = 1 / chance
    if times < 20:  # noqa: PLR2004 -- one digit of it would say too little
        return f"about once in {math.floor(times + 1e-9)}"
    return f"less than once in {_down(times):,}"


def _down(number: float) -> int:
    """Round down to one digit."""
    power = 10 ** math.floor(math.log10(number) + 1e-9)
    return int(math.floor(number / power + 1e-9) * power)


def expected_people(number: float) -> str:
    """Say how many would be expected, to one digit and never as nobody."""
    return "under 0.1 people" if number < 0.1 else f"{number:.1f}"  # noqa: PLR2004


def _over_all(usual: Usual) -> str:
    chance = usual.chance_per_year
    if chance is None or not usual.groups or usual.groups == 1:
        return ""
    what = "pairs" if usual.basis != "one side" else "groups"
    if chance < 1:
        years = math.floor(1 / chance + 1e-9)
        often = "about once a year" if years == 1 else f"about once in {years} years"
    else:
        often = f"about {counted(math.ceil(chance - 1e-9), 'time')} a year"
    over = "Over" if chance <= 1 else "But over"
    return (
        f" {over} all {usual.groups:,} {what} watched, chance alone makes an alert as rare"
        f" as this, for one or another of them, {often}."
    )


def sum_lines(figures: UsualFigures) -> Iterator[str]:
    """Yield the sum behind an expectation, a line a step."""
    usual = figures.unusual
    if usual is None:
        return
    yield is_that_a_lot(figures)
    window, past = usual.window, usual.past
    if window is None or past is None or figures.expected is None:
        return
    yield f"How that is reckoned, as known on {usual.judged_on}:"
    last = f"in the {counted(window.days, 'day')} up to {window.ends_on}"
    share = usual.leaver_share or 0.0
    if window.left is not None and window.joined is not None:
        yield (
            f"  {how_many_people(window.left)} left the origin {last}. Of those who changed"
            f" anywhere, {share:.1%} go to the destination, usually and now:"
            f" {window.left * share:.2f}."
        )
        yield from _closeness(usual)
    else:
        yield (
            f"  {how_many_people(window.panel)} moved in all {last}. Of those, {share:.1%} count"
            f" here, usually and in the last year: {window.panel * share:.2f}."
        )
    yield (
        f"  Of the moves of those days {usual.share_known or 0:.0%} is known by then, so"
        f" {figures.expected:.2f} in the end. {_seen(window)} seen."
    )


def nowcast_lines(nowcast: Nowcast | None) -> Iterator[str]:
    """Yield how many are still to come, as of which day, and what that means; a line each."""
    said = how_many_to_come(nowcast)
    if nowcast is None or not said:
        return
    yield f"As known on {nowcast.as_of}: {said}"
    if nowcast.reason is None:
        yield (
            f"  In the end means within {nowcast.within_days} days. Of ten such"
            f" ranges {_COUNTED[round((nowcast.level or 0) * 10)]} hold. No rule fires on this."
        )


def _closeness(usual: Usual) -> Iterator[str]:
    past, closeness = usual.past, usual.closeness
    if past is None or closeness is None:
        return
    if not past.seen and past.expected < 0.05:  # noqa: PLR2004 -- 0.0 to one digit
        yield (
            f"  By their sizes nobody was to be expected between these two from {past.since} to"
            f" {past.until}, and nobody went: that says nothing more of them."
            f" So it stays at {usual.expected_so_far or 0:.2f}."
        )
        return
    exchange = "fewer" if closeness < 1 else "more"
    yield (
        f"  These two exchange {exchange} than their sizes say: {past.seen} from {past.since} to"
        f" {past.until}, where {past.expected:.1f} were to be expected. So, shrunk,"
        f" times {closeness:.2f}: {usual.expected_so_far or 0:.2f}."
    )


def _seen(window: UsualWindow) -> str:
    return f"{window.seen} {'was' if window.seen == 1 else 'were'}"
