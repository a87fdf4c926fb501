"""ORCID is followed: people by their iDs, and those whom an organisation's search finds."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from orcid_service import OrcidService, employment, orcid_id, record
from services import BEGAN, CONTACT, Said, VirtualTime, Watch, service, watch
from story import World, flow

from monitor.base.errors import SourceError

ONE, TWO = orcid_id(1), orcid_id(2)


@pytest.fixture
def time():
    """A clock that stands still until somebody sleeps."""
    return VirtualTime()


@pytest.fixture
def orcid():
    """What the service knows."""
    return OrcidService()


@pytest.fixture
def remote(time, orcid):
    """The service, running."""
    with service(time) as running:
        running.answer = orcid
        yield running


@pytest.fixture
def watching(tmp_path, remote, time):
    """Make a folder that follows people or organisations at the service."""

    def make(followed=f'ids = ["{ONE}"]', more=""):
        keys = f'kind = "orcid"\nbase_url = "{remote.url}"\nwatch = {{ {followed} }}\n{more}'
        return watch(tmp_path, time, keys)

    return make


def positions(watching, person=ONE):
    """Return the positions of a person in the file of the present day."""
    return watching.profiles()[person]["positions"]


def test_a_record_is_a_profile_with_its_employments(watching, orcid):
    """Dates as far as they go, the organisation's id, and the put-code as the position's id."""
    job = employment(
        *(7, "Example University"),
        title="Lecturer",
        department="Physics",
        start="2021-09",
        ror="https://ror.org/00examp37",
    )
    orcid.records[ONE] = record(ONE, job)
    followed = watching()
    assert followed.collect().is_complete
    assert followed.profiles()[ONE] == {
        "id": ONE,
        "name": "Jo Fictional",
        "url": f"https://orcid.org/{ONE}",
        "same_as": [f"https://orcid.org/{ONE}"],
        "positions": [
            {
                "id": "7",
                "organization": "Example University",
                "organization_id": "ror:00examp37",
                "team": "Physics",
                "title": "Lecturer",
                "start": "2021-09",
            }
        ],
    }


def test_an_organisation_is_named_by_its_register(watching, orcid):
    """As a watch list and a directory name it: a number alone would be anybody's."""
    funder = "http://dx.doi.org/10.13039/501100000001"
    registers = [("GRID", "grid.1.1"), ("RINGGOLD", "1234"), ("FUNDREF", funder), ("NEW", "x")]
    jobs = [employment(n, f"Place {n}", register=one) for n, one in enumerate(registers)]
    orcid.records[ONE] = record(ONE, *jobs)
    followed = watching()
    followed.collect()
    named = [job["organization_id"] for job in followed.profiles()[ONE]["positions"]]
    assert named == ["grid:grid.1.1", "ringgold:1234", f"fundref:{funder}", "x"]


@pytest.mark.parametrize(
    ("start", "end"),
    [("2021", None), ("2021-09", "2026"), ("2021-09-03", "2026-10-01"), (None, "2026")],
)
def test_dates_are_told_as_far_as_they_go(watching, orcid, start, end):
    """No month and no day is made up."""
    orcid.records[ONE] = record(ONE, employment(1, "Meta", start=start, end=end))
    followed = watching()
    followed.collect()
    (position,) = positions(followed)
    assert (position.get("start"), position.get("end")) == (start, end)


def test_several_sources_that_state_one_job_are_one_job(watching, orcid):
    """The first summary of a group is the one that the person prefers."""
    orcid.records[ONE] = record(
        ONE, [employment(1, "Meta", title="Engineer"), employment(2, "META Inc.", title="Eng")]
    )
    followed = watching()
    followed.collect()
    assert [position["title"] for position in positions(followed)] == ["Engineer"]


@pytest.mark.parametrize("name", [None, "Cher", "Ada Lovelace", "Зоя 李", "שרה Levi"])
def test_a_name_may_be_private_or_have_one_part(watching, orcid, name):
    """A person without a family name, or without a name, is a person."""
    orcid.records[ONE] = record(ONE, employment(1, "Meta"), name=name)
    followed = watching()
    followed.collect()
    assert followed.profiles()[ONE].get("name") == name


def test_a_record_without_public_employments_is_an_empty_profile(watching, orcid):
    """That is normal, and no error."""
    orcid.records[ONE] = record(ONE)
    followed = watching()
    assert followed.collect().is_complete
    assert positions(followed) == []


@pytest.mark.parametrize(
    ("code", "reason"), [(9018, "locked"), (9044, "deleted"), (9036, "hidden")]
)
def test_a_locked_deactivated_or_unclaimed_record_is_withdrawn(watching, orcid, code, reason):
    """A conflict is no error: the person is hidden at once."""
    orcid.records[ONE] = orcid.records[TWO] = record(ONE, employment(1, "Meta"))
    orcid.locked[ONE] = code
    followed = watching()
    assert followed.collect().is_complete
    assert followed.profiles() == {}
    assert f'"reason":"{reason}"' in (followed.plan.folder / "withdrawn.json").read_text()


def test_a_record_that_is_not_public_is_hidden_at_once(watching, orcid, time):
    """Its person is in the file no longer, which says why, and is marked for erasure."""
    orcid.records = {one: record(one, employment(1, "Meta")) for one in (ONE, TWO)}
    followed = watching(f'ids = ["{ONE}", "{TWO}"]')
    followed.collect()
    time.next_day()
    orcid.private.add(ONE)
    assert followed.collect().is_complete
    assert followed.profiles().keys() == {TWO}
    assert followed.absences() == {ONE: "hidden"}
    assert f'"id":"{ONE}"' in (followed.plan.folder / "withdrawn.json").read_text()


def test_a_record_that_is_refused_stops_nobody_else(watching, orcid, time):
    """Its person is not reached and stays as last seen; the others are asked for."""
    orcid.records[ONE] = orcid.records[TWO] = record(ONE, employment(1, "Meta"))
    orcid.records[TWO] = record(TWO, employment(2, "xAI"))
    followed = watching(f'ids = ["{ONE}", "{TWO}"]')
    assert followed.collect().is_complete
    time.next_day()
    orcid.forbidden.add(ONE)
    collected = followed.collect()
    assert collected.failed == 1
    assert f"said 403: {ONE} may not be read by us" in str(collected.note)
    assert followed.profiles()[ONE]["seen_on"] == "2026-11-02"
    assert "seen_on" not in followed.profiles()[TWO]


def test_a_service_that_lets_nobody_be_read_is_left_alone(watching, orcid, remote):
    """Five people in a row are enough: it is the token then. The next run asks for the others."""
    everybody = [orcid_id(number) for number in range(1, 10)]
    orcid.forbidden.update(everybody)
    followed = watching(f"ids = {everybody}")
    with pytest.raises(SourceError, match=r"5 answers in a row say nothing.*look at the token"):
        followed.collect()
    assert len(remote.asked) == 5
    assert followed.collect().is_blind
    assert len(remote.asked) == 9


@pytest.mark.parametrize("refused", ["forbidden", "private", "locked", "unknown"])
def test_many_in_a_row_who_may_not_be_read_stop_nobody_else_on_any_day(
    watching, orcid, remote, time, refused
):
    """Six people before the only one who can be read: each day is complete but for them."""
    everybody = [orcid_id(number) for number in range(1, 8)]
    away, last = everybody[:6], everybody[6]
    orcid.records = {last: record(last, employment(1, "Meta"))}
    if refused == "locked":
        orcid.locked = dict.fromkeys(away, 9018)
    elif refused != "unknown":
        getattr(orcid, refused).update(away)
    followed = watching(f"ids = {everybody}")
    if refused == "forbidden":  # on the first day nobody can tell
        with pytest.raises(SourceError, match="goes on with the others"):
            followed.collect()
    for _ in range(3):
        assert not followed.collect().is_blind
        assert followed.profiles().keys() == {last}
        time.next_day()
    assert len(remote.asked) == 3 * 7


def test_a_search_that_is_refused_stops_the_source(watching, remote):
    """It is about nobody alone."""
    remote.answer = lambda _asked: Said(status=403)
    with pytest.raises(SourceError, match=r"refused us \(403\): look at the token"):
        watching('organizations = ["https://ror.org/00examp37"]').collect()


def test_a_merged_record_stays_under_the_id_that_is_followed(watching, orcid, time):
    """Nobody is new because ORCID gave them another iD; the link leads to the new record."""
    orcid.records[ONE] = record(ONE, employment(1, "Meta"))
    followed = watching()
    followed.collect()
    time.next_day()
    orcid.merged[ONE] = TWO
    orcid.records[TWO] = record(TWO, employment(1, "Meta"))
    followed.collect()
    assert followed.profiles().keys() == {ONE}
    assert followed.profiles()[ONE]["url"] == f"https://orcid.org/{TWO}"


def test_of_two_records_that_were_merged_the_remaining_one_is_followed(
    watching, orcid, remote, time
):
    """A person who is followed under both iDs is there once, and is asked for once from then on."""
    orcid.records = {ONE: record(ONE, employment(1, "Meta")), TWO: record(TWO)}
    followed = watching(f'ids = ["{ONE}", "{TWO}"]')
    followed.collect()
    time.next_day()
    orcid.merged[ONE] = TWO
    followed.collect()
    assert followed.profiles().keys() == {TWO}
    assert followed.absences() == {ONE: "merged"}
    # What either record told is of one person.
    assert ONE in followed.profiles()[TWO]["same_as"]
    time.next_day()
    before = len(remote.asked)
    followed.collect()
    assert remote.paths[before:] == [f"/{TWO}/record"]
    assert followed.profiles().keys() == {TWO}


def test_who_was_merged_is_explained_for_so_long_and_then_forgotten(watching, orcid, time):
    """The row goes with the line: nothing of the former id is kept."""
    orcid.records = {who: record(who, employment(1, "Meta")) for who in (ONE, TWO)}
    followed = watching(f'ids = ["{ONE}", "{TWO}"]')
    followed.collect()
    orcid.merged[ONE] = TWO
    for days, explained in ((1, {ONE: "merged"}), (31, {ONE: "merged"}), (32, {})):
        time.now = BEGAN + timedelta(days=days)
        followed.collect()
        assert followed.absences() == explained
    with closing(sqlite3.connect(followed.plan.folder / "work.sqlite")) as work:
        assert work.execute("SELECT count(*) FROM unshown").fetchone() == (0,)


def test_a_merger_that_is_turned_round_loses_nobody(watching, orcid, time):
    """Of two records that led to each other one is followed, under the id that it had."""
    orcid.records = {one: record(one, employment(1, "Meta")) for one in (ONE, TWO)}
    followed = watching(f'ids = ["{ONE}", "{TWO}"]')
    for merged in ({ONE: TWO}, {TWO: ONE}, {TWO: ONE}, {ONE: TWO}, {ONE: TWO}):
        orcid.merged = merged
        assert followed.collect().is_complete
        assert followed.profiles().keys() == {TWO}
        time.next_day()


def test_an_organisation_is_watched_by_a_search_and_who_was_found_is_followed_on(
    watching, orcid, remote, time
):
    """Who leaves it is found by no search any more, and is asked for all the same."""
    orcid.records = {one: record(one, employment(1, "Meta")) for one in (ONE, TWO)}
    orcid.hits = {ONE: "2026-01-01", TWO: "2026-01-01"}
    followed = watching('organizations = ["ror:00examp37"]')
    followed.collect()
    assert 'ror-org-id:"https://ror.org/00examp37"' in remote.asked[0].query["q"]
    time.next_day()
    orcid.hits.pop(TWO)
    orcid.records[TWO] = record(TWO, employment(2, "xAI"))
    followed.collect()
    assert positions(followed, TWO)[0]["organization"] == "xAI"


def test_an_organisation_with_wrong_check_digits_is_refused_before_anybody_is_asked(
    watching, remote
):
    """A search for it would find nobody, and say nothing."""
    with pytest.raises(SourceError, match="'ror:00examp38' is no id at ROR"):
        watching('organizations = ["ror:00examp38"]').collect()
    assert not remote.asked


def test_who_was_found_is_not_followed_where_that_is_not_wanted(watching, orcid, time):
    """Then only those at the organisation are there."""
    orcid.records = {one: record(one, employment(1, "Meta")) for one in (ONE, TWO)}
    orcid.hits = {ONE: "2026-01-01", TWO: "2026-01-01"}
    followed = watching('organizations = ["Meta"], follow = false')
    followed.collect()
    time.next_day()
    orcid.hits.pop(TWO)
    followed.collect()
    assert followed.profiles().keys() == {ONE}


def test_a_search_that_finds_nobody_is_no_error(watching):
    """ORCID writes null in the place of an empty list."""
    collected = watching('organizations = ["ror:00examp37"]').collect()
    assert collected.is_complete
    assert collected.requests == 1


def test_a_search_with_more_hits_than_are_shown_is_halved_by_days(watching, orcid, remote):
    """No page behind the ten thousandth is asked for, and no page is too long."""
    days = ("2014-05-01", "2026-05-01")
    orcid.hits = {orcid_id(number): days[number % 2] for number in range(10_001)}
    followed = watching('organizations = ["ror:00examp37"]', "budget = 20")
    assert "the budget of 20 requests a day is spent" in str(followed.collect().note)
    searches = [one.query for one in remote.asked if one.path.startswith("/expanded-search")]
    assert {int(search["rows"]) for search in searches} == {1000}
    assert max(int(search["start"]) for search in searches) == 5000


def test_the_quota_of_a_day_parks_the_source_until_the_next(watching, orcid, remote):
    """A refusal in plain text without Retry-After is the end of the day's quota."""
    orcid.records = {one: record(one, employment(1, "Meta")) for one in (ONE, TWO)}
    orcid.quota = 1
    followed = watching(f'ids = ["{ONE}", "{TWO}"]')
    note = followed.collect().note
    assert "it goes on from 2026-11-03 00:05 UTC on" in str(note)
    assert len(remote.asked) == 2
    assert followed.profiles().keys() == {ONE}


def test_an_id_with_a_wrong_check_digit_is_refused_before_anybody_is_asked(watching, remote):
    """A slip of the pen costs no request, and is named."""
    with pytest.raises(SourceError, match="'0000-0002-1825-0098' is no ORCID iD"):
        watching('ids = ["0000-0002-1825-0098"]').collect()
    assert not remote.asked


def test_requests_keep_the_limit_that_orcid_states(watching, orcid, remote):
    """Ten a second: twelve are allowed."""
    people = [orcid_id(number) for number in range(1, 13)]
    orcid.records = {person: record(person, employment(1, "Meta")) for person in people}
    listed = ", ".join(f'"{person}"' for person in people)
    watching(f"ids = [{listed}]").collect()
    gaps = [
        (later.at - earlier.at).total_seconds()
        for earlier, later in zip(remote.asked, remote.asked[1:], strict=False)
    ]
    assert min(gaps) >= 1 / 12


@pytest.mark.slow
def test_two_collections_tell_one_move_of_the_one_who_moved(tmp_path, orcid, remote, time):
    """Not of a new title, of who vanished or hid, or of a merged iD; and the link is right."""
    people = [orcid_id(number) for number in range(1, 6)]
    moved, titled, vanished, hidden, merged = people
    meta = {one: employment(1, "Meta", title="Engineer", start="2020-01") for one in people}
    orcid.records = {one: record(one, job, name=f"P {one}") for one, job in meta.items()}
    listed = ", ".join(f'"{one}"' for one in people)
    world = World(
        tmp_path,
        rules={"talent": flow("meta", "xai", people=1)},
        sources=(),
        config=f'[sources.remote]\nkind = "orcid"\nbase_url = "{remote.url}"\n'
        f'contact = "{CONTACT}"\npurpose = "a test"\nretention = "365d"\n'
        f"[sources.remote.watch]\nids = [{listed}]",
    )
    followed = Watch(Path(world.root), time)
    followed.collect()
    time.now = datetime(2026, 11, 9, 6, tzinfo=UTC)
    ended = {
        **meta[moved],
        "end-date": {"year": {"value": "2026"}, "month": {"value": "10"}, "day": None},
    }
    orcid.records[moved] = record(
        moved, ended, employment(2, "xAI", start="2026-11"), name=f"P {moved}"
    )
    orcid.records[titled] = record(titled, {**meta[titled], "role-title": "Director"})
    orcid.records.pop(vanished)
    orcid.locked[hidden] = 9018
    primary = orcid_id(99)
    orcid.merged[merged] = primary
    orcid.records[primary] = record(primary, meta[merged])
    followed.collect()
    world.run("2026-11-09")
    assert [row.split()[2] for row in world.snapshots()] == ["baseline", "accepted"]
    left = [move for move in world.moves() if ": ? ->" not in move]
    assert left == [
        f"{moved}: meta -> xai left 2026-10-01..2026-10-31 joined 2026-11-01..2026-11-09"
    ]
    (alert,) = world.alerts()
    (person,) = alert["people"]
    assert [item["url"] for item in person["evidence"]] == [f"https://orcid.org/{moved}"]


@pytest.mark.slow
def test_people_added_later_bring_their_history_and_no_undated_move(watching, orcid, time):
    """Undated positions at first sight are where somebody begins; dated ones are a history."""
    three = orcid_id(3)
    orcid.records = {
        ONE: record(ONE, employment(1, "Meta")),
        TWO: record(TWO, employment(2, "xAI")),
        three: record(
            three,
            employment(3, "Meta", start="2019-01", end="2024-05"),
            employment(4, "xAI", start="2024-06"),
        ),
    }
    watching().collect()
    time.next_day()
    followed = watching(f'ids = ["{ONE}", "{TWO}", "{three}"]')
    config = (followed.folder / "config.toml").read_text(encoding="utf-8")
    followed.collect()
    world = World(followed.folder, sources=(), config=config)
    world.run("2026-11-03")
    assert [move for move in world.moves() if ": ? ->" not in move] == [
        f"{three}: meta -> xai left 2024-05-01..2024-05-31 joined 2024-06-01..2024-06-30"
    ]
    assert not [move for move in world.moves() if move.startswith((ONE, TWO))]
