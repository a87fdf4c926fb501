"""Rules on `unusual`: what they tell, at which threshold, and what is said of every other alert."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from story import ORGANIZATIONS, World, flow, job
from test_preview import lines, talentwatch

from monitor.base.errors import UsageError

People = dict[str, list[Any]]

SIDES = ["from.organization", "to.organization"]
UNUSUAL = flow("*", "*", people=3, group_by=SIDES)
UNUSUAL = UNUSUAL.replace("people = 3", "unusual = 1")
RULES = {
    "unusual": UNUSUAL,
    "pairs": flow("*", "*", people=5, group_by=SIDES),
}
FIRMS = [f"Firm {number:02}" for number in range(24)]
BEGAN, SECOND, THIRD = date(2025, 1, 6), date(2025, 4, 7), date(2025, 5, 5)


def market(*, years: int = 4, moves: int = 1600) -> People:
    """Return people who each went from one firm to another some time ago, and write the days."""
    chance, people = random.Random(4), {}
    for number in range(moves):
        day = BEGAN - timedelta(days=chance.randrange(1, 365 * years))
        origin, destination = chance.sample(FIRMS, 2)
        people[f"m{number:04}"] = [
            job(origin, "2010-01-01", day.isoformat()),
            job(destination, day.isoformat()),
        ]
    return people


def ordinary(people: People, *, moves: int = 60, seed: int = 5) -> People:
    """Return the same people, some of whom went on within the last three months."""
    chance, found = random.Random(seed), dict(people)
    for who in chance.sample(sorted(people), moves):
        day = (SECOND - timedelta(days=chance.randrange(1, 85))).isoformat()
        *before, last = people[who]
        to = chance.choice([firm for firm in FIRMS if firm != last["organization"]])
        found[who] = [*before, job(last["organization"], last["start"], day), job(to, day)]
    return found


def staff(went: int, *, of: int = 30, on: date = SECOND) -> People:
    """Return the people of Meta, of whom so many went to xAI on different days before one."""
    people = {}
    for number in range(of):
        day = (on - timedelta(days=3 + 5 * number)).isoformat()
        people[f"s{number:02}"] = (
            [job("Meta", "2015-03-01", day), job("xAI", day)]
            if number < went
            else [job("Meta", "2015-03-01")]
        )
    return people


def play(root, *, went: int = 9, years: int = 4, moves: int = 1600, of: int = 30) -> World:
    """Play two looks at a market, and so many people who go from Meta to xAI in between."""
    world = World(root, rules=RULES, organizations=ORGANIZATIONS)
    people = market(years=years, moves=moves)
    world.observe(BEGAN.isoformat(), people | staff(0, of=of))
    world.observe(SECOND.isoformat(), ordinary(people) | staff(went, of=of))
    return world


@pytest.fixture(scope="module")
def raided(tmp_path_factory):
    """Nine of thirty who went to one rival, in a market that was seen for four years."""
    world = play(tmp_path_factory.mktemp("raided"))
    world.run()
    return world


def told(world: World, rule: str) -> list[dict[str, Any]]:
    """Return the alerts of a rule from Meta to xAI."""
    raid = {"from.organization": "meta", "to.organization": "xai"}
    return [alert for alert in world.alerts(rule) if alert["group"] == raid]


@pytest.mark.slow
def test_an_unusual_flow_is_told_with_what_was_to_be_expected(raided):
    """Alone among all pairs; the figures say how rare it is, over all of them."""
    (found,) = raided.alerts("unusual")
    usual = found["unusual"]
    assert found["group"] == {"from.organization": "meta", "to.organization": "xai"}
    assert 3 <= found["threshold"] <= found["peak"] == 9
    assert found["expected"] < found["threshold"]
    assert found["probability"] == 0.0001
    assert 0.01 <= usual["chance_per_year"] <= 1
    assert usual["reason"] is None
    assert usual["window"]["seen"] >= found["threshold"]
    assert usual["window"]["panel"] >= 60
    assert usual["judged_on"] == SECOND.isoformat()
    assert found["nowcast"]["reason"] == "too_early"
    assert found["nowcast"]["expected"] is None


@pytest.mark.slow
def test_other_rules_say_the_same_and_fire_as_before(raided):
    """Nine of five asked for; what was to be expected is said, and changes nothing."""
    (found,) = told(raided, "pairs")
    assert found["threshold"] == 5
    assert found["unusual"]["window"]["seen"] == 9
    assert found["expected"] < 5
    assert found["probability"] == 0.0001


@pytest.mark.slow
def test_explain_prints_the_sum_line_by_line(raided):
    """Every figure of it is in the JSON of the alert."""
    (found,) = told(raided, "unusual")
    said = " ".join(talentwatch(raided, "explain", found["alert"]).stdout.split())
    window = found["unusual"]["window"]
    assert "Is that a lot? " in said
    assert "less than once in 10,000 such windows" in said
    assert f"{window['left']} people left the origin" in said
    assert "By their sizes nobody was to be expected between these two" in said
    assert "15% is known by then" in said


@pytest.mark.slow
@pytest.mark.parametrize(("went", "alerts"), [(2, 0), (3, 1)])
def test_three_people_are_asked_for_unless_the_rule_says_otherwise(tmp_path, went, alerts):
    """Where nobody ever went, three are rare enough, and two are no flow."""
    world = play(tmp_path, went=went)
    world.run()
    found = world.alerts("unusual")
    assert [record["unusual"]["basis"] for record in found] == ["new"] * alerts


@pytest.mark.slow
def test_a_threshold_never_moves_and_replay_equals_live(tmp_path):
    """More go later: the alert grows at the threshold of the day on which it opened."""
    worlds = [play(tmp_path / name) for name in ("live", "once")]
    for world in worlds:
        people = ordinary(ordinary(market()), seed=6)
        world.observe(THIRD.isoformat(), people | staff(13))
    live, once = worlds
    live.live()
    once.run()
    (found,) = told(live, "unusual")
    assert found["peak"] > 9
    assert found["unusual"]["judged_on"] == SECOND.isoformat()
    assert found["nowcast"]["as_of"] == THIRD.isoformat()
    assert found["nowcast"]["seen"] == found["peak"]
    assert once.ledger_bytes() == live.ledger_bytes()
    assert once.ledger() == live.ledger()


@pytest.mark.slow
def test_an_alert_is_withdrawn_when_its_people_are_retracted(tmp_path):
    """Seven of nine turn out to be still there."""
    world = play(tmp_path)
    people = ordinary(market())
    world.observe(THIRD.isoformat(), people | staff(2))
    world.run()
    (found,) = told(world, "unusual")
    assert found["status"] == "withdrawn"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("play_with", "reason"),
    [({"years": 4, "moves": 200}, "short_history"), ({"of": 12}, "whole_organization")],
)
def test_where_nobody_can_tell_there_is_no_alert_but_a_reason(tmp_path, play_with, reason):
    """The rule on `unusual` is silent; what another rule tells says why nobody can tell."""
    world = play(tmp_path, **play_with)
    world.run()
    assert told(world, "unusual") == []
    (found,) = told(world, "pairs")
    assert found["unusual"]["reason"] == reason
    assert found["expected"] is None
    assert found["probability"] is None


@pytest.mark.long
def test_names_of_organisations_and_the_order_of_files_change_nothing(tmp_path):
    """The same market under other names expects the same of each."""
    world = play(tmp_path / "one")
    world.run()
    other = World(tmp_path / "other", rules=RULES, organizations=ORGANIZATIONS)

    def renamed(people: People) -> People:
        def name(written: str) -> str:
            return written.replace("Firm", "Zed") if written.startswith("Firm") else written

        return {
            who: [{**job, "organization": name(job["organization"])} for job in jobs]
            for who, jobs in sorted(people.items(), reverse=True)
        }

    people = market()
    other.observe(SECOND.isoformat(), renamed(ordinary(people) | staff(9)))
    other.observe(BEGAN.isoformat(), renamed(people | staff(0)))
    other.run()
    figures = [told(one, "unusual")[0] for one in (world, other)]
    assert figures[0]["unusual"] == figures[1]["unusual"]
    assert figures[0]["threshold"] == figures[1]["threshold"]


REFUSED = (
    ("share = 0.1", "expected it without `unusual`"),
    ("first = true", "expected it without `unusual`"),
    ('since = "year"', "expected it without `unusual`"),
    ("people = 1", "at least 2 beside `unusual`"),
    ("people = { lte = 4 }", "at least 2 beside `unusual`"),
    ('count = "possible"', 'expected "certain" beside `unusual`'),
    ("unusual = 0.001", "at most so many alerts a year by chance, from 0.01 to 100"),
    ("unusual = 101", "at most so many alerts a year by chance, from 0.01 to 100"),
)


def test_what_goes_without_unusual_is_refused_with_it(tmp_path):
    """Each key is named, with what was expected."""
    rules = {}
    for number, (line, _) in enumerate(REFUSED):
        base = UNUSUAL.replace("unusual = 1", "") if line.startswith("unusual") else UNUSUAL
        rules[f"r{number}"] = base.replace("[flow]\n", f"[flow]\n{line}\n")
    world = World(tmp_path, rules=rules)
    with pytest.raises(UsageError) as refused:
        talentwatch(world, "rules", "check")
    for number, (_, expected) in enumerate(REFUSED):
        about = [one for one in str(refused.value).splitlines() if f"r{number}.toml" in one]
        assert any(expected in one for one in about), (number, about)


def test_a_rule_of_one_group_is_told_that_a_threshold_is_simpler(tmp_path):
    """`unusual` is held against all groups of a rule."""
    rule = flow("meta", "xai", people=3).replace("people = 3", "unusual = 1")
    world = World(tmp_path, rules={"one": rule})
    done = talentwatch(world, "rules", "check")
    assert "`people` alone is simpler" in done.stderr


@pytest.mark.slow
def test_preview_and_nearest_groups_know_the_rule(raided):
    """A preview tells the same alert; the neighbours vary the people that are asked for."""
    (found,) = lines(
        talentwatch(raided, "rules", "preview", "unusual", "--since", "2025-01-01", "--json")
    )
    assert [alert["alert"] for alert in found["alerts"]] == [
        alert["alert"] for alert in raided.alerts("unusual")
    ]


def test_the_status_says_from_which_day_a_rule_can_tell(raided, tmp_path):
    """Of rules on `unusual` alone; where the past is too short, that it is."""
    short = World(tmp_path, rules=RULES)
    short.observe(BEGAN.isoformat(), market(moves=200) | staff(0))
    short.run()
    for world, has_told in ((raided, True), (short, False)):
        (facts,) = lines(talentwatch(world, "status", "--json"))
        said = " ".join(talentwatch(world, "status").stdout.split())
        tells_from = facts["rules"]["unusual_tells_from"]
        assert tells_from.keys() == {"unusual"}
        if has_told:
            assert tells_from["unusual"] < SECOND.isoformat()
            assert f"windows that end on {tells_from['unusual']} or later" in said
        else:
            assert tells_from["unusual"] is None
            assert "rule unusual: it cannot tell yet" in said


@pytest.mark.slow
def test_a_preview_says_what_chance_alone_would_have_told(raided):
    """The raid is told by the past as it was, and by no copy of it with the days dealt anew."""
    words = ["rules", "preview", "unusual", "--since", "2025-01-01", "--copies", "3"]
    found, again = (lines(talentwatch(raided, *words, "--json"))[0] for _ in range(2))
    assert len(found["alerts"]) == 1
    assert found["by_chance"]["alerts"] == [0, 0, 0]
    assert found["by_chance"]["since"] == BEGAN.isoformat()
    assert found["by_chance"]["asked_a_year"] == 1
    assert found == again
    said = " ".join(talentwatch(raided, *words).stdout.split())
    assert "with the days of the moves dealt anew" in said
    assert "alerts a year: 0, 0, 0. At most 1 a year is asked for." in said


@pytest.mark.slow
def test_a_preview_of_another_rule_deals_nothing_unless_it_is_asked_to(raided):
    """A threshold promises nothing of chance."""
    words = ["rules", "preview", "pairs", "--since", "2025-01-01", "--json"]
    (found,) = lines(talentwatch(raided, *words))
    assert "by_chance" not in found
    (asked,) = lines(talentwatch(raided, *words, "--copies", "1"))
    assert len(asked["by_chance"]["alerts"]) == 1
    assert asked["by_chance"]["asked_a_year"] is None
