"""What counts as a move: every sentence of the design's section on moves, one person a test."""

import re

import pytest
from story import GONE, ORGANIZATIONS, Cast, Played, job

cast = Cast(
    organizations=ORGANIZATIONS.replace(
        "[groups]",
        """
[organizations.bird]
name = "Bird"
succeeded_by = { organization = "xai", on = 2025-03-15, kind = "acquired" }
[organizations.unknown-worlds]
name = "Stealth Startup Inc"
[groups]""",
    )
)


@pytest.fixture
def played(request, tmp_path_factory):
    """Return what is known of the test's person."""
    return cast.of(request, tmp_path_factory)


JANUARY = "2025-01-02..2025-02-01"
FEBRUARY = "2025-02-02..2025-03-01"
MARCH = "2025-03-02..2025-04-01"

# -- only employment counts ------------------------------------------------------------------------


@pytest.mark.slow
@cast.plays([job("Meta")], [job("Meta", end="2025-01-20"), job("xAI", start="2025-01-25")])
def test_a_person_who_leaves_one_organisation_and_takes_the_next_has_moved(played: Played):
    """One departure and one arrival make one move with two intervals."""
    assert played.moves == ["meta -> xai left 2025-01-20 joined 2025-01-25"]


@pytest.mark.slow
@cast.plays(
    [job("Meta")],
    [job("Meta", end="2025-01"), job("xAI", start="2025-01", kind="advisory", title="Engineer")],
)
def test_a_kind_that_is_no_employment_is_no_destination(played: Played):
    """An advisory role is told by its kind, whatever its title."""
    assert played.moves == ["meta -> ? 2025-01-01..2025-01-31"]


@cast.plays(
    [job("Meta")],
    [job("Meta"), job("xAI", start="2025-01", title="Advisor")],
    [job("Meta"), job("xAI", start="2025-01", end="2025-02", title="Board Member")],
    [job("Meta"), job("MIT", start="2025-01", title="PhD student"), job("Acme", kind="volunteer")],
)
def test_without_a_kind_the_title_tells_that_it_is_no_employment(played: Played):
    """Advisers, boards and students neither arrive nor leave (trap 8)."""
    assert played.moves == []


@cast.plays(
    [job("Meta", title="Financial Advisor")],
    [
        job("Meta", end="2025-01", title="Financial Advisor"),
        job("xAI", start="2025-01", title="Advisor", kind="employment"),
    ],
)
def test_a_kind_of_employment_counts_whatever_the_title_says(played: Played):
    """The kind goes before the title, and not every adviser is one of the board."""
    assert played.moves == ["meta -> xai 2025-01-01..2025-01-31"]


@cast.plays(
    [job("Meta", title="Engineer")],
    [job("Meta", title="Advisor"), job("xAI", start="2025-01", title="Engineer")],
)
def test_an_employee_who_stays_as_an_adviser_has_left_the_employment(played: Played):
    """The employment is gone from a profile that lists others."""
    assert played.moves == ["meta -> xai 2025-01-01..2025-01-31"]


# -- organisations and teams are resolved first ----------------------------------------------------


@cast.plays([job("Meta")], [job("META PLATFORMS, Inc.")], [job("facebook")])
def test_a_new_spelling_is_no_move(played: Played):
    """Names are resolved before anything is compared."""
    assert played.moves == []


@cast.plays(
    [job("Meta", team="FAIR", title="Researcher", location="Paris")],
    [job("Meta", team="Ads", title="Director", location="Zurich")],
)
def test_a_new_title_team_or_place_is_an_internal_change(played: Played):
    """Promotions and transfers are no moves (trap 9)."""
    assert played.moves == []


@cast.plays(
    [job("OpenAI", end="2020"), job("Meta", start="2020", title="Engineer")],
    [
        job("OpenAI", end="2020"),
        job("Meta", start="2020", end="2025-01", title="Engineer"),
        job("Meta", start="2025-01-20", title="Director"),
    ],
    [job("OpenAI", end="2020"), job("Meta", start="2025-01-20", title="Director")],
)
def test_a_promotion_written_as_another_position_is_an_internal_change(played: Played):
    """Positions that follow each other at one organisation are one tenure, trimmed or not."""
    assert played.moves == ["openai -> meta 2020-01-01..2020-12-31"]


@cast.plays(
    [job("Meta", start="2020", title="Engineer")],
    [job("Meta", start="2025-01-20", title="Director")],
)
def test_a_start_after_the_person_was_seen_there_is_no_new_arrival(played: Played):
    """A source that shows the present position only dates it by the promotion."""
    assert played.moves == ["? -> meta 2020-01-01..2020-12-31"]


@cast.plays([job("Meta")], [job("Meta", start="2025-01-20", title="Director")])
def test_an_undated_tenure_cannot_get_a_start_after_it_was_seen(played: Played):
    """The person was there before, since nobody knows when."""
    assert played.moves == []


@cast.plays([job("Meta")], [job("Meta", start="2024-12")], [job("Meta", start="2024-11")])
def test_a_start_that_is_added_later_brings_the_arrival(played: Played):
    """It is known from the day it was written, and an edit is a revision."""
    assert played.known("2025-02-01") == ["? -> meta 2024-12-01..2024-12-31"]
    assert played.moves == ["? -> meta 2024-11-01..2024-11-30"]


@cast.plays([job("Google")], [job("DeepMind")], [job("xAI", start="2025-02")])
def test_an_organisation_includes_its_parts(played: Played):
    """Moves are between the roots, so nobody moves within Google."""
    assert played.moves == ["google -> xai 2025-02-01..2025-02-28"]


@cast.plays([job("Metabolic")], [job("Meta", start="2025-01")])
def test_a_name_is_never_matched_by_a_part_of_it(played: Played):
    """Metabolic is not Meta, so this is a move (trap 19)."""
    assert played.moves == ["metabolic -> meta 2025-01-01..2025-01-31"]


@cast.plays(
    [job("Bird", start="2020")],
    [job("Bird", start="2020")],
    [job("Bird", start="2020")],
    [job("Bird", start="2020", end="2025-03"), job("xAI", start="2025-03-20")],
)
def test_nobody_moves_when_the_buyer_takes_the_name_over(played: Played):
    """From the day of an acquisition on the two are one organisation (trap 17)."""
    assert played.moves == ["? -> bird 2020-01-01..2020-12-31"]


@cast.plays(
    [job("Bird", start="2020")],
    [job("Bird", end="2025-01-10", start="2020"), job("xAI", start="2025-01-11")],
)
def test_before_an_acquisition_the_two_are_different_organisations(played: Played):
    """A move that lies before the day of the acquisition stays one."""
    assert played.moves == [
        "? -> bird 2020-01-01..2020-12-31",
        "bird -> xai left 2025-01-10 joined 2025-01-11",
    ]


# -- tenures ---------------------------------------------------------------------------------------


@cast.plays(
    [
        job("Meta", start="2020", end="2024-01-31"),
        job("xAI", start="2024-02-05", end="2024-02-20"),
        job("Meta", start="2024-03-02"),
    ]
)
def test_positions_that_follow_within_31_days_are_one_tenure(played: Played):
    """Two months at xAI beside an unbroken time at Meta take nobody away from Meta."""
    assert [line.split(" 20")[0] for line in played.moves] == ["? -> meta", "? -> xai", "xai -> ?"]


@cast.plays(
    [
        job("Meta", start="2020", end="2024-01-31"),
        job("xAI", start="2024-02-05", end="2024-02-20"),
        job("Meta", start="2024-03-03"),
    ]
)
def test_positions_that_follow_after_32_days_are_two_tenures(played: Played):
    """Going elsewhere and coming back is two moves."""
    assert played.moves == [
        "? -> meta 2020-01-01..2020-12-31",
        "meta -> xai left 2024-01-31 joined 2024-02-05",
        "xai -> meta left 2024-02-20 joined 2024-03-03",
    ]


@cast.plays(
    [job("Meta")],
    [job("Meta"), job("xAI", start="2025-01", primary=True)],
    [job("xAI", start="2025-01"), job("Meta")],
)
def test_a_second_job_while_the_first_goes_on_is_no_departure(played: Played):
    """It is an arrival from unknown; a departure is never told by which job is primary (trap 7)."""
    assert played.moves == ["? -> xai 2025-01-01..2025-01-31"]


@cast.plays(
    [job("Meta", start="2020"), job("Acme", start="2021")],
    [job("Meta", start="2020")],
)
def test_the_end_of_a_side_job_is_no_move_to_the_main_job(played: Played):
    """A tenure that began years before the end is not where the person went."""
    assert played.moves == [
        "? -> meta 2020-01-01..2020-12-31",
        "? -> acme 2021-01-01..2021-12-31",
        "acme -> ? " + JANUARY,
    ]


@cast.plays(
    [job("Meta"), job("OpenAI")],
    [job("xAI"), job("Anthropic")],
)
def test_two_departures_and_two_arrivals_in_one_comparison_make_two_moves(played: Played):
    """Each departure has one destination, and each arrival one origin."""
    rows = played.rows()
    assert {row["from"]["organization"] for row in rows} == {"meta", "openai"}
    assert {row["to"]["organization"] for row in rows} == {"xai", "anthropic"}
    assert len(rows) == 2


@cast.plays([job("Meta"), job("OpenAI")], [job("xAI")])
def test_two_departures_and_one_arrival_make_one_move_and_a_departure_to_unknown(played: Played):
    """A tenure is the destination of one departure only."""
    rows = played.rows()
    assert sorted(row["to"] is None for row in rows) == [False, True]
    assert {row["from"]["organization"] for row in rows} == {"meta", "openai"}


@cast.plays([job("Meta")], [job("xAI"), job("Anthropic")])
def test_one_departure_and_two_arrivals_make_one_move_and_an_arrival_from_unknown(played: Played):
    """A departure has one destination only."""
    rows = played.rows()
    assert sorted(row["from"] is None for row in rows) == [False, True]
    assert {row["to"]["organization"] for row in rows} == {"xai", "anthropic"}


# -- departures ------------------------------------------------------------------------------------


@cast.plays([job("Meta"), job("MIT", end="2019")], [job("MIT", end="2019")])
def test_an_organisation_gone_from_a_profile_that_lists_others_is_a_departure(played: Played):
    """Without a date it lies between the two observations."""
    assert played.moves[1:] == ["meta -> ? " + JANUARY]


@cast.plays(
    [job("Meta"), job("MIT", end="2019")], [job("Meta", current=False), job("MIT", end="2019")]
)
def test_a_position_that_is_no_longer_current_is_a_departure(played: Played):
    """`current` turned off ends a tenure without a date."""
    assert played.moves[1:] == ["meta -> ? " + JANUARY]


@cast.plays(
    [job("Meta", current=True)],
    [job("Meta", current=True, end="2024-12"), job("xAI", start="2024-12")],
)
def test_a_stated_end_counts_though_the_position_still_says_current(played: Played):
    """An end in the past is stated; a flag that nobody turned off does not take it back."""
    assert played.moves == ["meta -> xai 2024-12-01..2024-12-31"]


@cast.plays([job("Meta")], GONE, GONE)
def test_a_person_missing_from_a_snapshot_has_not_departed(played: Played):
    """Disappearance is never a departure (trap 14)."""
    assert played.moves == []


@cast.plays([job("Meta")], [], [])
def test_a_person_whose_profile_is_emptied_has_not_departed(played: Played):
    """An empty profile says nothing."""
    assert played.moves == []


@cast.plays([job("Meta")], GONE, [job("Meta")], [], [job("Meta")])
def test_a_profile_that_comes_back_as_it_was_tells_of_no_move(played: Played):
    """Vanished and back, emptied and filled again: the same tenure goes on."""
    assert played.moves == []


@cast.plays([job("Meta")], GONE, [], [job("xAI")])
def test_a_profile_that_comes_back_changed_moved_since_it_was_last_seen(played: Played):
    """The interval starts after the previous observation of that person."""
    assert played.moves == ["meta -> xai 2025-01-02..2025-04-01"]


@cast.plays(GONE, [job("Meta")], [job("Meta")])
def test_a_person_first_seen_later_has_not_joined_by_appearing(played: Played):
    """Undated positions at first sight bring no move (trap 21)."""
    assert played.moves == []


@cast.plays([job("Meta")], [{"title": "Engineer"}], [job("xAI", start="2025-02-10")])
def test_a_position_that_loses_its_organisation_is_a_departure_to_unknown(played: Played):
    """The job that is named later completes the move."""
    assert played.known("2025-02-01") == ["meta -> ? " + JANUARY]
    assert played.moves == ["meta -> xai 2025-02-10"]


@cast.plays(
    [job("Meta", start="2020"), job("OpenAI", start="2018", end="2020")],
    [{"organization": " "}],
    [job("Meta", start="2020")],
)
def test_a_job_that_was_only_lost_for_a_while_goes_on(played: Played):
    """The history before it stays, too, until the profile lists jobs without it."""
    assert "meta -> ? " + JANUARY in played.known("2025-02-01")
    assert "openai -> meta 2020-01-01..2020-12-31" in played.known("2025-02-01")
    assert played.moves == ["? -> meta 2020-01-01..2020-12-31"]


@cast.plays(
    [job("Meta", title="Director"), job("Acme")],
    [job("xAI", title="Advisor"), job("MIT", kind="education")],
)
def test_who_lists_only_a_role_that_is_no_job_has_left_the_jobs(played: Played):
    """Both of them, and the reason says for what."""
    assert sorted(played.moves) == ["acme -> ? " + JANUARY, "meta -> ? " + JANUARY]
    reasons = {row["reason"] for row in played.rows()}
    assert reasons == {"the profile lists only what is no job: Advisor at xAI"}


@cast.plays([job("Meta")], [job("MIT", kind="education")], [job("Meta")])
def test_who_lists_only_schools_has_not_departed(played: Played):
    """They stay listed where a source loses the jobs."""
    assert played.moves == []


@cast.plays([job("xAI", title="Advisor")], [job("Meta")])
def test_an_adviser_who_was_never_seen_in_a_job_is_first_seen_with_it(played: Played):
    """Undated positions at first sight bring no move."""
    assert played.moves == []


# -- pairing ---------------------------------------------------------------------------------------


@cast.plays([job("Meta", end="2023-01-10"), job("xAI", start="2024-01-10")])
def test_a_next_tenure_365_days_after_the_end_pairs(played: Played):
    """A year of gardening leave is still one move (trap 23)."""
    assert played.moves == ["meta -> xai left 2023-01-10 joined 2024-01-10"]


@cast.plays([job("Meta", end="2023-01-10"), job("xAI", start="2024-01-11")])
def test_a_next_tenure_366_days_after_the_end_does_not_pair(played: Played):
    """What does not pair is a departure to unknown and an arrival from unknown."""
    assert played.moves == ["meta -> ? 2023-01-10", "? -> xai 2024-01-11"]


@cast.plays([job("Meta", start="2019", end="2023-06-30"), job("xAI", start="2023-01-01")])
def test_a_next_tenure_180_days_before_the_end_pairs(played: Played):
    """A half year of overlap is still one move."""
    assert played.moves[1:] == ["meta -> xai left 2023-06-30 joined 2023-01-01"]


@cast.plays([job("Meta", start="2019", end="2023-07-01"), job("xAI", start="2023-01-01")])
def test_a_next_tenure_181_days_before_the_end_does_not_pair(played: Played):
    """It was a second job for too long."""
    assert sorted(played.moves[1:]) == ["? -> xai 2023-01-01", "meta -> ? 2023-07-01"]


@cast.plays(
    [job("Meta"), job("OpenAI")],
    [job("OpenAI")],
    [job("OpenAI"), job("xAI")],
)
def test_an_undated_tenure_pairs_with_no_departure_that_another_comparison_showed(played: Played):
    """Nothing says that it was the next one, nor since when it is held beside the other."""
    assert played.moves == ["? -> xai 2022-06-08..2025-03-01", "meta -> ? " + JANUARY]


@cast.plays(
    [job("Meta", end="2020")],
    [job("Meta", end="2020"), job("xAI")],
    [job("xAI", title="Engineer")],
)
def test_an_undated_job_of_somebody_seen_without_one_began_between_the_two_looks(played: Played):
    """What the profile told of was over; that it tells no more of it changes nothing."""
    assert "? -> xai " + JANUARY in played.moves


@cast.plays([job("OpenAI", end="2021"), job("Meta")])
def test_an_undated_tenure_at_first_sight_pairs_with_no_departure(played: Played):
    """First sight is no comparison."""
    assert played.moves == ["openai -> ? 2021-01-01..2021-12-31"]


@cast.plays(
    [
        job("Meta", start="2018", end="2019"),
        job("OpenAI", start="2020", end="2022"),
        job("xAI", start="2022"),
    ]
)
def test_having_worked_somewhere_once_is_no_move_from_there_to_the_present(played: Played):
    """Moves are between neighbours in a history (trap 23)."""
    assert [line.split(" left")[0].split(" 20")[0] for line in played.moves] == [
        "? -> meta", "meta -> openai", "openai -> xai",
    ]  # fmt: skip


@cast.plays(
    [job("Meta"), job("MIT", end="2010")],
    [job("Meta", end="2025-01"), job("MIT", end="2010")],
    [job("Meta", end="2025-01"), job("MIT", end="2010"), job("xAI", start="2025-02-10")],
)
def test_a_missing_destination_that_shows_up_later_completes_the_move(played: Played):
    """The departure to unknown is not counted beside it."""
    assert played.known("2025-02-01")[1:] == ["meta -> ? 2025-01-01..2025-01-31"]
    assert played.moves[1:] == ["meta -> xai left 2025-01-01..2025-01-31 joined 2025-02-10"]


@cast.plays(
    [job("xAI", start="2024-12")],
    [job("xAI", start="2024-12"), job("Meta", end="2024-11")],
)
def test_a_missing_origin_that_shows_up_later_completes_the_move(played: Played):
    """The arrival from unknown is not counted beside it."""
    assert played.known("2025-01-01") == ["? -> xai 2024-12-01..2024-12-31"]
    assert played.moves == ["meta -> xai left 2024-11-01..2024-11-30 joined 2024-12-01..2024-12-31"]


@cast.plays([job("Meta", start="2019", end="2020"), job("Meta", start="2022")])
def test_a_return_to_the_same_organisation_after_a_gap_is_no_move(played: Played):
    """Both sides of a move always differ (trap 10)."""
    assert played.moves == ["? -> meta 2019-01-01..2019-12-31"]


THERE = job("Meta", end="2024-11")
AND_BACK = job("xAI", start="2024-11", end="2025-01-05")
THERE_AGAIN = job("Meta", start="2025-01-06", end="2025-02-15")


@cast.plays(
    [THERE, job("xAI", start="2024-11")],
    [THERE, AND_BACK, job("Meta", start="2025-01-06")],
    [THERE, AND_BACK, THERE_AGAIN, job("xAI", start="2025-02-16")],
)
def test_a_person_who_comes_back_and_leaves_again_has_moved_three_times(played: Played):
    """The second way there is another move than the first (trap 10, case 69)."""
    assert played.moves == [
        "meta -> xai 2024-11-01..2024-11-30",
        "xai -> meta left 2025-01-05 joined 2025-01-06",
        "meta -> xai left 2025-02-15 joined 2025-02-16",
    ]
    assert len({row["move"] for row in played.rows()}) == 3


@cast.plays(
    [job("Meta")],
    [job("Meta", end="2025-01-15"), job("xAI", start="2025-01-20")],
    [
        job("Meta", start="2025-02-10"),
        job("Meta", end="2025-01-15"),
        job("xAI", start="2025-01-20", end="2025-02-05"),
    ],
)
def test_a_return_within_31_days_takes_the_departure_back(played: Played):
    """The time at Meta was not broken after all, so the weeks at xAI were a second job."""
    assert played.moves == ["? -> xai 2025-01-20", "xai -> ? 2025-02-05"]


@cast.plays(
    [job("Meta")],
    [job("xAI")],
    [job("Meta")],
    [job("xAI")],
)
def test_an_undated_flip_between_snapshots_keeps_each_transition(played: Played):
    """All are stored; what was soon undone is held, and the last way there stands (case 69)."""
    assert played.moves == [
        "meta -> xai " + JANUARY + " (held)",
        "xai -> meta " + FEBRUARY + " (held)",
        "meta -> xai " + MARCH,
    ]
    assert played.known("2025-02-01") == ["meta -> xai " + JANUARY]
    assert len({row["move"] for row in played.rows()}) == 3


IN_ONE_YEAR = [
    job("Meta", start="2023"),
    job("Acme", start="2022", end="2022"),
    job("xAI", start="2022", end="2022"),
    job("OpenAI", start="2021", end="2022"),
]


@cast.plays(IN_ONE_YEAR)
def test_jobs_of_one_year_follow_each_other_as_they_are_listed(played: Played):
    """The newest first; the alphabet would have it otherwise."""
    assert [re.split(r" left| 2", move)[0] for move in played.moves] == [
        "? -> openai",
        "openai -> xai",
        "xai -> acme",
        "acme -> meta",
    ]


@cast.plays(IN_ONE_YEAR[::-1])
def test_a_profile_may_list_the_oldest_first(played: Played):
    """The order of all its dates says so."""
    assert "openai -> xai" in played.moves[1]
    assert "xai -> acme" in played.moves[2]


@cast.plays(
    [
        job("Meta", start="2022"),
        job("xAI", start="2022", end="2022"),
        job("Acme", start="2022", end="2022"),
    ]
)
def test_jobs_that_all_began_in_one_year_are_listed_the_newest_first(played: Played):
    """No date tells that the profile lists them otherwise."""
    found = {re.split(r" left| 2", move)[0] for move in played.moves}
    assert found == {"? -> acme", "acme -> xai", "xai -> meta"}


@cast.plays(
    [job("Meta", start="2018")],
    [job("xAI", start="2025-01"), job("Meta", start="2018", end="2025-01")],
    [job("Acme", start="2025-02"), job("Meta", start="2018", end="2025-02")],
)
def test_a_later_end_takes_back_what_came_of_the_earlier_one(played: Played):
    """Who was at Meta until February had not gone to xAI in January."""
    assert len(played.moves) == 2
    assert played.moves[1].startswith("meta -> acme")


@cast.plays([job("Independent")], [job("Meta")], [job("Independent")])
def test_an_undated_arrival_that_is_soon_undone_was_a_slip_too(played: Played):
    """A pseudo employer on both sides of it is as good as an organisation."""
    assert played.known("2025-02-01") == ["? -> meta " + JANUARY]
    assert sorted(move.partition(" 2025")[0] for move in played.moves) == ["? -> meta", "meta -> ?"]
    assert {row["status"] for row in played.rows()} == {"held"}


@cast.plays(
    [job("Meta", start="2018")],
    [
        job("Meta", start="2018", end="2025-01-20"),
        job("Acme", start="2024-10"),
        job("xAI", start="2025-01-25"),
    ],
)
def test_the_nearest_next_tenure_is_the_destination(played: Played):
    """A side job begun in autumn is not where the person went."""
    assert "meta -> xai left 2025-01-20 joined 2025-01-25" in played.moves
    assert "? -> acme 2024-10-01..2024-10-31" in played.moves


@cast.plays(
    [job("Meta", start="2018", end="2021"), job("xAI", start="2021", end="2022")],
    [
        job("Meta", start="2022"),
        job("xAI", start="2021", end="2022"),
        job("Meta", start="2018", end="2021"),
    ],
)
def test_a_return_told_in_years_is_one_by_what_is_listed_between(played: Played):
    """The end of 2021 touches the start of 2022, and yet somebody was elsewhere."""
    assert played.moves == [
        "? -> meta 2018-01-01..2018-12-31",
        "meta -> xai 2021-01-01..2021-12-31",
        "xai -> meta 2022-01-01..2022-12-31",
    ]


@cast.plays(
    [
        job("Meta", start="2022", title="Director"),
        job("Meta", start="2018", end="2021", title="Engineer"),
        job("xAI", start="2021", end="2022"),
    ],
)
def test_a_promotion_told_in_years_is_no_return(played: Played):
    """What is listed beside two positions that touch was held beside them."""
    assert played.moves == [
        "? -> meta 2018-01-01..2018-12-31",
        "? -> xai 2021-01-01..2021-12-31",
        "xai -> ? 2022-01-01..2022-12-31",
    ]


@cast.plays(
    [job("Meta", start="2018")],
    [job("xAI", start="2025-01-15"), job("Meta", start="2018", end="2025-01-15")],
    [job("Acme", start="2024-12"), job("Meta", start="2018", end="2024-11-20")],
)
def test_an_earlier_end_takes_back_what_came_of_the_later_one(played: Played):
    """The profile was never at xAI by what it says now; nobody came there or left."""
    assert played.known("2025-02-01")[1:] == ["meta -> xai 2025-01-15"]
    assert played.moves[1:] == ["meta -> acme left 2024-11-20 joined 2024-12-01..2024-12-31"]


@cast.plays(
    [job("Meta", start="2018")],
    [job("xAI", start="2025-01-15"), job("Meta", start="2018", end="2025-01-15")],
    [job("Acme", start="2025-02-20"), job("Meta", start="2018", end="2025-01-15")],
)
def test_a_short_stay_that_is_no_longer_listed_was_one(played: Played):
    """The end at Meta is what it was: the months at xAI are only left out."""
    assert [move.partition(" left")[0] for move in played.moves[1:]] == [
        "meta -> xai 2025-01-15",
        "xai -> acme 2025-02-20",
    ]


@cast.plays(
    [job("OpenAI", end="2022"), job("Acme", start="2022", end="2022"), job("Meta", start="2022")]
)
def test_several_moves_in_one_stated_year_keep_their_order(played: Played):
    """Each departure goes to its neighbour in the history."""
    assert {line.split(" 20")[0] for line in played.moves} == {"openai -> acme", "acme -> meta"}


@cast.plays(
    [job("Meta"), job("Meta")], [job("Meta")], [job("Meta"), job("MIT", end="2001"), job("Meta")]
)
def test_a_position_written_twice_is_one_tenure(played: Played):
    """Neither the second writing nor its end is a move."""
    assert [line for line in played.moves if "meta" in line] == []


# -- relabelled, not left --------------------------------------------------------------------------


@cast.plays([job("Acorn", start="2020-03")], [job("Zest", start="2020-03")])
def test_another_name_with_the_same_start_is_relabelled(played: Played):
    """A rename or correction is no move; the arrival is believed under the better name."""
    assert played.moves == ["? -> zest 2020-03-01..2020-03-31"]
    assert played.known("2025-01-01") == ["? -> acorn 2020-03-01..2020-03-31"]


@cast.plays([job("Acme", id="p1")], [job("Zenith", id="p1")])
def test_another_name_under_the_same_id_is_relabelled(played: Played):
    """The id at the source says that it is the same position."""
    assert played.moves == []


@cast.plays([job("Acme", id="p1")], [job("Zenith", id="p2")])
def test_another_name_under_another_id_is_a_move(played: Played):
    """Two positions, one after the other."""
    assert played.moves == ["acme -> zenith " + JANUARY]


@cast.plays(
    [job("Meta", start="2020")],
    [job("Zenith", start="2020")],
    [job("Zenith", start="2020", end="2025-02"), job("xAI", start="2025-02")],
)
def test_a_relabelled_tenure_is_left_under_its_new_name(played: Played):
    """The origin of the next move is what the profile says now."""
    assert played.moves[1:] == ["zenith -> xai 2025-02-01..2025-02-28"]


@cast.plays(
    [job("Meta", start="2018-03")],
    [job("xAI", start="2025-02"), job("Meta", start="2018-03", end="2025-02")],
    [job("X-Squared Intelligence", start="2025-02"), job("Meta", start="2018-03", end="2025-02")],
)
def test_a_move_to_a_name_that_is_written_otherwise_later_stays_first_seen_when_it_was(
    played: Played,
):
    """It is the same move: a rule on the observed clock does not see it again."""
    [move] = [row for row in played.rows() if row["from"] and row["to"]]
    assert move["to"]["name"] == "X-Squared Intelligence"
    assert move["observed_on"] == "2025-02-01"
    [before] = [row for row in played.rows("2025-02-01") if row["from"] and row["to"]]
    assert before["move"] == move["move"]


@cast.plays(
    [job("Meta", start="2024-12")],
    [job("Meta", start="2024-12", end="2024-12"), job("xAI", start="2024-12")],
)
def test_the_same_start_is_no_relabelling_while_the_old_position_stays_in_the_history(
    played: Played,
):
    """A move leaves the old position in the history, ended, and adds another."""
    assert played.moves == [
        "? -> meta 2024-12-01..2024-12-31",
        "meta -> xai 2024-12-01..2024-12-31",
    ]


@cast.plays(
    [job("Acme", start="2020-03")], [job("Zenith", start="2020-03")], [job("Acme", start="2020-03")]
)
def test_a_name_that_flips_there_and_back_is_no_move(played: Played):
    """Relabelled twice."""
    assert played.moves == ["? -> acme 2020-03-01..2020-03-31"]


# -- histories count too ---------------------------------------------------------------------------


@cast.plays([job("OpenAI", start="2019", end="2021"), job("Meta", start="2021")])
def test_a_dated_history_at_first_sight_brings_its_past_moves(played: Played):
    """They are known from the day of the first sight."""
    assert played.moves == [
        "? -> openai 2019-01-01..2019-12-31",
        "openai -> meta 2021-01-01..2021-12-31",
    ]
    assert {row["observed_on"] for row in played.rows()} == {"2025-01-01"}


@cast.plays(
    [job("Meta", start="2021")],
    [job("OpenAI", start="2019", end="2021"), job("Meta", start="2021")],
)
def test_a_history_added_to_a_known_profile_is_known_from_that_day(played: Played):
    """A past move that becomes known now is a move."""
    assert played.known("2025-01-01") == ["? -> meta 2021-01-01..2021-12-31"]
    assert played.moves == [
        "? -> openai 2019-01-01..2019-12-31",
        "openai -> meta 2021-01-01..2021-12-31",
    ]


@cast.plays([job("OpenAI", current=False), job("Meta")])
def test_undated_positions_at_first_sight_bring_no_moves(played: Played):
    """Nothing says when, nor in which order."""
    assert played.moves == []


@cast.plays([job("Meta")], [job("Meta"), job("OpenAI", current=False)])
def test_an_undated_past_position_added_later_brings_no_move(played: Played):
    """The organisation was left at no known time."""
    assert played.moves == []


@cast.plays(
    [job("Meta")],
    [
        job("Meta", end="2025-01-25"),
        job("Acme", start="2025-01-05", end="2025-01-20"),
        job("xAI", start="2025-01-26"),
    ],
)
def test_a_short_job_between_two_snapshots_is_seen_in_the_history(played: Played):
    """The positions are compared, and not the current employers (trap 4)."""
    assert "? -> acme 2025-01-05" in played.moves or any("acme" in line for line in played.moves)
    assert any(line.endswith("joined 2025-01-26") for line in played.moves)


# -- identity, revision, retraction ----------------------------------------------------------------


@cast.plays(
    [job("Meta", title="Engineer")],
    [job("Meta", end="2025-01", title="Engineer"), job("xAI", start="2025-01")],
    [job("Meta", end="2024-12", title="Senior Engineer"), job("xAI", start="2025-02", team="Grok")],
)
def test_an_edited_date_title_or_team_is_a_revision_and_not_a_second_move(played: Played):
    """The move keeps its identity, and both versions can be asked for."""
    assert played.known("2025-02-28") == ["meta -> xai 2025-01-01..2025-01-31"]
    assert played.moves == ["meta -> xai left 2024-12-01..2024-12-31 joined 2025-02-01..2025-02-28"]
    (before,), (after,) = played.rows("2025-02-28"), played.rows()
    assert before["move"] == after["move"]
    assert after["observed_on"] == "2025-02-01"
    assert after["to"]["team"] == "Grok"


@cast.plays(
    [job("Meta")],
    [job("xAI")],
    [job("xAI", start="2025-01-15"), job("Meta", end="2025-01-10")],
)
def test_dates_added_later_narrow_a_move_that_was_undated(played: Played):
    """It is the same move."""
    assert played.moves == ["meta -> xai left 2025-01-10 joined 2025-01-15"]
    (before,), (after,) = played.rows("2025-02-01"), played.rows()
    assert before["move"] == after["move"]


@cast.plays(
    [
        job("Meta", start="2015", end="2017"),
        job("xAI", start="2017", end="2019"),
        job("Meta", start="2019"),
    ],
    [
        job("Meta", start="2015", end="2017"),
        job("xAI", start="2017", end="2019"),
        job("Meta", start="2019", end="2025-01"),
        job("xAI", start="2025-01"),
    ],
    [
        job("Meta", start="2015", end="2017"),
        job("xAI", start="2017", end="2019"),
        job("Meta", start="2019", end="2025-02"),
        job("xAI", start="2025-02"),
    ],
)
def test_of_several_moves_between_the_same_two_the_nearest_is_the_edited_one(played: Played):
    """The old one stays as it was."""
    before, after = played.rows("2025-02-01"), played.rows()
    assert [row["move"] for row in before] == [row["move"] for row in after]
    assert played.moves[-1] == "meta -> xai 2025-02-01..2025-02-28"


@cast.plays(
    [job("Meta", start="2021"), job("OpenAI", start="2019", end="2021")],
    [job("Meta", start="2021")],
)
def test_a_history_that_was_only_stated_and_is_taken_back_retracts_its_moves(played: Played):
    """What a later profile no longer supports is retracted."""
    assert played.moves == ["? -> meta 2021-01-01..2021-12-31"]
    lines = [row["status"] for row in played.rows(retracted=True)]
    assert sorted(lines) == ["counted", "retracted", "retracted"]


@cast.plays(
    [job("Meta")],
    [job("Meta", end="2025-01"), job("xAI", start="2025-01")],
    [job("xAI", start="2025-01")],
)
def test_a_departure_that_was_witnessed_outlives_a_trimmed_history(played: Played):
    """The person was seen at Meta; a shorter profile does not undo that."""
    assert played.moves == ["meta -> xai 2025-01-01..2025-01-31"]


@cast.plays(
    [job("Meta", start="2020"), job("MIT", end="2019")],
    [job("Meta", start="2020", end="2025-01"), job("MIT", end="2019")],
    [job("Meta", start="2020", current=True), job("MIT", end="2019")],
)
def test_an_end_that_is_taken_back_retracts_the_departure(played: Played):
    """The profile says that the position goes on."""
    assert any("meta -> ?" in line for line in played.known("2025-02-01"))
    assert not any("meta -> ?" in line for line in played.moves)


@cast.plays(
    [job("Meta", start="2020"), job("MIT", end="2019")],
    [job("Meta", start="2020", end="2025-01"), job("MIT", end="2019")],
    [job("Meta", start="2020"), job("MIT", end="2019")],
)
def test_an_end_that_is_no_longer_stated_stays(played: Played):
    """A cell that fell empty contradicts nothing."""
    assert "meta -> ? 2025-01-01..2025-01-31" in played.moves


@cast.plays(
    [job("Meta", start="2020"), job("Acme", start="2021")],
    [
        job("Meta", start="2020", end="2025-01"),
        job("Acme", start="2021"),
        job("xAI", start="2025-01"),
    ],
    [job("Meta", start="2020"), job("Acme", start="2021"), job("xAI", start="2025-01")],
    [job("Meta"), job("Acme"), job("xAI")],
)
def test_a_move_outlives_the_loss_of_all_dates_beside_a_second_job(played: Played):
    """The job at Acme goes on all the while; neither it nor the other dates are touched."""
    assert played.moves[2:] == ["meta -> xai 2025-01-01..2025-01-31"]
    assert len(played.rows(retracted=True)) == 3


@cast.plays(
    [job("Meta", start="2020")],
    [job("Meta", start="2020", end="2025-01-10"), job("xAI", start="2025-01-11")],
    [job("Meta", start="2020", end="Present"), job("xAI", start="2025-01-11")],
)
def test_a_word_for_what_goes_on_takes_an_end_back(played: Played):
    """The job at xAI is a second job then."""
    assert played.moves[1:] == ["? -> xai 2025-01-11"]


@cast.plays(
    [job("Meta", start="2020")],
    [job("Meta", start="2020", end="2025-01-10"), job("xAI", start="2025-01-11")],
    [
        job("Meta", start="2020"),
        job("xAI", start="2025-01-11", end="2025-02-10"),
        job("Meta", start="2025-02-20"),
    ],
)
def test_a_return_beside_an_end_that_is_no_longer_stated_is_a_return(played: Played):
    """What begins after the end is another time there, though the first one lost its end."""
    assert played.moves[1:] == [
        "meta -> xai left 2025-01-10 joined 2025-01-11",
        "xai -> meta left 2025-02-10 joined 2025-02-20",
    ]


@cast.plays([job("Meta", start="2021-05", end="2021"), job("xAI", start="2021-12")])
def test_nobody_leaves_before_they_came(played: Played):
    """An end that is known as a year lies after its own start."""
    (_, move) = played.rows()
    assert move["left"] == {"earliest": "2021-05-01", "latest": "2021-12-31"}


@cast.plays([job("Meta", start="2021", end="2021-05"), job("xAI", start="2021", end="2021-08-10")])
def test_nobody_comes_after_they_left(played: Played):
    """A start that is known as a year lies before its own end."""
    (first, second, _) = played.rows()
    assert first["joined"] == {"earliest": "2021-01-01", "latest": "2021-05-31"}
    assert second["joined"] == {"earliest": "2021-01-01", "latest": "2021-08-10"}


@cast.plays(
    [job("Meta")],
    [job("Meta", end="2025"), job("xAI")],
    [job("Meta", end="2025"), job("xAI", end="2025-01-20")],
)
def test_an_arrival_that_only_the_departure_before_dates_lies_before_its_own_end(played: Played):
    """Who left xAI on 20 January had come by then."""
    (move,) = (row for row in played.rows() if row["from"] and row["to"])
    assert move["joined"] == {"earliest": "2025-01-01", "latest": "2025-01-20"}


@cast.plays(
    [job("Meta", start="2020"), job("MIT", end="2019")],
    [job("MIT", end="2019")],
    [job("Meta", start="2020"), job("MIT", end="2019")],
)
def test_a_position_that_comes_back_with_its_start_was_never_left(played: Played):
    """The departure that its absence showed is retracted."""
    assert any("meta -> ?" in line for line in played.known("2025-02-01"))
    assert not any("meta -> ?" in line for line in played.moves)


@cast.plays(
    [job("Meta"), job("MIT", end="2019")],
    [job("MIT", end="2019")],
    [job("Meta"), job("MIT", end="2019")],
)
def test_an_undated_position_that_comes_back_is_a_return(played: Played):
    """The departure stays, and the return to the same organisation is no move."""
    assert played.moves[1:] == ["meta -> ? " + JANUARY]


@cast.plays(
    [job("Meta", start="2020")],
    [job("Meta", start="2020", end="2025-01"), job("xAI", start="2025-01")],
    [job("Meta", start="2020")],
)
def test_a_profile_that_takes_a_move_back_leaves_nothing_of_it(played: Played):
    """Meta goes on as before and xAI is gone: there was neither a departure nor an arrival."""
    assert played.moves == ["? -> meta 2020-01-01..2020-12-31"]
    assert "meta -> xai 2025-01-01..2025-01-31" in played.known("2025-02-01")


@cast.plays(
    [job("Meta", start="2020")],
    [job("Meta", start="2020"), job("xAI", start="2025-01")],
    [job("Meta", start="2020")],
)
def test_a_second_job_that_was_witnessed_and_disappears_is_a_departure(played: Played):
    """Seen at xAI and then no longer there: that was left, whether or not Meta goes on."""
    assert "? -> meta 2020-01-01..2020-12-31" in played.moves
    assert not any(line.startswith("meta -> ") for line in played.moves)
    assert any(line.startswith("xai -> ") for line in played.moves)


@cast.plays([job("Meta")], [job("xAI")])
def test_what_was_known_on_a_day_can_always_be_asked(played: Played):
    """Before the observation nothing was known."""
    assert played.known("2025-01-31") == []
    assert played.known("2025-02-01") == ["meta -> xai " + JANUARY]


@cast.plays(
    [job("Meta"), job("MIT", end="2019")],
    [job("MIT", end="2019")],
    [job("Meta"), job("MIT", end="2019")],
    [job("Meta", current=False), job("xAI"), job("MIT", end="2019")],
)
def test_of_two_undated_times_at_one_organisation_the_present_one_ends(played: Played):
    """Left, returned, and left again for another."""
    assert played.moves[1:] == ["meta -> ? " + JANUARY, "meta -> xai " + MARCH]


@cast.plays(
    [job("OpenAI", start="2023-09", current=False), job("Meta", start="2024-07")],
    [
        job("OpenAI", start="2023-09", current=False),
        job("Meta", start="2024-07", end="2025-01-10"),
        job("OpenAI", start="2025-01-11"),
    ],
    [
        job("OpenAI", start="2023-09", current=False),
        job("Meta", start="2024-07", end="2025-01-10"),
    ],
)
def test_a_witnessed_return_outlives_a_past_time_of_unknown_end(played: Played):
    """The old time at OpenAI does not cover the new one, which was seen and is gone."""
    assert "meta -> openai left 2025-01-10 joined 2025-01-11" in played.moves
    assert "openai -> ? " + FEBRUARY in played.moves


@cast.plays(
    [job("Meta"), job("Acme")],
    [job("MIT", start="2010", end="2016"), job("xAI", start="2016-09")],
    [
        job("MIT", start="2010", end="2016"),
        job("xAI", start="2016-09"),
        job("Bird", start="2025-02-10"),
    ],
)
def test_a_dated_career_in_the_place_of_an_undated_employer_corrects_it(played: Played):
    """By its own dates the person was at xAI all the while, and came to Bird from nowhere else."""
    held = [line for line in played.moves if line.endswith("(held)")]
    assert sorted(held) == [
        "acme -> ? " + JANUARY + " (held)",
        "meta -> ? " + JANUARY + " (held)",
    ]
    assert "? -> bird 2025-02-10" in played.moves


@cast.plays([job("Meta")], [job("xAI", start="2024-09")])
def test_a_profile_that_is_half_a_year_late_tells_of_a_move(played: Played):
    """The next job began few enough days before."""
    assert played.moves == ["meta -> xai 2024-09-01..2024-09-30"]


# -- pseudo employers ------------------------------------------------------------------------------


@cast.plays([job("Meta")], [job("Meta", end="2025-01"), job("Self-employed", start="2025-01")])
def test_going_to_a_pseudo_employer_is_a_departure_to_unknown(played: Played):
    """Being self-employed is no organisation (trap 15)."""
    assert played.moves == ["meta -> ? 2025-01-01..2025-01-31"]


@cast.plays([job("Meta")], [job("Stealth")])
def test_an_undated_change_to_a_pseudo_employer_is_a_departure_to_unknown(played: Played):
    """A profile that lists nothing but a pseudo employer says that the other was left."""
    assert played.moves == ["meta -> ? " + JANUARY]


@cast.plays([job("Independent")], [job("xAI", start="2025-01")])
def test_coming_from_a_pseudo_employer_is_an_arrival_from_unknown(played: Played):
    """A first job is one too."""
    assert played.moves == ["? -> xai 2025-01-01..2025-01-31"]


@cast.plays(
    [job("Meta")],
    [job("Meta", end="2025-01"), job("Stealth", start="2025-01")],
    [
        job("Meta", end="2025-01"),
        job("Stealth", start="2025-01", end="2025-02"),
        job("xAI", start="2025-02"),
    ],
)
def test_a_stealth_time_between_two_organisations_is_completed_to_a_move(played: Played):
    """The missing side shows up later."""
    assert played.known("2025-02-01") == ["meta -> ? 2025-01-01..2025-01-31"]
    assert played.moves == ["meta -> xai left 2025-01-01..2025-01-31 joined 2025-02-01..2025-02-28"]


@cast.plays([job("Meta")], [job("Stealth Startup Inc", start="2025-01")])
def test_an_organisation_that_is_listed_by_name_is_no_pseudo_employer(played: Played):
    """The directory overrides the built-in list."""
    assert played.moves == ["meta -> unknown-worlds 2025-01-01..2025-01-31"]


@cast.plays([job("Stealth", start="2023", end="2024"), job("Retired", start="2024")])
def test_from_one_pseudo_employer_to_another_there_is_no_move(played: Played):
    """Neither side is an organisation."""
    assert played.moves == []


@cast.plays(
    [job("xAI"), job("Meta", end="2015-10-31")],
    [job("Meta"), job("Meta", end="2015-10-31")],
)
def test_an_undated_position_where_someone_had_left_long_ago_is_a_return(played: Played):
    """The old time stays over, and the new one begins between the two looks."""
    assert "xai -> meta 2025-01-02..2025-02-01" in played.moves
    assert not [move for move in played.moves if "?" in move and "2025" in move]


@cast.plays(
    [job("xAI"), job("Meta", end="2015-10-31")],
    [job("Meta"), job("Meta", end="2015-10-31")],
    [job("Meta", title="Director"), job("Meta", end="2015-10-31")],
)
def test_a_return_stays_a_return_when_the_profile_changes_again(played: Played):
    """A later edit does not join the two times at the organisation."""
    assert "xai -> meta 2025-01-02..2025-02-01" in played.moves
    assert len([move for move in played.moves if move.startswith("xai")]) == 1
