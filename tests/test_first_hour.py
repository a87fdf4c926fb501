"""What a run says of the first hour: histories are no news."""

import pytest
from story import World, crowd, flow, job
from typer.testing import CliRunner

from monitor.cli.entry import app


def said(world: World, *words: str) -> str:
    config = ["--config", str(world.root / "config.toml")]
    return CliRunner().invoke(app, [*words, *config], catch_exceptions=False).output


@pytest.mark.slow
def test_a_first_import_brings_histories_and_a_later_look_brings_moves(tmp_path):
    """Stated starts of people who are seen for the first time are told by people, not as moves."""
    world = World(tmp_path)
    past = [job("Harbour", start="2019-01", end="2020-03"), job("Quarry", start="2020-04")]
    world.on("2025-01-01", ada=past, ben=[job("Quarry", start="2021-05")], **crowd("Harbour", 8))
    assert "2 people's histories; alerts" in said(world, "run", "--now", "2025-01-02")
    moved = [job("Quarry", start="2021-05", end="2025-01-20"), job("Harbour", start="2025-01-21")]
    world.then("2025-02-01", ben=moved, cleo=[job("Harbour", start="2018-02")])
    assert "1 person's history, 1 new move; alerts" in said(world, "run", "--now", "2025-02-02")


@pytest.mark.slow
def test_a_new_rule_is_told_what_history_holds_and_how_to_see_and_send_it(tmp_path):
    """The commands that it names work, and a rule that has been evaluated is new no longer."""
    world = World(tmp_path)
    world.on("2025-01-01", **crowd("Meta", 10), **crowd("xAI", 10))
    moved = [job("Meta", start="2020-01", end="2025-01-10"), job("xAI", start="2025-01-11")]
    world.then("2025-02-01", **dict.fromkeys(list(crowd("Meta", 3)), moved))
    said(world, "run", "--now", "2025-02-02")
    world.rewrite(
        rules={
            "leaving": flow("meta", "xai", people=3),
            "quiet": flow("meta", "openai", people=3),
        }
    )
    lines = said(world, "rules", "check")
    assert "leaving is new: the stored history holds 1 alert, 1 of them open." in lines
    assert "to see them: talentwatch rules preview leaving --since 2025-02-01 --config" in lines
    assert "to send them, after the next run: talentwatch backfill --since 2025-02-01" in lines
    assert "quiet is new: the stored history holds no alert of it." in lines
    assert "would have said 1 alert" in said(
        world, "rules", "preview", "leaving", "--since", "2025-02-01"
    )
    said(world, "run", "--now", "2025-02-03")
    assert said(world, "rules", "check") == "2 rules are well.\n"
