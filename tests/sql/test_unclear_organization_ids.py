"""Ids of organisations that tell nothing of whose they are."""

import pytest


def unclear(sql, *positions: tuple[str | None, str | None], profile: str = "p") -> list[str]:
    """Return which ids tell nothing, where these organisations stand beside these ids."""
    rows = [
        {"profile": profile, "organization": name, "organization_id": key}
        for name, key in positions
    ]
    path = sql.parquet("positions", *rows)
    found = sql.run("unclear_organization_ids", positions=path, share=0.8, words=["N/A", "Keine"])
    return [key for (key,) in found]


@pytest.mark.parametrize(
    ("others", "found"), [(["C", "D"], []), (["C", "D", "E"], ["7"]), (["C", "C", "C"], ["7"])]
)
def test_an_id_has_two_names_at_most_but_for_a_fifth_of_what_has_it(sql, others, found):
    """Eight of ten are enough, eight of eleven are not."""
    names = [*["A"] * 4, *["B"] * 4, *others]
    assert unclear(sql, *((name, "7") for name in names)) == found


def test_one_name_is_one_whatever_its_case_and_signs_and_so_is_an_id(sql):
    """An old and a new name are two."""
    names = ["Acme", "ACME", "Ac-me", "Blue Co.", "blue co"]
    assert unclear(sql, *((name, " U:X") for name in names), ("Acme", "u:x")) == []


@pytest.mark.parametrize("key", ["0", "000", " - ", "N/A", "n.a.", "keine"])
def test_zeros_and_words_for_nothing_are_no_ids(sql, key):
    """Whatever stands beside them."""
    assert len(unclear(sql, ("A", key))) == 1


@pytest.mark.parametrize("key", ["10", "x", "ror:05dxps055", "7", "\u516c\u53f8"])
def test_all_else_may_be_an_id(sql, key):
    """So may what has one digit, or letters of any script."""
    assert unclear(sql, ("A", key), (None, key), ("A", None)) == []


@pytest.mark.parametrize(("profile", "found"), [("P-7 ", ["p-7"]), ("p-8", [])])
def test_the_id_of_the_profile_is_none_of_its_organisations(sql, profile, found):
    """The wrong column was taken for it: one person has been at two places."""
    assert unclear(sql, ("A", " p-7"), ("B", "P-7"), profile=profile) == found


def test_an_organisation_may_have_the_number_of_one_who_is_there(sql):
    """Others are there, too."""
    rows = [{"profile": who, "organization": "A", "organization_id": "7"} for who in ("7", "8")]
    path = sql.parquet("positions", *rows)
    assert sql.run("unclear_organization_ids", positions=path, share=0.8, words=[]) == []
