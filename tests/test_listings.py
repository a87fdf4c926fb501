"""What a source writes into many profiles at once is held, and nobody has moved by it."""

import pytest
from command_line import run_here
from story import Job, World, crowd, flow, job
from tempo import first_quick

AUDIENCE = crowd("Meta", 30)
RULES = {"any": flow("*", None, people=2, within="9999d", group_by='["from.organization"]')}
BLOCK = (job("Gitshed", "2019-06", "2020-07"), job("Express", "2020-08"))


def own(number: int) -> Job:
    """Return a job that nobody else has."""
    return job(f"Own {number}", "2015-01")


def pasted(world: World, people: int, *, dated: bool = True) -> World:
    """Let so many unrelated people get one history."""
    block = BLOCK if dated else (job("Gitshed", "2019", "2020"), job("Express", "2020"))
    before = {f"p{number}": [own(number)] for number in range(people)}
    after = {f"p{number}": [own(number), *block] for number in range(people)}
    world.observe("2020-01-01", AUDIENCE | before)
    world.observe("2020-12-01", AUDIENCE | after)
    return world


def statuses(world: World) -> set[str]:
    """Return how the moves seen at the second look stand."""
    return {row["status"] for row in world.move_rows() if str(row["observed_on"]) > "2020-01-01"}


@pytest.mark.slow
def test_a_history_that_is_pasted_into_three_profiles_is_held(tmp_path):
    """All its moves, into it as well as inside; one notice says where, and no alert follows."""
    world = pasted(World(tmp_path, rules=RULES), 3)
    world.run()
    assert statuses(world) == {"held"}
    assert world.notices() == ["pasted:press:2020-12-01:gitshed:express:2020-07-01"]
    assert world.alerts() == []
    config = ("--config", str(tmp_path / "config.toml"))
    assert "6 moves held, which no rule counts: `talentwatch moves --held`" in " ".join(
        run_here("status", *config).stdout.split()
    )
    for more, count in ((("--limit", "4"), 4), ((), 6)):
        lines = run_here("moves", "--held", "--json", *more, *config).stdout.splitlines()
        assert len(lines) == count
        assert all('"status":"held"' in line for line in lines)


@pytest.mark.slow
def test_a_pasted_history_beside_unlike_older_jobs_is_held(tmp_path):
    """Five of five employers get the same two stays, and two of them one more job each."""
    world = World(tmp_path, rules=RULES)
    before = {f"p{number}": [own(number)] for number in range(5)}
    after = {who: [*jobs, *BLOCK] for who, jobs in before.items()}
    for number in (1, 3):
        after[f"p{number}"].append(job(f"Older {number}", "2010", "2012"))
    world.observe("2020-01-01", AUDIENCE | before)
    world.observe("2020-12-01", AUDIENCE | after)
    world.run()
    into = [
        row for row in world.move_rows() if row["to"] and row["to"]["organization"] == "express"
    ]
    assert len(into) == 5
    assert {row["status"] for row in into} == {"held"}
    assert world.notices() == ["pasted:press:2020-12-01:gitshed:express:2020-07-01"]
    assert world.alerts() == []


@pytest.mark.parametrize(("people", "dated"), [(2, True), (6, False)])
@pytest.mark.slow
def test_two_people_or_years_alone_are_no_pasted_history(tmp_path, people, dated):
    """Colleagues may share a history, and many share years."""
    world = pasted(World(tmp_path, rules=RULES), people, dated=dated)
    world.run()
    assert "counted" in statuses(world)
    assert world.notices() == []


@pytest.mark.slow
def test_what_the_operator_calls_real_counts(tmp_path):
    """The decision lets the moves of the block count, from the look that showed them."""
    world = pasted(World(tmp_path, rules=RULES), 3)
    world.run()
    decided = '[[real]]\nfrom = "Gitshed"\nto = "Express"\non = 2020-12-01\n'
    world.rewrite(organizations=decided)
    world.run()
    assert statuses(world) == {"counted"}
    assert len(world.alerts()) == 1


def second(world: World, people: int, of: int, **more: str) -> World:
    """Let so many people of an organisation be listed at another one, too."""
    before = {f"s{number:02}": [job("Mash")] for number in range(of)}
    after = {f"s{number:02}": [job("Mash"), job("Annex", **more)] for number in range(people)}
    world.observe("2020-01-01", AUDIENCE | before)
    world.observe("2020-12-01", AUDIENCE | before | after)
    return world


@pytest.mark.parametrize(
    ("people", "of", "status"),
    first_quick([(6, 10, "held"), (5, 9, "counted"), (5, 8, "held"), (4, 4, "counted")]),
)
def test_a_second_employer_for_nearly_all_is_held(tmp_path, people, of, status):
    """Six in ten, and five people; nobody has moved by it."""
    world = second(World(tmp_path), people, of)
    world.run()
    assert statuses(world) == {status}
    held = ["second:press:2020-12-01:mash:annex"] if status == "held" else []
    assert world.notices() == held


@pytest.mark.slow
def test_whoever_follows_later_or_loses_it_again_has_not_moved(tmp_path):
    """It is the same change, and the end of it."""
    world = second(World(tmp_path), 8, 10)
    world.observe(
        "2021-01-01",
        AUDIENCE
        | {"s09": [job("Mash"), job("Annex")]}
        | {f"s{number:02}": [job("Mash")] for number in range(9)},
    )
    world.run()
    assert "counted" not in statuses(world)


@pytest.mark.slow
def test_a_second_employer_with_a_date_counts(tmp_path):
    """It is what the people say themselves."""
    world = second(World(tmp_path), 8, 10, start="2020-06-01")
    world.run()
    assert "counted" in statuses(world)


@pytest.mark.slow
def test_a_real_move_from_the_first_employer_is_not_taken_for_one_from_the_second(tmp_path):
    """Both end at one look; the person left the one they had come to."""
    world = second(World(tmp_path), 8, 10)
    world.observe(
        "2021-01-01",
        AUDIENCE
        | {
            f"s{number:02}": [job("Mash"), job("Annex")] if number else [job("xAI")]
            for number in range(9)
        },
    )
    world.run()
    assert [line.partition(" left")[0] for line in world.moves() if "s00" in line] == [
        "s00: mash -> xai"
    ]
