"""The ledger of alerts: every revision, kept as JSON with the columns that it is found by."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date
from itertools import groupby, islice
from operator import itemgetter

import msgspec
from sqlalchemy import Connection, Select, and_, delete, exists, func, insert, select

from monitor.base.records import Alert, AlertStatus, AlertSummary
from monitor.state.alerts.alert_people import (
    alerts_naming,
    alerts_of_stays,
    counted_moves,
    drop_unnamed,
    read_alerts,
    read_without_people,
    store_people,
)
from monitor.state.alerts.digests import said_by
from monitor.state.alerts.encoding import Group, group_key
from monitor.state.tables import REVISIONS

_MOST_BOUND = 500
"""How many values are bound to one statement; SQLite once took no more than 999."""
_SUMMARY = msgspec.json.Decoder(AlertSummary)


def by_rule(groups: Iterable[Group]) -> Iterator[tuple[str, list[str]]]:
    """Put the keys of groups together by rule, as many at a time as one statement may ask for."""
    for rule, some in groupby(sorted(set(groups)), key=itemgetter(0)):
        keys = [key for _, key in some]
        for start in range(0, len(keys), _MOST_BOUND):
            yield rule, keys[start : start + _MOST_BOUND]


class Ledger:
    """The part of a transaction that reads and writes alert revisions."""

    connection: Connection

    def record(self, revisions: Iterable[Alert]) -> None:
        """Add revisions to the ledger; a revision that is there already is an error."""
        rest = iter(revisions)
        while some := list(islice(rest, _MOST_BOUND)):
            bodies = store_people(self.connection, some)
            rows = [_row(alert, body) for alert, body in zip(some, bodies, strict=True)]
            self.connection.execute(insert(REVISIONS), rows)

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

    def newest_revisions(self, most: int) -> list[Alert]:
        """List the revisions that became known last, at most this many."""
        newest = select(REVISIONS.c.body).order_by(
            REVISIONS.c.known_on.desc(), REVISIONS.c.revision.desc(), REVISIONS.c.alert
        )
        return self._read(newest.limit(most))

    def said(self, groups: Iterable[Group]) -> dict[str, list[str]]:
        """Say, by alert of some groups, what each of its revisions said, in order: digests only."""
        texts: dict[str, list[str]] = {}
        for rule, keys in by_rule(groups):
            query = (
                select(REVISIONS.c.alert, REVISIONS.c.said)
                .where(REVISIONS.c.rule == rule, REVISIONS.c.group_key.in_(keys))
                .order_by(REVISIONS.c.alert, REVISIONS.c.revision)
            )
            for alert, said in self.connection.execute(query):
                texts.setdefault(alert, []).append(said)
        return texts

    def revision_counts(self, groups: Iterable[Group]) -> dict[Group, int]:
        """Count the revisions of some groups; those that there are."""
        counts: dict[Group, int] = {}
        for rule, keys in by_rule(groups):
            query = (
                select(REVISIONS.c.group_key, func.count())
                .where(REVISIONS.c.rule == rule, REVISIONS.c.group_key.in_(keys))
                .group_by(REVISIONS.c.group_key)
            )
            counts |= {(rule, key): count for key, count in self.connection.execute(query)}
        return counts

    def revisions_of(self, alerts: Sequence[str]) -> Iterator[Alert]:
        """Yield all revisions of some alerts, one alert after the other and each in order."""
        for start in range(0, len(alerts), _MOST_BOUND):
            some = REVISIONS.c.alert.in_(alerts[start : start + _MOST_BOUND])
            query = select(REVISIONS.c.body).where(some)
            ordered = query.order_by(REVISIONS.c.alert, REVISIONS.c.revision)
            yield from read_alerts(self.connection, self.connection.execute(ordered).scalars())

    def revisions_before(self, groups: Iterable[Group], day: date) -> Iterator[Alert]:
        """Yield the revisions of some groups that became known before a day, by alert."""
        for rule, keys in by_rule(groups):
            query = select(REVISIONS.c.body).where(
                REVISIONS.c.rule == rule,
                REVISIONS.c.group_key.in_(keys),
                REVISIONS.c.known_on < day,
            )
            ordered = query.order_by(REVISIONS.c.alert, REVISIONS.c.revision)
            yield from read_alerts(self.connection, self._bodies(ordered))

    def revisions_after(self, alert: str, number: int) -> list[Alert]:
        """List the revisions of an alert after the first `number` ones, in order."""
        query = select(REVISIONS.c.body).where(REVISIONS.c.alert == alert)
        return self._read(query.order_by(REVISIONS.c.revision).offset(number))

    def revisions_since(self, rule: str, day: date) -> Iterator[Alert]:
        """Yield the revisions of a rule that became known on a day or later, some at a time."""
        query = select(REVISIONS.c.body).where(
            REVISIONS.c.rule == rule, REVISIONS.c.known_on >= day
        )
        ordered = query.order_by(REVISIONS.c.alert, REVISIONS.c.revision)
        yield from read_alerts(self.connection, self._bodies(ordered))

    def groups(self, rule: str) -> list[Group]:
        """List the groups of a rule that have revisions."""
        query = select(REVISIONS.c.group_key).where(REVISIONS.c.rule == rule).distinct()
        return [(rule, key) for key in self.connection.execute(query).scalars()]

    def open_groups(self, rule: str, *, before: date | None = None) -> list[Group]:
        """List the groups with an alert that is open, by what was known before a day if given."""
        earlier, later = REVISIONS.alias(), REVISIONS.alias()
        superseded = (later.c.alert == earlier.c.alert) & (later.c.revision > earlier.c.revision)
        standing = earlier.c.status == AlertStatus.OPEN
        if before is not None:
            standing &= earlier.c.known_on < before
            superseded &= later.c.known_on < before
        query = (
            select(earlier.c.group_key)
            .where(earlier.c.rule == rule, standing, ~exists().where(superseded))
            .distinct()
        )
        return [(rule, key) for key in self.connection.execute(query).scalars()]

    def latest_of(self, groups: Iterable[Group], *, before: date | None = None) -> list[Alert]:
        """List the newest revision of each alert of some groups, known before a day if given."""
        latest = []
        for rule, keys in by_rule(groups):
            newest = _newest(before).where(
                REVISIONS.c.rule == rule, REVISIONS.c.group_key.in_(keys)
            )
            latest += self._read(_bodies(newest))
        return latest

    def summaries(self) -> list[AlertSummary]:
        """List the newest revision of each alert without its people, in the order of `latest`."""
        return list(self.each_summary())

    def each_summary(self) -> Iterator[AlertSummary]:
        """Yield the same some at a time."""
        yield from map(_SUMMARY.decode, self.latest_bodies())

    def latest_bodies(self) -> Iterator[str]:
        """Yield the newest revision of each alert as it is written, in the order of `latest`.

        In the place of its people are their numbers.
        """
        yield from self._bodies(_bodies(_newest(None)))

    def news_since(self, day: date) -> Iterator[Alert]:
        """Yield the revisions that became known on a day or later, in order, without people."""
        query = select(REVISIONS.c.body).where(REVISIONS.c.known_on >= day)
        ordered = query.order_by(
            REVISIONS.c.known_on, REVISIONS.c.rule, REVISIONS.c.alert, REVISIONS.c.revision
        )
        yield from map(read_without_people, self._bodies(ordered))

    def counted_moves(self, rule: str, moves: Sequence[str]) -> set[str]:
        """Return which of some moves an alert of a rule counted, whenever, or told a channel of."""
        return counted_moves(self.connection, rule, moves)

    def latest_about(self, profiles: Sequence[str], moves: Sequence[str]) -> list[Alert]:
        """List the newest revisions of alerts that ever named stays of SOURCE:IDs, or moves."""
        named = {*alerts_naming(self.connection, moves)}
        for profile in profiles:
            named |= {*alerts_of_stays(self.connection, profile)}
        return [alert for _, alert in sorted(self.latest_named(sorted(named)).items())]

    def latest_named(self, alerts: Sequence[str]) -> dict[str, Alert]:
        """Read the newest revision of some alerts, by id; those that there are."""
        latest: dict[str, Alert] = {}
        for start in range(0, len(alerts), _MOST_BOUND):
            newest = _newest(None).where(REVISIONS.c.alert.in_(alerts[start : start + _MOST_BOUND]))
            latest |= {alert.alert: alert for alert in self._read(_bodies(newest))}
        return latest

    def latest(self, rule: str | None = None, *, before: date | None = None) -> list[Alert]:
        """List the newest revision of each alert, of those known before a day if one is given."""
        return list(self.newest(rule, before=before))

    def newest(self, rule: str | None = None, *, before: date | None = None) -> Iterator[Alert]:
        """Yield the same some at a time."""
        newest = _newest(before)
        if rule is not None:
            newest = newest.where(REVISIONS.c.rule == rule)
        yield from read_alerts(self.connection, self._bodies(_bodies(newest)))

    def forget_from(self, rule: str, day: date | None) -> list[str]:
        """Delete the revisions of a rule that became known on a day or later; None deletes all.

        Returns the alerts that had some. Their people stay until `forget_people`: what takes the
        place of these revisions names most of them again.
        """
        gone = REVISIONS.c.rule == rule
        if day is not None:
            gone &= REVISIONS.c.known_on >= day
        alerts = self.connection.execute(select(REVISIONS.c.alert).where(gone).distinct())
        forgotten = list(alerts.scalars())
        self.connection.execute(delete(REVISIONS).where(gone))
        return forgotten

    def forget_people(self, alerts: Sequence[str]) -> None:
        """Delete the people of some alerts that nothing names any more."""
        drop_unnamed(self.connection, alerts)

    def rules_with_alerts(self) -> list[str]:
        """List the rules that the ledger holds alerts of."""
        query = select(REVISIONS.c.rule).distinct().order_by(REVISIONS.c.rule)
        return list(self.connection.execute(query).scalars())

    def _bodies(self, query: Select[str]) -> Iterator[str]:
        """Read what a statement finds some rows at a time, wherever the database is."""
        some = {"yield_per": _MOST_BOUND}
        with closing(self.connection.execute(query, execution_options=some).scalars()) as bodies:
            yield from bodies

    def _read(self, query: Select[str]) -> list[Alert]:
        return list(read_alerts(self.connection, self.connection.execute(query).scalars()))


def _newest(before: date | None) -> Select[tuple[str, int]]:
    """Select each alert with the number of its newest revision, known before a day if given."""
    newest = select(REVISIONS.c.alert, func.max(REVISIONS.c.revision).label("revision"))
    if before is not None:
        newest = newest.where(REVISIONS.c.known_on < before)
    return newest.group_by(REVISIONS.c.alert)


def _bodies(newest: Select[tuple[str, int]]) -> Select[str]:
    last = newest.subquery()
    is_last = and_(REVISIONS.c.alert == last.c.alert, REVISIONS.c.revision == last.c.revision)
    return (
        select(REVISIONS.c.body)
        .join(last, is_last)
        .order_by(REVISIONS.c.rule, REVISIONS.c.known_on, REVISIONS.c.alert)
    )


def _row(alert: Alert, body: str) -> dict[str, object]:
    return {
        "alert": alert.alert,
        "revision": alert.revision,
        "rule": alert.rule,
        "group_key": group_key(alert.group),
        "known_on": alert.known_on,
        "status": alert.status,
        "said": said_by(alert),
        "body": body,
    }
