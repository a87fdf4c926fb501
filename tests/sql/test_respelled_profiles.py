"""Ids that two snapshots write in two ways."""

import pytest


def respelled(
    sql,
    former: str,
    latter: str,
    *names: str | None,
    also: tuple[str, ...] = (),
    named: dict[str, str] | None = None,
):
    """Return what a pair of ids is found to be, where the ids also has are in both snapshots.

    `named` has ids that are names, each with its form in the other snapshot.
    """
    former_name, latter_name = names or ("Ada", "Ada")
    both = [{"id": one, "name": "Somebody"} for one in also]
    before = sql.parquet("profiles", {"id": former, "name": former_name}, *both)
    after = sql.parquet("profiles", {"id": latter, "name": latter_name}, *both)
    sql.given(
        "compared_profiles",
        {"profile": former, "vanished": True},
        {"profile": latter, "vanished": False},
    )
    named = named or {}
    pairs = {"formers": list(named), "latters": list(named.values())}
    [(count,)] = sql.run("respelled_profiles", before=before, after=after, **pairs)
    found = sql.read("respelled_profiles")
    assert count == len(found)
    return found


@pytest.mark.parametrize(
    ("former", "latter"),
    [
        ("https://example.org/in/ada/", "http://www.example.org/in/Ada"),
        ("example.org/in/ada", "example.org/in/Ada"),
        ("example.org/in/j%C3%BCrgen", "example.org/in/jürgen"),
        (" ada", "ada"),
        ("ADA", "ada"),
    ],
)
def test_one_id_in_two_spellings_is_one_profile(sql, former, latter):
    """Scheme, www., a last slash, percent signs, blanks and case."""
    assert respelled(sql, former, latter) == [(former, latter)]


@pytest.mark.parametrize(
    ("names", "one_profile"),
    [
        (("Ada", "ADA"), True),
        (("Ada", None), True),
        ((None, "Ada"), True),
        (("Ada", "Ben"), False),
    ],
)
def test_ids_that_differ_by_case_alone_need_one_name(sql, names, one_profile):
    """Of two names they are two people."""
    assert bool(respelled(sql, "Ab1", "aB1", *names)) is one_profile


@pytest.mark.parametrize(
    ("former", "latter"), [("example.org/Ab1", "example.org/aB1"), ("www.ab1", "ab1")]
)
def test_an_address_and_an_id_that_differs_otherwise_need_no_name(sql, former, latter):
    """The case of an address says nothing, and the rest is more than case."""
    assert respelled(sql, former, latter, "Ada", "Ben") == [(former, latter)]


@pytest.mark.parametrize("also", ["ADa", "aDA"])
def test_two_ids_of_one_spelling_in_one_snapshot_are_two_profiles(sql, also):
    """Nobody can tell which of them goes on."""
    assert respelled(sql, "ADA", "ada", also=(also,)) == []


def test_another_id_is_no_spelling(sql):
    """Who vanished and who came are two people."""
    assert respelled(sql, "ada", "adam") == []


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ({"Ex, Ada": "Ada Ex"}, [("Ex, Ada", "Ada Ex")]),
        ({"Ex, Ada": "Bo Ex"}, []),
        ({"Ex, Bo": "Ada Ex"}, []),
        ({}, []),
    ],
)
def test_a_name_in_its_common_form_is_the_one_that_was_written(sql, named, found):
    """If the one vanished and the other is there."""
    assert respelled(sql, "Ex, Ada", "Ada Ex", named=named) == found


def test_a_pair_that_is_found_in_two_ways_is_one(sql):
    """Names that differ by blanks are spellings anyway."""
    assert respelled(sql, "Ada  Ex", "Ada Ex", named={"Ada  Ex": "Ada Ex"}) == [
        ("Ada  Ex", "Ada Ex")
    ]
