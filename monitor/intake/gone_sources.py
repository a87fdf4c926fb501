"""Sources that the configuration names no longer: what they showed stays until an operator ends it.

A section that fell out of the configuration looks like one that was taken out. So the alerts stand
by what was seen, nothing is judged anew, and the operators are told once; `sources remove` says
that it is meant, and a section that is back takes that back.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import msgspec

from monitor.base.records import Notice
from monitor.base.settings import Quality, Settings
from monitor.intake.snapshots.store import Store
from monitor.state import Transaction

DECISION = "source"
"""The kind of the decision that a source is removed, or watched again."""
REMOVED, WATCHED = "removed", "watched"
ENDED = "ended:"
"""The cursors that say from which day on a removed source shows nothing any more."""
LIMITS = "limits:"
"""The cursors with the limits by which the snapshots of a source were judged."""
GONE = "gone:source:"
"""What the keys of notices about sources that fell out of the configuration begin with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneSource:
    """A source that has snapshots and no section in the configuration."""

    name: str
    snapshots: int
    """How many the alerts rest on, or the store has if no alert does."""
    is_counted: bool
    """Whether alerts rest on it; a folder that the state never knew is not looked into."""

    def text(self, config: Path) -> str:
        """Say what that means, and the way on."""
        if not self.is_counted:
            return (
                f"source {self.name}: {config} has no [sources.{self.name}], and no alert rests on"
                f" its {self.snapshots} snapshots: nobody looks at them. Add the section, or take"
                " its folder out of the store"
            )
        return (
            f"source {self.name}: {config} has no [sources.{self.name}] any more. What its"
            f" {self.snapshots} snapshots showed stands as it was. Put the section back, or say"
            " that it is meant, which ends its alerts:"
            f" talentwatch sources remove {self.name} --why TEXT"
        )

    def notice(self, config: Path, *, on: date) -> Notice:
        """Tell the operators, once for each time that the section goes."""
        text = self.text(config).removeprefix(f"source {self.name}: ")
        return Notice(
            key=GONE + self.name,
            title=f"The source {self.name} is not in the configuration",
            text=f"{text[0].upper()}{text[1:]}.",
            on=on,
            facts={"source": self.name, "snapshots": self.snapshots, "counted": self.is_counted},
        )


def removed_sources(tx: Transaction, configured: Collection[str]) -> set[str]:
    """Name the sources that an operator removed and the configuration does not name."""
    verdicts = {decision.key: decision.verdict for decision in tx.decisions(DECISION)}
    return {name for name, verdict in verdicts.items() if verdict == REMOVED} - {*configured}


def removal_days(
    tx: Transaction, configured: Collection[str], *, on: date | None
) -> dict[str, date]:
    """Say from which day on each removed source shows nothing: from `on` if no run dated it yet.

    Without `on`, one that no run dated is left out.
    """
    reached = tx.cursor("horizon")
    first = max(on, date.fromisoformat(reached)) if reached and on else on
    dated = {name: date.fromisoformat(day) for name, day in tx.cursors(ENDED).items()}
    days = {name: dated.get(ENDED + name, first) for name in removed_sources(tx, configured)}
    return {name: day for name, day in days.items() if day is not None}


def gone_sources(
    tx: Transaction, configured: Collection[str], stored: Iterable[tuple[str, int]]
) -> list[GoneSource]:
    """List the sources of the state and the store that nobody decided about.

    `stored` has what the store holds: sources and how many snapshots each has.
    """
    snapshots_of: dict[str, int] = {}
    for source, _ in tx.taken_snapshots():
        snapshots_of[source] = snapshots_of.get(source, 0) + 1
    counts = {name: count for name, count in stored if count} | snapshots_of
    decided = {*configured, *removed_sources(tx, configured)}
    return [
        GoneSource(name=name, snapshots=count, is_counted=name in snapshots_of)
        for name, count in sorted(counts.items())
        if name not in decided
    ]


def stored_sources(store: Store) -> Iterator[tuple[str, int]]:
    """Say of each source of the store how many snapshots it has."""
    for name in store.sources():
        yield name, len(store.days(name))


def notices(
    tx: Transaction, settings: Settings, stored: Iterable[tuple[str, int]], *, on: date
) -> dict[str, Notice | None]:
    """Say of every source whether operators have to hear that it is gone, by the notice's key."""
    gone = gone_sources(tx, settings.sources, stored)
    settled = {*settings.sources, *removed_sources(tx, settings.sources)}
    return {GONE + name: None for name in sorted(settled)} | {
        GONE + source.name: source.notice(settings.path, on=on) for source in gone
    }


def limits_of(tx: Transaction, settings: Settings) -> dict[str, Quality]:
    """Read by which limits to judge each source: its section says it, or what the last one said."""
    kept = {
        # An older version wrote null for a gate that is switched off.
        name.removeprefix(LIMITS): msgspec.json.decode(value.replace("null", "false"), type=Quality)
        for name, value in tx.cursors(LIMITS).items()
    }
    return kept | {name: source.quality for name, source in settings.sources.items()}


def remember(tx: Transaction, settings: Settings, ended: dict[str, date], *, at: datetime) -> None:
    """Write down the limits of every source, and since when the removed ones show nothing.

    A source that was removed and has a section again is watched again.
    """
    for name, source in settings.sources.items():
        limits = msgspec.json.encode(source.quality).decode()
        if tx.cursor(LIMITS + name) != limits:
            tx.set_cursor(LIMITS + name, limits)
    for name in sorted(removed_sources(tx, ()) & settings.sources.keys()):
        why = "it is in the configuration again"
        tx.decide(DECISION, name, WATCHED, "talentwatch", why, on=at)
        tx.set_cursor(ENDED + name, None)
    for name, day in ended.items():
        tx.set_cursor(ENDED + name, day.isoformat())
