"""Which links erase a profile together with another."""


def test_a_link_of_a_kind_that_is_not_left_out_counts_while_it_is_believed(sql):
    """What ended, or is likely only, is none."""
    sql.given(
        "edges",
        {"one": "s:a", "other": "s:b", "kind": "stated"},
        {"one": "s:a", "other": "s:c", "kind": "stated", "known_until": "2020-02-01"},
        {"one": "s:a", "other": "s:d", "kind": "page"},
    )
    assert sql.run("certain_edges", likely=["page"]) == [("s:a", "s:b", "stated")]
