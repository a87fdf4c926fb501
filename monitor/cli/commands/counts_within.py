"""The counts of a rule with another window, as the command prints them and the board shows them."""

from datetime import date
from typing import Any

from monitor.alerts.trials.preview import asking
from monitor.base.machine.limits import obey
from monitor.base.settings import Settings
from monitor.board.answers.rule_counts import of_highest
from monitor.identity.organizations import Directory
from monitor.rules.evaluation.counts import recount
from monitor.rules.language import Rule
from monitor.wiring import open_copied_engine


def counts_within(
    settings: Settings, rule: Rule, directory: Directory, *, days: int, horizon: date
) -> list[dict[str, Any]]:
    """Count by a rule with a window of this many days, in a copy of the derived tables.

    Returns rows as `listed_counts` has them. Raises LeaseHeld while a run has the tables for longer
    than it is waited for.
    """
    obey(settings.engine.limits)  # in a process of its own nobody has
    asked = asking(rule, people=rule.main.threshold, window_days=days)
    with open_copied_engine(settings) as engine:
        recount(engine, asked, directory, horizon=horizon)
        return engine.records("listed_counts", **of_highest(rule))
