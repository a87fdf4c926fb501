"""What answers are made from: one publication, one picture of the state, and what people wrote."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from threading import RLock
from typing import Any, TypeVar, cast

from monitor.base.records import AlertSummary
from monitor.base.settings import Settings
from monitor.base.statements import Reading
from monitor.board.answers.left_out import LeftOut
from monitor.delivery.messages import plain
from monitor.delivery.outbox import late_notifications, muted_alerts
from monitor.operations.written_inputs import Definitions
from monitor.rules.language import Rule
from monitor.state import Transaction

T = TypeVar("T")
Rows = Sequence[Mapping[str, Any]]
CountWithin = Callable[["Desk", Rule, int], Rows]
"""Counts by a rule with a window of this many days; returns rows as `listed_counts` has them."""


class KeptAnswers:
    """What was made once and holds as long as nothing that it was made from changes."""

    def __init__(self) -> None:
        """Nothing was made yet."""
        self._made = dict[str, Any]()
        self._lock = RLock()

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return what was made under a name before, or make it; other threads wait for it."""
        if name not in self._made:
            with self._lock:
                if name not in self._made:
                    self._made[name] = make()
        return cast("T", self._made[name])


@dataclass(kw_only=True)
class Desk:
    """Everything that one answer is made from, all of one moment."""

    settings: Settings
    definitions: Definitions
    open_reading: Callable[[], Reading]
    tx: Transaction
    now: datetime
    left_out: LeftOut = field(default_factory=lambda: LeftOut(1))
    """It is told of what counts too few people to be shown."""
    kept: KeptAnswers = field(default_factory=KeptAnswers)
    count_within: "CountWithin | None" = None
    """How what no run has counted is counted; None where nobody asks for it."""

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return what was made under a name before, or make it."""
        made, left_out = self.kept.once(name, lambda: self.left_out.of(make))
        self.left_out.add(left_out)
        return made

    @property
    def today(self) -> date:
        """The day of the answer, in UTC."""
        return self.now.date()

    @property
    def ledger(self) -> list[AlertSummary]:
        """Every alert as it stands, without its people."""
        return self.once("ledger", self.tx.summaries)

    @property
    def muted(self) -> dict[str, str]:
        """By alert, what keeps news of it from a channel."""
        return self._notified[0]

    @property
    def notified_late(self) -> dict[str, int]:
        """By alert, how many days after its end a channel was told of it first."""
        return self._notified[1]

    @property
    def _notified(self) -> tuple[dict[str, str], dict[str, int]]:
        def made() -> tuple[dict[str, str], dict[str, int]]:
            return muted_alerts(self.tx.steps()), late_notifications(self.tx.steps())

        return self.once("notified", made)

    @cached_property
    def reading(self) -> Reading:
        """What was published; opened where it is asked for."""
        return self.open_reading()

    @cached_property
    def horizon(self) -> date:
        """The day to which the rules were evaluated; the first of days if they never were."""
        return date.fromisoformat(self.tx.cursor("horizon") or date.min.isoformat())

    @property
    def newest_snapshot(self) -> date | None:
        """The newest observation."""
        return max((row[1] for row in self.snapshots), default=None)

    @property
    def snapshots(self) -> list[tuple[Any, ...]]:
        """Every judged snapshot, as `judged_snapshots` has it."""
        return self.once("snapshots", lambda: self.reading.rows("judged_snapshots"))

    def names(self, units: Iterable[str | None]) -> dict[str, str]:
        """How to write organisations: as listed, or else as most profiles do."""
        there = sorted({unit for unit in units if unit})
        directory = self.definitions.directory
        names = dict(self.reading.rows("unit_names", units=there))
        listed = {spelling: directory.display(spelling) for spelling in there}
        return {
            spelling: plain(names.get(spelling, spelling) if name == spelling else name)
            for spelling, name in listed.items()
        }

    def rule_title(self, rule: str) -> str:
        """How a rule calls itself; its id where it cannot be read."""
        titles = self.once(
            "titles",
            lambda: {rule.id: plain(rule.title) for rule in self.definitions.rules.rules},
        )
        return titles.get(rule, plain(rule))
