"""How many candidates are left to be paired."""


def test_each_candidate_is_counted(sql):
    """Two rows are two, and none is none."""
    assert sql.run("unmatched_candidate_count") == [(0,)]
    sql.given("pair_candidates", {"profile": "p"}, {"profile": "p"})
    assert sql.run("unmatched_candidate_count") == [(2,)]
