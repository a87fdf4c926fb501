"""People, alerts and policies for tests of delivery; each test names only what matters to it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from monitor.alerts.lifecycle import count_on
from monitor.base.records import (
    Alert,
    AlertStatus,
    Coverage,
    Interval,
    Json,
    Person,
    Reason,
    Side,
)
from monitor.delivery.messages import Subject
from monitor.delivery.outbox import Policy

NOON = datetime(2025, 8, 7, 12, tzinfo=UTC)
SUBJECT = Subject(title="Meta is losing people to xAI", window="within 90 days")
EVERYTHING = frozenset(Reason) - {Reason.REVISED}
HOSTILE = (
    "<!channel> @here & <https://evil.example|click> *bold* `code` ~x~",
    "\u202eevil\u202c \x1b[31mred\x1b[0m\r\nnew line \x00 end",
    "مريم 李雷 Łukasz 👩‍🔬",
    "x" * 5000,
    "&" * 4000,
)


def june(day: int) -> date:
    """Return a day of June 2025."""
    return date(2025, 6, day)


def person(who: str, **changes: Any) -> Person:
    """Return somebody who went from Meta to xAI in June 2025."""
    usual = Person(
        person=who.lower(),
        name=who,
        url=f"https://people.example/{who.lower()}",
        source="press",
        move=f"move-{who.lower()}",
        origin=Side(organization="meta", name="Meta", team="FAIR", title="researcher"),
        destination=Side(organization="xai", name="xAI", team=None, title="engineer"),
        left=Interval(earliest=june(1), latest=june(30)),
        joined=Interval(earliest=june(1), latest=june(30)),
        before_on=date(2025, 7, 9),
        after_on=date(2025, 8, 7),
        certain_from=june(30),
        certain_until=date(2025, 8, 30),
        possible_from=june(1),
        possible_until=date(2025, 9, 28),
    )
    return replace(usual, **changes)


def alert(*names: str, **changes: Any) -> Alert:
    """Return the first revision of an open alert about some people."""
    people = tuple(person(name) for name in names)
    usual = Alert(
        alert="a1",
        rule="meta-to-xai",
        group={"from.organization": "meta", "to.organization": "xai"},
        revision=1,
        reason=Reason.OPENED,
        known_on=date(2025, 8, 7),
        first_known_on=date(2025, 8, 7),
        status=AlertStatus.OPEN,
        late=False,
        late_days=0,
        severity="warning",
        opened_on=june(30),
        closed_on=None,
        ends_on=date(2025, 8, 30),
        count=0,
        possible=len(people),
        peak=len(people),
        threshold=3,
        people=people,
        new_people=tuple(each.person for each in people),
        coverage=Coverage(tracked=34, seen=30, newly_tracked=2),
    )
    return _counted(replace(usual, **changes), changes)


def after(before: Alert, reason: Reason, *names: str, **changes: Any) -> Alert:
    """Return the revision that follows another one, with these people if some are named."""
    status = {
        Reason.CLOSED: AlertStatus.CLOSED,
        Reason.WITHDRAWN: AlertStatus.WITHDRAWN,
    }.get(reason, before.status)
    usual = replace(
        before,
        revision=before.revision + 1,
        reason=reason,
        status=status,
        known_on=date.fromordinal(before.known_on.toordinal() + 1),
        people=tuple(person(name) for name in names) if names else before.people,
    )
    if reason is Reason.WITHDRAWN:
        usual = replace(usual, people=(), possible_people=())
    if reason is Reason.CLOSED:
        usual = replace(usual, closed_on=usual.known_on, ends_on=usual.known_on)
    return _counted(replace(usual, **changes), changes)


def _counted(made: Alert, changes: Mapping[str, Any]) -> Alert:
    """Return an alert with the count of its day, as the ledger writes it, unless one was named."""
    return made if "count" in changes else replace(made, count=count_on(made, made.known_on))


def policy(channels: Sequence[str] = ("talent",), **changes: Any) -> Policy:
    """Return a policy that sends everything to some channels."""
    usual = Policy(
        rule="meta-to-xai",
        subject=SUBJECT,
        channels=tuple(channels),
        on=EVERYTHING,
        send_from=date(2025, 1, 1),
        late_up_to_days=365,
    )
    return replace(usual, **changes)


def notice_document(text: str = "Its last snapshot is empty.") -> dict[str, Json]:
    """Return the document of a notice."""
    return {
        "type": "notice",
        "schema": 1,
        "key": "suspect:press",
        "title": "Source 'press' is suspect",
        "text": text,
        "on": "2025-08-07",
        "facts": {"source": "press"},
    }
