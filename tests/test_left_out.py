"""What follows from nothing is not asked, and is nothing."""

from collections import Counter
from datetime import date
from typing import Any
from unittest.mock import patch

import pytest
from story import World, flow, job

from monitor.base.engine import Engine

LEFT_OUT = {
    "collective_flows",
    "dated_tenures",
    "episode_members",
    "flow_steps",
    "former_names",
    "headcount_changes",
    "held_names",
    "moves_by_listing",
    "presences",
    "reassigned_profiles",
    "renamed_organizations_to_hold",
    "renamed_tenures",
    "second_tenures",
}


@pytest.mark.slow
def test_a_statement_that_is_left_out_would_have_found_nothing(tmp_path):
    """Each is run here all the same; on the second day too few for the rule move, then nobody.

    Each day is followed alone: where several are followed together, no flow is weighed by itself.
    """
    left_out = Counter[str]()

    def run_from(engine: Engine, table: str, name: str, **values: Any) -> None:
        engine.run(name, **values)
        if not engine.has_rows(table):
            left_out[name] += 1
            assert not engine.has_rows(name)

    def records_from(engine: Engine, table: str, name: str, **values: Any) -> list[dict[str, Any]]:
        found = engine.records(name, **values)
        if not engine.has_rows(table):
            left_out[name] += 1
            assert not found
        return found

    world = World(tmp_path, rules={"talent": flow("meta", "xai", people=2)})
    world.on("2025-01-01", ada=[job("Meta")], bo=[job("Meta")])
    world.then("2025-02-01", ada=[job("xAI")])
    world.then("2025-03-01", bo=[job("Meta", title="Chief")])
    with (
        patch.object(Engine, "run_from", run_from),
        patch.object(Engine, "records_from", records_from),
    ):
        world.live()
    assert {*left_out} == LEFT_OUT


def test_what_followed_the_last_time_does_not_follow_from_nothing(sql):
    """The relation is emptied, though its statement is not run."""
    engine = sql._engine
    values = {"source": "s"}
    sql.given("changed_profiles", {"profile": "p", "day": date(2025, 2, 1)})
    sql.given("replaced_profiles", {"profile": "p"})
    sql.given("former_names", {"profile": "p", "name": "Ada Lane"})
    sql.given("shown_profile_names", {"profile": "p", "name": "Zoe Abbot"})
    with patch.object(engine, "_made", set()):
        engine.run_from("replaced_profiles", "reassigned_profiles", **values)
        assert sql.read("reassigned_profiles", "profile") == [("p",)]
        engine._connection.execute("DELETE FROM replaced_profiles")
        engine.run_from("replaced_profiles", "reassigned_profiles", **values)
        assert sql.read("reassigned_profiles") == []
