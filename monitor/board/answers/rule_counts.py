"""What a rule counted in each of its groups day by day, held against any threshold."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from monitor.alerts.ledger import RULE
from monitor.base.errors import UsageError
from monitor.base.records import Json
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import NO_KEY, Asked, Filter, next_page
from monitor.board.group_counts import GroupCounts
from monitor.rules.evaluation.evaluate import group_of, grouping_of
from monitor.rules.language import Rule

FILTERS = (
    Filter(name="people", label="People", kind="count"),
    Filter(name="within", label="Within days", kind="count"),
)
MOST_GROUPS = 5_000
"""How many groups are held against a threshold, those with the highest counts first."""
MOST_DAYS = 36_500
"""A longer window than this is not counted."""

NAMELESS = (
    'The configuration says names = "none": each person makes a step of the counts of a group, so'
    " they are not shown."
)


@dataclass(frozen=True, kw_only=True)
class RuleCounts:
    """The groups of a rule, those with the highest counts first."""

    groups: Sequence[GroupCounts]
    least: int = 1
    """The least threshold that can be answered: below it are more groups than are held here."""
    why: str | None = None
    """Why nothing is counted; None where it is."""
    remark: str | None = None
    """What to know of the counts."""

    @cached_property
    def fired(self) -> Counter[int]:
        """How often the groups together came to each number of people."""
        return Counter(people for group in self.groups for people in group.reached())


def counts_of(desk: Desk, rule: Rule, within: int | None = None) -> RuleCounts:
    """Return what a rule counted, or would count within this many days, or why there is nothing.

    Raises UsageError for a window that the rule cannot have.
    """
    if within is None:
        return desk.once(f"counts {rule.id}", lambda: _counted(desk, rule))
    own = rule.main.window_days
    if own is None or rule.main.kind == "stock":
        raise UsageError(f"{rule.id} has no window in days: leave `within` out")
    if within > MOST_DAYS:
        raise UsageError(f"within is {MOST_DAYS} days at most")
    counted = counts_of(desk, rule)
    is_told = counted.why is None and within == own
    is_known = desk.settings.names != "none" and desk.horizon > date.min
    if is_told or not is_known or desk.count_within is None:
        return counted
    remark = (
        f"Counted anew for {within} days in the place of {own}, by what is known now: no run counts"
        " so, and nothing is kept."
    )
    remarks = filter(None, [remark, _remark(rule, is_edited=False)])
    return _of_rows(rule, desk.count_within(desk, rule, within), remark=" ".join(remarks))


def _counted(desk: Desk, rule: Rule) -> RuleCounts:
    evaluated = desk.tx.cursor(f"{RULE}{rule.id}")
    if desk.settings.names == "none":
        return RuleCounts(groups=(), why=NAMELESS)
    if not rule.enabled:
        return RuleCounts(
            groups=(), why=f"The rule is off, and no run counts for it. {_tried(rule)}"
        )
    if evaluated is None:
        why = f"No run has counted for this rule yet: the next one does. {_tried(rule)}"
        return RuleCounts(groups=(), why=why)
    rows = desk.reading.records("listed_counts", **of_highest(rule))
    is_edited = evaluated != f"{rule.meaning}:{desk.definitions.directory.fingerprint}"
    return _of_rows(rule, rows, remark=_remark(rule, is_edited=is_edited))


def of_highest(rule: Rule) -> dict[str, object]:
    """What `listed_counts` is asked for: as many groups as are held, and whether there are more."""
    is_sure = rule.count == "certain"
    return {"rule": rule.id, "grouping": None, "sure": is_sure, "most": MOST_GROUPS + 1}


def _of_rows(rule: Rule, rows: Sequence[Mapping[str, Any]], *, remark: str | None) -> RuleCounts:
    if not rows:
        return RuleCounts(groups=(), why="Nobody at all fits this rule.")
    groups = [_group_counts(rule, row) for row in rows]
    highest = "peak" if rule.count == "certain" else "possible"
    least = rows[MOST_GROUPS][highest] + 1 if len(rows) > MOST_GROUPS else 1
    groups = sorted(groups[:MOST_GROUPS], key=lambda group: (-group.peak, group.grouping))
    return RuleCounts(groups=groups, least=least, remark=remark)


def _tried(rule: Rule) -> str:
    return (
        "A window in days (`within`) has it counted, and `talentwatch rules preview"
        f" {rule.id} --since DAY` says how often it would have fired."
    )


def _remark(rule: Rule, *, is_edited: bool) -> str | None:
    if is_edited:
        return "The rule was edited after the last run, which counted by its earlier meaning."
    if len(rule.conditions) > 1:
        return "Its other conditions are not held against these counts."
    if rule.main.measure in {"share", "change"}:
        return f"It asks for a {rule.main.measure}; here people are counted."
    return None


def counts_of_group(desk: Desk, rule: Rule, group: Mapping[str, str]) -> GroupCounts | None:
    """Return what a rule counted in one group as it means now; None if nothing is known of it."""
    if desk.settings.names == "none":
        return None
    meaning = f"{rule.meaning}:{desk.definitions.directory.fingerprint}"
    if desk.tx.cursor(f"{RULE}{rule.id}") != meaning or {*group} != {*rule.group_by}:
        return None
    rows = desk.reading.records(
        "listed_counts", rule=rule.id, grouping=grouping_of(rule, group), sure=True, most=1
    )
    return _group_counts(rule, rows[0]) if rows else None


def _group_counts(rule: Rule, row: Mapping[str, Any]) -> GroupCounts:
    is_sure = rule.count == "certain"
    known_on = row["known_on"]
    return GroupCounts(
        grouping=row["grouping"],
        group=group_of(rule, row["grouping"]),
        known_on=date.fromisoformat(known_on) if isinstance(known_on, str) else known_on,
        steps_json=row["steps"],
        sure="certain" if is_sure else "possible",
        # Where those who went the other way are taken off, the highest number is not the highest
        # count.
        highest=row["peak" if is_sure else "possible"] if rule.main.net is None else None,
        possible=row["possible"],
    )


def thresholds(counts: RuleCounts, asked: Sequence[int], *, on: date) -> list[dict[str, Json]]:
    """How often each threshold was come to by what is known now, and in how many groups it is."""
    now, fired = [group.on(on) for group in counts.groups], counts.fired
    return [
        {
            "people": people,
            "alerts": fired[people],
            "open": sum(1 for count in now if count >= people),
        }
        for people in asked
        if people >= counts.least
    ]


def groups_below(
    counts: RuleCounts, people: int, *, on: date, most: int
) -> list[tuple[GroupCounts, int, int | None]]:
    """Return the groups whose count is below a threshold, the nearest first, with the days left.

    Reads stored counts; `nearest_groups` of a trial evaluates the rule again.

    Among equal counts those come first that may come to it, then those with more days left.
    """
    below = [(group, group.on(on), group.days_left(on)) for group in counts.groups]
    below = [near for near in below if 0 < near[1] < people]
    below.sort(
        key=lambda near: (
            -near[1],
            -near[0].possible,
            near[2] is not None,
            -(near[2] or 0),
            near[0].grouping,
        )
    )
    return below[:most]


def page_of_steps(
    desk: Desk, rule: Rule, counts: RuleCounts, asked: Asked
) -> tuple[list[dict[str, Json]], str | None]:
    """Return the groups whose counts came to a threshold, with their steps, the highest first.

    Raises UsageError for a threshold that more groups came to than are held.
    """
    people = asked["people"] or max(rule.main.threshold, counts.least)
    if people < counts.least:
        raise UsageError(
            f"more than {MOST_GROUPS:,} groups came to {people}: ask for {counts.least} or more"
        )
    reached = [group for group in counts.groups if group.peak >= people]
    if asked.after is not None:
        if len(asked.after) != 2 or not isinstance(asked.after[0], int):  # noqa: PLR2004 -- a count and a group
            raise UsageError(NO_KEY)
        reached = [group for group in reached if [-group.peak, group.grouping] > [*asked.after]]
    page = reached if asked.limit is None else reached[: asked.limit]
    after = None
    if len(page) < len(reached):
        after = next_page((-page[-1].peak, page[-1].grouping))
    within = asked["within"] or rule.main.window_days
    records = [steps_record(group, people, on=desk.horizon) for group in page]
    return [{"rule": rule.id, "within_days": within, **record} for record in records], after


def steps_record(group: GroupCounts, people: int, *, on: date) -> dict[str, Json]:
    """The counts of a group as JSON."""
    return {
        "group": dict(group.group),
        "known_on": group.known_on.isoformat(),
        "count": group.on(on),
        "peak": group.peak,
        "possible": group.possible,
        "threshold": people,
        "alerts": len(group.openings(people)),
        "steps": [
            {"day": day.isoformat(), "count": count, "possible": most}
            for day, count, most in group.steps
        ],
    }
