"""A person as the read model has them: their profiles, and what was believed of their moves."""

LINKS = [
    {"source": "s", "profile": who, "profile_key": f"s:{who}", "person": person}
    for who, person in (("p", "s:p"), ("q", "s:p"), ("r", "s:r"), ("t", "s:r"))
]


def keys(board, key: str) -> list[str]:
    return [one for (one,) in board.run("person_keys", key=key)]


def test_a_person_is_found_by_any_of_the_profiles(board):
    """Whoever has an old address is shown the same page."""
    board.given("links", *LINKS)
    assert keys(board, "s:p") == keys(board, "s:q") == ["s:p", "s:q"]
    assert keys(board, "s:alone") == ["s:alone"]


def test_links_and_names_are_those_of_the_person(board):
    """An id is written as it is: another one that differs in case is somebody else."""
    board.given("links", *LINKS)
    names = {"source": "s", "folded_key": "s:p"}
    board.given("people", {**names, "profile": "p", "name": "Ada"})
    board.given("people", {**names, "profile": "P", "name": "Bob"})
    assert [row[1] for row in board.run("person_links", keys=["s:p", "s:q"])] == ["p", "q"]
    assert board.run("person_names", keys=["s:p", "s:q"]) == [("s", "p", "Ada")]


def test_versions_come_as_they_became_known(board):
    """What was taken back is there, with the day."""
    usual = {"person": "s:p", "joined_latest": "2020-01-01"}
    board.given(
        "moves",
        {**usual, "move": "b", "known_from": "2020-03-01"},
        {**usual, "move": "a", "known_from": "2020-02-01", "known_until": "2020-03-01"},
        {**usual, "move": "c", "known_from": "2020-03-01", "first_id": "b"},
        {**usual, "move": "d", "known_from": "2020-03-01", "person": "s:q"},
    )
    found = board.run("person_versions", keys=["s:p"])
    assert [(row[0], *row[-2:]) for row in found] == [
        ("a", "2020-02-01", "2020-03-01"),
        ("b", "2020-03-01", None),
    ]


def found(board, *words: str, most: int = 9) -> list[str]:
    asked = {"first": max(words, key=len), "words": list(words), "most": most}
    return [row[1] for row in board.run("found_people", **asked)]


def test_people_are_found_by_parts_of_their_names_and_ids(board):
    """All words have to be there, each in the name or in the id; the shortest names come first."""
    for profile, name in (
        ("a1", "ada lovelace"),
        ("a1", "ada byron"),
        ("b2", "adam ade"),
        ("c3", None),
    ):
        board.given(
            "people",
            {
                "source": "s",
                "profile": profile,
                "name": name and name.title(),
                "folded_profile": profile,
                "folded_name": name,
            },
        )
    assert found(board, "ada") == ["b2", "a1"]
    assert found(board, "ada", "love") == ["a1"]
    assert found(board, "ada", "b2") == ["b2"]
    assert found(board, "byron", "lovelace") == []
    assert found(board, "c3") == ["c3"]
    assert found(board, "%") == found(board, "_") == []
    assert found(board, "ada", most=1) == ["b2"]
