"""What an alert says to a receiver, in a few characters: equal if and only if it says the same."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from monitor.base.records import Alert, AlertStatus, Person, Reason
from monitor.state.alerts.encoding import encoded

_MOST_KEPT = 50_000


def hashed(*parts: str) -> str:
    """Hash some texts, in their order, the same on every machine."""
    return hashlib.sha256(encoded(parts).encode()).hexdigest()[:32]


def people_of(alert: Alert) -> frozenset[str]:
    """Name the people that an alert stands for; a withdrawn or merged one stands for nobody."""
    if alert.status in {AlertStatus.WITHDRAWN, AlertStatus.MERGED}:
        return frozenset()
    return frozenset(person.key for person in alert.people)


def without_people(alert: Alert) -> Alert:
    """Return an alert without the records of its people, which are nearly all of its size."""
    return replace(alert, people=(), possible_people=(), left_out=())


def digest(alert: Alert) -> str:
    """Digest what matters to a receiver: who is counted, and whether it is open."""
    return hashed(alert.status, *sorted(people_of(alert)))


def said_by(alert: Alert) -> str:
    """Digest what a revision says that the one before it did not; nothing if it only refines."""
    return "" if alert.reason is Reason.REVISED else f"{alert.reason}:{digest(alert)}"


class ContentDigests:
    """Digests of whole revisions: equal if and only if all that they hold is equal.

    A record of a person that many revisions share is digested once, and kept for that while there
    are not too many.
    """

    def __init__(self) -> None:
        self._people: dict[int, tuple[Person, bytes]] = {}

    def of(self, alert: Alert) -> bytes:
        """Digest one revision."""
        bare = encoded(without_people(alert))
        content = hashlib.blake2b(bare.encode(), digest_size=16)
        for people in (alert.people, alert.possible_people, alert.left_out):
            content.update(len(people).to_bytes(8, "big"))
            for person in people:
                content.update(self._of_person(person))
        return content.digest()

    def _of_person(self, person: Person) -> bytes:
        if id(person) not in self._people:
            if len(self._people) > _MOST_KEPT:
                self._people.clear()
            content = hashlib.blake2b(encoded(person).encode(), digest_size=16).digest()
            self._people[id(person)] = (person, content)
        return self._people[id(person)][1]


def chain_of(contents: Iterable[str]) -> str:
    """Digest what revisions said; those that said nothing new leave no trace."""
    return hashed(*(content for content in contents if content))
