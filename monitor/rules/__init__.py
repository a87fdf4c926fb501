"""The rules: which moves or people count, over which days, from how many on. One file each.

A broken file is set aside with its problems; the other rules go on.
"""

from monitor.rules.doubts import gathered, window_doubts
from monitor.rules.inhibitions import inhibited
from monitor.rules.loading import load_rules
from monitor.rules.words import (
    ANY,
    SIDES_OF_GROUPS,
    TESTS,
    Bounds,
    Condition,
    Inhibit,
    Match,
    Notify,
    Rule,
    RuleSet,
    Traits,
    Who,
)

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
    "gathered",
    "inhibited",
    "load_rules",
    "window_doubts",
]
