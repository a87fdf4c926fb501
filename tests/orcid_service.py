"""An ORCID on loopback: records, searches, merged, locked and deactivated ones, and a quota."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services import Asked, Said

from monitor.intake.collecting.connectors.orcid import check_digit

_SEARCH = re.compile(r"\((.*)\) AND profile-last-modified-date:\[(\S+)T\S+ TO (\S+)T\S+\]")


def orcid_id(number: int) -> str:
    """Return the nth iD, with the check digit that belongs to it."""
    digits = f"{number:015d}"
    digits += check_digit(digits)
    return "-".join(digits[at : at + 4] for at in range(0, 16, 4))


def partial(text: str | None) -> dict[str, Any] | None:
    """Return a date as ORCID writes it: parts as texts, missing ones null."""
    if text is None:
        return None
    parts = [*text.split("-"), None, None][:3]
    named = zip(("year", "month", "day"), parts, strict=True)
    return {name: None if part is None else {"value": part} for name, part in named}


def employment(put_code: int, organization: str, **more: Any) -> dict[str, Any]:
    """Return the summary of an employment, with a title, department, start, end and an id.

    `ror` is the id of the organisation at ROR, `register` that at another register, with its name.
    """
    source, identifier = more.get("register") or ("ROR", more.get("ror"))
    named = {
        "disambiguated-organization-identifier": identifier,
        "disambiguation-source": source,
    }
    return {
        "created-date": {"value": 1600000000000},
        "source": {"source-orcid": None, "source-client-id": None, "source-name": None},
        "put-code": put_code,
        "department-name": more.get("department"),
        "role-title": more.get("title"),
        "start-date": partial(more.get("start")),
        "end-date": partial(more.get("end")),
        "organization": {
            "name": organization,
            "address": {"city": None, "region": None, "country": "GB"},
            "disambiguated-organization": named if identifier else None,
        },
        "url": None,
        "external-ids": None,
        "display-index": "1",
        "visibility": "public",
    }


def record(person: str, *groups: Any, name: str | None = "Jo Fictional") -> dict[str, Any]:
    """Return a record; each group is one employment, or a list of what several sources say."""
    given, _, family = (name or "").partition(" ")
    listed = [group if isinstance(group, list) else [group] for group in groups]
    path = f"/{person}"
    return {
        "orcid-identifier": {"uri": f"https://orcid.org/{person}", "path": person},
        "history": {"last-modified-date": {"value": 1732300000123}},
        "person": {
            "name": None
            if name is None
            else {
                "given-names": {"value": given},
                "family-name": {"value": family} if family else None,
                "credit-name": None,
            },
            "external-identifiers": {"external-identifier": []},
        },
        "activities-summary": {
            "employments": {
                "last-modified-date": None,
                "affiliation-group": [
                    {"summaries": [{"employment-summary": one} for one in group]}
                    for group in listed
                ],
                "path": f"{path}/employments",
            }
        },
        "path": path,
    }


def fault(status: int, code: int, words: str = "no") -> Said:
    """Return an error as ORCID words it."""
    return Said.json(
        {"response-code": status, "developer-message": words, "error-code": code}, status=status
    )


@dataclass
class OrcidService:
    """What the service knows; a test changes it between two collections."""

    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    locked: dict[str, int] = field(default_factory=dict)
    """By iD, the code of the error."""
    private: set[str] = field(default_factory=set)
    """Records that are not public."""
    forbidden: set[str] = field(default_factory=set)
    """Records that are refused without a word."""
    hits: dict[str, str] = field(default_factory=dict)
    """By iD that every search finds, the day on which it was changed last."""
    quota: int | None = None
    """So many requests are answered; None: all."""
    answered: int = 0

    def __call__(self, asked: Asked) -> Said:
        """Answer a request."""
        if self.quota is not None and self.answered >= self.quota:
            words = b"Too Many Requests. You have exceeded the daily quota for anonymous usage."
            return Said(status=429, headers={"Content-Type": "text/plain"}, body=words)
        self.answered += 1
        if "json" not in asked.headers.get("accept", ""):
            return Said(body=b"<?xml version='1.0'?>")
        if asked.path.startswith("/expanded-search"):
            return self._search(asked.query)
        return self._record(asked.path.split("/")[1])

    def _record(self, person: str) -> Said:
        if person in self.merged:
            place = f"/{self.merged[person]}/record"
            return Said(status=301, headers={"Location": place})
        if person in self.forbidden:
            return Said(status=403)
        if person in self.private:
            return fault(403, 9039)
        if person in self.locked:
            return fault(409, self.locked[person])
        if person not in self.records:
            return fault(404, 9016)
        return Said.json(self.records[person])

    def _search(self, query: dict[str, str]) -> Said:
        start, rows = int(query["start"]), int(query["rows"])
        if rows > 1000:
            return fault(400, 9012)
        if start > 10000:
            return fault(400, 9043)
        matched = _SEARCH.fullmatch(query["q"])
        assert matched, query["q"]
        since, until = (date.fromisoformat(day) for day in matched.groups()[1:])
        found = [one for one, day in self.hits.items() if since <= date.fromisoformat(day) < until]
        page = [{"orcid-id": one} for one in found[start : start + rows]]
        return Said.json({"expanded-result": page or None, "num-found": len(found)})
