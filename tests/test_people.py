import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.base.errors import UsageError
from monitor.identity.people.clusters import People, clusters_of

KEYS = st.sampled_from([f"press:{letter}" for letter in "abcdefgh"])


@given(st.lists(st.tuples(KEYS, KEYS), max_size=12), st.randoms())
def test_the_order_of_links_does_not_matter(pairs, rng: random.Random):
    """The same links make the same persons, however they come."""
    shuffled = [pair if rng.random() < 0.5 else pair[::-1] for pair in pairs]
    rng.shuffle(shuffled)
    assert clusters_of(shuffled) == clusters_of(pairs)


@given(st.lists(st.tuples(KEYS, KEYS), max_size=12))
def test_linked_profiles_are_one_person_named_by_the_smallest(pairs):
    """A person is what links reach, and its name is one of its own profiles."""
    persons = clusters_of(pairs)
    for one, other in pairs:
        assert persons[one] == persons[other] <= min(one, other)
    for person in persons.values():
        assert persons[person] == person


def test_a_long_chain_of_links_is_one_person():
    """Depth costs neither the stack nor the time."""
    pairs = [(f"s:{index:05}", f"s:{index + 1:05}") for index in range(20_000)]
    assert set(clusters_of(pairs).values()) == {"s:00000"}


def test_decided_links_make_one_person_of_several_profiles(tmp_path):
    """What an operator writes into people.toml holds."""
    path = tmp_path / "people.toml"
    path.write_text('[[people]]\nids = ["press:ada", "orcid:0000-0001"]\n', encoding="utf-8")
    people = People.load(path)
    assert people.pairs == (("orcid:0000-0001", "press:ada"),)


def test_a_comment_in_people_toml_derives_nothing_again(tmp_path):
    """The fingerprint is over the links, in whatever order they are written."""
    one, other = tmp_path / "one.toml", tmp_path / "other.toml"
    one.write_text('[[people]]\nids = ["a:1", "a:2"]\n', encoding="utf-8")
    other.write_text('# decided\n[[people]]\nids = ["a:2", "a:1"]\n', encoding="utf-8")
    assert People.load(one).fingerprint == People.load(other).fingerprint
    assert People.load(one).fingerprint != People.load(None).fingerprint


def test_people_called_different_are_pairs_of_profiles(tmp_path):
    """The table says of several profiles that each is somebody else, and derives all again."""
    path = tmp_path / "people.toml"
    path.write_text('[[different]]\nids = ["s:b", "s:a ", "s:c"]\n', encoding="utf-8")
    people = People.load(path)
    assert people.different == (("s:a", "s:b"), ("s:a", "s:c"), ("s:b", "s:c"))
    assert not people.is_empty
    assert people.fingerprint != People.load(None).fingerprint


def test_without_a_file_nobody_has_two_profiles(tmp_path):
    """people.toml is optional."""
    assert People.load(tmp_path / "people.toml").pairs == ()


def test_a_wrong_link_is_named(tmp_path):
    """One profile alone is no link, and a profile says its source."""
    path = tmp_path / "people.toml"
    path.write_text('[[people]]\nids = ["ada"]\n', encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        People.load(path)
    assert "people[0].ids" in str(caught.value)
    assert {problem.line for problem in caught.value.problems} == {2}
