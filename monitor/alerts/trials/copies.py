"""What chance alone would have told: a rule over copies of the past, with the days dealt anew.

Every pair of organisations keeps how many went, and the whole past keeps its days, how exactly
they are known and how late they became known; who went when is left to a seeded deal. So no burst
is left, and each alert is one that chance made.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from monitor.alerts.trials.history import follow_from_scratch
from monitor.base.engine import Engine
from monitor.base.records import AlertStatus
from monitor.identity.organizations import Directory
from monitor.moves.derivation.derived_tables import accepted_days
from monitor.rules.language import Rule
from monitor.unusual.panels import panel_of

COPIES = 5
"""How many copies of the past are looked at for a rule on `unusual`."""
_YEAR = 365.25


@dataclass(frozen=True, slots=True, kw_only=True)
class ChanceAlerts:
    """How many alerts a rule would have told in each copy of the past."""

    since: date
    """From this day on they are counted: after the first look."""
    years: float
    alerts: tuple[int, ...]

    @property
    def a_year(self) -> tuple[float, ...]:
        """The same a year, to one digit.

        >>> ChanceAlerts(since=date(2024, 1, 1), years=2.0, alerts=(0, 3)).a_year
        (0.0, 1.5)
        """
        return tuple(round(count / self.years, 1) for count in self.alerts)


def chance_alerts(  # noqa: PLR0913 -- all that is asked, and of what
    engine: Engine, rule: Rule, directory: Directory, *, since: date, horizon: date, copies: int
) -> ChanceAlerts | None:
    """Deal the past anew some times, and count what a rule would have told after the first look.

    None for a rule that counts no people of a sliding window, and where there is no past. The
    engine has to be a copy: its moves are other ones afterwards.
    """
    first, _ = accepted_days(engine)
    if panel_of(rule) is None or not copies or first is None or horizon <= max(first, since):
        return None
    begins = max(first, since)
    return ChanceAlerts(
        since=begins,
        years=(horizon - begins).days / _YEAR,
        alerts=tuple(
            _told(engine, rule, directory, first=first, since=since, horizon=horizon)
            for _ in _dealt(engine, rule, copies)
        ),
    )


def _dealt(engine: Engine, rule: Rule, copies: int) -> Iterator[int]:
    """Deal the days anew, the same for a rule each time it is asked."""
    for number in range(copies):
        engine.run("store_dealt_moves", seed=f"{rule.id} {number} ")
        yield number


def _told(  # noqa: PLR0913
    engine: Engine, rule: Rule, directory: Directory, *, first: date, since: date, horizon: date
) -> int:
    revisions = follow_from_scratch(engine, [rule], directory, horizon=horizon)
    newest = {alert.alert: alert for alert in revisions}
    return sum(
        alert.first_known_on > first
        and alert.first_known_on >= since
        and alert.status not in {AlertStatus.WITHDRAWN, AlertStatus.MERGED}
        for alert in newest.values()
    )
