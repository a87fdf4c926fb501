"""Whether a count is a lot: the tail, the rate, the level, what is learnt, and delays."""

import math
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betainc, gammaln

from monitor.unusual.expectation import Learned, Quarter, Window, expect, expect_one_side, has_past
from monitor.unusual.fit import Counted, Pairs, learn
from monitor.unusual.level import Groups, level_of
from monitor.unusual.nowcasts.delays import (
    CAREFUL,
    Aged,
    Delayed,
    Delays,
    pooled,
    product_limit,
    share_known,
)
from monitor.unusual.tail import least_count, log_probability, rate, tail

MEANS = st.floats(1e-6, 200)
SIZES = st.floats(0.05, 500)


def expected_tail(count: int, mean: float, size: float) -> float:
    """Return the upper tail of the negative binomial, as a share of the beta function."""
    return float(betainc(count, size, mean / (size + mean))) if count else 1.0


def test_the_tail_agrees_with_another_library():
    """Five thousand cases, from a mean of a millionth to one of hundreds."""
    chance = random.Random(18)
    for _ in range(5000):
        mean, size = 10 ** chance.uniform(-6, 2.5), 10 ** chance.uniform(-1.5, 3)
        count = chance.randrange(60)
        expected = expected_tail(count, mean, size)
        assert tail(count, mean, size) == pytest.approx(expected, rel=1e-8, abs=1e-12)


@given(st.integers(1, 60), MEANS, SIZES)
def test_the_tail_falls_with_the_count_and_rises_with_the_mean(count, mean, size):
    """A larger count is rarer, and the more are usual the commoner."""
    assert tail(count + 1, mean, size) <= tail(count, mean, size) * (1 + 1e-9)
    assert tail(count, mean * 1.5, size) >= tail(count, mean, size) * (1 - 1e-9)
    assert tail(0, mean, size) == 1.0


@pytest.mark.parametrize(("mean", "size"), [(2000.0, 1e6), (5000.0, 50.0)])
def test_the_tail_of_a_large_mean_agrees_with_another_library(mean, size):
    """The chance of nobody is too small for a float."""
    for count in (int(mean * 0.9), int(mean * 1.1)):
        expected = expected_tail(count, mean, size)
        assert tail(count, mean, size) == pytest.approx(expected, rel=1e-7, abs=1e-12)


@given(st.integers(0, 40), MEANS, SIZES)
def test_a_probability_agrees_with_another_library(count, mean, size):
    """Its logarithm is what the shape of pairs is learnt by."""
    share = size / (size + mean)
    ways = gammaln(count + size) - gammaln(size) - gammaln(count + 1)
    expected = ways + size * math.log(share) + count * math.log1p(-share)
    assert log_probability(count, mean, size) == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_the_rate_is_how_often_a_window_is_made_full():
    """Played: intensities drawn from the gamma, arrivals that find enough others before them."""
    chance = random.Random(7)
    mean, size, count, full = 2.0, 1.5, 4, 0
    for _ in range(20_000):
        intensity = chance.gammavariate(size, mean / size)
        arrival, arrivals = 0.0, []
        while (arrival := arrival + chance.expovariate(max(intensity, 1e-9))) < 2:
            arrivals.append(arrival)
        full += sum(
            1
            for each in arrivals
            if each >= 1 and sum(each - 1 < other < each for other in arrivals) >= count - 1
        )
    assert full / 20_000 == pytest.approx(rate(count, mean, size), rel=0.05)


@given(MEANS, SIZES, st.floats(1e-7, 0.5), st.integers(2, 6))
def test_the_least_count_is_the_first_that_is_rare_enough(mean, size, most, least):
    """One fewer is too common, unless fewer are not asked for."""
    count = least_count(mean, size, most, least=least)
    assert rate(count, mean, size) <= most
    assert count == least or rate(count - 1, mean, size) > most


def test_the_level_lets_chance_make_as_many_alerts_as_were_asked_for():
    """Alerts are counted by what each group can reach; a lower level makes fewer."""
    groups = [
        Groups(number=number, mean=mean, size=size)
        for number, mean, size in ((50_000, 0.01, 0.2), (2000, 0.3, 0.8), (40, 6.0, 3.0))
    ]
    level = level_of(groups, window_days=90, least=3)
    for asked in (0.1, 1.0, 10.0):
        most = level.most(asked)
        made = sum(
            365
            / 90
            * group.number
            * rate(least_count(group.mean, group.size, most, least=3), group.mean, group.size)
            for group in groups
        )
        assert made <= asked
        assert level.at(most) <= asked
        assert made > asked / 6


def test_a_rule_whose_groups_never_reach_the_level_has_none():
    """Where chance makes fewer than were asked for, every count of enough people is told."""
    level = level_of([Groups(number=1, mean=0.01, size=0.3)], window_days=90, least=3)
    assert level.most(100.0) == math.inf
    assert level_of([], window_days=90, least=3).at(1.0) == 0.0


def _past(**quarter: int) -> list[Quarter]:
    usual = {"pair": 1, "left": 20, "joined": 10, "panel": 400}
    return [Quarter(**usual | quarter)] * 12


WINDOW = Window(seen=3, left=20, joined=12, panel=400, past=_past())


def test_a_layoff_and_a_hiring_spree_raise_what_is_expected():
    """More who leave, and more who come from elsewhere, explain more who go from here to there."""
    usual = expect(WINDOW, Learned()).mean
    assert expect(replace(WINDOW, left=60), Learned()).mean > 2.5 * usual
    assert expect(replace(WINDOW, joined=60), Learned()).mean > 2 * usual


def test_the_group_s_own_people_do_not_explain_themselves():
    """Ten more from here to there are no hiring spree."""
    more = replace(WINDOW, seen=13, joined=22)
    assert expect(more, Learned()).hiring == expect(WINDOW, Learned()).hiring


def test_a_pair_that_exchanged_nobody_is_expected_to_exchange_less():
    """What is usual of it is nobody; the more was to be seen, the more this says."""
    never = replace(WINDOW, past=_past(pair=0))
    large = replace(WINDOW, past=_past(pair=0, left=200, joined=100, panel=4000))
    closeness = [expect(window, Learned()).closeness for window in (WINDOW, never, large)]
    assert closeness == sorted(closeness, reverse=True)
    assert closeness[1] < 0.1


@given(st.integers(2, 9))
def test_a_panel_of_more_people_expects_as_many_more(times):
    """All counts times so many: the mean follows, but for what is shrunk towards nothing."""
    many = replace(
        WINDOW,
        seen=WINDOW.seen * times,
        left=WINDOW.left * times,
        joined=WINDOW.joined * times,
        panel=WINDOW.panel * times,
        past=_past(pair=times, left=20 * times, joined=10 * times, panel=400 * times),
    )
    ratio = expect(many, Learned()).mean / expect(WINDOW, Learned()).mean
    assert ratio == pytest.approx(times, rel=0.1)


def test_late_profiles_raise_the_mean_and_not_what_is_expected_so_far():
    """Half is known: twice as many are to be expected in the end."""
    half = expect(replace(WINDOW, share_known=0.5), Learned())
    assert half.so_far == expect(WINDOW, Learned()).so_far
    assert half.mean == 2 * half.so_far


def test_one_side_is_expected_to_do_as_usual_and_as_in_the_last_year():
    """A year of twice as many raises what is expected of it, and not to twice as many."""
    past = [Quarter(pair=5, left=5, joined=0, panel=400)] * 8
    year = [Quarter(pair=10, left=10, joined=0, panel=400)] * 4
    window = replace(WINDOW, seen=5, left=5)
    usual = expect_one_side(replace(window, past=[*past, *past[:4]]), Learned())
    risen = expect_one_side(replace(window, past=[*past, *year]), Learned())
    assert usual.mean == pytest.approx(5, rel=0.05)
    assert 5 < risen.mean < 10


@pytest.mark.parametrize(
    ("quarters", "moves", "enough"), [(4, 75, True), (4, 74, False), (3, 400, False)]
)
def test_a_past_is_four_quarters_and_three_hundred_moves(quarters, moves, enough):
    """Quarters without a move are none."""
    assert has_past([0] * (12 - quarters) + [moves] * quarters) is enough


def _drawn(chance: random.Random, mean: float, size: float) -> int:
    intensity, drawn, reached = chance.gammavariate(size, mean / size), 0, 0.0
    while (reached := reached + chance.expovariate(max(intensity, 1e-12))) < 1:
        drawn += 1
    return drawn


def test_what_a_panel_teaches_is_what_made_it():
    """Pairs of shape 0.6 and organisations with a noise of 1 to 5, from counts alone."""
    chance = random.Random(3)
    pairs = []
    for _ in range(6000):
        by_size = chance.uniform(0.05, 3)
        pairs.append(Pairs(number=1, seen=_drawn(chance, by_size, 0.6), by_size=by_size))
    hirers = [Counted(seen=_drawn(chance, 15.0, 5.0), usual=15.0) for _ in range(3000)]
    exchanges = [Counted(seen=_drawn(chance, 4.0, 2.5), usual=4.0) for _ in range(3000)]
    found = learn(pairs, hirers, exchanges, quarters=[500] * 12)
    assert found.alikeness == pytest.approx(0.6, rel=0.1)
    assert found.steadiness == pytest.approx(5.0, rel=0.2)
    assert found.noise == pytest.approx(0.4, rel=0.25)


def test_bursts_of_the_past_are_no_usual_noise():
    """One quarter in a hundred with ten times as many teaches nothing."""
    chance = random.Random(5)
    steady = [Counted(seen=_drawn(chance, 4.0, 1e6), usual=4.0) for _ in range(2000)]
    bursts = [Counted(seen=40, usual=4.0)] * 20
    quiet = learn([], steady, steady, quarters=[500] * 12)
    raided = learn([], [*steady, *bursts], [*steady, *bursts], quarters=[500] * 12)
    assert quiet.noise == pytest.approx(0, abs=0.05)
    assert raided.noise == pytest.approx(quiet.noise, abs=0.01)


@pytest.mark.parametrize("quarters", [[400, 400, 400], [21] * 13, [20] * 40, []])
def test_a_short_past_teaches_careful_values(quarters):
    """Fewer than four quarters of more than twenty moves, or than three hundred moves."""
    counted = [Counted(seen=9, usual=1.0)] * 99
    assert learn([], counted, counted, quarters=quarters) == Learned()


def test_the_share_known_is_that_of_which_news_came():
    """Delays of up to twenty weeks, drawn alike, seen by moves of every age."""
    chance, news = random.Random(11), []
    for age in range(60):
        for _ in range(60):
            delay = chance.randrange(20)
            if delay <= age:
                news.append(Delayed(delay=delay, age=age, moves=1))
    delays = product_limit(news, looked_days=420)
    for week in (4, 9, 14):
        assert delays.share(week * 7) == pytest.approx((week + 1) / 20, rel=0.1)
    assert delays.share(140) == delays.share(9999) == 1.0
    assert delays.days == 420


@pytest.mark.parametrize(("days", "moves"), [(179, 200), (180, 199)])
def test_nobody_can_say_how_late_news_is_before_enough_was_seen(days, moves):
    """Dated moves are taken to be known to fifteen per cent, undated ones are never late."""
    news = [Delayed(delay=1, age=10, moves=moves)]
    assert product_limit(news, looked_days=days) == Delays()
    assert product_limit([replace(news[0], moves=200)], looked_days=180) != Delays()
    both = [Aged(days=5, moves=3), Aged(days=5, moves=7, dated=False)]
    assert share_known(both, Delays()) == pytest.approx(10 / (3 / CAREFUL + 7))


def test_a_window_is_known_by_what_its_moves_are_to_become():
    """Where most of what is known is late in the window, the mean over its days says too much."""
    delays = Delays(known=(0.1, 0.5, 1.0), days=21)
    assert share_known([Aged(days=0, moves=1), Aged(days=7, moves=5)], delays) == 0.3


def test_each_source_has_its_own_delays():
    """One source is known wholly, of the other a half is to come."""
    shares = {"slow": Delays(known=(0.5,), days=7), "quick": Delays(known=(1.0,), days=7)}
    moves = {"slow": [Aged(days=0, moves=10)], "quick": [Aged(days=0, moves=10)]}
    assert pooled(shares, moves) == pytest.approx(20 / 30)
    assert pooled({}, {}) == 1.0
