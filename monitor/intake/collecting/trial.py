"""One record of a service, to look at: nothing is kept of it."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.base.errors import SourceError
from monitor.base.records import Json
from monitor.intake.collecting.client import Client, Clock
from monitor.intake.collecting.collection import Plan
from monitor.intake.collecting.connectors.connector import Item, Paid, Wrong
from monitor.intake.collecting.exchange import Answer, shown

MOST_REQUESTS = 10
"""After how many answers without a profile there is none to be shown."""
_OF_LIMITS = ("ratelimit", "retry-after", "credits", "limit-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record as it is understood."""

    profile: Mapping[str, Json]
    url: str
    """Where it came from, without what may be secret."""
    limits: Mapping[str, str]
    """What the service said of its limits."""
    requests: int
    credits: int | None = None
    """What they cost, where answers cost anything."""
    wrong: tuple[str, ...] = ()
    """What of the watch list cannot be asked for, each with why."""

    def as_json(self) -> dict[str, Json]:
        """The record as a command prints it."""
        return {
            "profile": self.profile,
            "url": self.url,
            "limits": self.limits,
            "requests": self.requests,
            "credits": self.credits,
            "wrong": list(self.wrong),
        }


def tried_record(plan: Plan, clock: Clock) -> Record | None:
    """Ask for the first record that a round would; None if it has nobody to ask for.

    Raises SourceError as a collection does.
    """
    sent = 0

    def spend() -> None:
        nonlocal sent
        sent += 1

    connector = plan.connector
    cost = 0 if isinstance(connector, Paid) else None
    listed = [*plan.connector.starts(())]
    wrong = [item.why for item in listed if isinstance(item, Wrong)]
    items = deque(item for item in listed if isinstance(item, Item))
    if wrong and not items:
        raise SourceError("; ".join(wrong))
    with Client(plan.manners, clock, spend=spend, throttled=plan.connector.throttled) as client:
        for _ in range(MOST_REQUESTS):
            if not items:
                return None
            item = items.popleft()
            answer = client.fetch(item.request)
            if isinstance(connector, Paid):
                cost = (cost or 0) + connector.cost(item, answer)
            reading = connector.read(item, answer)
            if reading.profiles:
                return Record(
                    profile=reading.profiles[0],
                    url=shown(answer.url),
                    limits=_limits(answer),
                    requests=sent,
                    credits=cost,
                    wrong=tuple(wrong),
                )
            items.extendleft(reversed(reading.further))
    return None


def _limits(answer: Answer) -> dict[str, str]:
    return {
        name: value
        for name, value in answer.headers.items()
        if any(word in name for word in _OF_LIMITS)
    }
