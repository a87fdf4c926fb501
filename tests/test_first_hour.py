"""What a run says of the first hour: histories are no news."""

from story import World, crowd, job
from typer.testing import CliRunner

from monitor.cli.entry import app


def said(world: World, *words: str) -> str:
    config = ["--config", str(world.root / "config.toml")]
    return CliRunner().invoke(app, [*words, *config], catch_exceptions=False).output


def test_a_first_import_brings_histories_and_a_later_look_brings_moves(tmp_path):
    """Stated starts of people who are seen for the first time are told by people, not as moves."""
    world = World(tmp_path)
    past = [job("Harbour", start="2019-01", end="2020-03"), job("Quarry", start="2020-04")]
    world.on("2025-01-01", ada=past, ben=[job("Quarry", start="2021-05")], **crowd("Harbour", 8))
    assert "2 people's histories; alerts" in said(world, "run", "--now", "2025-01-02")
    moved = [job("Quarry", start="2021-05", end="2025-01-20"), job("Harbour", start="2025-01-21")]
    world.then("2025-02-01", ben=moved, cleo=[job("Harbour", start="2018-02")])
    assert "1 person's history, 1 new move; alerts" in said(world, "run", "--now", "2025-02-02")
