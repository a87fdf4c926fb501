"""The counts that evaluating keeps: what trying every day finds, whatever way they were made."""

from datetime import date, timedelta

import hypothesis.strategies as st
import measures_oracle as oracle
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from test_evaluate import FIRST, LAST, day, told, worlds
from test_evaluation_by_news import clusters, fill_sightings, sightings
from test_measures import UNTIL, WATCHED_FROM, conditions, directory, engine, rule_of, start, stays

from monitor.rules.evaluation.evaluate import Beliefs

__all__ = ["directory", "engine"]

COUNTS = (
    "SELECT rule, grouping, known_on, steps, ahead_from, ahead_to FROM rule_counts ORDER BY 1, 2"
)
Counts = dict[tuple[str, str], tuple[object, ...]]


def kept_counts(engine) -> Counts:
    """Read the stored counts; nobody who fits leaves no row."""
    rows = engine._connection.execute(COUNTS).fetchall()
    assert len({row[:2] for row in rows}) == len(rows), "one row a group"
    return {row[:2]: row[2:] for row in rows}


def evaluated(engine, rules, directory, *, since: date, horizon: date) -> Beliefs:
    """Evaluate rules from a day on; their counts are kept."""
    ids = {rule.id for rule in rules}
    when = {"since": dict.fromkeys(ids, since), "alerted": (), "horizon": horizon}
    if since == date.min:
        engine.run("store_counts_begun", begun=[], afresh=sorted(ids))
    return told(engine, rules, directory, **when, kept=ids, listed=())


def as_of(rows, horizon: date):
    """Leave out what became known later."""
    return [
        row.__class__(**{**_fields(row), "known_until": _until(row.known_until, horizon)})
        for row in rows
        if row.known_from <= horizon
    ]


def _fields(row) -> dict[str, object]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


def _until(until: date | None, horizon: date) -> date | None:
    return None if until is None or until > horizon else until


def on_day(steps, asked: date) -> tuple[int, int, int]:
    """Read the numbers of a day from the steps."""
    before = [step for step in steps if step["day"] <= asked]
    last = before[-1] if before else {"certain": 0, "possible": 0, "back": 0}
    return last["certain"], last["possible"], last["back"]


def random_worlds(check, *, examples: int) -> None:
    """Call a check with random worlds and conditions."""
    settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )(
        given(
            moves=worlds(least=3, most=12),
            found=stays(),
            linked=clusters(),
            seen=sightings(),
            asked=st.lists(conditions, min_size=12, max_size=16),
            several=st.sampled_from(["all", "any", "ordered"]),
            since=day,
        )(check)
    )()


def check_days(directory, engine, *, examples: int) -> tuple[int, int]:
    """Hold the stored counts against single days; count the days, and those with people."""
    total = [0, 0]
    calendar = oracle.calendar_of(FIRST - timedelta(days=90), UNTIL + timedelta(days=60))

    def holds(moves, found, linked, seen, asked, several, since):
        del linked, seen, several, since
        start(engine, moves, found)
        rules = [rule_of([one], n) for n, one in enumerate(asked)]
        evaluated(engine, rules, directory, since=date.min, horizon=LAST)
        counts = kept_counts(engine)
        world = oracle.believed(LAST, moves, found, WATCHED_FROM)
        for number, condition in enumerate(asked):
            there = oracle.groups(condition, world)
            for value in there:
                _, steps, *_ = counts.get((f"r{number}", value), (None, ()))
                for one in calendar[::7]:
                    certain, possible, back = on_day(steps, one)
                    expected = [
                        len(oracle.counted(condition, value, world, one, sure=sure))
                        for sure in (True, False)
                    ]
                    assert [certain, possible] == expected, (condition, value, one)
                    if condition.net is not None:
                        figure = certain if condition.sure else possible
                        assert figure - back == oracle.net(condition, value, world, one)
                    total[0] += 1
                    total[1] += bool(possible)
            # Of a group that nobody is believed to be in any more the steps are empty.
            others = {key[1] for key in counts if key[0] == f"r{number}"} - there
            assert all(
                not any(on_day(counts[f"r{number}", one][1], d)[1] for d in calendar[::7])
                for one in others
            )

    random_worlds(holds, examples=examples)
    return total[0], total[1]


def check_news(directory, engine, *, examples: int) -> tuple[int, int]:
    """Bring counts to another day by news, forwards and back; hold them against new ones.

    Returns how many groups were looked at, and of how many something may open by time alone.
    """
    total = [0, 0]

    def holds(moves, found, linked, seen, asked, several, since):
        before, after = since, LAST
        rules = [rule_of([one], n) for n, one in enumerate(asked[2:])]
        if asked[0].question.group_by == asked[1].question.group_by:
            rules.append(rule_of(asked[:2], len(rules), combine=several, within=9, keep_open=5))
        expected = {}
        beliefs = {}
        for horizon in (before, after):
            _start(engine, moves, found, linked, seen, horizon=horizon)
            beliefs[horizon] = evaluated(engine, rules, directory, since=date.min, horizon=horizon)
            expected[horizon] = kept_counts(engine)
        first_new = before + timedelta(days=1)
        for old, new in ((before, after), (after, before)):
            _start(engine, moves, found, linked, seen, horizon=new)
            _fill_counts(engine, expected[old])
            # Of a share the newest news of the whole is not stored: it is counted afresh then.
            back = [r for r in rules if old < new or all(c.share is None for c in r.conditions)]
            later = evaluated(engine, back, directory, since=first_new, horizon=new)
            assert _of(kept_counts(engine), back) == _of(expected[new], back)
            if old < new:
                _check_openings(rules, later, beliefs[after], since=first_new)
        total[0] += len(expected[after])
        total[1] += sum(1 for row in expected[after].values() if row[2])

    random_worlds(holds, examples=examples)
    return total[0], total[1]


def _of(counts: Counts, rules) -> Counts:
    ids = {rule.id for rule in rules}
    return {key: row for key, row in counts.items() if key[0] in ids}


def _start(engine, moves, found, linked, seen, *, horizon: date) -> None:
    start(engine, as_of(moves, horizon), as_of(found, horizon))
    links = [
        {**row, "known_until": _until(row["known_until"], horizon)}
        for row in linked
        if row["known_from"] <= horizon
    ]
    sight = [(who, first, last) for who, first, last in seen if max(first, last or first) < horizon]
    fill_sightings(engine, links, sight)


def _fill_counts(engine, counts: Counts) -> None:
    for key, row in counts.items():
        engine._connection.execute(
            "INSERT INTO rule_counts VALUES (?, ?, ?, ?, ?, ?)", [*key, *row]
        )


def _check_openings(rules, later: Beliefs, whole: Beliefs, *, since: date) -> None:
    """Every group is met in which an alert may open by time alone from a day on."""
    restless = {rule.id for rule in rules if rule.restless}
    for group, known in whole.items():
        before = [belief for belief in known if belief.known_on < since]
        if group[0] in restless and before:
            opens = [one.opens for one in before[-1].episodes]
            if any(since < one <= LAST for one in opens):
                assert group in later, group


def test_the_counts_of_every_group_are_what_trying_single_days_finds(directory, engine):
    """Of flows and of those who are somewhere: for certain, at most, and the other way."""
    days, with_people = check_days(directory, engine, examples=1)
    assert days >= with_people


@pytest.mark.long
@pytest.mark.slow
def test_the_counts_of_every_group_are_what_trying_single_days_finds_in_more_worlds(
    directory, engine
):
    """As the short form, and on some of them people count."""
    days, with_people = check_days(directory, engine, examples=20)
    assert days > with_people > 10


def test_counts_that_news_changed_are_the_counts_that_are_made_afresh(directory, engine):
    """Also where what was known is no longer; what time alone brings is not passed over."""
    groups, _ = check_news(directory, engine, examples=1)
    assert groups >= 0


@pytest.mark.long
@pytest.mark.slow
def test_counts_that_news_changed_are_the_counts_that_are_made_afresh_in_more_worlds(
    directory, engine
):
    """As the short form, and in some of them there are groups."""
    groups, ahead = check_news(directory, engine, examples=20)
    assert groups > ahead
