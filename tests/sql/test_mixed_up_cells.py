"""What became new in many profiles at once, and how much of it only changed places."""

import pytest

BEFORE_ON = "2025-06-30"
NAMES = "Ada Lane", "Bob Marsh", "Cy Novak"


def counts(sql, before, after, names=(NAMES, NAMES)) -> dict[str, tuple[int, int]]:
    """Show the positions of some people at two looks; return the counts by field."""
    files: dict[str, str] = {}
    for when, rows, called in (("before", before, names[0]), ("after", after, names[1])):
        people = [{"id": f"p{number}", "name": name} for number, name in enumerate(called)]
        positions = [
            {"profile": f"p{number}", "ordinal": 0, **row} for number, row in enumerate(rows)
        ]
        files |= {
            when: sql.parquet("profiles", *people),
            f"{when}_positions": sql.parquet("positions", *positions),
        }
    for number in range(len(before)):
        sql.given("changed_profiles", {"profile": f"p{number}", "still": True})
    found = sql.run("mixed_up_cells", before_on=BEFORE_ON, **files)
    return {field: (people, places) for field, people, places in found if people}


def at(*firms: str, **more):
    """Return a position for each firm."""
    return [{"organization": firm, "start": "2020", **more} for firm in firms]


def test_values_that_changed_places_are_counted(sql):
    """Three firms rotate; a new one has no place that it came from."""
    assert counts(sql, at("a", "b", "c"), at("b", "c", "a"))["organization"] == (3, 3)


def test_a_value_that_was_nowhere_before_changed_no_places(sql):
    """Two of the three values are those of others before."""
    assert counts(sql, at("a", "b", "c"), at("b", "x", "a"))["organization"] == (3, 2)


def test_who_has_a_new_start_too_has_more_than_another_place(sql):
    """The whole row changed, and no column of it alone."""
    found = counts(sql, at("a", "b"), at("b", "a", start="2025"), (NAMES[:2], NAMES[:2]))
    assert found == {"row": (2, 0)}


def test_rows_in_another_order_are_not_new(sql):
    """One person with two jobs, listed the other way round."""
    jobs = [{"organization": "a"}, {"organization": "b"}]
    named = {"id": "p0", "name": "Ada Lane"}
    files = {
        f"{when}_positions": sql.parquet(
            "positions",
            *({"profile": "p0", "ordinal": place, **one} for place, one in enumerate(order)),
        )
        for when, order in (("before", jobs), ("after", jobs[::-1]))
    }
    files |= {when: sql.parquet("profiles", named) for when in ("before", "after")}
    sql.given("changed_profiles", {"profile": "p0", "still": True})
    assert {row[1] for row in sql.run("mixed_up_cells", before_on=BEFORE_ON, **files)} == {0}


@pytest.mark.parametrize(
    ("end", "before", "backdated"),
    [
        ("2024-06-28", {}, True),
        ("2024-06-29", {}, True),
        ("2024-06-30", {}, False),
        ("2025-07-01", {}, False),
        ("9999-12-31", {}, False),
        ("2024-06-01", {"end": "2025-06-01"}, False),
        ("2024-05-31", {"end": "2025-06-01"}, True),
        ("2024-06-30", {"end": "2030-01-01"}, False),
        ("2024-06-29", {"end": "2030-01-01"}, True),
        ("2020-01-01", {"current": False}, False),
    ],
)
def test_an_end_more_than_a_year_before_what_was_shown_is_backdated(sql, end, before, backdated):
    """A year before the last look, or before the end that was stated, is the limit."""
    found = counts(sql, at("a", **before), at("a", end=end), (NAMES[:1], NAMES[:1]))
    assert ("end" in found) is backdated


def test_ids_beside_other_names_are_counted(sql):
    """Two of the three ids have the name of somebody else."""
    rows = at("a", "b", "c")
    found = counts(sql, rows, rows, (NAMES, (NAMES[1], NAMES[0], NAMES[2])))
    assert found == {"name": (2, 0)}


def test_whole_careers_of_others_changed_places_whatever_their_lengths(sql):
    """A long career and a short one are listed for each other's people, and one job is new."""
    careers = [("a", "b", "c"), ("d",)]
    files = {}
    for when, listed in (("before", careers), ("after", [("d", "new"), ("a", "b", "c")])):
        files[when] = sql.parquet("profiles", *({"id": f"p{n}", "name": NAMES[n]} for n in (0, 1)))
        files[f"{when}_positions"] = sql.parquet(
            "positions",
            *(
                {"profile": f"p{number}", "ordinal": place, "organization": firm, "start": "2020"}
                for number, career in enumerate(listed)
                for place, firm in enumerate(career)
            ),
        )
    for number in (0, 1):
        sql.given("changed_profiles", {"profile": f"p{number}", "still": True})
    counted = sql.run("mixed_up_cells", before_on=BEFORE_ON, **files)
    rows = {field: (people, places) for field, people, places in counted}
    assert rows["row"] == (2, round(2 * 4 / 5))
