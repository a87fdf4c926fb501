"""Words that stand where a name should stand: of an organisation, or of a person."""

import json

import pytest
from formats import previewed
from story import World, crowd, flow, job, profile

from monitor.base.settings import Layout
from monitor.identity.organizations import Directory
from monitor.identity.organizations.names import fold_lightly
from monitor.intake.profiles.placeholders import (
    NO_EMPLOYER,
    may_be_nobody,
    placeholders,
    reason_for_nobody,
)

WORDS = [(meaning, word) for meaning, words in placeholders().items() for word in words]
NOBODY = {"vacant_post", "robot", "no_person", "total"}
POSTS = [word for meaning, word in WORDS if meaning in NOBODY]
UNNAMED = [word for meaning, word in WORDS if meaning in {"not_stated", "no_name"}]


def test_the_file_says_nothing_twice():
    """Each word has one meaning, and each meaning is one that the code knows."""
    folded = [fold_lightly(word) for _, word in WORDS]
    assert len({*folded}) == len(folded)
    assert placeholders().keys() == {*NO_EMPLOYER, "no_name", "no_person", "total"}


@pytest.mark.parametrize("meaning", NO_EMPLOYER)
def test_every_word_of_the_file_is_no_organisation(meaning):
    """However it is typed."""
    directory = Directory()
    for word in placeholders()[meaning]:
        for written in (word, f" {word.upper()} "):
            assert directory.resolve(written).pseudo, written


@pytest.mark.parametrize("word", ["Independent Newspapers", "Vacant Lot Records", "Robotics Inc"])
def test_a_name_that_holds_such_a_word_is_an_organisation(word):
    """Names are compared whole."""
    assert not Directory().resolve(word).pseudo


def test_every_word_for_a_post_or_a_machine_is_nobody():
    """Whatever the id, and with a number or a detail behind it."""
    for word in POSTS:
        for written in (word, word.upper(), f"{word} 12", f"{word} (from May)"):
            assert reason_for_nobody(written, "17"), written
    assert reason_for_nobody("Vacant - Head of Data", "17")


def test_every_word_for_a_name_that_is_not_known_is_nobody_where_it_is_the_id():
    """With an id of its own it is a person whose name is kept back."""
    for word in UNNAMED:
        assert reason_for_nobody(word, word), word
        assert reason_for_nobody(word, "17") is None, word


@pytest.mark.parametrize(
    "name", ["Ada Lovelace", "Vacanti", "Nan Goldin", "Will Vacant", "Bo Tran"]
)
def test_people_are_people(name):
    """A name that begins or ends as such a word is a name."""
    assert reason_for_nobody(name, name) is None


def test_no_word_for_nobody_is_passed_over_by_the_fast_way():
    """What looks at millions of names at once lets each of them through."""
    import pyarrow as pa  # noqa: PLC0415 -- of one test

    words = [*POSTS, *UNNAMED]
    names = pa.array([*words, *map(str.lower, words)])
    ids = pa.array(["17"] * len(names))
    assert may_be_nobody(names, ids).to_pylist() == [True] * (2 * len(words))
    names = pa.array(["Ada Lovelace", None, *[None] * len(placeholders()["total"])])
    ids = pa.array(["Total", "17", *placeholders()["total"]])
    assert may_be_nobody(names, ids).to_pylist() == [False, False, *[True] * (len(names) - 2)]


@pytest.mark.parametrize("row", ["Total,,25 people,", "Grand total:,,25 people,", "x,Total,Acme,"])
def test_the_sum_of_a_list_is_nobody_and_moves_nowhere(row, tmp_path):
    """It is another number each time; where no name stands beside it, the id says what it is."""
    people = "".join(f"e{n},Ann {n},Acme,Clerk\n" for n in range(12))
    path = tmp_path / "2025-06-14.csv"
    path.write_text(f"id,name,organization,title\n{people}{row}\n", encoding="utf-8")
    manifest = previewed(path, Layout()).manifest
    assert (manifest.profiles, manifest.nobody, manifest.faulty) == (12, 1, 0)


def test_an_id_that_begins_with_the_word_for_a_sum_is_an_id(tmp_path):
    """Where people have no names, their ids are what they are called."""
    path = tmp_path / "2025-06-14.csv"
    path.write_text("id,organization\ntotal7,Acme\ntotalis,Acme\nvacant,Acme\n")
    assert previewed(path, Layout()).manifest.profiles == 3


@pytest.mark.slow
def test_a_vacant_post_is_set_aside_and_counted_and_is_no_fault_of_the_file(tmp_path):
    """Half of a list may be vacant; the snapshot is accepted, and nobody moved."""
    world = World(tmp_path, rules={"talent": flow("meta", "xai", people=1)})
    staying = {who: profile(*jobs) for who, jobs in crowd("Meta", 6).items()}
    world.told = dict.fromkeys(world.sources, staying)
    for day, where in (("2025-01-01", "Meta"), ("2025-02-01", "xAI")):
        posts = {f"post{n}": profile(job(where), name="VACANT") for n in range(5)}
        world.then(day, **posts, **{"N/D": profile(job(where), name="N/D")})
    (outcome,) = world.live()[-1:]
    assert outcome.errors == ()
    assert world.move_rows() == []
    (path, *_) = tmp_path.glob("**/2025-02-01/rejected.jsonl")
    reasons = [json.loads(line)["reason"] for line in path.read_text().splitlines()]
    assert len(reasons) == 6
    assert all(reason.startswith("is nobody: ") for reason in reasons)


@pytest.mark.slow
def test_a_word_for_nothing_in_the_place_of_an_employer_is_a_departure_to_unknown(tmp_path):
    """Nobody goes from Meta to an organisation called nan."""
    world = World(tmp_path, rules={"talent": flow("meta", None, people=2)})
    staying = {who: profile(*jobs) for who, jobs in crowd("Meta", 20).items()}
    world.told = dict.fromkeys(world.sources, staying)
    world.then("2025-01-01", a=[job("Meta")], b=[job("Meta")])
    world.then("2025-02-01", a=[job("nan")], b=[job("#N/A")])
    world.run()
    assert [row["to"] for row in world.move_rows()] == [None, None]
    assert world.ledger() == ["2025-02-01 opened a b"]
