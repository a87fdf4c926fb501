"""The measures through the whole pipeline: live day by day, and all at once, come to the same."""

import pytest
from story import World, crowd, job

RULES = {
    "stock": '[stock]\nat = "xai"\nformerly = "meta"\npeople = 2\n',
    "tutors": '[stock]\nat = "xai"\nwho = { title = "*tutor*" }\npeople = 1\nshare = 0.2\n',
    "shrinking": '[stock]\nat = "meta"\nchange = -0.1\nwithin = "60d"\npeople = 5\n',
    "net": '[flow]\nfrom = "meta"\nto = "xai"\nwithin = "60d"\nnet = 2\n'
    "levels = { critical = 3 }\n",
    "first": '[flow]\nfrom = "*"\nto = "*"\nwithin = "60d"\nfirst = true\n'
    'group_by = ["from.organization", "to.organization"]\n',
    "share": '[flow]\nfrom = "meta"\nwithin = "60d"\nshare = 0.1\npeople = 2\n',
    "quiet": 'within = "40d"\nkeep_open_for = "5d"\n'
    '[[ordered]]\nflow = { from = "meta", within = "40d", people = { lte = 0 } }\n'
    '[[ordered]]\nflow = { from = "meta", within = "40d", people = 2 }\n',
}


def played(folder) -> World:
    """A quiet quarter, then three who leave, one of whom comes back."""
    world = World(folder, rules=RULES)
    here = crowd("Meta", 12) | crowd("xAI", 4)
    world.on("2025-01-01", **here)
    world.then("2025-03-01", **{"meta-0000": [job("Meta", title="Engineer")]})
    left = job("Meta", start="2020-01-01", end="2025-03-20")
    world.then(
        "2025-04-01",
        **{
            "meta-0000": [left, job("xAI", start="2025-03-21", title="AI Tutor")],
            "meta-0001": [left, job("xAI", start="2025-03-22")],
        },
    )
    world.then("2025-05-01", **{"meta-0002": [left, job("xAI", start="2025-04-02")]})
    world.then(
        "2025-07-01",
        **{
            "meta-0001": [
                left,
                job("xAI", start="2025-03-22", end="2025-06-10"),
                job("Meta", start="2025-06-11"),
            ]
        },
    )
    return world


@pytest.mark.slow
def test_every_measure_says_live_what_it_says_of_the_past(tmp_path):
    """Time alone may open an alert; a run that comes each day has it as one that comes once."""
    at_once = played(tmp_path / "once")
    at_once.run(now="2025-09-01")
    by_day = played(tmp_path / "daily")
    by_day.live()
    by_day.run(now="2025-08-01")
    by_day.run(now="2025-09-01")
    assert at_once.ledger() == by_day.ledger()
    told = {alert["rule"]: alert for alert in at_once.alerts()}
    assert told.keys() == RULES.keys()
    assert told["net"]["severity"] == "critical"
    assert told["tutors"]["people"][0]["person"] == "meta-0000"
