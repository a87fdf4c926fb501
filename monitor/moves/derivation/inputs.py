"""What the derivation follows from, besides the stored snapshots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from monitor.base.records import Manifest, Verdict
from monitor.base.settings import MoveSettings, Quality
from monitor.identity.organizations import Directory
from monitor.identity.people.clusters import People
from monitor.intake.forgetting.forgotten import Link
from monitor.state import Snapshots

DERIVATION = "68"
"""Grows when the derivation itself changes its meaning, so that old derived tables are dropped."""

Decisions = Mapping[tuple[str, date], Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveReview:
    """What an analyst said of a move, and the half-open stretch of days in which it holds."""

    move: str
    verdict: str
    reason: str
    known_from: date
    known_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivationInputs:
    """What the derivation follows from, besides the snapshots themselves."""

    directory: Directory
    people: People
    moves: MoveSettings
    quality: Mapping[str, Quality]
    decisions: Decisions
    reviews: Sequence[MoveReview] = ()
    """What analysts said of moves."""
    known: Snapshots = field(default_factory=dict)
    """The snapshots that the ledger rests on."""
    watched: frozenset[str] | None = None
    """The sources that count; None: every one in the store."""
    removed: Mapping[str, date] = field(default_factory=dict)
    """By source that an operator removed, the day from which on it shows nothing."""
    held: frozenset[str] = frozenset()
    """The late snapshots that wait for the operator's word, as `held_key` names them."""
    links: Sequence[Link] = ()
    """Which numbered profiles of erased people are one person with which others."""
    least_people: int = 1
    """Held changes of fewer people are told to nobody; nothing that is derived follows from it."""

    @property
    def fingerprint(self) -> str:
        """Equal fingerprints derive equal tables from equal snapshots."""
        return f"{DERIVATION}:{self.directory.fingerprint}:{self.people.fingerprint}:{self.moves}"

    @property
    def base(self) -> str:
        """What no part of the derived tables survives a change of."""
        return f"{DERIVATION}:{self.moves}"


def snapshot_fingerprint(manifest: Manifest, inputs: DerivationInputs, aside: str | None) -> str:
    """Equal fingerprints judge a snapshot equally; `aside` is the reason for setting it aside."""
    decision = inputs.decisions.get((manifest.source, manifest.observed_on), "")
    limits = inputs.quality.get(manifest.source, Quality())
    return f"{manifest.fingerprint}:{decision}:{limits}{f':{aside}' if aside else ''}"
