"""`/alerts/ID`: one alert with both pictures, its people and their evidence, and how it went."""

from collections.abc import Sequence
from typing import Any

from monitor.base.records import Alert
from monitor.board.alert_view import (
    PersonKey,
    alert_view,
    person_key,
    rule_summary,
    standings,
)
from monitor.board.answers.alert_records import is_named, person_record, person_records
from monitor.board.answers.alerts import alert_row
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Answer, Asked, page_of
from monitor.board.answers.rule_counts import counts_of_group
from monitor.board.answers.upkeep.messages import delivery_record
from monitor.board.server.errors import Moved, NotThere
from monitor.board.server.page import Page, PathValues
from monitor.delivery.messages import plain

MOST_NAMES = 50
"""How many people who came or went are named of one revision."""


def answer(desk: Desk, asked: Asked, path: PathValues) -> Answer:
    """Show one alert. Raises Moved for an id that it had before, NotThere for one of none.

    Its people are the rows: a page of them is shown, in every form the same.
    """
    alert = desk.tx.latest_named([path["alert"]]).get(path["alert"])
    if alert is None:
        _find_elsewhere(desk, path["alert"])
    assert alert is not None  # noqa: S101 -- the line above raises
    revisions = desk.tx.revisions(alert=alert.alert)
    # Of one that was taken back, its last people are what there is to see.
    seen = next((revision for revision in reversed(revisions) if revision.people), alert)
    rule = next((rule for rule in desk.definitions.rules.rules if rule.id == alert.rule), None)
    names = desk.names(alert.group.values())
    row = alert_row(desk, alert)
    listed, after = _listed(seen, asked)
    of_page = [
        [person for person in people if person_key(standing, person) in listed]
        for standing, (_, people) in enumerate(standings(alert))
    ]
    counted, possible, left_out = of_page
    return Answer(
        records=[
            {"standing": standing, **person_record(person), "why": person.note}
            for (standing, _), people in zip(standings(alert), of_page, strict=True)
            for person in people
        ],
        after=after,
        document={
            **row,
            "people": person_records(counted),
            "possible": person_records(possible),
            "left_out": [{**person_record(person), "why": person.note} for person in left_out],
        },
        shown={
            "each": alert_view(
                seen,
                rule_summary(rule, alert.rule, least=desk.settings.least_people),
                names,
                evaluated_to=desk.horizon,
                looks=[row[1] for row in desk.snapshots],
                counts=counts_of_group(desk, rule, alert.group) if rule else None,
                listed=listed,
            ),
            "alert": alert,
            "names": desk.settings.names,
            "is_gone": seen.revision != alert.revision,
            "description": plain(rule.description) if rule else "",
            "row": row,
            "revisions": _revisions(revisions),
            "deliveries": _deliveries(desk, alert.alert),
        },
    )


def _listed(alert: Alert, asked: Asked) -> tuple[frozenset[PersonKey], str | None]:
    """The people who stand on a page, and what to ask for the next one with.

    `alert` is the revision whose people the page shows: where nobody counts any more, the last one
    that had some.
    """
    keys = (
        person_key(standing, person)
        for standing, (_, people) in enumerate(standings(alert))
        for person in people
        if is_named(person)
    )
    page, after = page_of(keys, asked, key=lambda key: key)
    return frozenset(page), after


def _revisions(revisions: Sequence[Alert]) -> list[dict[str, Any]]:
    """How an alert became known, the newest first, with the names of who came and went."""
    names = {person.person: person.name for alert in revisions for person in alert.people}
    return [
        {
            "revision": alert,
            "new": [plain(names.get(person, person)) for person in alert.new_people[:MOST_NAMES]],
            "gone": [plain(names.get(person, person)) for person in alert.gone_people[:MOST_NAMES]],
            "more": sum(
                max(len(people) - MOST_NAMES, 0) for people in (alert.new_people, alert.gone_people)
            ),
        }
        for alert in reversed(revisions)
    ]


def _deliveries(desk: Desk, alert: str) -> list[dict[str, Any]]:
    rows = desk.tx.deliveries(messages=desk.tx.messages_about(alert))
    records = [delivery_record((row, [alert])) for row in rows]
    return [{**record, "error": plain(record["error"] or "")} for record in records]


def _find_elsewhere(desk: Desk, asked: str) -> None:
    """Follow an id that was told once: the past may have been derived anew since."""
    elsewhere = [
        notification
        for notification in desk.tx.steps(beginning=asked)
        if asked in {notification.thread, notification.alert.alert}
    ]
    if elsewhere:
        last = elsewhere[-1].alert
        there = desk.tx.latest_named([alert for alert in (last.alert, last.merged_into) if alert])
        for name in (last.alert, last.merged_into):
            if name in there and name != asked:
                raise Moved(f"/alerts/{name}")
        raise NotThere(
            f"The alert {plain(asked)} was told, and taken back on {elsewhere[-1].on}:"
            " by what is known now it never was."
        )
    raise NotThere(f"There is no alert {plain(asked)[:80]}.")


PAGE = Page(path="/alerts/{alert}", template="alert.html", answer=answer, under="/alerts")
