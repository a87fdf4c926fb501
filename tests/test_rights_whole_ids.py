"""Who has the key of an erased person as a whole id, or the same id elsewhere, keeps their name."""

import json

import pytest
from story import World, crowd, flow
from test_rights import gone, meta, run, talentwatch

pytestmark = pytest.mark.slow
ID = "zq-77319"
RULES = {
    "talent": flow("meta", "xai", people=1, within="90d"),
    "each": flow("meta", "xai", people=1, within="90d", group_by=["person"]),
    "watch": flow(None, None, people=1, who=f'{{ person = ["code:press:{ID}", "code:{ID}"] }}'),
}


def test_others_whose_id_is_the_key_or_the_id_of_the_erased_stay_as_they_are(tmp_path):
    """In the ledger, in groups, in messages and in rules; and a replay says the same."""
    world = World(tmp_path, rules=RULES, sources=("press", "code"))
    known = {**crowd("Meta", 12), **crowd("xAI", 12)}
    others = (f"press:{ID}", ID)
    for source, some in (("press", (ID,)), ("code", others)):
        # Each under another name: nobody is taken for another.
        stay, went = (
            {who: {"name": f"{source.title()} {who[:3]}", "positions": jobs} for who in some}
            for jobs in ([meta()], gone("2025-01-10"))
        )
        world.observe("2025-01-05", {**known, **stay}, source=source)
        world.observe("2025-01-20", {**known, **went}, source=source)
    run(world, "2025-01-20")

    def named() -> list[tuple[str, str, list[str]]]:
        return sorted(
            (
                alert["rule"],
                json.dumps(alert["group"]),
                sorted(one["person"] for one in alert["people"]),
            )
            for alert in world.alerts()
        )

    before, rules = named(), (tmp_path / "rules" / "watch.toml").read_text(encoding="utf-8")
    lines = (tmp_path / "alerts.jsonl").read_text(encoding="utf-8")
    assert talentwatch(world, "forget", f"press:{ID}").exit_code == 0
    after = named()
    assert [one for one in after if one[0] == "watch"] == [
        one for one in before if one[0] == "watch"
    ]
    assert {one[1] for one in after if one[0] == "each"} == {
        '{"person": "code:press:zq-77319"}',
        '{"person": "code:zq-77319"}',
        '{"person": "press:erased-1"}',
    }
    talent = next(one for one in after if one[0] == "talent")
    assert sorted(talent[2]) == sorted(["erased-1", *others])
    assert (tmp_path / "rules" / "watch.toml").read_text(encoding="utf-8") == rules
    told = (tmp_path / "alerts.jsonl").read_text(encoding="utf-8")
    assert told.count("code:press:zq-77319") == lines.count("code:press:zq-77319")
    ledger = world.ledger_bytes()
    (tmp_path / "snapshots" / "derived.duckdb").unlink()
    run(world, "2025-01-21")
    assert world.ledger_bytes() == ledger
