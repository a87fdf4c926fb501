"""What a rule says, with every name resolved."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from monitor.base.errors import Problem
from monitor.rules.language.keys import FlowTable, Inhibit, Notify, RuleTable

_FILE, _FLOW = RuleTable(), FlowTable()
ANY = "*"
LISTED_IN_STOCKS = "who left or came, with the headcount"
"""Whom the alerts of a [stock] name; if that changes, they are written anew."""
TESTS = "*.test.toml"
"""The files beside the rules that hold their tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What one side of a move has to be; an empty tuple asks nothing."""

    organizations: tuple[str, ...] | None = None
    """Canonical ids; None is any known organisation."""
    unit: bool = False
    """Whether exactly these organisations are meant, as named by `unit`."""
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """The groups that were named, with their members: what `from.group` makes groups by."""
    teams: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    seniority: tuple[str, ...] = ()
    not_organizations: tuple[str, ...] = ()
    not_teams: tuple[str, ...] = ()
    not_titles: tuple[str, ...] = ()
    not_locations: tuple[str, ...] = ()
    not_seniority: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What a person has or has not, on either side unless the name says which."""

    title: tuple[str, ...] = ()
    from_title: tuple[str, ...] = ()
    to_title: tuple[str, ...] = ()
    location: tuple[str, ...] = ()
    seniority: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Who(Traits):
    """What the person has to be; an empty tuple asks nothing."""

    but_not: Traits = field(default_factory=Traits)
    """Who fits any of this is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How many people are asked for, both bounds included."""

    at_least: int = 1
    at_most: int | None = None


Anchor = Literal["year", "quarter"] | date


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One [flow] or [stock]: which moves or people count, over which days, and how many."""

    kind: Literal["flow", "stock"] = "flow"
    origin: Match | None = None
    """`from`, or `formerly` of a stock; None: from anywhere, unknown included."""
    destination: Match | None = None
    """`to`, or `at` of a stock; None: to anywhere, unknown included."""
    who: Who = field(default_factory=Who)
    window_days: int | None = None
    """A sliding window; None if it counts since an anchor, or those who are there now."""
    since: Anchor | None = None
    people: Bounds = field(default_factory=Bounds)
    share: float | None = None
    net: int | None = None
    first: bool = False
    change: float | None = None
    unusual: float | None = None
    """How many alerts a year chance may make over all groups; None where a threshold is given."""
    levels: tuple[tuple[str, float], ...] = ()
    """The severities by the measure from which on they are said."""
    group_by: tuple[str, ...] = ()
    """The values that make a group: `from.team`; of a stock `from` is `formerly`, `to` is `at`."""
    names: tuple[str, ...] = ()
    """What these values are called in the alert, one for each."""
    clock: Literal["effective", "observed"] = _FLOW.clock
    count: Literal["certain", "possible"] = _FLOW.count
    early: tuple[int, ...] = (0, 0, 0, 0)
    """By how many days the quarters begin earlier in UTC than in the rule's time zone."""

    @property
    def person_groups(self) -> frozenset[str]:
        """What the alert calls the values of its group that are one person."""
        named = zip(self.group_by, self.names, strict=True)
        return frozenset(name for side, name in named if side == "person")

    @property
    def measure(self) -> str:
        """The measure whose figure is told."""
        for name in ("share", "net", "change"):
            if getattr(self, name) is not None:
                return name
        return "first" if self.first else "people"

    @property
    def threshold(self) -> int:
        """The fewest people, or the fewest more there than back, that are asked for."""
        return self.people.at_least if self.net is None else self.net

    @property
    def asked(self) -> float | None:
        """The part of the whole that is asked for; None where people are counted."""
        return self.share if self.change is None else self.change

    @property
    def restless(self) -> bool:
        """Whether it may begin to hold by the passing of time alone."""
        return (
            self.people.at_most is not None
            or self.measure in {"share", "net", "change"}
            or self.people.at_least == 0
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule, with every name resolved."""

    id: str
    file: Path
    title: str
    description: str = ""
    severity: str = _FILE.severity
    enabled: bool = _FILE.enabled
    conditions: tuple[Condition, ...]
    combine: Literal["all", "any", "ordered"] = "all"
    within_days: int | None = None
    """How long after the end of one step the next may begin; for `ordered` alone."""
    keep_open_days: int = 0
    notify: Notify = _FILE.notify
    inhibit: Inhibit | None = None

    @property
    def main(self) -> Condition:
        """The condition whose figures are told: the first one, or the last step."""
        return self.conditions[-1 if self.combine == "ordered" else 0]

    @property
    def group_by(self) -> tuple[str, ...]:
        """What the values of a group are called, in their order."""
        return self.main.names

    @property
    def count(self) -> Literal["certain", "possible"]:
        """Which people are counted."""
        return self.main.count

    @property
    def restless(self) -> bool:
        """Whether an alert may open by the passing of time alone."""
        return len(self.conditions) > 1 or self.main.restless

    @property
    def meaning(self) -> str:
        """This is a hash over all that changes what counts: titles and messages do not."""
        not_counted = {"id", "file", "title", "description", "severity", "notify", "inhibit"}
        counted = {key: value for key, value in asdict(self).items() if key not in not_counted}
        for condition in counted["conditions"]:
            # A key that a rule does not use changes no meaning.
            if condition["unusual"] is None:
                del condition["unusual"]
        if any(condition.kind == "stock" for condition in self.conditions):
            counted["stock"] = LISTED_IN_STOCKS
        text = json.dumps(counted, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """All rules of a folder."""

    rules: tuple[Rule, ...] = ()
    """In order of id."""
    broken: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    """What is wrong, by the id of the rule (the file's name where the id cannot be read)."""
    hints: tuple[str, ...] = ()
    """What is probably not meant but may be."""
    files: int = 0
    """How many rule files there are, sound or broken."""
    unidentified: bool = False
    """Whether a broken file does not show its id: it may be that of any rule that is missed."""
