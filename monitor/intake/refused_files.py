"""Files that were refused: remembered by their bytes, and not read again while these stay."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from monitor import __version__
from monitor.base.errors import FileRefused
from monitor.base.records import Manifest, Observation
from monitor.intake.plan import quoted
from monitor.intake.sources.checksums import Checksums


@dataclass(frozen=True, slots=True)
class Refusals:
    """What was refused, by source and path: this program's version, the checksum, and why.

    Losing it costs one more reading of each. Another version may read what this one refuses.
    """

    kept: Checksums = field(default_factory=dict)

    def reason(self, observation: Observation) -> str | None:
        """Why a file was refused when it had the same bytes; None if it was not."""
        kept = self.kept.get(_key(observation), "")
        version, _, rest = kept.partition(" ")
        sha256, _, reason = rest.partition(" ")
        if (version, sha256) != (__version__, observation.sha256):
            return None
        return reason

    def is_past(self, observation: Observation, *, newest: date | None) -> bool:
        """Whether it was refused, nobody can mend it, and newer content was taken since."""
        is_old = newest is not None and observation.observed_on < newest
        return bool(is_old and observation.final_on and self.reason(observation) is not None)

    def take(
        self, observation: Observation, write: Callable[[Observation], Manifest], *, again: bool
    ) -> Manifest:
        """Take a file in, unless it was refused with the same bytes; or read it `again`.

        Raises FileRefused with the way to have it read again, and what else `write` raises.
        """
        before = None if again else self.reason(observation)
        if before is not None:
            raise FileRefused(_words(observation, before))
        try:
            manifest = write(observation)
        except FileRefused as exc:
            self.kept[_key(observation)] = f"{__version__} {observation.sha256} {exc}"
            raise FileRefused(_words(observation, str(exc))) from exc
        self.kept.pop(_key(observation), None)
        return manifest


def _key(observation: Observation) -> str:
    place = f"{observation.source} {Path(observation.place or observation.origin).absolute()}"
    return place if observation.final_on is None else f"{place} {observation.origin}"


def _words(observation: Observation, reason: str) -> str:
    place = quoted(observation.place or observation.origin)
    return (
        f"{reason}. It is not read again until it changes, or by: talentwatch import"
        f" {observation.source} {place}"
    )
