"""From profiles to alerts: windows, counts and the life of an alert, one rule a test.

Every rule of `stage` has two organisations of its own, written A and B (and C) in its test, so that
all of them are played in one world with one run. Days are those of `story.CALENDAR`.
"""

import re
import shutil
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb
import pytest
from story import CALENDAR, GONE, World, alert_line, flow, job

from monitor.base.errors import SnapshotError, UsageError
from monitor.wiring import open_copied_engine, open_reading_engine

HORIZON = "2025-12-31"


@dataclass
class Stage:
    """The rules of this module, each with the people it is told of."""

    acts: dict[str, tuple[str, dict[str, Any], tuple[dict[str, Any], ...]]] = field(
        default_factory=dict
    )
    world: World | None = None

    def plays(self, *days: dict[str, Any], **rule: Any):
        """Give a test a rule from A to B, and the people of A and B on the days of the calendar.

        A person who is not named on a day stays as before; GONE takes them out.
        """

        def remember(test):
            self.acts[test.__name__] = (f"r{len(self.acts)}", rule, days)
            return test

        return remember

    def of(self, test: str, folders: pytest.TempPathFactory) -> "Act":
        """Return what the ledger says about the rule of a test."""
        if self.world is None:
            self.world = self._perform(folders.mktemp("stage"))
        return Act(self.world, self.acts[test][0])

    def _perform(self, root) -> World:
        rules, organizations = {}, []
        days: list[dict[str, Any]] = [{} for _ in CALENDAR]
        for act, rule, told in self.acts.values():
            sides = {"origin": f"a-{act}", "destination": f"b-{act}", **rule}
            rules[act] = flow(sides.pop("origin"), sides.pop("destination"), **sides)
            organizations += [
                f'[organizations.{x}-{act}]\nname = "{x.upper()} {act}"' for x in "abc"
            ]
            people: dict[str, Any] = {}
            for number, today in enumerate(days):
                people |= told[number] if number < len(told) else {}
                today |= {
                    f"{who}-{act}": jobs and [_at(act, job) for job in jobs]
                    for who, jobs in people.items()
                }
        world = World(root, rules=rules, organizations="\n".join(organizations))
        audience = {f"extra-{number}": [job("Elsewhere")] for number in range(300)}
        for day, today in zip(CALENDAR, days, strict=True):
            world.observe(day, {**audience, **today})
        assert world.run(HORIZON).errors == ()
        assert world.notices() == []
        return world


def _at(act: str, position):
    return {**position, "organization": f"{position['organization']} {act}"}


@dataclass(frozen=True)
class Act:
    """What the ledger says of one rule."""

    world: World
    rule: str

    @property
    def lines(self) -> list[str]:
        """Every revision in a line, the people without the rule."""
        return [self._plain(alert_line(revision)) for revision in self.revisions]

    @property
    def revisions(self):
        """Every revision."""
        return self.world.revisions(self.rule)

    @property
    def alerts(self):
        """The records of `alerts --json`."""
        return self.world.alerts(self.rule)

    @property
    def told(self) -> list[str]:
        """What was sent or kept back, with the reason."""
        with self.world.state() as tx:
            steps = [step for step in tx.notifications() if step.alert.rule == self.rule]
        return [f"{step.reason} {step.suppressed or 'sent'}" for step in steps]

    def _plain(self, line: str) -> str:
        return re.sub(rf"-{self.rule}\b", "", line)


stage = Stage()


@pytest.fixture
def act(request, tmp_path_factory):
    """Return what the ledger says about the rule of the test."""
    return stage.of(request.node.name, tmp_path_factory)


def at(*names: str, organization: str = "A") -> dict[str, Any]:
    """Return people who are at an organisation."""
    return {name: [job(organization)] for name in names}


def went(left: str, joined: str | None = None, *, origin: str = "A", to: str = "B"):
    """Return the positions of somebody who went from one to the other."""
    return [job(origin, end=left), job(to, start=joined or left)]


# -- windows ---------------------------------------------------------------------------------------


@stage.plays(
    at("ada", "bob", "cyn"),
    {},
    {"ada": went("2025-01-10"), "bob": went("2025-01-20"), "cyn": went("2025-02-08")},
    people=3,
    within="30d",
)
def test_three_departures_within_a_window_are_one_alert_on_the_day_of_the_third(act):
    """The first day, the tenth after it and the 29th lie in one window (case 1)."""
    (alert,) = act.alerts
    assert (alert["opened_on"], alert["closed_on"], alert["peak"]) == (
        "2025-02-08",
        "2025-02-09",
        3,
    )
    assert len(alert["people"]) == 3


@stage.plays(
    at("ada", "bob"),
    {},
    {"ada": went("2025-01-10"), "bob": went("2025-02-09")},
    people=2,
    within="30d",
)
def test_a_window_is_half_open(act):
    """Thirty days later is outside of a window of thirty days (case 2)."""
    assert act.lines == []


@stage.plays(
    at("ada", "bob"),
    {},
    {"ada": went("2025-01-10"), "bob": went("2025-02-08")},
    people=2,
    within="30d",
)
def test_one_day_less_than_the_window_is_inside(act):
    """Twenty-nine days later is in a window of thirty days (case 2)."""
    assert act.lines == ["2025-03-01 opened ada bob late"]


@stage.plays(at("ada", "bob"), {"ada": went("2025-01-15"), "bob": went("2025-01-15")}, people=2)
def test_two_moves_on_one_day_both_count(act):
    """Their order is that of their ids (case 16)."""
    assert act.lines[0] == "2025-02-01 opened ada bob"


@stage.plays(
    at("ada", "bob"), {"ada": went("2025-01"), "bob": went("2025-01")}, people=2, within="30d"
)
def test_a_month_never_fits_certainly_into_a_window_of_thirty_days(act):
    """A person counts certainly if the whole interval lies in the window (trap 3)."""
    assert act.lines == []


@stage.plays(
    at("ada", "bob"), {"ada": went("2025-01"), "bob": went("2025-01")}, people=2, within="31d"
)
def test_a_month_fits_into_a_window_of_31_days_for_one_day(act):
    """Certainly from its last day on, until its first day falls out."""
    (alert,) = act.alerts
    assert (alert["opened_on"], alert["closed_on"]) == ("2025-01-31", "2025-02-01")


@stage.plays(
    at("ada", "bob"), {"ada": went("2025-01"), "bob": went("2025-01")},
    people=2, within="30d", count="possible",
)  # fmt: skip
def test_a_rule_may_count_the_possible(act):
    """Possibly from the first day of the interval, until its last falls out of the window."""
    (alert,) = act.alerts
    assert (alert["opened_on"], alert["closed_on"]) == ("2025-01-01", "2025-03-02")


@stage.plays(
    at("ada", "bob", "cyn"),
    {"ada": went("2025-01-20"), "bob": went("2025-01-21"), "cyn": went("2025-01")},
    people=2, within="30d",
)  # fmt: skip
def test_messages_show_who_may_count_besides(act):
    """The certain count decides, and the possible one is shown."""
    first = act.revisions[0]
    assert [person.person.split("-")[0] for person in first.people] == ["ada", "bob"]
    assert [person.person.split("-")[0] for person in first.possible_people] == ["cyn"]
    assert (first.count, first.peak, first.possible) == (2, 2, 3)


@stage.plays(
    at("ada", "bob"), {"ada": went("2025-01-01"), "bob": went("2025-01-20")}, people=2, since="year"
)
def test_a_year_includes_its_first_day_and_never_forgets_until_it_ends(act):
    """Windows since an anchor are closed on both sides."""
    (alert,) = act.alerts
    assert (alert["opened_on"], alert["status"], alert["count"]) == ("2025-01-20", "open", 2)


@stage.plays(
    at("ada", "bob"), {"ada": went("2024-12-31"), "bob": went("2025-01-01")}, people=2, since="year"
)
def test_a_year_begins_anew(act):
    """New Year's Eve belongs to the year before."""
    assert act.lines == []


@stage.plays(at("ada", "bob"), {"ada": went("2024"), "bob": went("2025")}, people=1, since="year")
def test_an_interval_within_the_year_is_certain(act):
    """Each year counts by itself, and a date known to the year is certain in it."""
    assert sorted(act.lines) == ["2025-02-01 opened ada late", "2025-02-01 opened bob"]


@stage.plays(at("ada"), {}, {}, {"ada": [job("B")]}, people=1, since="quarter")
def test_an_interval_across_the_turn_of_a_quarter_is_certain_in_none(act):
    """It lies after the first of March and not after the first of April."""
    assert act.lines == []


@stage.plays(at("ada"), {"ada": went("2025-01-15")}, people=1, since="quarter")
def test_a_quarter_begins_anew(act):
    """The alert closes on the first day of the next one."""
    assert act.lines == ["2025-02-01 opened ada", "2025-04-01 closed ada"]


@stage.plays(
    at("ada", "bob"),
    {"ada": went("2025-01-09"), "bob": went("2025-01-10")},
    people=1,
    since="2025-01-10",
)
def test_a_window_since_a_day_includes_that_day_and_never_ends(act):
    """Who moved the day before does not count."""
    (alert,) = act.alerts
    assert (len(alert["people"]), alert["status"], alert["count"]) == (1, "open", 1)


@stage.plays(
    at("ada"), {"ada": went("2025-01-10", "2025-03-20")}, {}, {}, {}, people=1, within="20d"
)
def test_a_rule_that_names_a_destination_dates_moves_by_joining(act):
    """Ada left in January and joined in March."""
    assert act.alerts[0]["opened_on"] == "2025-03-20"


@stage.plays(
    at("ada"), {"ada": went("2025-01-10", "2025-03-20")}, {}, {}, {},
    people=1, within="20d", destination=None,
)  # fmt: skip
def test_a_rule_without_a_destination_dates_moves_by_leaving(act):
    """Ada left in January, whatever became known of it later."""
    assert {alert["opened_on"] for alert in act.alerts} == {"2025-01-10"}


@stage.plays(
    {"ada": [job("B", start="2020")]},
    {"ada": went("2020-01-10")},
    people=1,
    within="20d",
    clock="observed",
)
def test_the_observed_clock_dates_a_move_by_the_day_it_was_seen(act):
    """A history added today counts today."""
    (alert,) = act.alerts
    assert (alert["opened_on"], alert["closed_on"]) == ("2025-02-01", "2025-02-21")


# -- counts ----------------------------------------------------------------------------------------


@stage.plays(
    at("ada"),
    {"ada": went("2024-10-01")},
    {"ada": [
        job("A", end="2024-10-01"), job("B", start="2024-10-01", end="2024-11-20"),
        job("A", start="2024-11-21"),
    ]},
    {"ada": [
        job("A", end="2024-10-01"), job("B", start="2024-10-01", end="2024-11-20"),
        job("A", start="2024-11-21", end="2025-01-10"), job("B", start="2025-01-11"),
    ]},
    people=2, within="200d",
)  # fmt: skip
def test_a_person_who_moves_the_same_way_twice_counts_once(act):
    """There, back and there again is one person (case 5)."""
    assert act.lines == []


@stage.plays(
    at("ada", "bob", "cyn"),
    {"ada": went("2025-01-10"), "bob": went("2025-01-11"), "cyn": went("2025-01-12", to="C")},
    people=3,
)
def test_people_who_go_elsewhere_do_not_count(act):
    """Two to B and one to C are not three to B (case 6)."""
    assert act.lines == []


@stage.plays(
    at("ada", "bob", "cyn"),
    {"ada": went("2025-01-10"), "bob": went("2025-01-11"), "cyn": went("2025-01-12", to="C")},
    people=3, destination=None,
)  # fmt: skip
def test_without_a_destination_everybody_who_leaves_counts(act):
    """Anywhere is anywhere, unknown included."""
    assert act.lines[0] == "2025-02-01 opened ada bob cyn"


@stage.plays(
    {**at("ada", "bob"), "cyn": [job("A"), job("C", end="2010")]},
    {
        "ada": went("2025-01-10"),
        "bob": went("2025-01-11"),
        "cyn": [job("A", end="2025-01"), job("C", end="2010")],
    },
    people=1, destination="*", group_by='["to.organization"]',
)  # fmt: skip
def test_who_left_for_unknown_is_in_no_group_of_destinations(act):
    """A missing value is never pooled (case 7)."""
    assert [alert["group"] for alert in act.alerts] == [{"to.organization": f"b-{act.rule}"}]
    assert len(act.alerts[0]["people"]) == 2


@stage.plays(
    at("ada", "bob", "cyn", "dan"),
    {
        "ada": went("2025-01-10"),
        "bob": went("2025-01-11"),
        "cyn": went("2025-01-12", to="C"),
        "dan": went("2025-01-13", to="C"),
    },
    people=2, destination="*", group_by='["to.organization"]',
)  # fmt: skip
def test_each_value_of_a_group_is_an_alert_of_its_own(act):
    """One for B and one for C, with an id each."""
    assert sorted(
        line.split(" ", 2)[2].split(" ")[0] for line in act.lines if "opened" in line
    ) == ["b", "c"]
    assert len({alert["alert"] for alert in act.alerts}) == 2


@stage.plays(at("ada", "bob"), {"ada": went("2025-01-10"), "bob": went("2025-01-11")}, people=3)
def test_fewer_people_than_the_threshold_are_no_alert(act):
    """The threshold is at least so many (case 9)."""
    assert act.lines == []


@stage.plays(
    at("ada"),
    {"ada": [job("A", title="Head of Ads", end="2025-01"), job("B", start="2025-01")]},
    people=1,
    who='{ title = ["head of *"] }',
)
def test_a_rule_may_ask_who_it_was(act):
    """By the title on either side, whatever its case."""
    assert act.lines[0] == "2025-02-01 opened ada"


# -- the life of an alert --------------------------------------------------------------------------


@stage.plays(
    at("ada", "bob", "cyn", "dan", "eve"),
    {"ada": went("2025-01-10"), "bob": went("2025-01-11"), "cyn": went("2025-01-12")},
    {"dan": went("2025-02-10")},
    {"eve": went("2025-03-10")},
    people=3, within="90d",
)  # fmt: skip
def test_an_alert_grows_by_each_new_person_and_stays_one_alert(act):
    """Opened at three, grown to four and to five; nothing for those seen again (cases 22, 23)."""
    assert act.lines == [
        "2025-02-01 opened ada bob cyn",
        "2025-03-01 grew ada bob cyn dan",
        "2025-04-01 grew ada bob cyn dan eve",
        "2025-04-12 closed ada bob cyn dan eve",
    ]
    assert len({revision.alert for revision in act.revisions}) == 1
    assert [len(revision.new_people) for revision in act.revisions] == [3, 1, 1, 0]
    assert [revision.count for revision in act.revisions] == [3, 4, 5, 2]


@stage.plays(at("ada", "bob"), {"ada": went("2025-01-10"), "bob": went("2025-01-20")}, people=2)
def test_an_alert_closes_on_the_first_day_below_the_threshold(act):
    """Nobody came back; the window moved on (case 34)."""
    assert act.lines == ["2025-02-01 opened ada bob", "2025-04-10 closed ada bob"]
    assert act.alerts[0]["closed_on"] == "2025-04-10"
    assert act.alerts[0]["count"] == 0


@stage.plays(
    at("ada", "bob"),
    {"ada": went("2025-01-10"), "bob": went("2025-01-20")},
    {"bob": [job("A", start="2019")]},
    {"bob": [job("A")], "ada": went("2025-01-10")},
    people=2, within="200d",
)  # fmt: skip
def test_an_arrival_that_vanishes_again_still_happened_if_it_was_seen(act):
    """Bob was seen at B; the profile that is silent of it does not undo that."""
    assert act.lines[0] == "2025-02-01 opened ada bob"


@stage.plays(
    {"ada": [job("A")], "bob": [job("A", start="2019"), job("C")]},
    {
        "ada": [job("A", end="2025-01-10"), job("C")],
        "bob": [job("A", start="2019", end="2025-01-11"), job("C")],
    },
    {"bob": [job("A", start="2019", current=True), job("C")]},
    people=2, destination=None,
)  # fmt: skip
def test_an_alert_whose_people_are_taken_back_is_withdrawn(act):
    """Bob's end was a slip, so there were never two."""
    assert act.lines == ["2025-02-01 opened ada bob", "2025-03-01 withdrawn"]
    assert act.alerts[0]["status"] == "withdrawn"
    assert act.alerts[0]["count"] == 0


@stage.plays(
    {name: [job("A", start="2019"), job("C")] for name in ("ada", "bob", "cyn")},
    {
        name: [job("A", start="2019", end=f"2025-01-{day}"), job("C")]
        for name, day in (("ada", 10), ("bob", 11), ("cyn", 12))
    },
    {"bob": [job("A", start="2019", current=True), job("C")]},
    people=2, destination=None,
)  # fmt: skip
def test_an_alert_that_loses_a_person_and_stands_is_corrected(act):
    """Two of the three are still enough."""
    assert act.lines[:2] == ["2025-02-01 opened ada bob cyn", "2025-03-01 corrected ada cyn"]
    assert [name.split("-")[0] for name in act.revisions[1].gone_people] == ["bob"]


@stage.plays(
    {"ada": [job("A", start="2019"), job("C")]},
    {"ada": [job("A", start="2019", end="2025-01-10"), job("C")]},
    {"ada": [job("A", start="2019", current=True), job("C")]},
    {"ada": [job("A", start="2019", end="2025-01-10"), job("C")]},
    people=1, destination=None, within="200d",
)  # fmt: skip
def test_an_alert_that_was_withdrawn_comes_back_as_the_same_alert(act):
    """What overlaps it is that alert again."""
    assert [line.split()[1] for line in act.lines] == ["opened", "withdrawn", "opened", "closed"]
    assert len({revision.alert for revision in act.revisions}) == 1


@stage.plays(at("ada"), {}, {}, {"ada": went("2025-01-10")}, people=1, within="20d")
def test_an_episode_that_was_over_before_it_became_known_is_late(act):
    """Over since the 30th of January, known on the first of April (case 14)."""
    (alert,) = act.alerts
    assert alert["late"] is True
    assert (alert["status"], alert["closed_on"], alert["late_days"]) == ("closed", "2025-01-30", 61)
    assert act.told == ["opened sent"]


@stage.plays(
    {"ada": [job("B", start="2023-06-01")], "bob": [job("B", start="2024-06-01")]},
    {"ada": went("2023-06-01"), "bob": went("2024-06-01")},
    people=1, within="20d",
)  # fmt: skip
def test_an_episode_late_by_more_than_a_year_is_recorded_and_not_sent(act):
    """Nobody wants to hear of 2023 in 2025."""
    assert act.lines == ["2025-02-01 opened ada late", "2025-02-01 opened bob late"]
    assert act.told == ["opened late by more than 365 days", "opened sent"]


@stage.plays(
    at("ada"), {}, {}, {"ada": went("2025-01-10")},
    people=1, within="20d", notify='late_up_to = "30d"',
)  # fmt: skip
def test_how_late_may_be_said_by_the_rule(act):
    """Sixty-one days are too many for this one."""
    assert act.told == ["opened late by more than 30 days"]


@stage.plays(
    {"ada": went("2024-01-10"), "bob": went("2024-12-20")},
    people=1, within="30d",
)  # fmt: skip
def test_of_the_first_snapshot_only_open_episodes_are_sent(act):
    """A first import floods nobody."""
    assert sorted(act.lines) == [
        "2025-01-01 opened ada late",
        "2025-01-01 opened bob",
        "2025-01-19 closed bob",
    ]
    assert "opened over before the first snapshot of its source" in act.told


@stage.plays(
    at("ada", "bob", "cyn"),
    {"ada": went("2025-01-10")},
    {"bob": went("2025-02-20")},
    {"cyn": went("2025-02-05")},
    people=1, within="30d",
)  # fmt: skip
def test_alerts_that_turn_out_to_be_one_go_on_as_the_oldest(act):
    """What became known in between joins two episodes; the younger alert is merged."""
    assert [line.split()[1] for line in act.lines[:3]] == ["opened", "closed", "opened"]
    joined = [revision for revision in act.revisions if str(revision.known_on) == "2025-04-01"]
    oldest = act.revisions[0].alert
    assert {(one.alert == oldest, str(one.reason)) for one in joined} == {
        (True, "grew"),
        (False, "merged"),
    }
    assert {alert["alert"]: alert.get("merged_into") for alert in act.alerts} == {
        oldest: None,
        act.alerts[1]["alert"]: oldest,
    }


@stage.plays(
    {name: [job("A", start="2019"), job("C")] for name in ("ada", "bob", "cyn")},
    {
        "ada": [job("A", start="2019", end="2024-11-20"), job("C")],
        "bob": [job("A", start="2019", end="2024-12-15"), job("C")],
        "cyn": [job("A", start="2019", end="2025-01-10"), job("C")],
    },
    {"bob": [job("A", start="2019", current=True), job("C")]},
    people=1, within="30d", destination=None,
)  # fmt: skip
def test_an_alert_whose_episode_falls_apart_stays_one_alert(act):
    """Both parts overlap it."""
    assert "2025-03-01 corrected ada cyn" in act.lines
    assert len({revision.alert for revision in act.revisions}) == 1


@stage.plays(
    at("ada", "bob"), {"ada": went("2025-01-10")}, {}, {"bob": went("2025-03-20")},
    people=1, within="30d",
)  # fmt: skip
def test_an_episode_that_overlaps_no_alert_is_a_new_alert(act):
    """The first one was over on the ninth of February."""
    assert act.lines == [
        "2025-02-01 opened ada",
        "2025-02-09 closed ada",
        "2025-04-01 opened bob",
        "2025-04-19 closed bob",
    ]
    assert len({revision.alert for revision in act.revisions}) == 2
    assert act.told == ["opened sent", "opened sent"]


@stage.plays(
    at("ada", "bob"), {"ada": went("2025-01-10")}, {"bob": went("2025-02-09")},
    people=1, within="30d",
)  # fmt: skip
def test_an_episode_that_begins_when_another_ends_makes_it_longer(act):
    """From the tenth of January to the tenth of March there is no day without anybody."""
    assert act.lines == [
        "2025-02-01 opened ada",
        "2025-02-09 closed ada",
        "2025-03-01 grew ada bob",
        "2025-03-11 closed ada bob",
    ]


@stage.plays(
    at("ada"), {"ada": went("2025-01-10")}, {"ada": went("2025-01-12")}, people=1, within="90d",
)  # fmt: skip
def test_an_edited_date_revises_an_alert_and_sends_nothing(act):
    """The same person, two days later."""
    assert [line.split()[1] for line in act.lines] == ["opened", "revised", "closed"]
    assert act.told == ["opened sent"]


@stage.plays(
    {**at("ada"), "bob": [job("A"), job("C", end="2010")]},
    {"bob": [job("C", end="2010")]},
    {"bob": [job("C", end="2010"), job("A", end="2025-01-20"), job("B", start="2025-01-21")]},
    people=1, within="200d", destination=None,
)  # fmt: skip
def test_a_departure_that_is_completed_later_is_not_counted_twice(act):
    """The alert knows the destination now, and has one person."""
    assert all(line.split()[2:] == ["bob"] for line in act.lines)
    assert act.lines[0] == "2025-02-01 opened bob"
    assert len(act.alerts) == 1
    assert act.alerts[0]["people"][0]["to"]["organization"].startswith("b-")


@stage.plays(
    at("ada", "bob"), {"ada": GONE, "bob": []}, {}, {"ada": [job("A")]}, people=1, destination=None
)
def test_people_who_are_not_seen_open_no_alert(act):
    """Neither vanishing nor falling silent is leaving (case 65)."""
    assert act.lines == []


@stage.plays(at("ada", "bob"), {"ada": went("2025-01-10"), "bob": went("2025-01-11")}, people=2)
def test_an_alert_lists_the_evidence_for_each_person(act):
    """What the profile said before and after, and when that was seen."""
    (one, _) = act.alerts[0]["people"]
    assert (one["before_on"], one["after_on"]) == ("2025-01-01", "2025-02-01")
    assert (one["from"]["name"], one["to"]["name"]) == (f"A {act.rule}", f"B {act.rule}")
    assert one["left"] == {"earliest": "2025-01-10", "latest": "2025-01-10"}


@stage.plays(
    at("ada", "bob", "cyn", "dan"),
    {"ada": went("2025-01-10"), "bob": went("2025-01-11"), "dan": GONE},
    people=2,
)
def test_an_alert_states_its_coverage(act):
    """Four are tracked at the origin or have left it, three of them were seen."""
    coverage = act.revisions[0].coverage
    assert (coverage.tracked, coverage.seen) == (4, 3)


# -- the whole pipeline again ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """Return a world in which two people moved in January and a third in February; no run yet."""
    world = World(
        tmp_path_factory.mktemp("imported"), rules={"talent": flow("meta", "xai", people=2)}
    )
    everyone = {name: [job("Meta")] for name in ("ada", "bob", "cyn", "dan", "eve", "fay")}
    there = {
        name: [job("Meta", end=f"2025-01-{day}"), job("xAI", start=f"2025-01-{day}")]
        for name, day in (("ada", 10), ("bob", 12))
    }
    files = [
        world.on("2025-01-01", **everyone),
        world.on("2025-02-01", **everyone | there),
        world.on(
            "2025-03-01", **everyone | there | {"cyn": [job("Meta", end="2025-02-10"), job("xAI")]}
        ),
    ]
    assert world.import_(*files) == []
    return world


@pytest.fixture
def small(imported, tmp_path):
    """Return a copy of it, for one test to run."""
    shutil.copytree(imported.root, tmp_path, dirs_exist_ok=True)
    return replace(imported, root=tmp_path)


OTHER = {"other": flow("meta", "xai", people=99)}
LEDGER = [
    "2025-02-01 opened ada bob",
    "2025-03-01 grew ada bob cyn",
    "2025-04-12 closed ada bob cyn",
]
SENT = ["opened ada bob cyn", "closed ada bob cyn"]


@pytest.mark.slow
def test_a_second_run_says_that_nothing_is_new(small):
    """Nothing is told twice, whatever the day (cases 17, 22 and 59)."""
    small.run("2025-03-01")
    assert small.ledger() == LEDGER[:2]
    outcome = small.run("2025-03-01")
    assert (outcome.moves, outcome.revisions, outcome.pending) == (0, (), ())
    small.run("2025-12-31")
    assert small.ledger() == LEDGER
    assert small.sent() == SENT
    assert small.backfill(deliver=True).pending == ()
    assert small.sent() == SENT


@pytest.mark.slow
def test_a_run_on_which_no_rule_is_due_ends_well(small):
    """Days pass without a file; later all rules but one that has no alert are gone."""
    small.run("2025-03-01")
    for day in ("2025-03-02", "2025-12-30", "2025-12-31"):
        small.run(day)
    assert small.ledger() == LEDGER
    small.rewrite(rules=OTHER)
    assert small.run("2026-01-01").revisions == ()


@pytest.mark.slow
def test_an_alert_that_opened_and_closed_before_any_run_is_one_message_that_says_both(small):
    """Both facts are delivered, never the end alone (case 35)."""
    small.run("2025-12-31")
    assert small.sent() == SENT[:1]
    with small.state() as tx:
        (message,) = [each.body for each in tx.deliveries() if each.body["type"] == "alert"]
    assert message["status"] == "closed"
    assert [each["reason"] for each in message["revisions"]] == ["opened", "grew", "closed"]


@pytest.mark.slow
def test_a_backfill_records_only_unless_it_is_told_to_deliver(small):
    """Its alerts are those of a live run; a later live run does not send them (cases 58 and 60)."""
    small.backfill(now="2025-03-05")
    assert small.ledger() == LEDGER[:2]
    assert small.sent() == []
    assert set(small.kept_back()) == {"grew: backfill"}
    small.run("2025-03-05")
    assert small.sent() == []


@pytest.mark.slow
def test_a_backfill_that_is_told_to_deliver_sends_what_one_before_it_recorded(small):
    """The explicit flag lifts the hush (case 60)."""
    small.backfill(now="2025-03-05")
    small.backfill(now="2025-03-05", deliver=True)
    assert small.sent() == SENT[:1]


@pytest.mark.slow
def test_a_backfill_looks_no_further_than_the_newest_snapshot(small):
    """Its horizon is the last observation; a live run goes on to its own day."""
    small.backfill(now="2026-12-31")
    assert small.ledger() == LEDGER[:2]
    small.run("2026-12-31")
    assert small.ledger() == LEDGER


@pytest.mark.slow
def test_a_backfill_of_a_part_is_warmed_by_all_that_came_before(small):
    """Days before it stay as they are, and its windows reach back (case 61)."""
    small.run("2025-03-01")
    before = small.ledger_bytes()
    outcome = small.backfill("2025-02-15", until="2025-03-01")
    assert outcome.revisions == ()
    assert small.ledger_bytes() == before


@pytest.mark.slow
def test_a_backfill_that_ends_before_it_begins_is_refused(small):
    """It would say that nothing is new, which nobody looked at."""
    with pytest.raises(UsageError, match="--until 2025-02-01 is before --since 2025-03-01"):
        small.backfill("2025-03-01", until="2025-02-01")


def test_a_backfill_of_a_rule_that_is_not_there_is_refused(small):
    """It says which there are."""
    with pytest.raises(UsageError, match=r"there is no rule 'talen' \(there are: talent\)"):
        small.backfill(rule="talen")


@pytest.mark.slow
def test_what_was_known_before_send_from_is_recorded_and_not_sent(small):
    """By default that is the day of the first run."""
    small.rewrite(send_from=None)
    small.run("2025-03-01")
    assert small.ledger() == LEDGER[:2]
    assert small.kept_back() == []
    assert small.sent() == ["opened ada bob cyn"]


@pytest.mark.slow
def test_an_older_file_that_arrives_after_alerts_were_sent_tells_nothing_twice(tmp_path):
    """The ledger changes its days, and nobody hears of the same people again."""
    world = World(tmp_path, rules={"talent": flow("meta", "xai", people=2)})
    before = {name: [job("Meta")] for name in ("ada", "bob", "cyn", "dan", "eve", "fay")}
    after = {
        name: [job("Meta", end="2025-01-10"), job("xAI", start=f"2025-01-1{day}")]
        for day, name in enumerate(("ada", "bob"))
    }
    world.on("2025-01-01", **before)
    world.on("2025-03-01", **before | after)
    world.run("2025-03-01")
    assert (world.ledger(), world.sent()) == (["2025-03-01 opened ada bob"], ["opened ada bob"])
    world.on("2025-02-01", **before | after)
    world.run("2025-03-01")
    assert world.ledger() == ["2025-02-01 opened ada bob"]
    assert world.sent() == ["opened ada bob"]


@pytest.mark.slow
def test_a_new_rule_is_evaluated_over_the_past(small):
    """Its ledger reads as if it had always been there; a rule that goes takes its alerts along."""
    rules = dict(small.rules)
    small.rewrite(rules=OTHER)
    small.run("2025-03-01")
    assert small.ledger() == []
    small.rewrite(rules=rules)
    small.run("2025-03-01")
    assert small.ledger() == LEDGER[:2]
    small.rewrite(rules=OTHER)
    small.run("2025-03-01")
    assert small.ledger() == []


@pytest.mark.slow
def test_a_rule_that_changes_its_meaning_is_evaluated_again(small):
    """Another threshold, another ledger; another title, the same one."""
    small.run("2025-03-01")
    talent = small.rules["talent"]
    small.rewrite(rules={"talent": f'title = "Another title"\n{talent}'})
    assert small.run("2025-03-01").revisions == ()
    small.rewrite(rules={"talent": talent.replace("people = 2", "people = 3")})
    small.run("2025-03-01")
    assert small.ledger() == ["2025-03-01 opened ada bob cyn"]


@pytest.mark.slow
def test_a_broken_rule_is_frozen_with_its_alerts_and_the_others_go_on(small):
    """The run says what is wrong with it (case 21)."""
    small.run("2025-02-01")
    frozen = small.ledger("talent")
    broken = small.rules["talent"].replace("people = 2", "peopel = 2")
    small.rewrite(rules={"talent": broken, "leaving": flow("meta", None, people=3)})
    outcome = small.run("2025-12-31")
    assert any("peopel" in error for error in outcome.errors)
    assert small.ledger("talent") == frozen
    assert small.ledger("leaving")[0] == "2025-03-01 opened ada bob cyn"


@pytest.mark.slow
def test_two_profiles_that_are_one_person_count_once(small):
    """Decided after an alert, the alert is taken back and not sent anew (case 4)."""
    small.run("2025-03-01")
    assert small.sent() == SENT[:1]
    small.rewrite(people='[[people]]\nids = ["press:ada", "press:bob"]\n')
    small.run("2025-03-01")
    (alert,) = small.alerts()
    assert (len(alert["people"]), alert["peak"], alert["opened_on"]) == (2, 2, "2025-02-10")
    assert small.sent()[1:] == ["corrected ada cyn"]


@pytest.mark.slow
def test_the_same_move_at_two_linked_sources_is_one_person(tmp_path):
    """Unlinked, the ids of two sources are two people; linked, one (case 4)."""
    world = World(
        tmp_path, rules={"talent": flow("meta", "xai", people=2)}, sources=("press", "web")
    )
    for source in world.sources:
        world.on("2025-01-01", source, ada=[job("Meta")], zoe=[job("Acme")])
        world.then("2025-02-01", source, ada=[job("xAI")])
    world.run()
    assert world.ledger() == ["2025-02-01 opened ada ada"]
    world.rewrite(people='[[people]]\nids = ["press:ada", "web:ada"]\n')
    world.run()
    assert world.ledger() == []


@pytest.mark.slow
def test_the_same_people_linked_again_derive_no_move_twice(small):
    """Each change of the links derives everything once."""
    small.rewrite(people='[[people]]\nids = ["press:ada", "press:bob"]\n')
    small.run("2025-03-01")
    moves = len(small.moves())
    small.rewrite(people='[[people]]\nids = ["press:ada", "press:bob", "press:fay"]\n')
    small.run("2025-03-01")
    assert len(small.moves()) == moves == 2


@pytest.mark.slow
def test_dropping_the_derived_tables_costs_a_derivation_and_loses_nothing(small):
    """They are built again from the stored snapshots."""
    small.run("2025-03-01")
    moves, ledger = small.moves(), small.ledger_bytes()
    (small.settings.snapshots / "derived.duckdb").unlink()
    assert small.run("2025-03-01").pending == ()
    assert (small.moves(), small.ledger_bytes()) == (moves, ledger)


@pytest.mark.slow
def test_derived_tables_of_another_version_are_refused_by_readers_and_made_again_by_a_run(small):
    """After an upgrade columns may be missing: no traceback, and nothing to delete by hand."""
    small.run("2025-03-01")
    moves, ledger = small.moves(), small.ledger_bytes()
    with duckdb.connect(small.settings.snapshots / "derived.duckdb") as tables:
        tables.execute("UPDATE facts SET value = '0:before' WHERE name = 'grounds'")
        for (view,) in tables.execute(
            "SELECT view_name FROM duckdb_views() WHERE NOT internal"
        ).fetchall():
            tables.execute(f"DROP VIEW {view}")
        tables.execute("DROP TABLE moves")
        tables.execute("CREATE TABLE moves (move VARCHAR)")
    with pytest.raises(SnapshotError, match="another version"), open_reading_engine(small.settings):
        pass
    with pytest.raises(SnapshotError, match="another version"), open_copied_engine(small.settings):
        pass
    assert small.run("2025-03-01").pending == ()
    assert (small.moves(), small.ledger_bytes()) == (moves, ledger)


@pytest.mark.slow
def test_moves_that_are_held_are_listed_as_left_out_with_the_reason(tmp_path):
    """An alert says who was left out and why."""
    world = World(tmp_path, rules={"talent": flow(None, "xai", people=1)})
    world.on(
        "2025-01-01",
        zoe=[job("Meta")],
        **{name: [job("Acme")] for name in ("ada", "bob", "cyn", "dan", "eve")},
    )
    world.on(
        "2025-02-01",
        zoe=[job("xAI")],
        **{name: [job("xAI")] for name in ("ada", "bob", "cyn", "dan", "eve")},
    )
    world.run()
    (alert,) = world.revisions()
    assert [person.person for person in alert.people] == ["zoe"]
    assert [person.person for person in alert.left_out] == ["ada", "bob", "cyn", "dan", "eve"]
    assert {person.note for person in alert.left_out} == {
        "5 of 5 people of acme went to xai in one comparison"
    }
