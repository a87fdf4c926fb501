"""From snapshots to moves: dates, plans, and that the order of arrival means nothing."""

from pathlib import Path

import pytest
from story import CALENDAR, GONE, Cast, Played, World, crowd, flow, job, profile

cast = Cast()

JANUARY = "2025-01-02..2025-02-01"
FEBRUARY = "2025-02-02..2025-03-01"


@pytest.fixture
def played(request, tmp_path_factory):
    """Return what is known of the test's person."""
    return cast.of(request, tmp_path_factory)


# -- partial dates are intervals -------------------------------------------------------------------


@pytest.mark.slow
@cast.plays([job("OpenAI", end="2024-02"), job("Meta", start="2024")])
def test_a_month_is_its_first_to_its_last_day_and_a_year_too(played: Played):
    """No day is ever invented (trap 3)."""
    assert played.moves == [
        "openai -> meta left 2024-02-01..2024-02-29 joined 2024-01-01..2024-12-31"
    ]


@pytest.mark.slow
@cast.plays([job("OpenAI", end="2024-02-29"), job("Meta", start="2024-03-01")])
def test_a_day_is_that_day(played: Played):
    """A stated day is an interval of one day."""
    assert played.moves == ["openai -> meta left 2024-02-29 joined 2024-03-01"]


@pytest.mark.slow
@cast.plays(
    [job("Meta")],
    [job("Meta", end="2025"), job("xAI", start="2025")],
    [job("Meta", end="2025"), job("xAI", start="2025")],
)
def test_a_stated_date_is_cut_at_the_first_observation_that_states_it(played: Played):
    """What was read in February lies before the end of that day, whatever is read later."""
    assert played.moves == ["meta -> xai 2025-01-01..2025-02-01"]


@cast.plays(
    [job("Meta")],
    [job("Meta", end="2025"), job("xAI", start="2025")],
    [job("Meta", end="2025-02"), job("xAI", start="2025-02")],
)
def test_an_edited_date_is_cut_at_the_observation_that_states_it_first(played: Played):
    """February was still going on, or over, when it was written."""
    assert played.moves == ["meta -> xai 2025-02-01..2025-02-28"]


@cast.plays([job("Meta")], [job("xAI", start="2025-01-15")])
def test_a_departure_without_a_date_takes_the_date_of_the_joining(played: Played):
    """Each side falls back on the other."""
    assert played.moves == ["meta -> xai 2025-01-15"]


@cast.plays([job("Meta")], [job("Meta", end="2025-01-15"), job("xAI")])
def test_a_joining_without_a_date_takes_the_date_of_the_departure(played: Played):
    """Each side falls back on the other."""
    assert played.moves == ["meta -> xai 2025-01-15"]


@cast.plays([job("Meta")], [job("Meta")], [job("xAI")])
def test_without_any_date_the_observations_bound_the_move(played: Played):
    """It lies after the previous observation of that person and not after this one."""
    assert played.moves == ["meta -> xai " + FEBRUARY]


@cast.plays([job("Meta")], GONE, [job("xAI")])
def test_the_previous_observation_is_that_of_the_person(played: Played):
    """A snapshot without the person observes nothing of them."""
    assert played.moves == ["meta -> xai 2025-01-02..2025-03-01"]


@cast.plays([job("Meta")], [job("Meta", end="2010"), job("xAI")])
def test_a_stated_end_is_believed_though_the_person_was_seen_there_later(played: Played):
    """People forget to end a job; the date they give is theirs."""
    assert played.moves == ["meta -> xai 2010-01-01..2010-12-31"]


# -- malformed and impossible dates ----------------------------------------------------------------


@cast.plays(
    [job("Meta", start="2025-13")], [job("Meta", start="0000"), job("xAI", start="2025-01")]
)
def test_a_malformed_date_costs_neither_the_position_nor_the_person(played: Played):
    """It is an unknown date, and everything else on the profile counts."""
    assert played.moves == ["? -> xai 2025-01-01..2025-01-31"]


@cast.plays([job("Meta")], [job("Meta", end="2025-13"), job("xAI")])
def test_an_end_that_cannot_be_read_is_an_end_at_an_unknown_day(played: Played):
    """The observations bound it."""
    assert played.moves == ["meta -> xai " + JANUARY]


@cast.plays(
    [job("Meta")], [job("Meta", end="0000"), job("xAI")], [job("Meta", end="present"), job("xAI")]
)
def test_an_end_of_zeros_or_words_is_no_end(played: Played):
    """That is how some sources write that it goes on."""
    assert played.moves == ["? -> xai 2022-05-08..2025-02-01"]


@cast.plays([job("Meta", start="2020-06", end="2020-01"), job("xAI", start="2021")])
def test_an_end_before_its_start_makes_both_unknown(played: Played):
    """Neither brings a move (trap 6)."""
    assert played.moves == ["? -> xai 2021-01-01..2021-12-31"]


@cast.plays([job("Meta")], [job("Meta", start="2025-01-20", end="2025-01-10"), job("xAI")])
def test_an_end_before_its_start_ends_nothing(played: Played):
    """The other job began beside the one that was known to go on."""
    assert played.moves == ["? -> xai 2022-05-08..2025-02-01"]


ARRIVAL = "? -> meta 2020-01-01..2020-01-31"


@cast.plays(
    [job("Meta", start="2020-01")],
    [job("Meta", start="2020-01", end="2002-01"), job("xAI", start="2025-01")],
    [job("Meta", start="2020-01", end="2025-01"), job("xAI", start="2025-01")],
)
def test_an_end_before_its_start_that_is_put_right_completes_the_move(played: Played):
    """Until then the job goes on, and nobody is told to have left."""
    assert not any(row.startswith("meta") for row in played.known("2025-02-28"))
    assert set(played.moves) == {ARRIVAL, "meta -> xai 2025-01-01..2025-01-31"}


@cast.plays([job("Meta", start="2020-01")], [job("Meta", end="2001"), job("xAI")])
def test_an_end_before_the_start_that_is_known_ends_nothing(played: Played):
    """A look that leaves out the start contradicts it no less."""
    assert set(played.moves) == {ARRIVAL, "? -> xai 2022-05-08..2025-02-01"}


@cast.plays(
    [job("Meta", start="2020-01")],
    [job("Meta", start="2020-01", end="2001", current=False), job("xAI")],
)
def test_a_job_that_is_said_to_be_over_is_over_whatever_its_end_says(played: Played):
    """The word is another statement than the day, which is unknown."""
    assert set(played.moves) == {ARRIVAL, "meta -> xai " + JANUARY}


@cast.plays([job("Meta", start="2020-06", end="2020")])
def test_an_end_that_may_lie_before_its_start_is_no_contradiction(played: Played):
    """The year of the end contains the month of the start, before which nobody left."""
    assert set(played.moves) == {
        "? -> meta 2020-06-01..2020-06-30",
        "meta -> ? 2020-06-01..2020-12-31",
    }


# -- plans -----------------------------------------------------------------------------------------


@cast.plays([job("Meta", end="2025-02-15")])
def test_an_end_that_lies_ahead_is_a_plan_and_counts_from_its_day_on(played: Played):
    """The profile did not change, the day came."""
    assert played.known("2025-02-28") == []
    assert played.moves == ["meta -> ? 2025-02-15"]
    assert played.rows()[0]["observed_on"] == "2025-03-01"


@cast.plays([job("Meta", end="2025-02")])
def test_a_planned_month_counts_when_its_last_day_has_come(played: Played):
    """In the middle of it nobody can say whether it has come."""
    assert played.known("2025-02-01") == []
    assert played.moves == ["meta -> ? 2025-02-01..2025-02-28"]


@cast.plays([job("Meta", end="2025-02-15")], [job("Meta", end="2025-06-15")])
def test_a_planned_end_that_is_put_off_does_not_count(played: Played):
    """No later observation still says so."""
    assert played.moves == []


@cast.plays([job("Meta", end="2025-02-15")], [job("Meta")])
def test_a_planned_end_that_is_taken_back_does_not_count(played: Played):
    """No later observation still says so."""
    assert played.moves == []


@cast.plays([job("Meta", end="2025-02-15")], GONE, GONE, [job("Meta", end="2025-02-15")])
def test_a_plan_waits_for_an_observation_that_still_says_so(played: Played):
    """Nothing is known of a person who is not seen."""
    assert played.known("2025-03-31") == []
    assert played.moves == ["meta -> ? 2025-02-15"]


@cast.plays([job("Meta", end="2025-02-15"), job("xAI", start="2025-02-16")])
def test_a_planned_move_counts_from_its_day_on(played: Played):
    """A term's end and the job that starts next month make one move."""
    assert played.known("2025-02-28") == []
    assert played.moves == ["meta -> xai left 2025-02-15 joined 2025-02-16"]


@cast.plays([job("Meta")], [job("Meta"), job("xAI", start="2025-02-10")])
def test_a_start_that_lies_ahead_is_a_plan(played: Played):
    """The person has not arrived before the day."""
    assert played.known("2025-02-28") == []
    assert played.moves == ["? -> xai 2025-02-10"]


@cast.plays([job("Meta")], [job("Meta", end="2025-01"), job("xAI", start="2025-04-15")])
def test_a_planned_start_completes_the_departure_when_its_day_has_come(played: Played):
    """Until then the person has left for nobody knows where."""
    assert played.known("2025-04-30") == ["meta -> ? 2025-01-01..2025-01-31"]
    assert played.moves == ["meta -> xai left 2025-01-01..2025-01-31 joined 2025-04-15"]


@cast.plays([job("Meta")], [job("Meta"), job("xAI", start="2025-02-10")], [job("Meta")])
def test_a_planned_start_that_is_taken_back_never_was(played: Played):
    """Plans that come to nothing leave nothing."""
    assert played.moves == []


@cast.plays([job("Meta", end="2025-02-15")], [], [job("Meta", end="2025-06")])
def test_a_plan_of_an_emptied_profile_is_what_it_says_when_it_is_back(played: Played):
    """The first plan's day passed unseen."""
    assert played.moves == []


@cast.plays([job("Meta")], [job("Meta", end="2025-02-01"), job("xAI", start="2025-02-01")])
def test_a_day_that_is_the_observation_itself_is_no_plan(played: Played):
    """It has come."""
    assert played.known("2025-02-01") == ["meta -> xai 2025-02-01"]


@cast.plays([job("Meta", current=True)], [job("Meta", end="2025", current=True)])
def test_an_end_in_a_year_that_goes_on_is_a_plan_while_the_position_is_current(played: Played):
    """The year may be stated, and the position says that it goes on."""
    assert played.moves == []


# -- order of arrival ------------------------------------------------------------------------------


def _history(world: World) -> list[Path]:
    """Write five months in which people move, vanish, return, correct themselves and plan."""
    audience = crowd("Meta", 20) | crowd("xAI", 5)
    planned = [job("Meta", end="2025-02-20")]
    old, new = [job("Meta", start="2020")], [job("xAI", start="2025-03")]
    months = (
        {"ada": [job("Meta")], "bob": old, "cyn": planned},
        {"ada": [job("xAI")], "bob": old, "cyn": planned},
        {"bob": [job("Meta", end="2025-02"), job("xAI", start="2025-02")], "cyn": planned},
        {"ada": [job("xAI", start="2025-01-20")], "bob": old, "cyn": [job("xAI")]},
        {"ada": [job("Meta"), job("xAI", end="2025-04")], "bob": new, "dan": [job("xAI")]},
    )  # fmt: skip
    return [
        world.observe(day, {**audience, **people})
        for day, people in zip(CALENDAR, months, strict=True)
    ]


RULES = {
    "there": flow("meta", "xai", people=2, within="120d"),
    "away": flow("meta", None, people=1, within="60d"),
    "back": flow("xai", "meta", people=1, since="year"),
}


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    """Return the world that took all files in at once, in order."""
    world = World(tmp_path_factory.mktemp("straight"), rules=RULES)
    _history(world)
    world.run("2025-06-01")
    assert world.ledger()
    return world


@pytest.mark.slow
def test_an_older_snapshot_that_comes_in_late_changes_nothing_in_the_end(tmp_path, straight):
    """Moves, verdicts and alerts are those of the files in order of observation (case 11)."""
    world = World(tmp_path, rules=RULES)
    files = _history(world)
    assert world.import_(files[4], files[0], files[2]) == []
    assert world.import_(files[3]) == []
    assert world.import_(files[1]) == []
    world.run("2025-06-01")
    assert world.moves(retracted=True) == straight.moves(retracted=True)
    assert world.moves(as_known_on="2025-03-01") == straight.moves(as_known_on="2025-03-01")
    assert world.snapshots() == straight.snapshots()
    assert world.ledger() == straight.ledger()
    assert world.ledger_bytes() == straight.ledger_bytes()


@pytest.mark.slow
def test_running_each_day_gives_what_one_run_over_all_days_gives(tmp_path, straight):
    """Four missed runs are caught up in order (cases 15, 56 and 58)."""
    daily = World(tmp_path, rules=RULES)
    _history(daily)
    daily.live(until="2025-06-01")
    assert daily.ledger() == straight.ledger()
    assert daily.ledger_bytes() == straight.ledger_bytes()
    assert daily.moves(retracted=True) == straight.moves(retracted=True)


@pytest.mark.slow
def test_two_runs_give_what_one_run_gives(tmp_path):
    """A missed run is caught up, with the alerts of each day."""
    rules = {"talent": flow("meta", "xai", people=1)}
    daily, once = (World(tmp_path / name, rules=rules) for name in ("daily", "once"))
    for world in (daily, once):
        world.on("2025-01-01", ada=[job("Meta")], bob=[job("Meta")], **crowd("Meta"))
        world.then("2025-02-01", ada=[job("xAI")], bob=[job("xAI")])
    daily.live()
    once.run()
    assert daily.moves(retracted=True) == once.moves(retracted=True)
    assert daily.ledger_bytes() == once.ledger_bytes()
    assert daily.ledger() == once.ledger() != []


@pytest.mark.slow
def test_an_older_snapshot_that_comes_in_late_takes_its_place(tmp_path):
    """The move has the days that it would have had."""
    world = World(tmp_path)
    world.on("2025-01-01", ada=[job("Meta")], **crowd("Meta"))
    world.on("2025-03-01", ada=[job("xAI")], **crowd("Meta"))
    world.run()
    assert world.moves() == [
        "ada: meta -> xai left 2025-01-02..2025-03-01 joined 2025-01-02..2025-03-01"
    ]
    late = world.on("2025-02-01", ada=[job("Meta")], **crowd("Meta"))
    assert world.import_(late) == []
    assert world.moves() == [
        "ada: meta -> xai left 2025-02-02..2025-03-01 joined 2025-02-02..2025-03-01"
    ]


@pytest.mark.slow
def test_a_replaced_snapshot_is_as_if_it_had_always_read_so(tmp_path):
    """Its source is taken back to the day before it and derived again."""
    world = World(tmp_path)
    world.on("2025-01-01", ada=[job("Meta")], **crowd("Meta"))
    world.then("2025-02-01", ada=[job("xAI")])
    world.then("2025-03-01", ada=[job("Anthropic")])
    world.run()
    assert world.moves() == [
        "ada: meta -> xai left 2025-01-02..2025-02-01 joined 2025-01-02..2025-02-01",
        "ada: xai -> anthropic left 2025-02-02..2025-03-01 joined 2025-02-02..2025-03-01",
    ]
    better = world.then("2025-02-01", ada=[job("Meta")])
    assert world.import_(better) != []
    assert len(world.moves()) == 2
    assert world.import_(better, replace=True) == []
    assert world.moves() == [
        "ada: meta -> anthropic left 2025-02-02..2025-03-01 joined 2025-02-02..2025-03-01"
    ]


@pytest.mark.slow
def test_the_order_of_the_lines_does_not_matter(tmp_path):
    """A snapshot is a set of profiles."""
    people = {f"p{number}": [job("Meta", start=f"20{number:02}")] for number in range(10, 20)}
    worlds = World(tmp_path / "a"), World(tmp_path / "b")
    for world, order in zip(worlds, (1, -1), strict=True):
        world.observe("2025-01-01", people)
        moved = {**people, "p11": [job("xAI")], "p12": [job("xAI", start="2025-01")]}
        world.observe("2025-02-01", dict(list(moved.items())[::order]))
        world.run()
    assert worlds[0].moves() == worlds[1].moves()


@pytest.mark.slow
def test_a_snapshot_that_says_the_same_brings_nothing(tmp_path):
    """The same person seen leaving in five snapshots left once (case 3)."""
    world = World(tmp_path)
    world.on("2025-01-01", ada=[job("Meta")], **crowd("Meta"))
    for month in range(2, 7):
        world.then(
            f"2025-{month:02}-01", ada=[job("Meta", end="2025-01"), job("xAI", start="2025-01")]
        )
    world.run()
    assert world.moves() == [
        "ada: meta -> xai left 2025-01-01..2025-01-31 joined 2025-01-01..2025-01-31"
    ]


@pytest.mark.slow
def test_the_same_id_in_two_sources_is_two_profiles(tmp_path):
    """An id is stable at its source and means nothing elsewhere (trap 12)."""
    world = World(tmp_path, sources=("press", "web"))
    world.on("2025-01-01", "press", ada=[job("Meta")], **crowd("Meta"))
    world.on("2025-01-15", "web", ada=[job("OpenAI")], **crowd("OpenAI"))
    world.then("2025-02-01", "press", ada=[job("xAI")])
    world.then("2025-02-15", "web")
    world.run()
    assert [line.split(" left")[0] for line in world.moves()] == ["ada: meta -> xai"]
    assert world.snapshots()[0] == "press 2025-01-01 baseline"
    assert "web 2025-01-15 baseline" in world.snapshots()


@pytest.mark.slow
def test_a_changed_directory_derives_the_moves_again(tmp_path):
    """A spelling that turns out to be an alias takes its moves back."""
    world = World(tmp_path)
    world.on("2025-01-01", ada=[job("Meta")], **crowd("Meta"))
    world.then("2025-02-01", ada=[job("Thefacebook")])
    world.run()
    assert len(world.moves()) == 1
    world.rewrite(
        organizations=world.organizations.replace('"Facebook"', '"Facebook", "Thefacebook"')
    )
    world.run()
    assert world.moves() == []


def test_how_far_apart_positions_may_lie_can_be_set(tmp_path):
    """The 365 and 180 days of pairing and the 31 of a tenure are settings."""
    world = World(
        tmp_path, config='[moves]\nnext_within = "10d"\nbefore = "10d"\ntenure_gap = "5d"'
    )
    world.on(
        "2025-01-01",
        late=[job("Meta", end="2023-01-10"), job("xAI", start="2023-01-21")],
        near=[job("Meta", end="2023-01-10"), job("xAI", start="2023-01-20")],
        gap=[
            job("Meta", start="2022-01-01", end="2023-01-10"),
            job("xAI", start="2023-01-11", end="2023-01-12"),
            job("Meta", start="2023-01-16"),
        ],
    )
    world.run()
    flows = [line.split(" left")[0] for line in world.moves()]
    assert "near: meta -> xai" in flows
    assert {"late: meta -> ?", "late: ? -> xai"} <= set(flows)
    assert {"gap: meta -> xai", "gap: xai -> meta"} <= set(flows)


def test_a_name_is_no_identity(tmp_path):
    """Two people of one name are two, and one with a new name is one (trap 13)."""
    world = World(tmp_path)
    world.on(
        "2025-01-01", a1=profile(job("Meta"), name="Li Wei"), a2=profile(job("Meta"), name="Li Wei")
    )
    world.on(
        "2025-02-01",
        a1=profile(job("xAI"), name="Li Wei"),
        a2=profile(job("Meta"), name="Wei Smith"),
    )
    world.run()
    assert [line.split(" left")[0] for line in world.moves()] == ["a1: meta -> xai"]
