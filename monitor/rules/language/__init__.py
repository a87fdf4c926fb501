"""The rules: which moves or people count, over which days, from how many on. One file each.

A broken file is set aside with its problems; the other rules go on.
"""

from monitor.rules.language.inhibitions import inhibited
from monitor.rules.language.keys import Inhibit, Notify
from monitor.rules.language.lint import lint_windows, merged_hints
from monitor.rules.language.loading import load_rules
from monitor.rules.language.model import (
    ANY,
    TESTS,
    Bounds,
    Condition,
    Match,
    Rule,
    RuleSet,
    Traits,
    Who,
)
from monitor.rules.language.values import SIDES_OF_GROUPS

__all__ = [
    "ANY",
    "SIDES_OF_GROUPS",
    "TESTS",
    "Bounds",
    "Condition",
    "Inhibit",
    "Match",
    "Notify",
    "Rule",
    "RuleSet",
    "Traits",
    "Who",
    "inhibited",
    "lint_windows",
    "load_rules",
    "merged_hints",
]
