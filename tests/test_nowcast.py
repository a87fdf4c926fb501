"""How many are still to come: played pairs and raids, and panels whose news is steady or not."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from monitor.base.usual import Nowcast
from monitor.unusual.expectation import Expected
from monitor.unusual.nowcasts.delays import Delays
from monitor.unusual.nowcasts.gate import AGES, LARGEST_ERROR, Gate, check_days, make_gate
from monitor.unusual.nowcasts.nowcast import Known, nowcast, to_come

BEGAN = date(2022, 1, 3)
USUAL = Expected(
    so_far=2.0,
    mean=4.0,
    size=2.0,
    share=0.1,
    hiring=1.0,
    closeness=1.0,
    past_seen=9,
    past_expected=9.0,
)
KNOWN = Known(seen=5, age_days=90, share_known=0.5, is_pair=True, as_of=date(2025, 1, 1))
GATE = Gate(errors={90: 0.1}, looked_days=365, within_days=700)


def poisson(chance: random.Random, mean: float) -> int:
    """Draw a Poisson number."""
    count, reached = 0, chance.expovariate(1)
    while reached < mean:
        count, reached = count + 1, reached + chance.expovariate(1)
    return count


def played(kind: str, share: float) -> list[tuple[int, int, Expected]]:
    """Play windows of which a share is known: who is, who will be, and what was to be expected.

    Three are seen: fewer make no alert.
    """
    chance = random.Random(f"{kind} {share}")
    windows: list[tuple[int, int, Expected]] = []
    while len(windows) < 1500:
        if kind == "raids":
            expected = replace(USUAL, mean=chance.uniform(0.02, 1.0), size=0.5)
            whole = chance.randint(3, 12)
        else:
            size = 1.5 if kind == "pairs" else 4.0
            expected = replace(USUAL, mean=chance.uniform(1, 6), size=size)
            if kind == "organisations":
                expected = replace(expected, mean=chance.uniform(8, 60))
            whole = poisson(chance, chance.gammavariate(size, expected.mean / size))
        seen = sum(chance.random() < share for _ in range(whole))
        if seen >= 3:
            windows.append((seen, whole, expected))
    return windows


@pytest.mark.parametrize("kind", ["raids", "pairs", "organisations"])
@pytest.mark.parametrize("share", [0.2, 0.45, 0.7])
def test_nine_of_ten_ranges_hold_and_the_means_are_right(kind, share):
    """Pairs and organisations as usual, and raids of 3 to 12 people, early and late."""
    windows = played(kind, share)
    rests = [to_come(seen, expected, share) for seen, _, expected in windows]
    held = sum(
        seen + rest.low <= whole <= seen + rest.high
        for rest, (seen, whole, _) in zip(rests, windows, strict=True)
    )
    whole_of_all = sum(whole for _, whole, _ in windows)
    foretold = sum(seen + rest.mean for rest, (seen, *_) in zip(rests, windows, strict=True))
    assert held / len(windows) >= 0.85
    assert 0.8 <= foretold / whole_of_all <= 1.35


def test_what_is_known_over_the_share_known_would_foretell_too_many():
    """Of pairs as usual: those of which many are known early are those that came early."""
    windows = played("pairs", 0.2)
    plain = sum(seen / 0.2 for seen, *_ in windows)
    assert plain / sum(whole for _, whole, _ in windows) > 1.35


def test_only_the_usual_would_miss_raids():
    """Without multiples of the usual, what is to come of a raid is what usually comes: nobody."""
    rest = to_come(5, replace(USUAL, mean=0.1, size=50.0), 0.5)
    assert 3 <= rest.mean <= 6
    as_usual = (50.0 + 5) / (50.0 / 0.1 + 0.5) * 0.5
    assert as_usual < 0.1


@pytest.mark.parametrize(
    ("changes", "gate", "reason"),
    [
        ({}, GATE, None),
        ({"seen": 2}, GATE, None),
        ({"seen": 1}, GATE, "too_early"),
        ({"seen": 3, "is_pair": False}, GATE, None),
        ({"seen": 2, "is_pair": False}, GATE, "too_early"),
        ({"share_known": 0.2}, GATE, None),
        ({"share_known": 0.199}, GATE, "too_early"),
        ({}, replace(GATE, looked_days=364), "short_history"),
        ({}, replace(GATE, errors={30: 0.1}), "short_history"),
        ({}, replace(GATE, errors={90: LARGEST_ERROR}), None),
        ({}, replace(GATE, errors={90: 0.351}), "uneven_news"),
        ({"share_known": 1.0}, Gate(), None),
    ],
)
def test_a_nowcast_is_shown_or_has_a_reason_and_no_figure(changes, gate, reason):
    """Enough people, a fifth of the days, a year of looking, and earlier ones that came true."""
    found = nowcast(replace(KNOWN, **changes), USUAL, gate)
    assert found.reason == reason
    for figure in (found.expected, found.low, found.high, found.level, found.share_known):
        assert (figure is None) is (reason is not None)


def test_what_is_foretold_is_not_below_what_is_seen():
    """And lies between its bounds; where all is known, nobody is to come."""
    found = nowcast(KNOWN, USUAL, GATE)
    assert found.low is not None
    assert found.seen <= found.low <= (found.expected or 0) <= (found.high or 0)
    assert found.within_days == 700
    assert nowcast(replace(KNOWN, share_known=1.0), USUAL, GATE) == Nowcast(
        seen=5,
        expected=5,
        low=5,
        high=5,
        level=0.9,
        share_known=1.0,
        within_days=700,
        as_of=KNOWN.as_of,
    )


def test_nowcasts_that_were_off_make_wider_ranges():
    """What the past was off by is not less in the future."""
    known = replace(KNOWN, seen=20, share_known=0.2)
    near, far = (nowcast(known, USUAL, replace(GATE, errors={90: by})) for by in (0.1, 0.35))
    assert (far.high or 0) > (near.high or 0)


def panel(sql, *, days_of_news: int, weeks: int = 130) -> date:
    """Fill in moves of twenty a week, one late by each of 0 to 19 weeks; return the last day.

    News is shown by the first look after it: every so many days.
    """
    last = BEGAN + timedelta(weeks=weeks)
    sql._connection.execute(
        """
        INSERT INTO moves (
            move, version, source, status, from_root, to_root, joined_earliest, joined_latest,
            observed_on, before_on, known_from
        )
        SELECT number, number, 's', 'counted', 'a', 'b', latest, latest, seen, seen - $every, seen
        FROM (
            SELECT row_number() OVER () AS number, CAST($began + day AS DATE) AS latest,
                   CAST($began + CAST(ceil((day + delay) / $every) * $every AS INT) AS DATE) AS seen
            FROM (
                SELECT CAST(7 * week AS INTEGER) AS day, CAST(7 * late AS INTEGER) AS delay
                FROM range($weeks) AS weeks (week), range(20) AS delays (late)
            )
        ) WHERE seen <= $last
        """,
        {"began": BEGAN, "every": days_of_news, "weeks": weeks, "last": last},
    )
    sql.given("judged", {"observed_on": BEGAN.isoformat(), "verdict": "baseline"})
    return last


def gate_on(sql, day: date) -> Gate:
    """Check the nowcasts of a panel on a day."""
    sql.run("move_days")
    delays = {"s": Delays(known=(0.5,), days=900)}
    return make_gate(sql._engine, day, window_days=90, looked_days=900, delays=delays)


def test_steady_news_passes_the_gate(sql):
    """Twenty moves a week, of which each comes later than the one before: foretold to a tenth."""
    gate = gate_on(sql, panel(sql, days_of_news=7))
    assert set(gate.errors) == set(AGES)
    assert max(gate.errors.values()) < 0.1


def test_news_that_comes_twice_a_year_is_refused(sql):
    """Half a year of nothing, and then all of it: a nowcast is far too high or far too low."""
    gate = gate_on(sql, panel(sql, days_of_news=182))
    for age in (0, 30, 60, 90):
        assert not gate.passes(age)
    known = replace(KNOWN, age_days=30)
    assert nowcast(known, USUAL, gate).reason == "uneven_news"


def test_the_gate_asks_what_would_have_been_foretold(sql, monkeypatch):
    """Were all taken to be known at once, steady news would not pass it."""
    everything = Delays(known=(1.0,) * 200, days=980)
    monkeypatch.setattr(
        "monitor.unusual.nowcasts.gate.product_limit", lambda *_args, **_options: everything
    )
    gate = gate_on(sql, panel(sql, days_of_news=7))
    assert not gate.passes(0)


@pytest.mark.parametrize(("weeks", "ages"), [(64, 0), (65, 1)])
def test_a_short_past_has_too_few_nowcasts_to_check(sql, weeks, ages):
    """Six of each age are asked for, each by delays that half a year of looking taught."""
    gate = gate_on(sql, panel(sql, days_of_news=7, weeks=weeks))
    assert (len(gate.errors) >= 1) is bool(ages)
    assert 360 not in gate.errors


def test_past_nowcasts_are_those_of_a_year_from_four_months_ago_on():
    """Twelve days, a month apart."""
    days = check_days(date(2025, 1, 1))
    assert len(days) == 12
    assert days[0] == date(2024, 9, 3)
    assert days[0] - days[1] == days[10] - days[11] == timedelta(days=30)
