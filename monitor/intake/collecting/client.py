"""The polite client: who we are, how often we ask, when we try again, and when we stop.

Time comes from a Clock, so that hours of waiting pass in a test at once.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import random
from threading import Lock, RLock, local
from types import TracebackType
from typing import Self
from urllib.parse import urlencode, urlsplit

from monitor import __version__
from monitor.base.errors import SourceError
from monitor.base.machine.network import retry_after
from monitor.intake.collecting.exchange import (
    LIBRARY,
    Answer,
    Bounds,
    Broken,
    Exchange,
    Request,
    shown,
)
from monitor.intake.collecting.robots import Robots

_TRY_AGAIN, _OUT_OF_TIME = frozenset({429, 502, 503, 504}), 504
_FIRST_WAIT, _MOST_WAIT = 1.0, 300.0
"""Seconds before the first try again, and before a later one at the most, where none is asked."""
LONGEST_REST = timedelta(days=7)
"""No source is left alone for longer at a stretch: who asks for years is asked once a week."""
LOOPBACK = ("localhost", "127.", "::1", "[::1]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The time, and how to let it pass."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random
    """A number from 0 to 1, by which waits differ."""


class Parked(SourceError):
    """A source is not asked any more until a moment: it said so, or its budget is spent."""

    def __init__(self, message: str, *, until: datetime) -> None:
        super().__init__(message)
        self.until = until


def next_day(now: datetime, margin: timedelta = timedelta(minutes=5)) -> datetime:
    """Return the beginning of the next day, UTC, and a little: quotas begin anew there."""
    return datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC) + margin


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How one source is asked."""

    source: str
    contact: str
    """Who can be asked about our requests: an address of a page, an e-mail address, or both."""
    base_url: str
    spacing: float = 1.0
    """Seconds from one request to a host to the next."""
    retries: int = 4
    longest_wait: float = 3600
    """Seconds: who asks us to wait for longer is not asked any more before then."""
    bounds: Bounds = field(default_factory=Bounds)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Headers that let us in, for the host of `base_url` alone; they are kept nowhere."""
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The same as parameters of each address."""

    def __post_init__(self) -> None:
        if "@" not in self.contact and "://" not in self.contact:
            raise SourceError(
                f"source {self.source}: services want to know who asks: write contact ="
                ' "https://example.org/about; you@example.org" into'
                f" [sources.{self.source}]"
            )

    @property
    def agent(self) -> str:
        """The User-Agent: what we are, and whom to ask."""
        return f"talentwatch/{__version__} (+{self.contact}) {LIBRARY}"


class Client:
    """Asks one source, no faster than it may, and says when that is to stop."""

    def __init__(
        self,
        manners: Manners,
        clock: Clock,
        *,
        spend: Callable[[], None] = lambda: None,
        throttled: Callable[[Answer, datetime], float | None] = lambda *_: None,
    ) -> None:
        """`spend` is called before each request, and raises Parked where the budget is spent.

        `throttled` says of an answer for how many seconds the source wants to be left alone, where
        it says so otherwise than all others do; None if it does not.
        """
        self._manners, self._clock = manners, clock
        self._spend, self._throttled = spend, throttled
        self._own, self._opened = local(), list[Exchange]()
        self._turn, self._rules = Lock(), RLock()
        self._free_at: dict[str, datetime] = {}
        self._held_until: dict[str, datetime] = {}
        self._robots = Robots(self._ask, clock.now)
        self._delays: dict[str, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for exchange in self._opened:
            exchange.close()

    def fetch(self, request: Request) -> Answer:
        """Ask until there is an answer that another try would not change; in any thread.

        Raises Broken if there is none after some tries, NotReached where another would be as this
        one or a page may not be read; Parked if the source is to be left alone until later.
        """
        if request.is_page:
            self._heed(request.url)
        return self._ask(request)

    def _heed(self, url: str) -> None:
        """Keep to the robots rules of a page's site. Raises NotReached where they forbid it."""
        with self._rules:
            self._delays[urlsplit(url).hostname or ""] = self._robots.check(url).delay

    def _ask(self, request: Request) -> Answer:
        manners = self._manners
        is_own = _place(request.url) == _place(manners.base_url)
        secrets = manners.secrets if is_own else {}
        headers = {"User-Agent": manners.agent, **request.headers, **secrets}
        url = request.url
        if is_own and manners.parameters:
            url += ("&" if "?" in url else "?") + urlencode(manners.parameters)
        named = Request(url=url, headers=headers, body=request.body)
        # A redirect leads to a page that has rules of its own.
        onward = self._heed if request.is_page else None
        for attempt in count():
            try:
                answer = self._exchange().answer(named, before=self._wait_for_turn, onward=onward)
            except Broken as exc:
                problem, wait = str(exc), None
            else:
                now = self._clock.now()
                wait = self._throttled(answer, now)
                if wait is None and _is_final(request, answer):
                    return answer
                problem = f"{shown(request.url)} said {answer.status}"
                asked = retry_after(answer.headers.get("retry-after", ""), now)
                wait = wait if asked is None else asked
            if wait is not None and wait > self._manners.longest_wait:
                rest = min(wait, LONGEST_REST.total_seconds())
                raise Parked(
                    f"{problem}, and to wait for {wait:,.0f} seconds",
                    until=self._clock.now() + timedelta(seconds=rest),
                )
            if attempt >= self._manners.retries:
                raise Broken(f"{problem}, {attempt + 1} times")
            seconds = self._backoff(attempt) if wait is None else wait
            # Whatever else is asked of the host meanwhile waits as well.
            host = urlsplit(request.url).hostname or ""
            self._held_until[host] = self._clock.now() + timedelta(seconds=seconds)
            self._clock.sleep(seconds)
        raise AssertionError  # it counts on

    def _exchange(self) -> Exchange:
        """The connections of this thread, one to each host."""
        exchange: Exchange | None = getattr(self._own, "exchange", None)
        if exchange is None:
            bounds, base_url = self._manners.bounds, self._manners.base_url
            exchange = Exchange(bounds=bounds, loopback=is_loopback(base_url))
            self._own.exchange = exchange
            self._opened.append(exchange)
        return exchange

    def _backoff(self, attempt: int) -> float:
        """Seconds to wait after the nth try: longer each time, and never the same for two."""
        wait: float = min(_FIRST_WAIT * 2**attempt, _MOST_WAIT)
        return wait * (0.5 + self._clock.jitter())

    def _wait_for_turn(self, host: str) -> None:
        spacing = max(self._manners.spacing, self._delays.get(host, 0))
        # Who sleeps keeps the turn: requests begin one after the other.
        with self._turn:
            now = self._clock.now()
            free, held = self._free_at.get(host, now), self._held_until.get(host, now)
            # A clock that is set back makes nobody wait for longer.
            wait = min((free - now).total_seconds(), spacing)
            wait = max(wait, min((held - now).total_seconds(), self._manners.longest_wait))
            if wait > 0:
                self._clock.sleep(wait)
            self._spend()
            self._free_at[host] = self._clock.now() + timedelta(seconds=spacing)


def _is_final(request: Request, answer: Answer) -> bool:
    """Whether another try would hardly be answered otherwise."""
    has_run_out = request.is_query and answer.status == _OUT_OF_TIME
    return has_run_out or answer.status not in _TRY_AGAIN


def _place(url: str) -> tuple[str, str]:
    """The scheme and the host of an address, with the port."""
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


def is_loopback(url: str) -> bool:
    """Whether an address is one of this machine.

    >>> is_loopback("http://127.0.0.1:8080/"), is_loopback("https://example.org/")
    (True, False)
    """
    return (urlsplit(url).hostname or "").startswith(LOOPBACK)
