"""`/alerts.atom`: what became known of alerts, newest first, for a reader of feeds.

Entries of one alert have its id; each of them was updated later than the one before.
"""

from datetime import UTC, datetime, time, timedelta
from urllib.parse import quote
from xml.etree import ElementTree as ET

from monitor.base.records import Alert
from monitor.board.alert_view import alert_title
from monitor.board.answers.desk import Desk
from monitor.delivery.messages import counted, plain, threshold_words

MOST_ENTRIES = 100
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_ATOM = "http://www.w3.org/2005/Atom"


def feed(desk: Desk, address: str) -> bytes:
    """Write the newest revisions as Atom; `address` is where the board is reached."""
    revisions = desk.tx.newest_revisions(MOST_ENTRIES)
    names = desk.names(value for revision in revisions for value in revision.group.values())
    root = ET.Element("feed", {"xmlns": _ATOM})
    _text(root, "id", "urn:talentwatch:alerts")
    _text(root, "title", "Alerts of talentwatch")
    _text(root, "updated", _moment(max(map(_updated, revisions), default=_FIRST)))
    author = ET.SubElement(root, "author")
    _text(author, "name", "talentwatch")
    _link(root, "self", f"{address}/alerts.atom")
    _link(root, "alternate", f"{address}/alerts")
    for revision in sorted(
        revisions, key=lambda revision: (_updated(revision), revision.alert), reverse=True
    ):
        title = alert_title(revision.group, names) or desk.rule_title(revision.rule)
        entry = ET.SubElement(root, "entry")
        _text(entry, "id", f"urn:talentwatch:alert:{revision.alert}")
        _text(entry, "title", f"{title}: {revision.reason}, {counted(revision.peak, 'person')}")
        _text(entry, "updated", _moment(_updated(revision)))
        _link(entry, "alternate", f"{address}/alerts/{quote(revision.alert)}")
        _text(entry, "summary", _summary(desk, revision))
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _summary(desk: Desk, alert: Alert) -> str:
    until = f"until {alert.closed_on}" if alert.closed_on else "and still"
    threshold = threshold_words(alert.measure, alert.asked_part, alert.threshold)
    return (
        f"{desk.rule_title(alert.rule)}: {alert.status}, over the threshold of {threshold}"
        f" from {alert.opened_on} {until}; {alert.peak} at its peak, possibly {alert.possible}."
    )


def _updated(alert: Alert) -> datetime:
    """The day on which it became known; later revisions of a day are later in it."""
    return datetime.combine(alert.known_on, time(), UTC) + timedelta(seconds=alert.revision)


def _moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = plain(text)


def _link(parent: ET.Element, relation: str, address: str) -> None:
    ET.SubElement(parent, "link", {"rel": relation, "href": address})
