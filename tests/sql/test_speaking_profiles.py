"""Which profiles say where their person is."""

from typing import Any

import pytest

from monitor.intake.profiles.side_roles import side_role_patterns


def speaking(sql, *positions: dict[str, Any], known: bool = True, tenures: bool = False):
    """Return what stands in the place of a job, for the one profile; () if it says nothing."""
    sql.given("changed_profiles", {"profile": "p"})
    if known:
        sql.given("previous_tenures", {"profile": "p", "tenure": 1, "root": "a"})
    if tenures:
        sql.given("stated_tenures", {"profile": "p", "num": 1, "root": "b"})
    rows = [
        {"profile": "p", "ordinal": place, **position} for place, position in enumerate(positions)
    ]
    sql.given("listed_positions", *rows)
    kinds = {(position.get("kind"), position.get("title")) for position in positions}
    for kind, title in kinds:
        words = f"title_words({_quoted(title)})"
        job = sql.value(f"is_employment({_quoted(kind)}, {words}, {side_role_patterns()})")
        sql.given("employment_kinds", {"kind": kind, "title": title, "employment": job})
    sql.run("speaking_profiles")
    assert sql.read("changed_profiles", "count(*)") == [(len(sql.read("speaking_profiles")),)]
    return sql.read("speaking_profiles", "instead")


def _quoted(text: str | None) -> str:
    return "NULL" if text is None else f"'{text}'"


NO_EMPLOYER = [("the profile names no employer any more",)]


@pytest.mark.parametrize(
    ("positions", "says"),
    [
        ([{}], NO_EMPLOYER),
        ([{"title": "VP"}], NO_EMPLOYER),
        ([{"title": "Advisor"}], []),
        ([{"kind": "board"}], []),
        ([], []),
        (
            [{"organization": "B", "title": "Advisor"}],
            [("the profile lists only what is no job: Advisor at B",)],
        ),
        (
            [{"organization": "C", "kind": "Board"}, {"organization": "B", "title": "Mentor"}],
            [("the profile lists only what is no job: C",)],
        ),
        (
            [{"organization": "B", "kind": "contract"}],
            [("the profile lists only what is no job: B",)],
        ),
        ([{"organization": "B", "kind": " Education"}], []),
        ([{"organization": "B", "kind": "other"}], []),
        ([{"organization": "B", "kind": "education"}, {}], NO_EMPLOYER),
    ],
)
def test_a_profile_without_a_job_says_so_by_what_it_lists(sql, positions, says):
    """A position without an organisation, or a role that is no job, but no school."""
    assert speaking(sql, *positions) == says


def test_who_was_never_known_to_have_a_job_has_lost_none(sql):
    """A role that is no job says nothing of somebody new."""
    assert speaking(sql, {"organization": "B", "title": "Advisor"}, known=False) == []


@pytest.mark.parametrize("positions", [[], [{}], [{"organization": "B", "title": "Advisor"}]])
def test_a_profile_that_states_a_tenure_says_where_its_person_is(sql, positions):
    """Whatever else it lists, or nothing."""
    assert speaking(sql, *positions, tenures=True) == [(None,)]
