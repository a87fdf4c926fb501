"""Who is who: one person under several ids, ids of several people, ids that change."""

import random
from datetime import date, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given
from story import World, crowd, flow, job, profile
from tempo import long

from monitor.identity.people.membership import Edge, Membership, clusters_on, membership_periods

TALENT = {"talent": flow("meta", "xai", people=2)}
LEFT = [
    job("OpenAI", start="2019-03", end="2021-07"),
    job("Meta", start="2021-08", end="2025-01"),
    job("xAI", start="2025-01"),
]
STAYED = [
    job("OpenAI", start="2019-03", end="2021-07"),
    job("Meta", start="2021-08"),
]


def watched(tmp_path, **more) -> World:
    """Return a world in which many people stay where they are."""
    world = World(tmp_path, rules=TALENT, **more)
    staying = {who: profile(*jobs) for who, jobs in crowd("Meta", 20).items()}
    world.told = dict.fromkeys(world.sources, staying)
    return world


@pytest.mark.slow
def test_profiles_that_state_each_other_are_one_person_from_that_day_on(tmp_path):
    """The alert that counted both is corrected, and nobody is told twice (case 4)."""
    world = watched(tmp_path)
    world.then("2025-01-01", ada=[job("Meta")], ada2=[job("Meta")], bob=[job("Meta")])
    world.then("2025-02-01", ada=[job("xAI")], ada2=[job("xAI")], bob=[job("xAI")])
    world.then("2025-03-01", ada2=profile(job("xAI"), same_as=["ada"]))
    world.then("2025-04-01", cyn=[job("Meta")])
    assert [outcome.errors for outcome in world.live()] == [()] * 4
    assert world.ledger() == [
        "2025-02-01 opened ada ada2 bob",
        "2025-03-01 corrected ada bob",
    ]
    assert world.sent() == ["opened ada ada2 bob", "corrected ada bob"]


@pytest.mark.slow
def test_profiles_of_two_sources_that_state_one_id_are_one_person(tmp_path):
    """The id may be one that nobody watches."""
    world = watched(tmp_path, sources=("press", "web"))
    for source, who in (("press", "ada"), ("web", "al")):
        same = {"same_as": ["orcid:0000-0001"]}
        world.then("2025-01-01", source, **{who: profile(job("Meta"), **same)})
        world.then("2025-02-01", source, **{who: profile(job("xAI"), **same)})
    world.run()
    assert world.ledger() == []
    (move,) = world.move_rows()
    assert (move["person"], [item["source"] for item in move["evidence"]]) == (
        "ada",
        ["press", "web"],
    )


@pytest.mark.slow
def test_an_id_that_many_names_state_is_nobodys(tmp_path):
    """A home page in the wrong column makes strangers of nobody one."""
    world = watched(tmp_path)
    who = ("ada", "bob", "cyn", "dan")
    for day, there in (("2025-01-01", "Meta"), ("2025-02-01", "xAI")):
        world.then(day, **{one: profile(job(there), same_as=["web:home"]) for one in who})
    world.run()
    assert world.ledger() == ["2025-02-01 opened ada bob cyn dan"]


@pytest.mark.slow
def test_a_link_that_a_profile_no_longer_states_is_no_more(tmp_path):
    """What was believed in between stays known."""
    world = watched(tmp_path)
    world.then("2025-01-01", ada=[job("Meta")], al=profile(job("Meta"), same_as=["press:ada"]))
    world.then("2025-02-01", ada=[job("xAI")], al=profile(job("xAI"), same_as=["press:ada"]))
    world.then("2025-03-01", al=[job("xAI")])
    world.run()
    assert world.ledger() == ["2025-03-01 opened ada al"]
    known = world.move_rows(as_known_on="2025-02-10")
    assert [(row["person"], len(row["evidence"])) for row in known] == [("ada", 2)]
    assert [row["person"] for row in world.move_rows()] == ["ada", "al"]


@pytest.mark.slow
def test_identical_dated_histories_of_one_name_are_likely_doubles_and_count_once(tmp_path):
    """They are shown as such, by whichever of them the alert shows."""
    world = watched(tmp_path)
    world.then("2025-01-01", a1=profile(*STAYED, name="Ada Lee"), bob=[job("Meta")])
    world.then("2025-01-02", a2=profile(*STAYED, name="ADA  Lee"))
    world.then("2025-02-01", a2=profile(*LEFT, name="ADA  Lee"), bob=[job("xAI")])
    world.then("2025-03-01", a1=profile(*LEFT, name="Ada Lee"))
    world.run()
    assert world.ledger()[0] == "2025-02-01 opened a1 bob"
    assert {line.split(" ", 1)[1] for line in world.ledger()[1:]} <= {"revised a1 bob"}
    notes = {person.person: person.note for person in world.revisions()[-1].people}
    assert notes["bob"] is None
    assert "likely doubles by identical dated histories" in str(notes["a1"])
    assert world.sent() == ["opened a1 bob"]


@pytest.mark.slow
def test_strangers_who_went_the_same_way_in_the_same_months_are_several_people(tmp_path):
    """A team that was hired and left together has one history and many names."""
    world = watched(tmp_path)
    team = {"a": "Ada Lee", "b": "Bob Ray", "c": "Cyn Fox"}
    world.then("2025-01-01", **{one: profile(*STAYED, name=team[one]) for one in team})
    world.then("2025-02-01", **{one: profile(*LEFT, name=team[one]) for one in team})
    world.run()
    assert world.ledger() == ["2025-02-01 opened a b c"]


@pytest.mark.slow
def test_a_short_history_makes_no_doubles_of_two_people_of_one_name(tmp_path):
    """One month of joining is shared by many."""
    world = watched(tmp_path)
    for day, jobs in (
        ("2025-01-01", [job("Meta", start="2021-08")]),
        ("2025-02-01", [job("Meta", start="2021-08", end="2025"), job("xAI")]),
    ):
        world.then(day, a=profile(*jobs, name="Wei Li"), b=profile(*jobs, name="Wei Li"))
    world.run()
    assert world.ledger() == ["2025-02-01 opened a b"]


@pytest.mark.slow
def test_one_name_on_one_page_is_a_likely_double(tmp_path):
    """Nothing but the address and the name is needed."""
    world = watched(tmp_path)
    page = {"name": "Ada Lee", "url": "https://www.example.org/ada/"}
    other = {"name": "Ada Lee", "url": "http://example.org/ada"}
    world.then("2025-01-01", a=profile(job("Meta"), **page), b=profile(job("Meta"), **other))
    world.then("2025-02-01", a=profile(job("xAI"), **page), b=profile(job("xAI"), **other))
    world.run()
    assert world.ledger() == []
    (row,) = world.move_rows()
    assert row["reason"] == (
        "counted once with press:b: likely doubles by the same name and address"
    )


def moving(world: World, url: str, names: dict[str, str]) -> World:
    """Let people of one page go from Meta to xAI at one look, without a date."""
    for day, where in (("2025-01-01", "Meta"), ("2025-02-01", "xAI")):
        people = {who: profile(job(where), name=name, url=url) for who, name in names.items()}
        world.then(day, **people)
    world.run()
    return world


@pytest.mark.slow
@pytest.mark.parametrize(
    ("names", "counted"),
    [
        long({"a": "Greg Sample", "b": "Gregory Sample", "c": "Sample, G. B. 0001"}, ["a"]),
        ({"a": "Greg Sample", "b": "Gregory Sample", "c": "Anna Sample"}, ["a", "c"]),
        long({"a": "Greg Sample", "b": "Gregory Sample", "c": "Anna Other"}, ["a", "b", "c"]),
        long({"a": "John Sample Jr.", "b": "John Sample Sr."}, ["a", "b"]),
    ],
)
def test_names_that_agree_on_one_page_in_one_move_are_likely_doubles(tmp_path, names, counted):
    """Brothers and sisters, father and son, and colleagues on a team's page are several people."""
    world = moving(watched(tmp_path), "https://example.org/~sample/", names)
    assert [row["person"] for row in world.move_rows()] == counted
    expected = [f"2025-02-01 opened {' '.join(counted)}"] if len(counted) > 1 else []
    assert world.ledger() == expected
    reasons = [row["reason"] for row in world.move_rows() if row["reason"]]
    assert all("names that agree and the same move at one look" in reason for reason in reasons)
    assert len(reasons) == (len(counted) < len(names))


@pytest.mark.slow
def test_a_decision_makes_several_people_of_likely_doubles(tmp_path):
    """It undoes the link for all days, and the alert that is due is told."""
    names = {"a": "Greg Sample", "b": "Gregory Sample", "c": "G. Sample"}
    world = moving(watched(tmp_path), "https://example.org/~sample", names)
    assert world.ledger() == []
    world.rewrite(people='[[different]]\nids = ["press:a", "press:b"]\n')
    world.run()
    assert world.ledger() == ["2025-02-01 opened a b"]
    assert [row["person"] for row in world.move_rows()] == ["a", "b"]


@pytest.mark.slow
def test_people_of_whom_it_is_decided_beforehand_are_several(tmp_path):
    """No likely double is made of them."""
    world = watched(tmp_path, people='[[different]]\nids = ["press:a", "press:b"]\n')
    moving(world, "https://example.org/~sample", {"a": "Greg Sample", "b": "Gregory Sample"})
    assert world.ledger() == ["2025-02-01 opened a b"]


@pytest.mark.slow
def test_names_that_agree_in_different_moves_or_at_different_looks_are_several(tmp_path):
    """One page and one surname alone make nobody one person."""
    world = watched(tmp_path)
    for day, greg, gregory in (
        ("2025-01-01", "Meta", "Meta"),
        ("2025-02-01", "xAI", "Meta"),
        ("2025-03-01", "xAI", "xAI"),
    ):
        page = {"url": "https://example.org/~sample"}
        world.then(
            day,
            a=profile(job(greg), name="Greg Sample", **page),
            b=profile(job(gregory), name="Gregory Sample", **page),
        )
    world.run()
    assert world.ledger() == ["2025-03-01 opened a b"]


@pytest.mark.slow
def test_one_name_in_one_undated_move_at_one_look_is_a_likely_double(tmp_path):
    """Profiles without dates have no history to be told by; another title makes another person."""
    world = watched(tmp_path)
    for day, where in (("2025-01-01", "Meta"), ("2025-02-01", "xAI")):
        same = {"name": "Ada Lee"}
        world.then(
            day,
            a=profile(job(where, title="Researcher"), **same),
            b=profile(job(where, title="Researcher"), **same),
            c=profile(job(where, title="Counsel"), **same),
        )
    world.run()
    assert world.ledger() == ["2025-02-01 opened a c"]
    assert [row["reason"] for row in world.move_rows() if row["reason"]] == [
        "counted once with press:b: likely doubles by the same name and the same move at one look"
    ]


@pytest.mark.slow
def test_a_name_that_three_bear_at_one_look_is_no_name(tmp_path):
    """A source that hides names writes one for all."""
    world = watched(tmp_path)
    for day, where in (("2025-01-01", "Meta"), ("2025-02-01", "xAI")):
        hidden = profile(job(where, title="Hidden"), name="Private Profile")
        world.then(day, a=hidden, b=hidden, c=hidden)
    world.run()
    assert world.ledger() == ["2025-02-01 opened a b c"]


@pytest.mark.slow
def test_a_page_that_strangers_share_is_no_link(tmp_path):
    """Two of one name stand on the page of a team."""
    world = watched(tmp_path)
    team = {"a": "Wei Li", "b": "Wei Li", "c": "Cyn Fox"}
    url = "https://example.org/team"
    for day, there in (("2025-01-01", "Meta"), ("2025-02-01", "xAI")):
        world.then(day, **{one: profile(job(there), name=team[one], url=url) for one in team})
    world.run()
    assert world.ledger() == ["2025-02-01 opened a b c"]


@pytest.mark.slow
def test_an_id_that_several_people_share_never_counts_and_is_named(tmp_path):
    """Many organisations at once are many people, and nobody knows who of them moved."""
    world = watched(tmp_path)
    others = [job(name) for name in ("Acme", "Zenith", "MIT")]
    world.then("2025-01-01", ada=[job("Meta")], bob=[job("Meta")], andrew=[job("Meta"), *others])
    world.then("2025-02-01", ada=[job("xAI")], bob=[job("xAI")], andrew=[job("xAI"), *others])
    world.run()
    (alert,) = world.revisions()
    assert [person.person for person in alert.people] == ["ada", "bob"]
    assert {(person.person, person.note) for person in alert.left_out} == {
        ("andrew", "an id that several people share: it showed 4 organisations at once")
    }


@pytest.mark.slow
def test_an_id_that_was_sorted_out_counts_from_the_next_look_on(tmp_path):
    """Neither what it told before it was crowded nor what it tells afterwards is in doubt."""
    world = watched(tmp_path)
    world.then("2025-01-01", ada=[job("OpenAI")])
    world.then("2025-02-01", ada=[job("Meta")])
    world.then("2025-03-01", ada=[job("Meta"), job("Acme"), job("MIT")])
    world.then("2025-04-01", ada=[job("Meta")])
    world.then("2025-05-01", ada=[job("xAI")])
    world.run()
    counted = [
        line.split(" left")[0].split(" 20")[0] for line in world.moves() if "held" not in line
    ]
    assert counted == ["ada: openai -> meta", "ada: meta -> xai"]
    assert len(world.moves()) == 6


@pytest.mark.slow
def test_a_person_with_several_dated_jobs_at_once_is_one_person(tmp_path):
    """Concurrent jobs are normal where dates tell them apart (trap 7)."""
    world = watched(tmp_path)
    side = [job("Acme", start="2020"), job("Zenith", start="2021-05")]
    world.then("2025-01-01", ada=[*side, job("Meta", start="2019")], bob=[job("Meta")])
    world.then(
        "2025-02-01",
        ada=[*side, job("Meta", start="2019", end="2025-01"), job("xAI", start="2025-01")],
        bob=[job("xAI")],
    )
    world.run()
    assert world.ledger() == ["2025-02-01 opened ada bob"]


@pytest.mark.slow
def test_the_history_of_an_id_that_changed_goes_on(tmp_path):
    """Neither a departure nor an arrival, and nothing that was known becomes known again."""
    seen = flow("meta", "xai", people=1, within="20d", clock="observed")
    world = watched(tmp_path)
    world.rewrite(rules={**TALENT, "seen": seen})
    ada, bob = {"name": "Ada Lee"}, {"name": "Bob Ray"}
    world.then("2025-01-01", a1=profile(*STAYED, **ada), b1=profile(*STAYED, **bob))
    world.then("2025-02-01", a1=profile(*LEFT, **ada))
    before = world.told["press"]
    world.then("2025-03-01", a1=None, b1=None, a2=profile(*LEFT, **ada), b2=before["b1"])
    world.then("2025-04-01", b2=profile(*LEFT, **bob))
    world.run()
    assert world.ledger("seen") == [
        "2025-02-01 opened a1",
        "2025-02-21 closed a1",
        "2025-04-01 opened b1",
    ]
    assert world.ledger("talent") == ["2025-04-01 opened a1 b1 late"]
    to_xai = [row for row in world.move_rows() if row["to"]["organization"] == "xai"]
    assert [(row["person"], row["observed_on"]) for row in to_xai] == [
        ("a1", "2025-02-01"),
        ("b1", "2025-04-01"),
    ]


@pytest.mark.long
def test_an_older_file_that_comes_late_tells_the_same_of_persons(tmp_path):
    """Links, doubles, changed ids and slips follow from the snapshots in their order alone."""
    ada = {"name": "Ada Lee"}
    days: dict[str, dict[str, Any]] = {
        "2025-01-01": {"a1": profile(*STAYED, **ada), "bob": [job("Meta")], "cyn": [job("Meta")]},
        "2025-02-01": {"a2": profile(*STAYED, **ada), "bob": [job("xAI")], "cyn": [job("xAI")]},
        "2025-03-01": {"a2": profile(*LEFT, **ada), "bob": [job("Meta")], "cyn": [job("xAI")]},
        "2025-04-01": {
            "a2": profile(*LEFT, **ada),
            "bob": [job("Meta"), job("Acme"), job("MIT")],
            "cyn": profile(job("xAI"), same_as=["a2"]),
        },
    }
    results = []
    for order in (sorted(days), ["2025-04-01", "2025-02-01", "2025-01-01", "2025-03-01"]):
        world = watched(tmp_path / order[0] / order[-1])
        staying = world.told["press"]
        for day in order:
            world.observe(day, {**staying, **days[day]})
            world.run("2025-04-01")
        known = [world.move_rows(as_known_on=day, retracted=True) for day in days]
        results.append((known, world.ledger()))
    assert results[0] == results[1]
    assert results[0][1] != []


FIRST = date(2025, 1, 1)
KEYS = [f"s:{letter}" for letter in "abcdef"]


@st.composite
def links(draw) -> Edge:
    """Draw a link between two profiles, or a profile and something that it shares."""
    opens = draw(st.integers(0, 9))
    length = draw(st.sampled_from([None, 1, 3]))
    return Edge(
        one=draw(st.sampled_from(KEYS)),
        other=draw(st.sampled_from([*KEYS, "#1", "#2"])),
        kind=draw(st.sampled_from(["stated", "history", "page"])),
        known_from=FIRST + timedelta(days=opens),
        known_until=length and FIRST + timedelta(days=opens + length),
    )


def believed_on(some: list[Edge], day: date) -> dict[str, Membership]:
    """Say who is who on a day."""
    seen = {key: FIRST + timedelta(days=number % 3) for number, key in enumerate(KEYS)}
    known = {key: first for key, first in seen.items() if first <= day}
    return clusters_on([edge for edge in some if edge.holds_on(day)], known)


def linked(kind: str, *pairs: tuple[str, str]) -> list[Edge]:
    """Link pairs of keys for ever."""
    return [
        Edge(one=one, other=other, kind=kind, known_from=FIRST, known_until=None)
        for one, other in pairs
    ]


@pytest.mark.parametrize(
    ("kind", "persons"),
    [
        ("page", {"s:a": "s:a", "s:b": "s:b", "s:c": "s:a"}),
        ("stated", {"s:a": "s:a", "s:b": "s:b", "s:c": "s:a"}),
        ("decided", {"s:a": "s:a", "s:b": "s:a", "s:c": "s:a"}),
        ("rekeyed", {"s:a": "s:a", "s:b": "s:a", "s:c": "s:a"}),
    ],
)
def test_profiles_called_different_are_joined_by_decisions_and_changed_ids_only(kind, persons):
    """Of three that a link joins, the third stays with the first."""
    some = linked(kind, ("s:a", "#1"), ("s:b", "#1"), ("s:c", "#1"))
    seen = dict.fromkeys(persons, FIRST)
    found = clusters_on(some, seen, [("s:a", "s:b")])
    assert {key: found[key][0] if key in found else key for key in persons} == persons


def test_certain_links_are_followed_before_likely_ones():
    """What a profile states keeps its own, and the likely link gives way."""
    some = [*linked("double", ("s:a", "#1"), ("s:b", "#1")), *linked("stated", ("s:b", "s:c"))]
    found = clusters_on(some, dict.fromkeys(KEYS, FIRST), [("s:a", "s:c")])
    assert {key: person for key, (person, _) in found.items()} == {"s:b": "s:b", "s:c": "s:b"}


@given(st.lists(links(), max_size=8), st.integers(0, 12), st.randoms())
def test_stretches_say_on_each_day_what_holds_on_it(some, start, rng: random.Random):
    """Taken up on any day, in whatever order the links are listed."""
    since = FIRST + timedelta(days=start)
    seen = {key: FIRST + timedelta(days=number % 3) for number, key in enumerate(KEYS)}
    before = believed_on(some, since - timedelta(days=1))
    shuffled = rng.sample(some, len(some))
    found = list(membership_periods(shuffled, seen, before, since=since))
    for day in (since + timedelta(days=number) for number in range(15)):
        ended = {key for key, belief, opens, _ in found if belief is None and opens <= day}
        told = {key: belief for key, belief in before.items() if key not in ended}
        told |= {
            key: belief
            for key, belief, opens, closes in found
            if belief is not None and opens <= day and (closes is None or day < closes)
        }
        assert told == believed_on(some, day)
