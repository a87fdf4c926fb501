"""How many candidates are left to be paired."""


def test_each_candidate_is_counted(sql):
    """Two rows are two, and none is none."""
    assert sql.run("unpaired") == [(0,)]
    sql.given("candidates", {"profile": "p"}, {"profile": "p"})
    assert sql.run("unpaired") == [(2,)]
