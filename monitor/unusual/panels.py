"""Which moves a rule's expectation is held against: its groups, their sides, and the whole panel.

Each is a rule of its own, so that people are counted for it exactly as rules count them.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

from monitor.base.engine import Engine
from monitor.identity.organizations import Directory
from monitor.rules.evaluation.queries import SEPARATOR, fill_queries
from monitor.rules.language import Bounds, Condition, Match, Rule

LEFT, JOINED, PANEL = ":left", ":joined", ":panel"
"""What the names of a rule's sides and of its panel end in."""
MARKET = "*"
"""What the name of the market that a rule of few groups learns from ends in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A rule with one window of people, and what its groups are held against."""

    name: str
    condition: Condition
    from_places: tuple[int, ...]
    """Which values of a grouping make the origin, counted from 1; the others the destination."""
    to_places: tuple[int, ...]

    @property
    def meaning(self) -> str:
        """A hash over all that changes what is learnt: rules that count alike learn alike."""
        counted = replace(self.condition, unusual=None, levels=(), names=())
        text = json.dumps(asdict(counted), sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def window_days(self) -> int:
        """The length of its windows, and of the blocks of its past."""
        return self.condition.window_days or 1

    @property
    def has_origin(self) -> bool:
        """Whether it says where people come from."""
        return self.condition.origin is not None or bool(self.from_places)

    @property
    def has_destination(self) -> bool:
        """Whether it says where people go."""
        return self.condition.destination is not None or bool(self.to_places)

    @property
    def is_pair(self) -> bool:
        """Whether it has two sides."""
        return self.has_origin and self.has_destination

    @property
    def is_market(self) -> bool:
        """Whether it looks at all pairs, so that it teaches what pairs are like."""
        condition = self.condition
        everywhere = all(
            side is None or side == Match() for side in (condition.origin, condition.destination)
        )
        return everywhere and bool(self.from_places) and bool(self.to_places)

    def market(self) -> "Panel":
        """Return the panel of all pairs of organisations that it learns from."""
        if self.is_market:
            return self
        condition = replace(
            self.condition,
            origin=Match(),
            destination=Match(),
            group_by=("from.organization", "to.organization"),
            names=("from", "to"),
        )
        return Panel(name=self.name + MARKET, condition=condition, from_places=(1,), to_places=(2,))

    def keys(self, grouping: str) -> Mapping[str, str]:
        """Return what a group is held against: the key of each of its parts, by name."""
        values = grouping.split(SEPARATOR)
        groupings = {self.name: grouping, self.name + PANEL: ""}
        if self.has_origin:
            groupings[self.name + LEFT] = SEPARATOR.join(
                values[place - 1] for place in self.from_places
            )
        if self.has_destination:
            groupings[self.name + JOINED] = SEPARATOR.join(
                values[place - 1] for place in self.to_places
            )
        return groupings

    def origins(self, grouping: str) -> Sequence[str]:
        """Return the organisations that a group's people left, where whole ones are meant."""
        condition = self.condition
        if "from.organization" in condition.group_by and len(self.from_places) == 1:
            return (grouping.split(SEPARATOR)[self.from_places[0] - 1],)
        origin = condition.origin
        return () if self.from_places or origin is None else origin.organizations or ()

    def rules(self) -> Iterator[tuple[str, Condition]]:
        """Yield what is counted, by name: the pair, each side with anywhere, and everybody."""
        condition = replace(self.condition, people=Bounds(at_least=1), levels=(), unusual=None)
        sides = condition.origin, condition.destination
        yield self.name, condition
        origin = Match() if self.has_origin else None
        # A rule that names no destination counts those who left for nobody knows where.
        destination = Match() if self.has_destination else None
        if self.has_origin:
            yield self.name + LEFT, _of(condition, self.from_places, sides[0], destination)
        if self.has_destination:
            yield self.name + JOINED, _of(condition, self.to_places, origin, sides[1])
        yield self.name + PANEL, _of(condition, (), origin, destination)


def _of(
    condition: Condition, places: Sequence[int], origin: Match | None, destination: Match | None
) -> Condition:
    return replace(
        condition,
        origin=origin,
        destination=destination,
        group_by=tuple(condition.group_by[place - 1] for place in places),
        names=tuple(condition.names[place - 1] for place in places),
    )


def panel_of(rule: Rule) -> Panel | None:
    """Return what a rule's alerts are held against; None where it counts no people of a window."""
    condition = rule.main
    if (
        len(rule.conditions) > 1
        or condition.kind != "flow"
        or condition.measure != "people"
        or condition.window_days is None
        or condition.people.at_least < 1
        or condition.people.at_most is not None
        or condition.count != "certain"
    ):
        return None
    sides = condition.group_by
    if any(not side.startswith(("from.", "to.")) for side in sides):
        return None
    panel = Panel(
        name=rule.id,
        condition=condition,
        from_places=tuple(n for n, side in enumerate(sides, 1) if side.startswith("from.")),
        to_places=tuple(n for n, side in enumerate(sides, 1) if side.startswith("to.")),
    )
    return panel if panel.has_origin or panel.has_destination else None


def match_panels(
    engine: Engine, panels: Sequence[Panel], rules: Mapping[str, Rule], directory: Directory
) -> None:
    """Find for each panel which moves belong to which of its parts and groups."""
    asked = []
    for panel in panels:
        rule = rules[panel.name.removesuffix(MARKET)]
        asked += [
            replace(rule, id=name, conditions=(condition,), keep_open_days=0)
            for name, condition in panel.rules()
        ]
    fill_queries(engine, asked, directory, since=dict.fromkeys((one.id for one in asked), date.max))
    engine.run("whole_scope")
    engine.run("dated_tenures")
    engine.run("presences")
    engine.run("unit_pairs", horizon=date.max)
    engine.run("matching_entries")


def fill_tables(engine: Engine, panels: Sequence[Panel]) -> None:
    """Empty the tables of what is asked, and say which values make the sides of each panel."""
    engine.run("usual_tables")
    engine.fill(
        "usual_sides",
        ["basis", "from_places", "to_places"],
        [(panel.name, list(panel.from_places), list(panel.to_places)) for panel in panels],
    )
