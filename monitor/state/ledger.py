"""The ledger of alerts: every revision, kept as JSON with the columns that it is found by."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec
from sqlalchemy import Connection, Select, and_, delete, func, insert, select

from monitor.records import Alert
from monitor.state.tables import REVISIONS

_ENCODER = msgspec.json.Encoder(order="deterministic")
_ALERT = msgspec.json.Decoder(Alert)


def encoded(value: object) -> str:
    """Write a record, or any JSON value, as compact JSON that is the same on every machine."""
    return _ENCODER.encode(value).decode()


def decoded(text: str) -> Alert:
    """Read an alert revision back, equal to the one that was written."""
    return _ALERT.decode(text)


def group_key(group: Mapping[str, str]) -> str:
    """Name a group by its values, whatever the order of its keys.

    >>> group_key({"to": "xai", "from": "meta"})
    '{"from":"meta","to":"xai"}'
    """
    return encoded(dict(group))


class Ledger:
    """The part of a transaction that reads and writes alert revisions."""

    connection: Connection

    def record(self, revisions: Sequence[Alert]) -> None:
        """Add revisions to the ledger; a revision that is there already is an error."""
        if revisions:
            self.connection.execute(insert(REVISIONS), [_row(alert) for alert in revisions])

    def revisions(
        self,
        rule: str | None = None,
        *,
        alert: str | None = None,
        rules: Sequence[str] | None = None,
    ) -> list[Alert]:
        """List revisions in the order in which they became known, of what is named or of all."""
        query = select(REVISIONS.c.body)
        if rules is not None:
            query = query.where(REVISIONS.c.rule.in_(rules))
        if rule is not None:
            query = query.where(REVISIONS.c.rule == rule)
        if alert is not None:
            query = query.where(REVISIONS.c.alert == alert)
        return self._read(
            query.order_by(
                REVISIONS.c.known_on, REVISIONS.c.rule, REVISIONS.c.alert, REVISIONS.c.revision
            )
        )

    def latest(self, rule: str | None = None, *, before: date | None = None) -> list[Alert]:
        """List the newest revision of each alert, of those known before a day if one is given."""
        newest = select(REVISIONS.c.alert, func.max(REVISIONS.c.revision).label("revision"))
        if rule is not None:
            newest = newest.where(REVISIONS.c.rule == rule)
        if before is not None:
            newest = newest.where(REVISIONS.c.known_on < before)
        last = newest.group_by(REVISIONS.c.alert).subquery()
        return self._read(
            select(REVISIONS.c.body)
            .join(
                last,
                and_(REVISIONS.c.alert == last.c.alert, REVISIONS.c.revision == last.c.revision),
            )
            .order_by(REVISIONS.c.rule, REVISIONS.c.known_on, REVISIONS.c.alert)
        )

    def forget_from(self, rule: str, day: date | None) -> int:
        """Delete the revisions of a rule that became known on a day or later; None deletes all.

        Returns how many there were.
        """
        gone = delete(REVISIONS).where(REVISIONS.c.rule == rule)
        if day is not None:
            gone = gone.where(REVISIONS.c.known_on >= day)
        return self.connection.execute(gone).rowcount

    def rules_with_alerts(self) -> list[str]:
        """List the rules that the ledger holds alerts of."""
        query = select(REVISIONS.c.rule).distinct().order_by(REVISIONS.c.rule)
        return list(self.connection.execute(query).scalars())

    def _read(self, query: Select[str]) -> list[Alert]:
        return [decoded(body) for body in self.connection.execute(query).scalars()]


def _row(alert: Alert) -> dict[str, object]:
    return {
        "alert": alert.alert,
        "revision": alert.revision,
        "rule": alert.rule,
        "group_key": group_key(alert.group),
        "known_on": alert.known_on,
        "body": encoded(alert),
    }
