"""The gates: which snapshots may speak, and which moves are held for a decision."""

from datetime import date

import pytest
from story import Job, World, crowd, flow, job

from monitor.base.records import Manifest, Verdict
from monitor.base.settings import Quality
from monitor.moves.gates.quality import Sighted, judge

LIMITS = Quality()


def manifest(profiles: int, rejected: int = 0) -> Manifest:
    """Return the description of a snapshot with so many profiles."""
    return Manifest(
        source="press",
        observed_on=date(2025, 1, 1),
        origin="2025-01-01.jsonl",
        origin_sha256="0" * 64,
        profiles=profiles,
        positions=profiles,
        rejected=rejected,
        warnings=0,
        schema_version=1,
        content="test",
        files={},
    )


def verdict(profiles: int, *, rejected: int = 0, missing: int | None = None, **more) -> Verdict:
    """Judge a snapshot against one of 100 profiles of which some are missing."""
    sighted = None if missing is None else Sighted(known=100, missing=missing)
    limits, decision = more.get("limits", LIMITS), more.get("decision")
    return judge(manifest(profiles, rejected), sighted, limits, decision)[0]


# -- one snapshot ----------------------------------------------------------------------------------


def test_the_first_accepted_snapshot_of_a_source_is_a_baseline():
    """There is nothing to hold it against (case 68)."""
    assert verdict(100) is Verdict.BASELINE


def test_a_snapshot_that_lacks_more_than_a_fifth_of_the_known_is_suspect():
    """Exactly a fifth may be missing (case 65, trap 20)."""
    assert verdict(80, missing=20) is Verdict.ACCEPTED
    assert verdict(79, missing=21) is Verdict.SUSPECT


def test_new_profiles_do_not_make_up_for_missing_ones():
    """Known people are held against known people (trap 21)."""
    assert verdict(500, missing=21) is Verdict.SUSPECT


def test_a_snapshot_with_more_than_a_twentieth_set_aside_is_suspect():
    """Exactly a twentieth may be, of all records and not of the good ones."""
    assert verdict(95, rejected=5, missing=0) is Verdict.ACCEPTED
    assert verdict(94, rejected=6, missing=0) is Verdict.SUSPECT
    assert verdict(94, rejected=6) is Verdict.SUSPECT


def test_an_empty_read_is_suspect():
    """Whether or not anything was known before."""
    assert verdict(0) is Verdict.SUSPECT
    assert verdict(0, missing=100) is Verdict.SUSPECT


def test_the_shares_can_be_set_for_each_source():
    """A source that is known to be patchy may be."""
    patchy = Quality(missing=0.5, rejected=0.5)
    assert verdict(50, rejected=50, missing=50, limits=patchy) is Verdict.ACCEPTED
    assert verdict(49, missing=51, limits=patchy) is Verdict.SUSPECT
    assert verdict(99, missing=1, limits=Quality(missing=0.0)) is Verdict.SUSPECT


def test_an_operator_may_let_a_suspect_snapshot_speak_and_silence_a_good_one():
    """The decision goes before the gates."""
    assert verdict(10, missing=90, decision=Verdict.ACCEPTED) is Verdict.ACCEPTED
    assert verdict(100, missing=0, decision=Verdict.REJECTED) is Verdict.REJECTED
    assert verdict(0, decision=Verdict.ACCEPTED) is Verdict.BASELINE


def test_a_verdict_gives_all_its_reasons_in_words():
    """With the numbers that an operator needs."""
    _, reasons = judge(manifest(50, 50), Sighted(known=100, missing=60), LIMITS, None)
    assert len(reasons) == 2
    assert "50 of 100 records were set aside" in reasons[0]
    assert "60 of 100 known profiles are missing" in reasons[1]
    assert judge(manifest(50), Sighted(known=50, missing=0), LIMITS, None)[1] == ()


# -- a source over time ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def outage(tmp_path_factory):
    """Return a world whose second snapshot is cut short and whose fourth is empty."""
    world = World(
        tmp_path_factory.mktemp("outage"), rules={"leaving": flow("meta", None, people=1)}
    )
    everyone = crowd("Meta", 20)
    world.on("2025-01-01", ada=[job("Meta"), job("MIT", end="2019")], **everyone)
    world.on("2025-02-01", ada=[job("MIT", end="2019")], **crowd("Meta", 10))
    world.on("2025-03-01", ada=[job("xAI")], **everyone)
    world.file("2025-04-01", "")
    world.on("2025-05-01", ada=[job("xAI")], **everyone)
    world.run()
    return world


@pytest.mark.slow
def test_a_suspect_snapshot_is_stored_and_not_compared(outage):
    """It has a verdict, and nobody moved by it."""
    assert outage.snapshots() == [
        "press 2025-01-01 baseline",
        "press 2025-02-01 suspect",
        "press 2025-03-01 accepted",
        "press 2025-04-01 suspect",
        "press 2025-05-01 accepted",
    ]
    assert outage.moves(as_known_on="2025-02-28") == outage.moves(as_known_on="2025-01-01")


@pytest.mark.slow
def test_the_next_good_snapshot_is_compared_with_the_last_accepted_one(outage):
    """The interval spans the suspect one."""
    assert outage.moves()[-1] == (
        "ada: meta -> xai left 2025-01-02..2025-03-01 joined 2025-01-02..2025-03-01"
    )


@pytest.mark.slow
def test_the_operator_is_told_once_and_once_more_on_recovery(outage):
    """Each outage is one, whatever runs again."""
    told = [
        "suspect:press:2025-02-01",
        "recovered:press:2025-03-01",
        "suspect:press:2025-04-01",
        "recovered:press:2025-05-01",
    ]
    assert outage.notices() == told
    outage.run("2025-05-02")
    assert outage.notices() == told


@pytest.mark.slow
def test_a_failed_collection_is_never_people_left(outage):
    """The only departure is the one that a good snapshot shows."""
    assert [line for line in outage.ledger() if "opened" in line] == ["2025-03-01 opened ada"]


@pytest.mark.slow
def test_an_outage_of_several_snapshots_is_told_once(tmp_path):
    """One notice when it turns, none while it lasts."""
    world = World(tmp_path)
    world.on("2025-01-01", **crowd("Meta", 10))
    for day, people in (("2025-02-01", 5), ("2025-03-01", 4)):
        world.on(day, **crowd("Meta", people))
    world.live()
    assert world.notices() == ["suspect:press:2025-02-01"]
    world.on("2025-04-01", **crowd("Meta", 10))
    world.run()
    assert world.notices() == ["suspect:press:2025-02-01", "recovered:press:2025-04-01"]


def test_a_first_snapshot_that_is_empty_is_no_baseline(tmp_path):
    """The next one is, and nobody joined by appearing in it."""
    world = World(tmp_path)
    world.file("2025-01-01", "")
    world.on("2025-02-01", ada=[job("Meta")])
    world.run()
    assert world.snapshots() == ["press 2025-01-01 suspect", "press 2025-02-01 baseline"]
    assert world.moves() == []


@pytest.mark.slow
def test_a_decision_of_the_operator_derives_the_source_again(tmp_path):
    """Accepted, the suspect snapshot speaks, and rejected it falls silent."""
    world = World(tmp_path)
    world.on("2025-01-01", ada=[job("Meta")], **crowd("Meta", 10))
    world.on("2025-02-01", ada=[job("xAI")])
    world.on("2025-03-01", ada=[job("xAI")], **crowd("Meta", 10))
    world.run()
    spanning = "ada: meta -> xai left 2025-01-02..2025-03-01 joined 2025-01-02..2025-03-01"
    assert world.moves() == [spanning]
    world.decide("press", "2025-02-01", "accepted")
    world.run()
    assert world.moves() == [spanning.replace("03-01", "02-01")]


def test_a_snapshot_that_the_operator_rejects_falls_silent(tmp_path):
    """Who moved by it has not."""
    world = World(tmp_path)
    world.on("2025-01-01", ada=[job("Meta")], **crowd("Meta", 10))
    world.then("2025-02-01", ada=[job("xAI")])
    world.decide("press", "2025-02-01", "rejected")
    world.run()
    assert world.snapshots()[1] == "press 2025-02-01 rejected"
    assert world.moves() == []


@pytest.mark.slow
def test_verdicts_are_derived_again_when_an_older_snapshot_comes_in(tmp_path):
    """The baseline is the first in order of observation, whenever it arrived."""
    world = World(tmp_path)
    world.on("2025-02-01", ada=[job("xAI")], **crowd("Meta", 10))
    world.run()
    assert world.snapshots() == ["press 2025-02-01 baseline"]
    world.on("2025-01-01", ada=[job("Meta")], **crowd("Meta", 10))
    world.run("2025-02-01")
    assert world.snapshots() == ["press 2025-01-01 baseline", "press 2025-02-01 accepted"]
    assert [line.split(" left")[0] for line in world.moves()] == ["ada: meta -> xai"]


@pytest.mark.slow
def test_one_source_that_fails_leaves_the_others_alone(tmp_path):
    """Each source is judged by itself."""
    world = World(tmp_path, sources=("press", "web"))
    world.on("2025-01-01", "press", **crowd("Meta", 10))
    world.on("2025-01-01", "web", ada=[job("Meta")])
    world.file("2025-02-01", "")
    world.on("2025-02-01", "web", ada=[job("xAI")])
    world.run()
    assert world.snapshots()[1] == "press 2025-02-01 suspect"
    assert [line.split(" left")[0] for line in world.moves()] == ["ada: meta -> xai"]


# -- collective changes ----------------------------------------------------------------------------


def in_place(_number: int, _old: str, new: str) -> list[Job]:
    """The new name stands where the old one stood."""
    return [job(new)]


def on_one_day(_number: int, old: str, new: str) -> list[Job]:
    """Everybody ended on the same day."""
    return [job(old, end="2025-01-15"), job(new, start="2025-01-16")]


def one_by_one(number: int, old: str, new: str) -> list[Job]:
    """Everybody gives another day."""
    return [job(old, end=f"2025-01-{number + 1:02}"), job(new, start=f"2025-01-{number + 2:02}")]


def in_one_month(_number: int, old: str, new: str) -> list[Job]:
    """Everybody gives the same month, as people do who really left one by one."""
    return [job(old, end="2025-01"), job(new, start="2025-01")]


@pytest.fixture(scope="module")
def upheaval(tmp_path_factory):
    """Return a world in which many people of several organisations turn up elsewhere at once."""
    rules = {"all": flow("*", None, people=2, group_by='["from.organization"]')}
    world = World(tmp_path_factory.mktemp("upheaval"), rules=rules)
    before, after = {}, {}
    for old, new, people, of, becomes in (
        ("Alpha", "Orchard", 6, 10, in_place),
        ("Beta", "Lantern", 5, 9, in_place),
        ("Gamma", "Harbour", 2, 3, in_place),
        ("Delta", "Meadow", 8, 10, on_one_day),
        ("Epsilon", "Quarry", 8, 10, one_by_one),
        ("Zeta", "Viaduct", 8, 10, in_one_month),
    ):
        for number in range(of):
            name = f"{old.lower()}-{number:02}"
            before[name] = [job(old)]
            after[name] = becomes(number, old, new) if number < people else [job(old)]
    audience = crowd("Meta", 40) | crowd("Meadow", 3, prefix="old-hand")
    world.observe("2025-01-01", before | audience)
    world.observe("2025-02-01", after | audience)
    assert world.run().errors == ()
    return world


def _statuses(world: World, person: str) -> set[str]:
    return {row["status"] for row in world.move_rows() if row["person"].startswith(person)}


@pytest.mark.slow
def test_most_of_an_organisation_renamed_in_place_is_held(upheaval):
    """Six of ten go to one same name without an end: exactly 60 percent."""
    assert _statuses(upheaval, "alpha") == {"held"}


@pytest.mark.slow
def test_fewer_than_60_percent_is_no_collective_change(upheaval):
    """Five of nine is less, and their moves count."""
    assert _statuses(upheaval, "beta") == {"counted"}


@pytest.mark.slow
def test_fewer_than_three_people_are_no_collective_change(upheaval):
    """All but one of three count."""
    assert _statuses(upheaval, "gamma") == {"counted"}


def test_most_of_an_organisation_ended_on_one_stated_day_is_held(upheaval):
    """An acquisition has a day."""
    assert _statuses(upheaval, "delta") == {"held"}


def test_most_of_an_organisation_leaving_one_by_one_counts(upheaval):
    """That is an exodus, which is what rules are for."""
    assert _statuses(upheaval, "epsilon") == {"counted"}


def test_most_of_an_organisation_leaving_in_one_month_counts(upheaval):
    """A month is no identical day (trap 3)."""
    assert _statuses(upheaval, "zeta") == {"counted"}


def test_held_moves_count_in_no_rule(upheaval):
    """Only the organisations whose people really left have alerts."""
    groups = {alert["group"]["from.organization"] for alert in upheaval.alerts()}
    assert groups == {"beta", "gamma", "epsilon", "zeta"}


def test_one_notice_describes_what_is_held(upheaval):
    """How many of how many, old and new name, and whether the new one existed."""
    keys = [
        "hold:press:2025-02-01:alpha:orchard",
        "hold:press:2025-02-01:delta:meadow",
    ]
    assert sorted(upheaval.notices()) == keys
    with upheaval.state() as tx:
        texts = {delivery.about: delivery.body.get("text") for delivery in tx.deliveries()}
    assert "6 of 10 people of alpha" in texts[keys[0]]
    assert "was not known before" in texts[keys[0]]
    assert "existed before" in texts[keys[1]]


def test_a_held_move_says_why(upheaval):
    """The reason is in the moves, for anybody who asks."""
    reasons = {row["reason"] for row in upheaval.move_rows() if row["status"] == "held"}
    assert "6 of 10 people of alpha went to orchard in one comparison" in reasons


@pytest.mark.slow
def test_an_entry_in_the_directory_settles_what_was_held(tmp_path):
    """Once the two names are one organisation, nobody has moved (trap 17)."""
    world = World(tmp_path)
    world.on("2025-01-01", **{name: [job("Facebook Labs")] for name in "abcdef"})
    world.on("2025-02-01", **{name: [job("Meta")] for name in "abcdef"})
    world.run()
    assert _statuses(world, "") == {"held"}
    world.rewrite(
        organizations=world.organizations.replace('"Facebook"', '"Facebook", "Facebook Labs"')
    )
    world.run()
    assert world.moves() == []
