"""Backlogs: much that is seen on one day is not much that happened on one day."""

import pytest
from story import Job, World, crowd, flow, job
from tempo import first_slow

from monitor.base.settings import Quality
from monitor.delivery.messages import text
from monitor.moves.gates.quality import PastComparison, UpdateBurst

AUDIENCE = crowd("Meta", 60)
SEEN = flow("meta", "xai", people=5, within="90d", clock="observed")
MOVED = flow(None, "xai", people=5, within="90d")


def spread_out(number: int) -> list[Job]:
    """Tell of a move some months ago, another month for everyone."""
    day = f"2024-{number + 1:02}-15"
    return [job("Meta", start="2020", end=day), job("xAI", start=day)]


def recent(number: int) -> list[Job]:
    """Tell of a move in the last weeks."""
    day = f"2025-01-{number + 2:02}"
    return [job("Meta", start="2020", end=day), job("xAI", start=day)]


@pytest.mark.slow
@pytest.mark.parametrize(("tell", "backlog"), first_slow([(spread_out, True), (recent, False)]))
def test_a_rule_on_the_observed_clock_says_that_it_rests_on_a_backlog(tmp_path, tell, backlog):
    """Six updates on one day whose stated dates are spread over half a year are no burst."""
    world = World(tmp_path, rules={"seen": SEEN})
    before = {f"p{number}": [job("Meta", start="2020")] for number in range(6)}
    world.observe("2025-01-01", AUDIENCE | before)
    world.observe("2025-02-01", AUDIENCE | {f"p{number}": tell(number) for number in range(6)})
    world.live()
    (alert,) = world.revisions()
    assert alert.backlog is backlog
    with world.state() as tx:
        (body,) = (
            delivery.body for delivery in tx.deliveries() if delivery.body.get("type") != "notice"
        )
    assert ("A backlog" in text(body)) is backlog


def many(world: World, config: str = "") -> World:
    """Play four quiet months, and one with 24 undated moves of 24 organisations."""
    world.rewrite(config=config)
    people = {f"p{number:02}": [job(f"Org {number}")] for number in range(24)}
    staff = {f"s{number:02}": [job(f"Org {number}")] for number in range(24)}
    for month in range(1, 5):
        world.observe(f"2025-{month:02}-01", AUDIENCE | crowd("xAI", 200) | staff | people)
    gone = {who: [job("xAI")] for who in people}
    world.observe("2025-05-01", AUDIENCE | crowd("xAI", 200) | staff | gone)
    return world


@pytest.mark.slow
def test_undated_moves_of_a_backlog_day_are_possible_and_never_certain(tmp_path):
    """Nobody knows when they moved, so no alert on the effective clock rests on them."""
    world = many(World(tmp_path, rules={"moved": MOVED}))
    world.run()
    assert len(world.moves()) == 24
    assert world.alerts() == []
    assert {row["joined"]["latest"] for row in world.move_rows()} == {"2025-05-01"}
    assert {row["joined"]["earliest"] < "2023-01-01" for row in world.move_rows()} == {True}


@pytest.mark.slow
def test_a_backlog_can_be_counted_as_it_is_seen(tmp_path):
    """Each gate has its switch."""
    world = many(
        World(tmp_path, rules={"moved": MOVED}), "[sources.press.quality]\nbacklog = false"
    )
    world.run()
    assert len(world.alerts()) == 1


@pytest.mark.slow
def test_a_later_look_leaves_the_open_dates_as_they_are(tmp_path):
    """What a backlog left open stays open, whatever else changes in the profile."""
    world = many(World(tmp_path))
    world.then("2025-06-01", p00=[job("xAI", title="Engineer")])
    world.run()
    assert {row["joined"]["earliest"] < "2023-01-01" for row in world.move_rows()} == {True}
    assert {row["observed_on"] for row in world.move_rows()} == {"2025-05-01"}


def second_jobs(world: World, *, certain: bool) -> World:
    """Play a look at which five people of Meta list xAI, too, where one month is stated or none."""
    people = {f"p{number}": [job("Meta")] for number in range(5)}
    start = "2025-05" if certain else None
    more = {who: [job("Meta"), job("xAI", start=start)] for who in people}
    world.observe("2025-05-01", AUDIENCE | people)
    world.observe("2025-06-01", AUDIENCE | more)
    world.run()
    return world


ARRIVED = {"sure": MOVED, "maybe": flow(None, "xai", people=5, within="90d", count="possible")}


@pytest.mark.slow
def test_a_further_job_without_a_date_is_a_possible_arrival(tmp_path):
    """It may have been held for long: a rule that counts who may count counts it, no other."""
    world = second_jobs(World(tmp_path, rules=ARRIVED), certain=False)
    assert [(alert.rule, alert.count) for alert in world.revisions()] == [("maybe", 5)]
    (reason,) = {row["reason"] for row in world.move_rows()}
    assert reason == "no day is stated, and no other job ended: when it began is not known"
    assert {person.note for alert in world.revisions() for person in alert.people} == {reason}


@pytest.mark.slow
def test_a_further_job_with_a_month_is_a_certain_arrival(tmp_path):
    """A second job is a job."""
    world = second_jobs(World(tmp_path, rules=ARRIVED), certain=True)
    assert {alert.rule for alert in world.revisions()} == {"sure", "maybe"}


@pytest.mark.slow
def test_second_jobs_without_dates_make_a_backlog_too(tmp_path):
    """A source that tells of a year's second jobs at once dates none of the moves beside them."""
    world = World(tmp_path)
    people = {f"p{number:02}": [job(f"Org {number}")] for number in range(24)}
    staff = {f"s{number:02}": [job(f"Org {number}")] for number in range(24)}
    for month in range(1, 5):
        world.observe(f"2025-{month:02}-01", AUDIENCE | staff | people)
    told = {who: [*jobs, job(f"Firm {who}")] for who, jobs in people.items()}
    moved = {"s00": [job("Org 1")]}
    world.observe("2025-05-01", AUDIENCE | staff | told | moved)
    world.run()
    (row,) = world.move_rows(person="s00")
    assert row["joined"]["earliest"] < "2023-01-01"


QUIET = PastComparison(2, 30, 1000)


@pytest.mark.parametrize(
    ("undated", "origins", "past", "backlog"),
    [
        (40, 30, [QUIET] * 3, True),
        (40, 3, [QUIET] * 3, False),
        (19, 19, [QUIET] * 3, False),
        (20, 20, [PastComparison(10, 30, 1000)] * 3, False),
        (20, 20, [], False),
        (40, 30, [], True),
    ],
)
def test_a_backlog_is_many_of_many_organisations_and_far_more_than_usual(
    undated, origins, past, backlog
):
    """Few people of one organisation are a raid; many of many, all at once, are a clean-up."""
    seen = PastComparison(undated, 30, 1000)
    assert UpdateBurst.of(Quality(), seen, origins=origins, past=past).backlog is backlog
