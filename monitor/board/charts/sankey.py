"""Who went where: two columns of organisations, and a ribbon for each pair as thick as its people.

The largest stand by themselves, all others are one node a side. What went from others to others is
not drawn: it says nothing, and would be the thickest ribbon of all.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.board.charts.labels import shortened, width_of
from monitor.board.charts.sums import Sums, largest

NODE, GAP, EDGE = 10, 15, 10
"""Width of a node, space between two, and around all, in pixels."""
MOST_NODES = 10
OTHERS = "\x00others"
"""The key of all that do not stand by themselves; no organisation has such an id."""
COLORS = 8
"""How many classes of colour there are, `c0` and so on; `grey` is that of the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One organisation, on one side."""

    key: str
    label: str
    people: int
    color: str
    x: float
    y: float
    height: float
    label_x: float
    anchor: str
    """`start` or `end`: on which side of its place the label stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ribbon:
    """The people of one pair."""

    origin: str
    destination: str
    people: int
    color: str
    path: str
    thickness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Flows of which few stand by themselves: what a picture of any width is drawn from."""

    left: list[str]
    right: list[str]
    """Who stands by itself on a side, the largest first."""
    drawn: Counter[tuple[str, str]]
    undrawn: int
    """How many people went from others to others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sankey:
    """What is drawn; labels are not escaped yet."""

    width: int
    height: float
    origins: list[Node]
    destinations: list[Node]
    ribbons: list[Ribbon]
    undrawn: int
    """How many people went from others to others."""


def gathered(sums: Sums, *, most: int = MOST_NODES) -> Gathered:
    """Let the largest stand by themselves."""
    left, right = (_by_themselves(totals, most) for totals in (sums.went, sums.came))
    drawn: Counter[tuple[str, str]] = Counter()
    others = dict(sums.came)
    for origin in left:
        rest = sums.went[origin]
        for destination in right:
            people = sums.pairs.get((origin, destination), 0)
            if people:
                drawn[origin, destination] = people
                rest -= people
                others[destination] -= people
        if rest:
            drawn[origin, OTHERS] = rest
    for destination in right:
        if others[destination]:
            drawn[OTHERS, destination] = others[destination]
    return Gathered(left=left, right=right, drawn=drawn, undrawn=sums.people - drawn.total())


def sankey(
    flows: Gathered, names: Mapping[str, str], *, width: int, mirrored: bool = False
) -> Sankey:
    """Draw flows; mirrored, they go from right to left."""
    left, right, drawn = flows.left, flows.right, flows.drawn
    origins, destinations = _totals(drawn, 0, left), _totals(drawn, 1, right)
    rows = max(len(origins), len(destinations), 1)
    height = float(max(rows * 36, 90))
    room = height - 2 * EDGE - (rows - 1) * GAP
    scale = room / max(sum(drawn.values()), 1)
    colors = {key: f"c{place % COLORS}" for place, key in enumerate(left)} | {OTHERS: "grey"}
    side = _side_width(width, names, [*origins, *destinations])
    places = (width - side - NODE, side) if mirrored else (side, width - side - NODE)
    origin_nodes, destination_nodes = (
        _column(
            totals,
            names,
            tones,
            scale=scale,
            height=height,
            side=side,
            x=x,
            is_right=x > width / 2,
        )
        for totals, tones, x in zip((origins, destinations), (colors, {}), places, strict=True)
    )
    return Sankey(
        width=width,
        height=height,
        origins=origin_nodes,
        destinations=destination_nodes,
        ribbons=_ribbons(drawn, origin_nodes, destination_nodes, scale),
        undrawn=flows.undrawn,
    )


def _by_themselves(totals: Mapping[str, int], most: int) -> list[str]:
    ordered = largest(totals, most + 1)
    # One alone makes no others.
    return ordered if len(totals) <= most + 1 else ordered[:most]


def _totals(drawn: Counter[tuple[str, str]], side: int, order: Sequence[str]) -> dict[str, int]:
    totals: Counter[str] = Counter()
    for pair, people in drawn.items():
        totals[pair[side]] += people
    return {key: totals[key] for key in (*order, OTHERS) if totals[key]}


def _side_width(width: int, names: Mapping[str, str], keys: Sequence[str]) -> float:
    """Give labels the room that the longest needs, and ribbons at least two fifths."""
    longest = max((width_of(_label(names, key)) for key in keys), default=0.0)
    return round(min(longest + 50, width * 0.3), 1)


def _label(names: Mapping[str, str], key: str) -> str:
    return "others" if key == OTHERS else names.get(key, key)


def _column(  # noqa: PLR0913 -- where a column stands
    totals: dict[str, int],
    names: Mapping[str, str],
    colors: dict[str, str],
    *,
    scale: float,
    height: float,
    side: float,
    x: float,
    is_right: bool,
) -> list[Node]:
    """Stack nodes in the middle of the height."""
    free = height - 2 * EDGE - sum(totals.values()) * scale
    gap = min(free / max(len(totals) - 1, 1), 3 * GAP)
    y = EDGE + (free - gap * (len(totals) - 1)) / 2
    nodes = []
    for key, people in totals.items():
        room = side - 14 - width_of(f" {people:,}")
        nodes.append(
            Node(
                key=key,
                label=shortened(_label(names, key), room),
                people=people,
                color=colors.get(key, "grey" if key == OTHERS else "plain"),
                x=round(x, 1),
                y=round(y, 2),
                height=round(people * scale, 2),
                label_x=round(x + NODE + 8 if is_right else x - 8, 1),
                anchor="start" if is_right else "end",
            )
        )
        y += people * scale + gap
    return nodes


def _ribbons(
    drawn: Counter[tuple[str, str]],
    origins: Sequence[Node],
    destinations: Sequence[Node],
    scale: float,
) -> list[Ribbon]:
    """Stack the ribbons of each node in the order of the other side, so that few cross."""
    tops = {node.key: node.y for node in destinations}
    ribbons = []
    for origin in origins:
        top = origin.y
        for destination in destinations:
            people = drawn[origin.key, destination.key]
            if not people:
                continue
            thick = people * scale
            ends = sorted([origin.x, destination.x])
            inner = (ends[0] + NODE, ends[1])
            start, end = inner if origin.x < destination.x else inner[::-1]
            ribbons.append(
                Ribbon(
                    origin=origin.key,
                    destination=destination.key,
                    people=people,
                    color=origin.color,
                    path=_path(start, end, top, tops[destination.key], thick),
                    thickness=round(thick, 2),
                )
            )
            top += thick
            tops[destination.key] += thick
    return ribbons


def _path(start: float, end: float, one: float, other: float, thick: float) -> str:
    middle = round((start + end) / 2, 1)
    a, b, c, d = (round(value, 2) for value in (one, other, other + thick, one + thick))
    return (
        f"M{start} {a} C{middle} {a} {middle} {b} {end} {b}"
        f" L{end} {c} C{middle} {c} {middle} {d} {start} {d} Z"
    )
