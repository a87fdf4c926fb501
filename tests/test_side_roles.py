"""Roles that people hold beside a job, from a file to moves."""

from story import World, crowd, job, move_line

AUDIENCE = crowd("Meta", 30)
LED = job("Acme", title="Leiterin")
BOARD = job("Globex", title="Mitglied des Aufsichtsrats")


def test_an_advisory_role_is_no_job_and_who_has_nothing_else_left(tmp_path):
    """One is taken on beside a job, one is all that is left, and one is given up for another."""
    world = World(tmp_path)
    advised = job("Initech", title="Beirat")
    world.observe("2025-01-01", AUDIENCE | {"ada": [LED], "bob": [LED, BOARD], "cyn": [advised]})
    world.observe("2025-02-01", AUDIENCE | {"ada": [LED, BOARD], "bob": [BOARD], "cyn": [BOARD]})
    world.run()
    rows = world.move_rows()
    assert [move_line(row).split(" left")[0] for row in rows] == ["bob: acme -> ?"]
    assert [(row["status"], row["reason"]) for row in rows] == [
        ("counted", "the profile lists only what is no job: Mitglied des Aufsichtsrats at Globex")
    ]
