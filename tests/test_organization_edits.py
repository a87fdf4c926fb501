"""A decision is written into `organizations.toml` once, however its rows are written there."""

import tomllib
from datetime import date

import pytest

from monitor.base.records import Decided, OrganizationDecision
from monitor.identity.organizations import Directory
from monitor.identity.organizations.edits import edited

DAY = date(2025, 1, 1)
ROW = {"from": "A", "to": "B", "on": DAY}


@pytest.mark.parametrize(
    "text",
    [
        "# nobody yet\n",
        'real = [{from = "C", to = "D"}]\n',
        '[[real]]\nfrom = "C"\nto = "D"\n[groups]\nrivals = []\n',
    ],
)
def test_moves_that_are_real_are_written_once(tmp_path, text):
    """Who says the same again changes nothing."""
    file = tmp_path / "organizations.toml"
    file.write_text("", encoding="utf-8")
    directory = Directory.load(file)
    decision = OrganizationDecision(origin="A", destination="B", decided=Decided.REAL, on=DAY)
    after = edited(text, decision, directory)
    rows = tomllib.loads(after)["real"]
    assert rows[-1] == ROW
    assert len(rows) == 1 + text.count("C")
    assert edited(after, decision, directory) == after
