"""Changes of organisations, told from people who leave, and what an operator decides of them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from story import ORGANIZATIONS, Job, World, crowd, flow, job
from tempo import first_slow
from test_cli import lines, talentwatch

from monitor.base.errors import UsageError
from monitor.base.settings import Quality
from monitor.moves.gates.collective import Flow, held_flows

AUDIENCE = crowd("Meta", 60)
RULES = {"all": flow("*", None, people=2, within="365d", group_by='["from.organization"]')}
Manner = Callable[[int], list[Job]]


def change(world: World, people: int, of: int, manner: Manner, *, old: str = "Fathom") -> World:
    """Play two months in which so many people of an organisation change in one manner."""
    before = {f"f{number:02}": [job(old)] for number in range(of)}
    after = {f"f{number:02}": manner(number) for number in range(people)}
    world.observe("2025-01-01", AUDIENCE | before)
    world.observe("2025-02-01", AUDIENCE | before | after)
    return world


def to(name: str) -> Manner:
    """Show another name in the place of the old one."""
    return lambda _number: [job(name)]


def statuses(world: World) -> set[str]:
    """Return how the moves between two known organisations stand."""
    return {row["status"] for row in world.move_rows() if row["from"] and row["to"]}


@pytest.mark.slow
def test_all_of_a_small_organisation_going_to_a_new_name_are_held(tmp_path):
    """Two people, both, where nobody was before."""
    world = change(World(tmp_path, rules=RULES), 2, 2, to("Niant"))
    world.run()
    assert statuses(world) == {"held"}
    assert world.notices() == ["hold:press:2025-02-01:fathom:niant"]
    assert world.alerts() == []


@pytest.mark.slow
@pytest.mark.parametrize("names", first_slow(["full", "none", "short"]))
def test_the_notice_names_people_only_where_the_channel_may(tmp_path, names):
    """An id of a source often is a name."""
    world = change(World(tmp_path, rules=RULES, config=f'names = "{names}"'), 2, 2, to("Niant"))
    world.run()
    with world.state() as tx:
        (said,) = [str(delivery.body) for delivery in tx.deliveries()]
    assert "Fathom" in said
    assert ("Among them: f00, f01." in said) == (names == "full")
    assert ("f00" in said) == (names == "full")


@pytest.mark.slow
def test_all_of_a_small_organisation_going_to_one_that_existed_count(tmp_path):
    """Two people who take the next job together are two people who left."""
    world = change(World(tmp_path), 2, 2, to("Meta"))
    world.run()
    assert statuses(world) == {"counted"}


@pytest.mark.slow
def test_many_small_ones_are_told_of_in_one_notice_and_take_single_ones_with_them(tmp_path):
    """A source that tidies its names up renames hundreds on one day."""
    world = World(tmp_path)
    before = {f"s{number:02}-{who}": [job(f"Org {number}")] for number in range(12) for who in "ab"}
    alone = {"alone": [job("Lonely")]}
    after = {who: [job(f"{jobs[0]['organization']} Ltda Brasil")] for who, jobs in before.items()}
    world.observe("2025-01-01", AUDIENCE | before | alone)
    world.observe("2025-02-01", AUDIENCE | after | {"alone": [job("Lonely Planet")]})
    world.run()
    assert statuses(world) == {"held"}
    assert world.notices() == ["holds:press:2025-02-01"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("people", "of", "status"), first_slow([(3, 4, "held"), (2, 2, "counted"), (3, 40, "counted")])
)
def test_all_who_leave_a_small_organisation_for_one_that_existed_are_held(
    tmp_path, people, of, status
):
    """Three of four may be a merger; two are two people, and three of forty are a raid."""
    world = change(World(tmp_path, rules=RULES), people, of, to("Meta"))
    world.run()
    assert statuses(world) == {status}
    held = ["hold:press:2025-02-01:fathom:meta"] if status == "held" else []
    assert world.notices() == held
    assert bool(world.alerts()) == (status == "counted")


@pytest.mark.slow
def test_a_small_organisation_counts_once_the_operator_says_that_people_really_left(tmp_path):
    """The decision settles it for good, from the look that showed them."""
    world = change(World(tmp_path, rules=RULES), 3, 4, to("Meta"))
    world.run()
    decided = '[[real]]\nfrom = "Fathom"\nto = "Meta"\non = 2025-02-01\n'
    world.rewrite(organizations=ORGANIZATIONS + decided)
    world.run()
    assert statuses(world) == {"counted"}
    assert len(world.alerts()) == 1


@pytest.mark.slow
def test_one_name_that_becomes_several_of_one_stem_is_held(tmp_path):
    """No part has 60 percent of the people, and all of them together have."""
    split = change(World(tmp_path), 8, 10, lambda number: [job(f"Fathom {'AB'[number % 2]}")])
    split.run()
    assert statuses(split) == {"held"}
    assert len(split.notices()) == 2


@pytest.mark.slow
def test_people_who_leave_in_several_directions_count(tmp_path):
    """An exodus is what rules are for."""
    world = change(World(tmp_path), 8, 10, lambda number: [job(("xAI", "OpenAI")[number % 2])])
    world.run()
    assert statuses(world) == {"counted"}


@pytest.mark.slow
def test_several_small_names_that_become_one_are_held(tmp_path):
    """Three of two people each, all to one name that is new."""
    world = World(tmp_path)
    before = {f"p{number}": [job(f"Unit {number % 3}")] for number in range(6)}
    world.observe("2025-01-01", AUDIENCE | before)
    world.observe("2025-02-01", AUDIENCE | {who: [job("Whole")] for who in before})
    world.run()
    assert statuses(world) == {"held"}


@pytest.mark.slow
def test_a_merger_stated_with_other_precisions_is_one_change(tmp_path):
    """Some write the day, some the month and some the year of it."""

    def stated(number: int) -> list[Job]:
        end = ("2025-01-15", "2025-01", "2025-01-15", "2025")[number % 4]
        return [job("Fathom", end=end), job("xAI", start=end)]

    world = change(World(tmp_path), 8, 10, stated)
    world.run()
    assert statuses(world) == {"held"}


@pytest.mark.slow
def test_a_merger_stated_in_months_alone_is_one_change(tmp_path):
    """Nobody writes the day; at once most of them write one month."""
    moved = [job("Fathom", start="2020", end="2025-01"), job("xAI", start="2025-01")]
    world = change(World(tmp_path), 12, 15, lambda _number: moved)
    world.run()
    assert statuses(world) == {"held"}


@pytest.mark.slow
def test_a_small_team_that_a_rival_hires_in_one_month_counts(tmp_path):
    """Seven of the eight who are known there write the month and no day: that is news."""
    moved = [job("Fathom", end="2025-01"), job("xAI", start="2025-01")]
    world = change(World(tmp_path), 7, 8, lambda _number: moved)
    world.run()
    assert statuses(world) == {"counted"}


@pytest.mark.slow
@pytest.mark.parametrize(("team", "status"), [("data", "held"), ("research", "counted")])
def test_a_small_merger_stated_in_months_is_told_by_the_positions_that_stay(tmp_path, team, status):
    """Six of ten who write the month are what they were, or are in another team than before."""

    def stated(number: int) -> list[Job]:
        title = ("engineer", "analyst", "lead")[number % 3]
        return [
            job("Fathom", start="2020", end="2025-01", title=title, team="data"),
            job("xAI", start="2025-01", title=title, team=team),
        ]

    world = World(tmp_path)
    before = {
        f"f{number}": [job("Fathom", start="2020", title=stated(number)[0]["title"], team="data")]
        for number in range(10)
    }
    world.observe("2025-01-01", AUDIENCE | before)
    world.observe(
        "2025-02-01", AUDIENCE | before | {f"f{number}": stated(number) for number in range(6)}
    )
    world.run()
    assert statuses(world) == {status}


@pytest.mark.slow
def test_people_who_left_in_one_month_and_told_of_it_one_by_one_count(tmp_path):
    """Over a year, a month is no common day: six of ten who left for one rival are news."""
    world = World(tmp_path)
    people = {f"f{number:02}": [job("Fathom", start="2020")] for number in range(10)}
    world.observe("2025-01-01", AUDIENCE | people)
    for number in range(6):
        moved = [job("Fathom", start="2020", end="2025-01"), job("xAI", start="2025-01")]
        people[f"f{number:02}"] = moved
        world.observe(f"2025-{number + 2:02}-01", AUDIENCE | people)
    world.run()
    assert statuses(world) == {"counted"}


@pytest.mark.slow
@pytest.mark.parametrize(("team", "status"), [("data", "held"), ("research", "counted")])
def test_the_merger_of_a_small_organisation_is_told_once_enough_follow(tmp_path, team, status):
    """Four at once are too few; one who follows, or a new profile, states the same month."""

    def one(number: int, end: str | None) -> list[Job]:
        had: dict[str, Any] = {"title": ("engineer", "analyst")[number % 2], "team": "data"}
        old = job("Fathom", start="2020", end=end, **had)
        return [old, job("xAI", start="2025-01", **had | {"team": team})] if end else [old]

    world = World(tmp_path, rules={"all": RULES["all"].replace("people = 2", "people = 5")})
    people = {f"f{number}": one(number, None) for number in range(5)}
    world.observe("2025-01-01", AUDIENCE | people)
    people |= {f"f{number}": one(number, "2025-01") for number in range(4)}
    world.observe("2025-02-01", AUDIENCE | people)
    world.observe("2025-03-01", AUDIENCE | people | {"new": one(5, "2025-01-20")})
    world.run()
    assert statuses(world) == {status}
    assert bool(world.alerts()) == (status == "counted")


@pytest.mark.slow
def test_a_name_that_takes_the_place_of_another_is_told_by_who_keeps_the_start(tmp_path):
    """Past stays get it too, so that no share of those who are there now is needed."""
    world = World(tmp_path)
    here = {f"h{number}": [job("Fathom", start="2021")] for number in range(9)}

    def named(name: str) -> dict[str, list[Job]]:
        past = {f"p{at}": [job(name, start=f"201{at}-03", end="2020-05")] for at in range(5)}
        return {**AUDIENCE, **here, **past, "undated": [job(name)]}

    world.observe("2025-01-01", named("Fathom"))
    world.observe("2025-02-01", named("xAI"))
    world.run()
    assert statuses(world) == {"held"}
    assert world.notices() == ["hold:press:2025-02-01:fathom:xai"]


@pytest.mark.slow
def test_who_edits_a_start_on_the_day_of_a_new_name_has_not_moved(tmp_path):
    """Where others got the name and kept their start, so did they; nobody arrived or left."""
    world = World(tmp_path)
    before = {f"f{number}": [job("Fathom", start=f"202{number}-03")] for number in range(4)}
    after = {f"f{number}": [job("Niant", start=f"202{number}-03")] for number in range(3)}
    world.observe("2025-01-01", AUDIENCE | before)
    world.observe("2025-02-01", AUDIENCE | after | {"f3": [job("Niant", start="2023-04")]})
    world.run()
    assert {row["observed_on"] for row in world.move_rows()} == {"2025-01-01"}


@pytest.mark.slow
def test_times_at_two_organisations_that_get_one_name_become_one(tmp_path):
    """Who had gone from the one to the other has not left it when both bear one name."""
    world = World(tmp_path)

    def named(name: str) -> dict[str, list[Job]]:
        others = {f"f{at}": [job(name, start=f"202{at}-03")] for at in range(4)}
        both = [job("Niant", start="2015-03-22", end="2015-09-13"), job(name, start="2015-09-20")]
        return {**AUDIENCE, **others, "both": both}

    world.observe("2025-01-01", named("Fathom"))
    world.observe("2025-02-01", named("Niant"))
    world.run()
    assert {row["observed_on"] for row in world.move_rows()} == {"2025-01-01"}
    assert [row["to"]["organization"] for row in world.move_rows(person="both")] == ["niant"]


@pytest.mark.slow
def test_who_follows_later_in_a_change_that_was_held_is_held_too(tmp_path):
    """The rest of the profiles are updated when their owners find the time (trap 1)."""
    world = change(World(tmp_path, rules=RULES), 8, 10, to("xAI"))
    world.then("2025-03-01", f08=[job("xAI")], f09=[job("xAI")])
    world.run()
    assert statuses(world) == {"held"}
    assert world.notices() == ["hold:press:2025-02-01:fathom:xai"]
    assert world.alerts() == []


@pytest.mark.slow
def test_who_states_the_day_of_a_merger_and_who_states_none_are_one_change(tmp_path):
    """Neither the dated half nor the undated one is most of the organisation; both are."""

    def either(number: int) -> list[Job]:
        day = "2025-01-15"
        dated = [job("Fathom", end=day), job("xAI", start=day)]
        return dated if number % 2 else [job("xAI")]

    world = change(World(tmp_path, rules=RULES), 8, 10, either)
    world.run()
    assert statuses(world) == {"held"}
    assert world.alerts() == []


@pytest.mark.slow
def test_dated_and_undated_people_of_unlike_days_are_no_one_change(tmp_path):
    """Half of them went long before the last look, so that no one day fits them all."""

    def either(number: int) -> list[Job]:
        day = "2024-06-15"
        dated = [job("Fathom", end=day), job("xAI", start=day)]
        return dated if number % 2 else [job("xAI")]

    world = change(World(tmp_path), 8, 10, either)
    world.run()
    assert statuses(world) == {"counted"}


@pytest.mark.slow
def test_a_history_seen_first_after_a_merger_was_held_tells_of_the_same_merger(tmp_path):
    """New profiles state its day; one that states another day left by itself."""
    day = "2025-01-15"
    merged = [job("Fathom", end=day), job("xAI", start=day)]
    world = change(World(tmp_path, rules=RULES), 8, 10, lambda _number: merged)
    own = [job("Fathom", end="2024-12-02"), job("xAI", start="2024-12-03")]
    world.then("2025-03-01", new1=merged, new2=merged, new3=own)
    world.run()
    found = {row["person"].removeprefix("press:"): row["status"] for row in world.move_rows()}
    assert {who: found[who] for who in ("new1", "new2", "new3")} == {
        "new1": "held",
        "new2": "held",
        "new3": "counted",
    }
    assert world.alerts() == []


def spread(world: World) -> World:
    """Play a year in which an organisation gets a new name, three people a month."""
    people = {f"f{number:02}": [job("Fathom")] for number in range(10)}
    world.observe("2025-01-01", AUDIENCE | people)
    for month in range(2, 5):
        for number in range(3 * (month - 2), 3 * (month - 1)):
            people[f"f{number:02}"] = [job("Niant")]
        world.observe(f"2025-{month:02}-01", AUDIENCE | people)
    return world


@pytest.mark.slow
def test_a_relabelling_that_is_spread_over_months_is_held_once_it_shows(tmp_path):
    """What counted before no longer does, and what was believed on a day can be asked."""
    world = spread(World(tmp_path, rules=RULES))
    world.run()
    assert statuses(world) == {"held"}
    assert {row["status"] for row in world.move_rows(as_known_on="2025-02-01")} == {"counted"}
    assert world.notices() == ["hold:press:2025-03-01:fathom:niant"]


@pytest.mark.slow
def test_held_or_not_replay_equals_live(tmp_path):
    """One run over all files, and one a day, end with the same ledger, and an alert withdrawn."""
    live, once = (spread(World(tmp_path / name, rules=RULES)) for name in ("live", "once"))
    live.live()
    assert [alert["status"] for alert in live.alerts()] == ["withdrawn"]
    once.run()
    assert once.ledger_bytes() == live.ledger_bytes()
    assert once.ledger() == live.ledger()


@pytest.mark.slow
def test_a_held_move_is_named_as_left_out(tmp_path):
    """Beside those who count, with the reason."""
    world = World(tmp_path, rules=RULES)
    people = {f"f{number}": [job("Fathom")] for number in range(10)}
    left = {f"f{number}": [job("Fathom", end=f"2025-01-0{number - 4}")] for number in (7, 8, 9)}
    world.observe("2025-01-01", AUDIENCE | people)
    world.observe(
        "2025-02-01",
        AUDIENCE | people | {f"f{number}": [job("xAI")] for number in range(7)} | left,
    )
    world.run()
    (alert,) = world.revisions()
    assert [person.person for person in alert.people] == ["f7", "f8", "f9"]
    assert {person.note for person in alert.left_out} == {
        "7 of 10 people of fathom went to xai in one comparison"
    }


@pytest.mark.slow
def test_collective_changes_can_be_left_to_count(tmp_path):
    """Each gate has its switch."""
    config = "[sources.press.quality]\ncollective = false\nsmall = false"
    world = change(World(tmp_path, config=config), 8, 8, to("Niant"))
    world.run()
    assert statuses(world) == {"counted"}


# -- pseudo employers ------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_source_that_fills_pseudo_employers_in_shows_no_moves_by_it(tmp_path):
    """Where nobody knew, somebody found out: no day, no move (trap 15)."""
    world = World(tmp_path)
    before = {f"p{number}": [job("Not found")] for number in range(6)}
    world.observe("2025-01-01", AUDIENCE | before | {"gone": [job("xAI")]})
    filled = {who: [job("OpenAI")] for who in before}
    world.observe("2025-02-01", AUDIENCE | filled | {"gone": [job("Unknown")]})
    world.run()
    assert {row["status"] for row in world.move_rows()} == {"held"}


def test_a_single_change_from_a_pseudo_employer_counts(tmp_path):
    """Nothing says that this source fills them in."""
    world = World(tmp_path)
    world.observe("2025-01-01", AUDIENCE | {"ada": [job("Stealth")]})
    world.observe("2025-02-01", AUDIENCE | {"ada": [job("xAI")]})
    world.run()
    assert {row["status"] for row in world.move_rows()} == {"counted"}


# -- what an operator decides ----------------------------------------------------------------------

COMMENT = "# written by hand\n"


@pytest.fixture(scope="module")
def seven(tmp_path_factory) -> World:
    """Play a world in which seven of ten people are held."""
    world = World(
        tmp_path_factory.mktemp("held"), organizations=COMMENT + ORGANIZATIONS, rules=RULES
    )
    change(world, 7, 10, to("Niant"))
    world.run()
    assert statuses(world) == {"held"}
    return world


@pytest.fixture
def held(seven: World, tmp_path) -> World:
    """Return a world in which seven of ten people are held."""
    return seven.copied(tmp_path / "world")


def decide(world: World, *arguments: str) -> None:
    """Decide as an operator, and run again."""
    talentwatch(world, "organizations", "decide", *arguments)
    world.run("2025-02-02")


@pytest.mark.slow
def test_status_says_what_waits_for_a_decision(held):
    """The notice is sent once, and the moves count in no rule until somebody decides."""
    waits = "1 change of organisations held until you decide"
    assert waits in talentwatch(held, "status").stdout
    decide(held, "Fathom", "Niant", "real")
    assert waits not in talentwatch(held, "status").stdout


@pytest.mark.slow
def test_same_drops_the_moves(held):
    """The two names are one organisation from then on; the comments stay."""
    decide(held, "Fathom", "Niant", "same", "--note", "their press office")
    assert held.moves() == []
    text = (held.root / "organizations.toml").read_text(encoding="utf-8")
    assert text.startswith(COMMENT)
    assert 'renamed = [{from = "Fathom", on = 2025-02-01}]' in text
    with held.state() as tx:
        (one,) = tx.decisions("organizations")
    assert (one.key, one.verdict, one.why) == ("Fathom:Niant", "same", "their press office")


@pytest.mark.slow
def test_merger_drops_the_moves_and_joins_the_two_from_that_day_on(held):
    """Whoever leaves later leaves the one that they became."""
    decide(held, "Fathom", "Niant", "merger", "--on", "2025-01-20")
    assert held.moves() == []
    held.then("2025-03-01", f00=[job("Niant", end="2025-02-20"), job("xAI", start="2025-02-21")])
    held.run()
    assert held.moves() == ["f00: niant -> xai left 2025-02-20 joined 2025-02-21"]


@pytest.mark.slow
def test_real_releases_the_moves_and_the_alert_follows(held):
    """They count as if they had never been held."""
    assert held.alerts() == []
    decide(held, "fathom", "niant", "real")
    assert statuses(held) == {"counted"}
    (alert,) = held.alerts()
    assert alert["count"] == 7
    text = (held.root / "organizations.toml").read_text(encoding="utf-8")
    assert '[[real]]\nfrom = "Fathom"\nto = "Niant"\non = 2025-02-01\n' in text


@pytest.mark.slow
def test_a_merger_after_the_moves_that_are_held_is_said_to_leave_them_held(held):
    """With the day that is named they are a part of it."""
    later = ("organizations", "decide", "Fathom", "Niant", "merger", "--on", "2025-03-01")
    said = talentwatch(held, *later).stderr
    assert "stays held; with --on 2025-02-01 it is a part of the merger" in said


def test_a_name_that_nobody_has_is_settled_and_said(held):
    """A slip of the pen is seen at once, and it may be settled what is still to come."""
    said = talentwatch(held, "organizations", "decide", "Fathmo", "Niant", "same").stderr
    assert said == "note: no profile names 'Fathmo' so far\n"
    with pytest.raises(UsageError, match="name two organisations"):
        decide(held, " ", "Niant", "same")


def test_a_decision_on_one_organisation_is_refused(held):
    """Nothing is written."""
    before = (held.root / "organizations.toml").read_bytes()
    with pytest.raises(UsageError, match="one organisation already"):
        decide(held, "Meta", "Facebook", "same")
    with pytest.raises(UsageError, match="say on which day"):
        decide(held, "Meta", "xAI", "merger")
    assert (held.root / "organizations.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("word", "options"), [("same", ()), ("merger", ("--on", "2025-02-01")), ("merger", ())]
)
def test_a_newer_decision_takes_the_place_of_the_older_and_says_so(held, word, options):
    """Two that are one have nobody who moves between them; the log keeps both."""
    talentwatch(held, "organizations", "decide", "Fathom", "Niant", "real")
    said = talentwatch(held, "organizations", "decide", "Fathom", "Niant", word, *options)
    assert "it takes the place of an earlier decision: people really move" in said.stderr
    assert "real" not in (held.root / "organizations.toml").read_text(encoding="utf-8")
    with held.state() as tx:
        assert [each.verdict for each in tx.decisions("organizations")] == ["real", word]


def test_other_decisions_and_comments_stay_where_a_newer_one_takes_a_place(held):
    """Rows of other pairs, of the days before a merger, and what is written by hand."""
    before = (
        COMMENT + 'real = [\n  {from = "Meta", to = "xAI"},\n  {from = "Fathom", to = "Niant",'
        " on = 2024-05-01},\n]\n" + ORGANIZATIONS
    )
    held.rewrite(organizations=before)
    merger = ("organizations", "decide", "Fathom", "Niant", "merger", "--on", "2025-02-01")
    assert "earlier decision" not in talentwatch(held, *merger).stderr
    text = (held.root / "organizations.toml").read_text(encoding="utf-8")
    assert text.startswith(before.partition("[organizations")[0])
    held.rewrite(organizations=before)
    said = talentwatch(held, "organizations", "decide", "Niant", "Fathom", "same").stderr
    assert "from fathom to niant since 2024-05-01" in said
    text = (held.root / "organizations.toml").read_text(encoding="utf-8")
    assert text.startswith(COMMENT + 'real = [\n  {from = "Meta", to = "xAI"},')
    assert "2024-05-01" not in text


def test_what_became_a_part_is_decided_anew_where_it_is_written(held):
    """The message names the file and the day; people may really have moved before that day."""
    merger = ("organizations", "decide", "Fathom", "Niant", "merger", "--on", "2025-02-01")
    talentwatch(held, *merger)
    before = (held.root / "organizations.toml").read_bytes()
    for again in (merger, (*merger[:4], "same"), (*merger[:4], "real")):
        with pytest.raises(UsageError, match="is a part of 'Niant' since 2025-02-01 already"):
            talentwatch(held, *again)
    assert (held.root / "organizations.toml").read_bytes() == before


def test_people_may_really_have_moved_before_a_later_merger(held):
    """Both decisions hold, each of its days."""
    merger = ("organizations", "decide", "Fathom", "Niant", "merger", "--on", "2025-03-01")
    talentwatch(held, *merger)
    talentwatch(held, "organizations", "decide", "Fathom", "Niant", "real")
    text = (held.root / "organizations.toml").read_text(encoding="utf-8")
    assert ("[[real]]" in text, "2025-03-01" in text) == (True, True)


@pytest.mark.parametrize("word", ["same", "merger", "real"])
def test_a_decision_shows_at_once(held, word):
    """Neither `status` nor `suggest` goes on asking for what is decided until the next run."""
    talentwatch(held, "organizations", "decide", "Fathom", "Niant", word)
    assert "held until you decide" not in talentwatch(held, "status").stdout
    assert "held until you decide" not in talentwatch(held, "organizations", "suggest").stdout
    (held.root / "snapshots" / "board.db").unlink()
    assert "held until you decide" not in talentwatch(held, "status", code=1).stdout


@pytest.mark.slow
def test_a_decision_that_makes_a_circle_is_refused(held):
    """An organisation cannot be a part of itself."""
    decide(held, "Meta", "xAI", "merger", "--on", "2025-01-20")
    before = (held.root / "organizations.toml").read_bytes()
    with pytest.raises(UsageError, match="stays as it is"):
        decide(held, "xAI", "Meta", "merger", "--on", "2025-01-21")
    assert (held.root / "organizations.toml").read_bytes() == before


def test_the_log_of_snapshots_shows_who_decided_and_why(held):
    """The JSON of a snapshot has every decision on it."""
    day = "2025-02-01"
    talentwatch(held, "snapshots", "reject", "press", day, "--note", "a bad day")
    talentwatch(held, "snapshots", "accept", "press", day, "--note", "no, it is right")
    found = lines(talentwatch(held, "snapshots", "--json"))[1]["decisions"]
    assert [(one["verdict"], one["why"]) for one in found] == [
        ("rejected", "a bad day"),
        ("accepted", "no, it is right"),
    ]


# -- the decision itself ---------------------------------------------------------------------------


DAY = {"ended_on": date(2025, 1, 5)}


def one_flow(**changes: object) -> Flow:
    """Return a flow of six of ten people, in place."""
    values: dict[str, object] = {
        "from_root": "old",
        "to_root": "new",
        "from_name": "Old",
        "to_name": "New",
        "ended_on": None,
        "to_the_day": False,
        "relabelled": 0,
        "moved": 6,
        "kept": 0,
        "titled": 0,
        "titles": 0,
        "titles_with_earlier": 0,
        "earlier": 0,
        "kept_earlier": 0,
        "titled_earlier": 0,
        "elsewhere": 1,
        "of_people": 10,
        "there_before": 10,
        "arrived": 10,
        "namesakes": 9,
        "existed_since": date(2024, 1, 1),
        "examples": ["a"],
        "held_before": False,
    }
    return Flow(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "collective"),
        ({"moved": 5}, None),
        ({"moved": 4, "of_people": 4}, None),
        ({"moved": 2, "of_people": 2, "existed_since": None}, "small"),
        ({"moved": 1, "of_people": 1, "existed_since": None}, None),
        ({"moved": 3, "earlier": 3, "of_people": 5, "existed_since": date(2024, 12, 1)}, "spread"),
        ({"moved": 3, "earlier": 3, "of_people": 5}, None),
        ({"moved": 3, "earlier": 3, "of_people": 5} | DAY | {"to_the_day": True}, "spread"),
        ({"moved": 3, "earlier": 3, "of_people": 5} | DAY, None),
        ({"moved": 8, "of_people": 16, "kept": 5} | DAY, "kept"),
        ({"moved": 8, "of_people": 16, "kept": 5}, "kept"),
        ({"moved": 8, "of_people": 16, "kept": 4}, None),
        ({"moved": 9, "of_people": 16, "kept": 5}, None),
        ({"moved": 6, "of_people": 21, "kept": 6}, None),
        ({"moved": 1, "kept": 1, "earlier": 4, "kept_earlier": 4, "of_people": 1} | DAY, "kept"),
        ({"moved": 1, "kept": 1, "earlier": 4, "kept_earlier": 3, "of_people": 1} | DAY, None),
        ({"moved": 1, "kept": 1, "earlier": 4, "kept_earlier": 4, "of_people": 1}, None),
        ({"moved": 8, "of_people": 20, "relabelled": 5}, "relabelled"),
        ({"moved": 8, "of_people": 20, "relabelled": 4}, None),
        ({"moved": 11, "of_people": 20, "relabelled": 5}, None),
        ({"moved": 8, "of_people": 20, "relabelled": 5} | DAY, None),
        ({"held_before": True}, None),
    ],
)
def test_what_is_held_follows_from_counts_and_dates(changes, kind):
    """Sixty percent and five; all of few to a new name; little by little to a new name or day."""
    found = held_flows(
        [one_flow(**changes)], Quality(), day=date(2025, 1, 31), began=date(2024, 1, 1)
    )
    assert [flow.kind for flow in found] == ([kind] if kind else [])
