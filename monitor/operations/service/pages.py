"""The pages of the service: `/healthz`, `/readyz` and `/metrics`."""

import asyncio
from collections import Counter as Counts
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time
from threading import Lock
from time import monotonic

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from monitor.base.errors import TalentwatchError
from monitor.base.records import AlertStatus, Json
from monitor.base.settings import Settings
from monitor.intake.lost_state import open_state
from monitor.operations.due import newest
from monitor.operations.failures import failing
from monitor.operations.health.problems import REASONS, counts, facts_for_metrics, troubles
from monitor.state import Transaction

_BEATS_MISSED = 15
_THREADS = 2
"""How many requests read the state at once: each of them opens files."""
_BUCKETS = (0.1, 1, 10, 60, 600, 3600)


class Health:
    """What the service counts, and whether it is alive."""

    def __init__(self, *, look_seconds: float) -> None:
        self.registry = CollectorRegistry()
        self._patience = look_seconds * _BEATS_MISSED
        self._beat = monotonic()
        self.ready = False
        self._runs = self._counter("runs", "Runs by how they ended.", "outcome")
        self._seconds = self._histogram("run_seconds", "How long a run took.")
        self._moves = self._counter("moves", "New moves, of looks with least_people or more.")
        self._snapshots = self._counter(
            "snapshots", "Snapshots taken, by source and verdict.", "source", "verdict"
        )
        self._sent = self._counter(
            "deliveries", "Messages by what became of them at a try.", "outcome"
        )
        self._stages = self._histogram(
            "stage_seconds", "How long each stage of a run took.", "stage"
        )
        self._outbox = self._gauge("outbox", "Messages by channel and status.", "channel", "status")
        self._waiting = self._gauge(
            "outbox_oldest_timestamp_seconds", "When what waits longest was written.", "channel"
        )
        self._retries = self._gauge(
            "outbox_retries", "Tries after the first one of the messages kept.", "channel"
        )
        self._alerts = self._gauge("open_alerts", "Alerts of least_people that are open.", "rule")
        self._newest = self._gauge(
            "snapshot_timestamp_seconds", "Day of the newest good snapshot.", "source"
        )
        self._verdicts = self._gauge(
            "snapshot_verdict", "The verdict on the newest snapshot: 1.", "source", "verdict"
        )
        self._failing = self._gauge("failing", "What failed at its last try: 1.", "what")
        self._problems = self._gauge(
            "problems", "What `talentwatch status` would name, by reason.", "reason"
        )
        self._ended = self._gauge("last_run_timestamp_seconds", "When the last run ended.")
        self._one_at_a_time = Lock()

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(f"talentwatch_{name}", says, labels, registry=self.registry)

    def _histogram(self, name: str, says: str, *labels: str) -> Histogram:
        name = f"talentwatch_{name}"
        return Histogram(name, says, labels, buckets=_BUCKETS, registry=self.registry)

    def _gauge(self, name: str, says: str, *labels: str) -> Gauge:
        return Gauge(f"talentwatch_{name}", says, labels, registry=self.registry)

    def beat(self) -> None:
        """Say that the main loop goes round."""
        self._beat = monotonic()

    @property
    def alive(self) -> bool:
        """Whether the main loop went round lately."""
        return monotonic() - self._beat < self._patience

    def ran(self, outcome: str, seconds: float, record: Mapping[str, Json]) -> None:
        """Count a run."""
        self.ready = True
        self._runs.labels(outcome).inc()
        self._seconds.observe(seconds)
        self._moves.inc(record.get("moves", 0))
        for source, rows in record.get("sources", {}).items():
            for row in rows:
                self._snapshots.labels(source, row["verdict"]).inc()
        self.sent(record.get("deliveries", {}))

    def took(self, seconds: Mapping[str, float]) -> None:
        """Count how long stages took."""
        for name, spent in seconds.items():
            self._stages.labels(name).observe(spent)

    def measured(self, tx: Transaction, problems: Mapping[str, int], *, least: int = 1) -> bytes:
        """Return all figures as a scraper reads them, with what the state holds now.

        Alerts of fewer people than `least` are not counted.
        """
        with self._one_at_a_time:
            self._look(tx, least)
            _fill(self._problems, {(reason,): problems.get(reason, 0) for reason in REASONS})
            return generate_latest(self.registry)

    def _look(self, tx: Transaction, least: int) -> None:
        depth: dict[tuple[str, ...], float] = {
            (channel, status): count
            for channel, counts in tx.depth().items()
            for status, count in counts.items()
        }
        waiting = tx.waiting_since().items()
        snapshots = newest(tx)
        good = {
            (name,): snapshot.good_on for name, snapshot in snapshots.items() if snapshot.good_on
        }
        ended = tx.last_run()
        _fill(self._outbox, depth)
        _fill(self._waiting, {(name,): since.timestamp() for name, since in waiting})
        _fill(self._retries, {(name,): tries for name, tries in tx.retries().items()})
        _fill(self._alerts, {(rule,): count for rule, count in _open_alerts(tx, least).items()})
        _fill(self._newest, {name: _midnight(day) for name, day in good.items()})
        _fill(self._verdicts, {(name, snapshot.verdict): 1 for name, snapshot in snapshots.items()})
        _fill(self._failing, {(what,): 1 for what in failing(tx)})
        self._ended.set(0 if ended is None else ended.timestamp())

    def sent(self, counts: Mapping[str, int]) -> None:
        """Count what became of messages."""
        for outcome, count in counts.items():
            self._sent.labels(outcome).inc(count)


def _fill(gauge: Gauge, values: Mapping[tuple[str, ...], float]) -> None:
    gauge.clear()
    for labels, value in values.items():
        gauge.labels(*labels).set(value)


def _open_alerts(tx: Transaction, least: int) -> Mapping[str, int]:
    if least <= 1:
        return tx.open_alerts()
    some = (alert for alert in tx.summaries() if alert.peak >= least)
    return Counts(alert.rule for alert in some if alert.status is AlertStatus.OPEN)


def _midnight(day: date) -> float:
    return datetime.combine(day, time(), UTC).timestamp()


def pages(
    settings: Callable[[], Settings], health: Health, clock: Callable[[], datetime]
) -> Starlette:
    """Make the application that serves them; the settings are asked for at each request."""

    async def alive(_: Request) -> Response:
        return _answer("alive" if health.alive else "the main loop stands still", ok=health.alive)

    def ready(_: Request) -> Response:
        try:
            with open_state(settings(), create=False) as state, state.reading() as tx:
                wrong = failing(tx)
        except (TalentwatchError, OSError) as exc:
            return _answer(str(exc), ok=False)
        if not health.ready:
            return _answer("the first run has not ended yet", ok=False)
        return _answer("ready" if "run" not in wrong else wrong["run"].error, ok="run" not in wrong)

    def metrics(_: Request) -> Response:
        try:
            with open_state(settings(), create=False) as state, state.reading() as tx:
                now = clock()
                told = settings()
                facts = facts_for_metrics(told, tx, on=now.date(), at=now)
                problems = counts(troubles(facts))
                figures = health.measured(tx, problems, least=told.least_people)
        except (TalentwatchError, OSError) as exc:
            return _answer(str(exc), ok=False)
        return Response(figures, media_type=CONTENT_TYPE_LATEST)

    threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="page")
    return Starlette(
        routes=[
            Route("/healthz", alive),
            Route("/readyz", _in_thread(threads, ready)),
            Route("/metrics", _in_thread(threads, metrics)),
        ]
    )


def _in_thread(
    threads: ThreadPoolExecutor, page: Callable[[Request], Response]
) -> Callable[[Request], Awaitable[Response]]:
    """Make a page in a thread, so that one that waits for the state holds up no other."""

    async def made(request: Request) -> Response:
        return await asyncio.get_running_loop().run_in_executor(threads, page, request)

    return made


def _answer(text: str, *, ok: bool) -> Response:
    return PlainTextResponse(f"{text}\n", status_code=200 if ok else 503)
