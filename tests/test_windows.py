"""Windows and counting, case by case: who counts, and on which days."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice, permutations
from pathlib import Path

import pytest
from oracle import Move, Place
from tempo import first_quick
from test_evaluate import fill, told

from monitor.base.engine import Engine
from monitor.base.settings import load_settings
from monitor.identity.organizations import Directory
from monitor.rules.evaluation.evaluate import unassigned
from monitor.rules.language import Bounds, Condition, Match, Rule, Traits, Who, load_rules

START = date(2025, 1, 1)
A, B, C = (Place(unit=name, team="t", title="Engineer") for name in ("a", "b", "c"))


def on(day: int) -> date:
    return START + timedelta(days=day)


def moved(
    person: str,
    day: int,
    *,
    origin: Place | None = A,
    destination: Place | None = B,
    known: int | None = None,
    move: str = "",
) -> Move:
    """Return a move on a day, known from that day on unless another is named."""
    when = (on(day), on(day))
    seen = on(day if known is None else known)
    return Move(
        version=0,
        move=move or f"{person}-{day}",
        person=f"s:{person}",
        origin=origin,
        destination=destination,
        left=when,
        joined=when,
        observed_on=seen,
        counted=True,
        baseline=False,
        known_from=seen,
        known_until=None,
    )


FLOW = Condition(
    origin=Match(organizations=("a",)),
    destination=Match(organizations=("b",)),
    window_days=30,
    people=Bounds(at_least=3),
)


def rule(condition: Condition = FLOW, **changes) -> Rule:
    changed = replace(condition, **changes)
    names = changed.names or changed.group_by
    return Rule(id="r", file=Path("r"), title="r", conditions=(replace(changed, names=names),))


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as opened:
        yield opened


def store(engine: Engine, moves: Sequence[Move]) -> None:
    engine.drop_everything()
    engine.run("derived_tables")
    engine.run("derived_views")
    fill(engine, [replace(move, version=number) for number, move in enumerate(moves, 1)])


def episodes(engine: Engine, moves: Sequence[Move], asked: Rule, *, group: str = ""):
    """The first and the last day, and the people, of each episode by all that is known."""
    store(engine, moves)
    since = {"r": date.min}
    found = told(engine, [asked], Directory(), since=since, alerted=(), horizon=date(2030, 1, 1))
    newest = found[asked.id, group][-1].episodes if (asked.id, group) in found else ()
    return [
        (
            (episode.opens - START).days,
            episode.closes and (episode.closes - START).days,
            "".join(sorted(person.name.removeprefix("s:") for person in episode.people)),
        )
        for episode in newest
    ]


def test_three_departures_within_a_window_open_on_the_day_of_the_third(engine):
    """Departures on days 0, 10 and 29 are one alert on day 29 with three people (case 1)."""
    assert episodes(engine, [moved("x", 0), moved("y", 10), moved("z", 29)], rule()) == [
        (29, 30, "xyz")
    ]


@pytest.mark.parametrize(("second", "found"), [(29, [(29, 30, "xy")]), (30, [])])
def test_the_window_is_half_open(engine, second, found):
    """Two departures 30 days apart do not match within 30 days, one day less does (case 2)."""
    asked = rule(people=Bounds(at_least=2))
    assert episodes(engine, [moved("x", 0), moved("y", second)], asked) == found


def test_a_person_who_goes_there_and_back_and_there_again_counts_once(engine):
    """A to B, B to A, A to B within the window is one person (cases 3, 5)."""
    way = [moved("x", 0), moved("x", 5, origin=B, destination=A), moved("x", 9)]
    assert episodes(engine, way, rule(people=Bounds(at_least=2))) == []
    assert episodes(engine, way, rule(people=Bounds(at_least=1))) == [(0, 39, "x")]


def test_people_who_go_elsewhere_are_not_counted_together(engine):
    """Two to B and one to C are no three to B (case 6)."""
    way = [moved("x", 0), moved("y", 1), moved("z", 2, destination=C)]
    assert episodes(engine, way, rule()) == []
    grouped = rule(destination=Match(), group_by=("to.organization",), people=Bounds(at_least=2))
    assert episodes(engine, way, grouped, group="b") == [(1, 30, "xy")]
    assert episodes(engine, way, grouped, group="c") == []


@pytest.mark.parametrize("destination", [None, Match()])
def test_what_lacks_a_destination_is_in_no_group_and_listed_as_not_assigned(engine, destination):
    """Unknown destinations are never pooled into a group of their own (case 7)."""
    way = [moved(name, day, destination=None) for day, name in enumerate("xyz")]
    grouped = rule(destination=destination, group_by=("to.organization",))
    assert episodes(engine, [*way, moved("w", 1)], grouped, group="b") == []
    assert episodes(engine, way, grouped) == []
    nowhere = unassigned(engine, grouped, Directory(), on=on(9))
    assert [person.name.removeprefix("s:") for person in nowhere] == ["x", "y", "z"]
    assert len(unassigned(engine, grouped, Directory(), on=on(1))) == 2


def test_a_missing_team_raises_no_count(engine):
    """A missing value that makes groups raises the count of no group (case 8)."""
    nobody = Place(unit="a", title="Engineer")
    way = [moved("x", 0), moved("y", 1), moved("z", 2, origin=nobody)]
    grouped = rule(group_by=("from.team",))
    assert episodes(engine, way, grouped, group="t") == []
    nowhere = unassigned(engine, grouped, Directory(), on=on(9))
    assert [person.name.removeprefix("s:") for person in nowhere] == ["z"]


@pytest.mark.parametrize(("least", "fires"), [(3, True), (4, False)])
def test_at_least_three_fires_with_three_and_more_than_three_does_not(engine, least, fires):
    """`people = 3` and `{ gte = 3 }` are the same, `{ gt = 3 }` is four (case 9)."""
    way = [moved(name, 0) for name in "xyz"]
    assert bool(episodes(engine, way, rule(people=Bounds(at_least=least)))) is fires


def test_a_range_asks_for_both_of_its_bounds(engine):
    """With two to three people it holds from the second on and ends with the fourth (case 10)."""
    way = [moved(name, day) for day, name in enumerate("wxyz")]
    asked = rule(people=Bounds(at_least=2, at_most=3))
    assert episodes(engine, way, asked) == [(1, 3, "wxy"), (30, 32, "xyz")]


@pytest.mark.parametrize("every", first_quick([6, 1]))
def test_the_order_in_which_moves_are_learned_makes_no_difference(engine, every):
    """All orders of the same moves come to the same episodes (cases 11, 16)."""
    way = [moved("x", 0), moved("y", 10), moved("z", 10), moved("v", 45)]
    found = {
        str(episodes(engine, order, rule())) for order in islice(permutations(way), 0, None, every)
    }
    assert len(found) == 1


def test_a_late_move_does_not_take_back_a_newer_one_of_the_same_person(engine):
    """A move of day 20 and then one of day 0 of the same person: both count (case 12)."""
    way = [moved("x", 20), moved("x", 0, known=40), moved("y", 45)]
    asked = rule(people=Bounds(at_least=2))
    assert episodes(engine, way, asked) == [(45, 50, "xy")]


def test_moves_too_far_apart_never_match_however_late_one_is_learned(engine):
    """One on day 26, and one of day 0 that is learned after it, are not within 24 (case 13)."""
    way = [moved("x", 26), moved("y", 0, known=30)]
    assert episodes(engine, way, rule(people=Bounds(at_least=2), window_days=24)) == []


def test_a_late_move_completes_a_window_that_is_past(engine):
    """What is learned on day 40 of day 1 makes the episode of days 1 to 30 (case 14)."""
    way = [moved("x", 0), moved("y", 1, known=40), moved("z", 1)]
    assert episodes(engine, way, rule()) == [(1, 30, "xyz")]


def test_moves_learned_in_two_batches_are_those_learned_in_one(engine):
    """Evaluated after each batch, the second time has what one batch has (cases 15, 17, 18)."""
    way = [moved("x", 0), moved("y", 10), moved("z", 29)]
    whole = episodes(engine, way, rule())
    store(engine, way[:2])
    since = {"r": date.min}
    directory = Directory()
    told(engine, [rule()], directory, since=since, alerted=(), horizon=on(28))
    rest = replace(way[2], version=3)
    fill(engine, [replace(rest, origin=replace(A, title="Other"))])
    later = told(engine, [rule()], directory, since={"r": on(29)}, alerted=(), horizon=on(29))
    (belief,) = later["r", ""]
    assert belief.known_on == on(29)
    assert [(episode.opens, episode.closes) for episode in belief.episodes] == [(on(29), on(30))]
    assert whole == [(29, 30, "xyz")]


@pytest.mark.parametrize(
    ("zone", "clock", "day", "found"),
    [
        ("UTC", "observed", -1, [(-1, 0, "x")]),
        ("UTC", "observed", 0, [(0, 365, "x")]),
        ("Europe/Berlin", "observed", -1, [(-1, 0, "x")]),
        ("America/New_York", "observed", 0, [(0, 365, "x")]),
        ("Pacific/Auckland", "observed", -2, [(-2, -1, "x")]),
        ("Pacific/Auckland", "observed", -1, [(-1, 364, "x")]),
        ("Pacific/Auckland", "effective", -1, [(-1, 0, "x")]),
    ],
)
def test_a_year_begins_on_its_first_day_where_the_rule_is(
    engine, tmp_path, zone, clock, day, found
):
    """A day of UTC stands for the local day that most of it lies in; stated days are as stated."""
    (tmp_path / "config.toml").write_text('timezone = "UTC"', encoding="utf-8")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "r.toml").write_text(
        f'timezone = "{zone}"\n[flow]\nfrom = "a"\nto = "b"\nsince = "year"\npeople = 1\n'
        f'clock = "{clock}"\n',
        encoding="utf-8",
    )
    settings = load_settings(tmp_path / "config.toml")
    (asked,) = load_rules(settings.rules, directory=Directory(), settings=settings).rules
    assert episodes(engine, [moved("x", day)], asked) == found


def test_one_name_for_different_sides_groups_them_together(engine):
    """Who left team t and who joined team t are of one group under a name of its own (case 20)."""
    left = replace(FLOW, group_by=("from.team",), names=("team",), people=Bounds(at_least=1))
    joined = replace(
        left, origin=Match(organizations=("c",)), group_by=("to.team",), destination=None
    )
    both = Rule(id="r", file=Path("r"), title="r", conditions=(left, joined))
    way = [moved("x", 0), moved("y", 10, origin=C, destination=A)]
    assert episodes(engine, way, both, group="t") == [(10, 30, "xy")]


def test_who_is_not_wanted_is_left_out_and_who_says_nothing_is_not(engine):
    """`not` leaves out titles that fit; a title that is missing fits nothing."""
    silent = Place(unit="a")
    way = [moved("x", 0), moved("y", 1, origin=Place(unit="a", title="Summer Intern"))]
    way += [moved("z", 2, origin=silent)]
    asked = rule(people=Bounds(at_least=2), who=Who(but_not=Traits(from_title=("*intern*",))))
    assert episodes(engine, way, asked) == [(2, 30, "xz")]


TITLES = {
    "Director of Research": "director",
    "Executive Director": "director",
    "Vice President, AI": "vp",
    "SVP Engineering": "vp",
    "Chief Scientist": "chief",
    "Co-Founder & CEO": "chief",
    "Head of Alignment": "director",
    "Engineering Manager": "manager",
    "Principal Scientist": "lead",
    "Senior Engineer": "senior",
    "Research Intern": "intern",
}


@pytest.mark.parametrize("title", TITLES)
def test_seniority_is_read_from_the_title(engine, title):
    """What a title says of rank, by whole words."""
    way = [moved("x", 0, origin=Place(unit="a", title=title))]
    match = Match(organizations=("a",), seniority=(TITLES[title],))
    asked = rule(people=Bounds(at_least=1), origin=match)
    assert episodes(engine, way, asked) == [(0, 30, "x")]


@pytest.mark.parametrize(
    "title", ["Member of Technical Staff", "Product Manager", "Directory Clerk"]
)
def test_a_title_that_only_sounds_like_a_rank_is_none(engine, title):
    """Staff who are members of it, managers of products and longer words are no seniors."""
    way = [moved("x", 0, origin=Place(unit="a", title=title))]
    ranks = ("lead", "manager", "director", "vp", "chief", "senior")
    match = Match(organizations=("a",), seniority=ranks)
    assert episodes(engine, way, rule(people=Bounds(at_least=1), origin=match)) == []
