"""What a rule asks for, in words."""

from monitor.delivery.messages.formatting import how_many_people, threshold_words
from monitor.rules.language import Rule


def window_text(rule: Rule) -> str:
    """Say a rule's window: `within 90 days`, `since the year began`, `since 2025-01-01`."""
    condition = rule.main
    if condition.window_days is not None:
        return f"within {condition.window_days} days"
    if condition.since in ("year", "quarter"):
        return f"since the {condition.since} began"
    return "now" if condition.since is None else f"since {condition.since}"


def condition_text(rule: Rule) -> str:
    """Say what a rule asks for: `3 people within 90 days`."""
    condition = rule.main
    people = how_many_people(condition.threshold)
    if condition.asked is not None:
        figure = threshold_words(condition.measure, condition.asked, condition.threshold)
    elif condition.net is not None:
        figure = f"net {people}"
    elif condition.people.at_most is not None:
        figure = f"{condition.people.at_least} to {how_many_people(condition.people.at_most)}"
    else:
        figure = f"the first {people}" if condition.first else people
    several = f", {rule.combine} of {len(rule.conditions)}" if len(rule.conditions) > 1 else ""
    return f"{figure} {window_text(rule)}{several}"
