"""Ids of which only the way of writing changed, as after a spreadsheet took them for numbers."""

import pytest


def found(sql, before: tuple[str, ...], after: tuple[str, ...]):
    """Return how many ids are written otherwise, and one of them."""
    files = {
        name: sql.parquet("profiles", *({"id": one} for one in ids))
        for name, ids in (("before", before), ("after", after))
    }
    [row] = sql.run("ids_written_otherwise", **files)
    return row


@pytest.mark.parametrize(
    ("then", "now", "count"),
    [
        ("007", "7", 1),
        ("7", "7.0", 1),
        ("AB-12", "ab12", 1),
        ("7", "70", 0),
        ("7", "8", 0),
        ("000", "0", 0),
    ],
)
def test_zeros_in_front_points_and_signs_make_no_other_id(sql, then, now, count):
    """A digit more does, and an id of zeros alone tells nothing."""
    assert found(sql, (then, "same"), (now, "same"))[0] == count


def test_ids_that_meet_in_one_way_of_writing_are_not_counted(sql):
    """Which of the two it is cannot be told."""
    assert found(sql, ("07", "7"), ("007",)) == (0, None, None)
