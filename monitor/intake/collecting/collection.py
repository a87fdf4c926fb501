"""A collection: round after round, each person looked at once, and a file for each day.

A round goes on over days if a budget, a stop or a crash ends it early. The file of a day has
everybody who is followed: who was looked at on that day, and who was not, as last seen, with the
day of that (`seen_on`). So nobody is missing from a file because nobody asked.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import orjson

from monitor.base.errors import SourceError
from monitor.base.private_files import atomic_write
from monitor.base.profile import ABSENT_BECAUSE
from monitor.base.telemetry import logs
from monitor.intake.collecting.asking import Asking
from monitor.intake.collecting.client import Client, Clock, Manners, Parked, next_day
from monitor.intake.collecting.connectors.connector import GONE, Connector, Item, Paid, Reading
from monitor.intake.collecting.exchange import Answer, Broken, Closed, NotReached
from monitor.intake.collecting.kept.absences import linked
from monitor.intake.collecting.kept.names import GivenOn
from monitor.intake.collecting.kept.tables import IF_IT_STAYS, Lack, Validators
from monitor.intake.collecting.kept.withdrawn import write_withdrawn
from monitor.intake.collecting.kept.work import Work

_ADDRESS = re.compile(r"(https?://[^/\s]+)/[^\s,;]*")
_TELLING = ("x-robots-tag", "tdm-reservation", "link", "x-next-page-after")
"""Headers that say what may be done with an answer, and which page follows it."""
IN_A_ROW = 5
"""After how many vain requests in a row a source is left alone until the next run."""
_DAY, _LOOKED, _PUBLISHED, _FINISHED, _PARKED, _WHY, _LISTED = (
    *("day", "looked_at", "published_on", "finished_on", "parked_until", "parked_why", "listed"),
)
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What came of a collection."""

    written: tuple[Path, ...] = ()
    """The files that it wrote into the inbox."""
    requests: int = 0
    looked_at: int = 0
    """How many requests were answered."""
    unchanged: int = 0
    """How many answers said what they said before."""
    failed: int = 0
    is_blind: bool = False
    """Whether no request of the round found an answer: there is no file by which to tell."""
    is_complete: bool = False
    """Whether everybody who is followed was looked at."""
    note: str | None = None
    """Why it stopped, if it is not complete, and of whom it does not speak."""
    wrong: str | None = None
    """What of it an operator has to mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One source that is collected."""

    source: str
    connector: Connector
    manners: Manners
    folder: Path
    fingerprint: str = ""
    """Another one reads answers otherwise, or asks for other people."""
    budget: int | None = None
    """Requests a day; None: as many as it takes."""
    erased_after: timedelta = timedelta(days=30)
    """Whoever is hidden, locked or deleted at the source for so long is erased here, too."""
    at_once: int = 1
    """How many requests may be under way."""
    pages: int = 1_000
    """How many pages of one list are read."""
    credits: int | None = None
    """Credits a month, where answers cost any; None: as many as it takes."""
    is_nameless: bool = False
    """Whether nothing that is said of it may name anybody."""

    def said(self, text: str) -> str:
        """What may be said: of a nameless one no more of an address than where the service is."""
        return _ADDRESS.sub(r"\1", text) if self.is_nameless else text


def collect(
    plan: Plan, clock: Clock, *, progress: Progress = lambda _: None, anyway: bool = False
) -> Collected:
    """Go on with the round of a source, or begin one, until it is done or has to stop.

    With `anyway` a source is asked though it wants to be left alone.
    Raises LeaseHeld while another process does, SourceError where the source refuses us. What was
    answered until then is kept.
    """
    with Work.opened(plan.folder) as work:
        if anyway:
            work.note(_PARKED, None)
        try:
            return _Collection(plan, clock, work, progress).run()
        except SourceError as exc:
            exc.args = (plan.said(str(exc)),)
            raise


class _Collection:
    def __init__(self, plan: Plan, clock: Clock, work: Work, progress: Progress) -> None:
        self._plan, self._clock, self._work = plan, clock, work
        self._progress = progress
        self._written: list[Path] = []
        self._requests = self._answered = self._unchanged = 0

    def run(self) -> Collected:
        """See `collect`."""
        work, now = self._work, self._clock.now()
        if work.day(_DAY) != now.date() or work.counts().is_blind:
            work.reopen_failed()
        self._turn_of_day(now)
        parked = work.moment(_PARKED)
        if parked is not None and parked > now:
            return self._collected(f"it wants to be left alone until {parked:%Y-%m-%d %H:%M} UTC")
        if self._is_published(now.date()):
            is_complete = work.fact("is_open") is None and not work.counts().failed
            said = "it was looked at today already: a day has one file"
            return self._collected(said, is_complete=is_complete)
        if work.day(_FINISHED) == now.date():  # killed before its file was written
            return self._finish()
        if work.fact("fingerprint") != self._plan.fingerprint:
            # Another configuration asks others, or reads otherwise what did not change.
            with work.transaction():
                work.forget_answers()
                work.note("fingerprint", self._plan.fingerprint)
        self._begin(now)
        with Client(
            self._plan.manners,
            self._clock,
            spend=self._spend,
            throttled=self._plan.connector.throttled,
        ) as client:
            return self._ask(client)

    def _begin(self, now: datetime) -> None:
        """Begin a round, or go on with one for whomever the watch list names by now."""
        work, connector = self._work, self._plan.connector
        listed = [*connector.starts(())]
        names = sorted(one.key if isinstance(one, Item) else one.written for one in listed)
        mark = hashlib.sha256(orjson.dumps(names)).hexdigest()
        with work.transaction():
            if work.fact("is_open") is None:
                work.begin(connector.starts(work.followed()))
                work.note("began_at", now.isoformat())
            elif work.fact(_LISTED) not in {None, mark}:
                work.widen(listed)
            work.note(_LISTED, mark)

    def _ask(self, client: Client) -> Collected:
        unanswered, unread, began = list[Item](), list[Item](), self._clock.now()
        parked: Parked | None = None
        is_closed = False
        with Asking(client, self._work, self._plan.at_once) as asking:
            for item, validators, answered in asking.answers():
                try:
                    self._look(item, validators, answered())
                    unanswered.clear()
                    unread.clear()
                except Parked as exc:
                    parked = parked or exc
                    asking.stop()
                except NotReached as exc:
                    # What failed before says nothing of the service while others are answered.
                    is_known = self._answered and self._work.is_failing(item)
                    if not (is_known or isinstance(exc, GivenOn)):
                        (unanswered if isinstance(exc, Broken) else unread).append(item)
                    self._fail(item, exc)
                    is_closed |= isinstance(exc, Closed)
                    self._refuse_many(unanswered, unread, exc)
                self._tell(began)
        if parked is not None:
            return self._park(parked)
        if self._work.counts().is_blind and not is_closed:
            # Whatever is mended until then, the next run asks anew. Of a page that hides its people
            # we know that it does: they are absent at once.
            return self._collected(self._lacking())
        with self._work.transaction():
            today = self._clock.now().date()
            self._work.settle_missing(today, self._work.round, is_over=True)
            self._work.complete()
            self._work.note(_FINISHED, today)
        return self._finish()

    def _fail(self, item: Item, exc: NotReached) -> None:
        with self._work.transaction():
            if isinstance(exc, Closed):
                now = self._clock.now()
                self._work.hide_all(item, now.date())
                self._work.note(_LOOKED, now.isoformat())
            if isinstance(exc, GivenOn):
                self._work.give_on(item.key, exc.former, exc.latter)
            self._work.failed(item, str(exc))
        told = {} if self._plan.is_nameless else {"item": item.key, "why": str(exc)}
        logs.warning("not reached", source=self._plan.source, **told)

    def _refuse_many(
        self, unanswered: Sequence[Item], unread: Sequence[Item], exc: NotReached
    ) -> None:
        """Raise SourceError where the service is silent, or says nothing that we may read.

        Some people of whom nothing may be read stop nobody else, if anybody was read before them.
        """
        last = "" if self._plan.is_nameless else f", the last: {exc}"
        if len(unanswered) >= IN_A_ROW and self._work.counts().open:
            self._work.reopen(unanswered)
            raise SourceError(
                f"{len(unanswered)} requests in a row found no answer{last}; the"
                f" next run goes on, and asks for these last; {IF_IT_STAYS}"
            ) from exc
        if len(unread) >= IN_A_ROW and not self._work.has_read(unread[-1].kind):
            raise SourceError(
                f"{len(unread)} answers in a row say nothing{last}; the next run goes"
                f" on with the others; {IF_IT_STAYS}"
            ) from exc

    def _finish(self) -> Collected:
        self._publish(self._work.day(_FINISHED) or self._clock.now().date())
        is_wrong = any(lack.what == "wrong_ids" for lack in self._lacks())
        is_complete = not (is_wrong or self._work.counts().failed)
        return self._collected(self._lacking(), is_complete=is_complete)

    def _lacks(self) -> list[Lack]:
        return self._work.lacks(is_nameless=self._plan.is_nameless)

    def _lacking(self) -> str | None:
        return "; ".join(lack.text for lack in self._lacks()) or None

    def _look(self, item: Item, validators: Validators | None, answer: Answer) -> None:
        """Write down what the answer to one item says, in one transaction."""
        now = self._clock.now()
        self._turn_of_day(now)
        if isinstance(self._plan.connector, Paid):
            self._work.spend_credits(now.date(), self._plan.connector.cost(item, answer))
        seen = _digest(answer)
        if validators is not None and (answer.status == 304 or validators.sha256 == seen):  # noqa: PLR2004 -- Not Modified
            unchanged = Reading(further=validators.further)
            with self._work.transaction():
                self._work.unchanged(item, self._read_on(item, validators.sha256, unchanged), now)
                self._work.note(_LOOKED, now.isoformat())
            self._unchanged += 1
        else:
            reading = self._read(item, answer)
            with self._work.transaction():
                self._record(item, answer, reading, now)
                self._work.note(_LOOKED, now.isoformat())
        self._answered += 1

    def _record(self, item: Item, answer: Answer, reading: Reading, now: datetime) -> None:
        if answer.status in GONE and self._work.has_profiles_of(reading.gone):
            # A service that moved says the same of everybody: the end of the round tells.
            self._work.miss(item, *reading.gone.values())
            return
        self._work.refuse_emptied(item, reading)
        seen = _digest(answer)
        reading = replace(reading, further=self._read_on(item, seen, reading))
        self._work.record(item, reading, now.date())
        is_success = 200 <= answer.status < 300  # noqa: PLR2004 -- the classes of HTTP
        # Who is gone is so at each look: such an answer is read each time.
        if is_success and not answer.redirects and not reading.gone:
            self._work.keep(item, _validators(answer, seen, tuple(reading.further)), now)

    def _read_on(self, item: Item, seen: str | None, reading: Reading) -> Sequence[Item]:
        return self._work.read_on(item, seen, reading, most=self._plan.pages)

    def _read(self, item: Item, answer: Answer) -> Reading:
        try:
            reading = self._plan.connector.read(item, answer)
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as exc:
            # An answer may have any shape, and says nothing where it has another than was expected.
            raise NotReached(f"{item.key}: an answer of another shape ({exc!r})") from exc
        if item.person is not None and reading.is_silent:
            raise NotReached(f"{item.key}: the answer says nothing of anybody")
        return reading

    def _spend(self) -> None:
        """Count a request. Raises Parked where the budget of the day is spent."""
        with self._work.lock:
            self._count_request()

    def _count_request(self) -> None:
        now, budget = self._clock.now(), self._plan.budget
        if budget is not None and self._work.spent(now.date()) >= budget:
            raise Parked(f"the budget of {budget:,} requests a day is spent", until=next_day(now))
        credits_left = self._plan.credits
        if credits_left is not None and self._work.credits(now.date()) >= credits_left:
            said = f"the {credits_left:,} credits of a month are spent"
            raise Parked(said, until=next_day(now))
        self._work.spend(now.date())
        self._requests += 1

    def _park(self, exc: Parked) -> Collected:
        now = self._clock.now()
        self._work.note(_PARKED, exc.until.isoformat())
        self._work.note(_WHY, exc)
        if exc.until.date() > now.date():
            # Nobody else can be looked at today.
            self._publish(now.date())
        return self._collected(f"{exc}; it goes on from {exc.until:%Y-%m-%d %H:%M} UTC on")

    def _turn_of_day(self, now: datetime) -> None:
        """Write the file of an earlier day that nobody can add to any more, and begin today's."""
        day = self._work.day(_DAY)
        if day == now.date():
            return
        if day is not None and not self._is_published(day):
            self._publish(day)
        self._work.note(_DAY, now.date())

    def _path(self, day: date) -> Path:
        return self._plan.folder / f"{day}.jsonl"

    def _is_published(self, day: date) -> bool:
        return self._work.day(_PUBLISHED) == day or self._path(day).exists()

    def _publish(self, day: date) -> None:
        """Write the file of a day, unless nothing was asked with success on it."""
        looked, path = self._work.moment(_LOOKED), self._path(day)
        if looked is None or looked.date() != day:
            return
        self._work.settle_missing(day, self._work.round, is_over=False)
        since = day - self._plan.erased_after
        self._work.forget_merged(since)
        former = self._work.former_ids()
        with atomic_write(path, private=True) as unfinished, unfinished.open("wb") as lines:
            for profile, seen_on in self._work.people():
                carried = {} if seen_on == day else {"seen_on": seen_on.isoformat()}
                stated = linked(profile, former.get(str(profile.get("id")), ()))
                lines.write(orjson.dumps({**stated, **carried}) + b"\n")
            for person, why in self._work.absent_since(since).items():
                lines.write(orjson.dumps({"id": person, ABSENT_BECAUSE: why}) + b"\n")
        plan = self._plan
        write_withdrawn(plan.source, plan.folder, self._work, erased_after=plan.erased_after)
        self._work.note(_PUBLISHED, day)
        self._written.append(path)
        seen, everybody = self._work.seen(day)
        logs.info("collected", source=self._plan.source, day=str(day), seen=seen, people=everybody)

    def _tell(self, began: datetime) -> None:
        counts = self._work.counts() if self._answered % 20 == 1 else None
        if counts is None:
            return
        seconds = max((self._clock.now() - began).total_seconds(), 1e-6)
        rate = self._answered / seconds
        left = f", {counts.open / rate / 60:,.0f} min left" if rate else ""
        done = f"{counts.total - counts.open:,} of {counts.total:,} requests"
        self._progress(f"{done}, {rate:,.1f} a second{left}")

    def _collected(self, note: str | None, *, is_complete: bool = False) -> Collected:
        counts, lacks = self._work.counts(), self._lacks()
        return Collected(
            written=tuple(self._written),
            requests=self._requests,
            looked_at=self._answered,
            unchanged=self._unchanged,
            failed=counts.failed,
            is_blind=counts.is_blind,
            is_complete=is_complete,
            note=note and self._plan.said(note),
            wrong="; ".join(lack.text for lack in lacks if lack.is_to_be_mended) or None,
        )


def _digest(answer: Answer) -> str:
    """By what an answer is told from another: all that it says, and what may be done with it."""
    digest = hashlib.sha256(answer.body)
    for name in _TELLING:
        digest.update(answer.headers.get(name, "").encode())
    return digest.hexdigest()


def _validators(answer: Answer, sha256: str, further: tuple[Item, ...]) -> Validators:
    return Validators(
        etag=answer.headers.get("etag"),
        modified=answer.headers.get("last-modified"),
        sha256=sha256,
        further=further,
    )
