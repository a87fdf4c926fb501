"""The rules: which moves or people count, over which days, from how many on. One file each.

A broken file is set aside with its problems; the other rules go on.
"""

from monitor.rules.language.doubts import gathered, window_doubts
from monitor.rules.language.inhibitions import inhibited
from monitor.rules.language.loading import load_rules
from monitor.rules.language.words import (
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
