"""`/find`: organisations, people, alerts and rules by a part of what they are called."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from monitor.base.records import Json
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Answer, Asked, Filter
from monitor.board.movement.organizations import listed_organizations
from monitor.board.movement.views import brief, organization_address, person_address
from monitor.board.server.page import Page, PathValues
from monitor.board.server.pages.alerts import listed
from monitor.delivery.messages import counted, plain

MOST = 20
"""How many of each kind are shown."""
_MOST_WORDS = 6
_KINDS = ("organization", "person", "alert", "rule")


def answer(desk: Desk, asked: Asked, _: PathValues) -> Answer:
    """List what has all the words that were asked for in its name or id; nothing without a word."""
    words = (asked["q"] or "").lower().split()[:_MOST_WORDS]
    matches = list(_found(desk, words)) if words else []
    groups = [(kind, [record for record in matches if record["kind"] == kind]) for kind in _KINDS]
    return Answer(
        records=matches,
        shown={
            "sought": bool(words),
            "headline": counted(len(matches), "result") if words else "Find",
            "most": MOST,
            "groups": [
                (kind, [{**record, "name": brief(plain(record["name"]))} for record in those])
                for kind, those in groups
            ],
        },
    )


def _found(desk: Desk, words: list[str]) -> Iterator[dict[str, Any]]:
    organizations, _ = listed_organizations(desk, Asked(values={"q": " ".join(words)}, limit=MOST))
    for organization in organizations:
        address = organization_address(str(organization["organization"]))
        yield _record("organization", organization["organization"], organization["name"], address)
    longest = max(words, key=len)
    for source, profile, name in desk.reading.rows(
        "found_people", first=longest, words=words, most=MOST
    ):
        key = f"{source}:{profile}"
        yield _record("person", key, name or key, person_address(key))
    for each in [record for record in listed(desk, desk.ledger) if _has(words, record)][:MOST]:
        alert = each["alert"].alert
        yield _record("alert", alert, each["title"], f"/alerts/{quote(alert, safe='')}")
    for rule in desk.definitions.rules.rules:
        if all(word in f"{rule.id} {rule.title}".lower() for word in words):
            yield _record("rule", rule.id, rule.title, f"/rules/{quote(rule.id, safe='')}")


def _has(words: list[str], each: dict[str, Any]) -> bool:
    title = f"{each['title']} {each['alert'].rule}".lower()
    return all(word in title or each["alert"].alert.startswith(word) for word in words)


def _record(kind: str, identity: Json, name: Json, address: str) -> dict[str, Json]:
    return {"kind": kind, "id": identity, "name": name, "address": address}


PAGE = Page(
    path="/find",
    template="find.html",
    answer=answer,
    filters=(Filter(name="q", label="Part of a name or an id"),),
)
