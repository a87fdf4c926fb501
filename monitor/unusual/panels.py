"""Which moves a rule's expectation is held against: its groups, their sides, and the whole panel.

Each side is a rule of its own, so that people are counted for it exactly as rules count them. Both
sides of a move say in which pair it counts.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

from monitor.base.engine import Engine
from monitor.identity.organizations import Directory
from monitor.rules.evaluation.queries import SEPARATOR, fill_queries
from monitor.rules.language import Bounds, Condition, Match, Rule, Who

LEFT, JOINED, PANEL = ":left", ":joined", ":panel"
"""What the names of a rule's sides and of its panel end in."""
COUNTED_PANEL = {
    "rule": "VARCHAR",
    "kind": "VARCHAR",
    "first_of_kind": "BOOLEAN",
    "dated_by": "VARCHAR",
    "from_known": "BOOLEAN",
    "to_known": "BOOLEAN",
    "chosen": "BOOLEAN",
    "window_days": "INTEGER",
}
"""A rule whose panel is counted; those of a kind hold the same moves."""
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

    @property
    def dated(self) -> str:
        """By which of its days a move counts, on either side and in the whole panel."""
        if self.condition.clock == "observed":
            return "observed"
        return "joined" if self.has_destination else "left"

    @property
    def is_chosen(self) -> bool:
        """Whether it counts some people alone, by who they are."""
        return self.condition.who != Who()

    @property
    def kind(self) -> str:
        """What it has in common with panels that hold the same moves."""
        sides = f"{self.dated}:{self.has_origin}:{self.has_destination}"
        return f"{sides}:{self.name}" if self.is_chosen else sides

    def keys(self, grouping: str) -> tuple[str | None, str | None]:
        """Return what a group's people leave and what they join; None for a side it has not."""
        values = grouping.split(SEPARATOR)
        left, joined = (
            SEPARATOR.join(values[place - 1] for place in places)
            for places in (self.from_places, self.to_places)
        )
        return left if self.has_origin else None, joined if self.has_destination else None

    def origins(self, grouping: str) -> Sequence[str]:
        """Return the organisations that a group's people left, where whole ones are meant."""
        condition = self.condition
        if "from.organization" in condition.group_by and len(self.from_places) == 1:
            return (grouping.split(SEPARATOR)[self.from_places[0] - 1],)
        origin = condition.origin
        return () if self.from_places or origin is None else origin.organizations or ()

    def sides(self) -> Iterator[tuple[str, Condition]]:
        """Yield what it asks of each side alone, by name."""
        condition = replace(self._bare(), who=Who())
        if self.has_origin:
            yield self.name + LEFT, _of(condition, self.from_places, condition.origin, None)
        if self.has_destination:
            yield self.name + JOINED, _of(condition, self.to_places, None, condition.destination)

    def everybody(self) -> tuple[str, Condition]:
        """Return what it asks of the whole panel, by name: who it is, and where they went."""
        # A rule that names no destination counts those who left for nobody knows where.
        origin, destination = (
            Match() if is_known else None for is_known in (self.has_origin, self.has_destination)
        )
        return self.name + PANEL, _of(self._bare(), (), origin, destination)

    def _bare(self) -> Condition:
        return replace(self.condition, people=Bounds(at_least=1), levels=(), unusual=None)


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
    """Find for each panel which places belong to which groups, and whose moves count one by one."""
    fill_panels(engine, ())
    engine.run(
        "usual_repeats",
        datings=sorted({panel.dated for panel in panels}),
        within=max(panel.window_days for panel in panels),
    )
    sides = [(panel, *side) for panel in panels for side in panel.sides()]
    _match(engine, sides, rules, directory, scope="usual_scope")
    engine.run("usual_places", of_left=LEFT, of_joined=JOINED)
    chosen = [(panel, *panel.everybody()) for panel in panels if panel.is_chosen]
    if chosen:
        _match(engine, chosen, rules, directory, scope="whole_scope")
    engine.run("usual_chosen", of_panel=PANEL)


def _match(
    engine: Engine,
    asked: Sequence[tuple[Panel, str, Condition]],
    rules: Mapping[str, Rule],
    directory: Directory,
    *,
    scope: str,
) -> None:
    some = [
        replace(
            rules[panel.name.removesuffix(MARKET)],
            id=name,
            conditions=(condition,),
            keep_open_days=0,
        )
        for panel, name, condition in asked
    ]
    fill_queries(engine, some, directory, since=dict.fromkeys((one.id for one in some), date.max))
    engine.run(scope)
    engine.run("dated_tenures")
    engine.run("presences")
    engine.run("unit_pairs", horizon=date.max)
    engine.run("matching_entries")


def fill_panels(engine: Engine, panels: Sequence[Panel]) -> None:
    """Say which panels are to be counted."""
    engine.run("usual_macros")
    first = {panel.kind: panel.name for panel in reversed(panels)}
    rows = [
        (
            *(panel.name, panel.kind, first[panel.kind] == panel.name, panel.dated),
            *(panel.has_origin, panel.has_destination, panel.is_chosen, panel.window_days),
        )
        for panel in panels
    ]
    engine.hand_over("usual_panels", COUNTED_PANEL, rows)
