"""The source that CONTRIBUTING.md adds in ten minutes can be added so."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

import msgspec
import pytest
from services import CONTACT, Said, VirtualTime, service

from monitor.base.settings import CollectedSource
from monitor.intake.collecting.collection import collect
from monitor.intake.collecting.connectors import CONNECTORS
from monitor.intake.collecting.planning import plan_of

BLOCKS = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = {
    "1": {"staff": [{"number": 7, "name": "Ada", "office": "Parks", "post": "Head"}], "next": 2},
    "2": {
        "staff": [{"number": 8, "name": "Ben", "office": "Water", "post": "Clerk"}],
        "next": None,
    },
}


@pytest.fixture
def blocks(root) -> list[str]:
    """Return what the reader writes into files: the settings, and the connector."""
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition("## Add a source in ten minutes\n")[2].partition("\n## ")[0]
    return BLOCKS.findall(section)


@pytest.fixture
def added(blocks) -> Any:
    """Return the names that the blocks of the page define."""
    assert sum(len(block.splitlines()) for block in blocks) <= 60
    names: dict[str, Any] = {"CollectedSource": CollectedSource, "__name__": __name__}
    for block in blocks:
        exec(block, names)  # noqa: S102 -- the reader writes it into files
    return names


def test_the_source_of_the_page_is_collected(added, tmp_path):
    """Sixty lines are a source with all that the others have."""
    time = VirtualTime()
    with service(time) as running:
        running.answer = lambda asked: Said.json(PAGES[asked.query["page"]])
        written = {
            "kind": "register",
            "contact": CONTACT,
            "purpose": "a test",
            "retention": "365d",
            "base_url": running.url,
            "path": "inbox",
        }
        settings = msgspec.convert(written, added["RegisterSource"])
        with patch.dict(CONNECTORS, register=added["Register"]):
            plan = plan_of("city", settings, tmp_path)
        assert collect(plan, time.clock).is_complete
    lines = (tmp_path / "inbox" / "2026-11-02.jsonl").read_bytes().splitlines()
    assert [msgspec.json.decode(line)["name"] for line in lines] == ["Ada", "Ben"]


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]])
def test_the_source_of_the_page_passes_the_checks(blocks, root, command):
    """Whoever copies it has nothing to mend before `make check`."""
    place = root / "monitor" / "intake" / "collecting" / "connectors" / "register.py"
    ruff = Path(sys.executable).parent / "ruff"
    done = subprocess.run(
        [ruff, *command, "--stdin-filename", place, "-"],
        input=blocks[1],
        capture_output=True,
        text=True,
        cwd=root,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
