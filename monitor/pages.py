"""The pages of the service: `/healthz`, `/readyz` and `/metrics`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from time import monotonic

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from monitor.errors import TalentwatchError
from monitor.failures import failing
from monitor.records import Json
from monitor.settings import Settings
from monitor.state import State, Transaction

_BEATS_MISSED = 15


class Health:
    """What the service counts, and whether it is alive."""

    def __init__(self, *, look_seconds: float) -> None:
        self.registry = CollectorRegistry()
        self._patience = look_seconds * _BEATS_MISSED
        self._beat = monotonic()
        self.ready = False
        self._runs = Counter(
            "talentwatch_runs", "Runs by how they ended.", ["outcome"], registry=self.registry
        )
        self._seconds = Histogram(
            "talentwatch_run_seconds",
            "How long a run took.",
            buckets=(0.1, 1, 10, 60, 600, 3600),
            registry=self.registry,
        )
        self._moves = Counter("talentwatch_moves", "New moves.", registry=self.registry)
        self._snapshots = Counter(
            "talentwatch_snapshots",
            "Snapshots taken, by source and verdict.",
            ["source", "verdict"],
            registry=self.registry,
        )
        self._sent = Counter(
            "talentwatch_deliveries",
            "Messages by what became of them at a try.",
            ["outcome"],
            registry=self.registry,
        )
        self._outbox = self._gauge("outbox", "Messages by channel and status.", "channel", "status")
        self._alerts = self._gauge("open_alerts", "Alerts that are open.")
        self._newest = self._gauge(
            "snapshot_timestamp_seconds", "Day of the newest good snapshot taken.", "source"
        )
        self._failing = self._gauge("failing", "What failed at its last try: 1.", "what")

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
                if row["verdict"] in {"accepted", "baseline"}:
                    day = datetime.fromisoformat(row["observed_on"]).replace(tzinfo=UTC)
                    self._newest.labels(source).set(day.timestamp())
        self.sent(record.get("deliveries", {}))

    def look(self, tx: Transaction) -> None:
        """Measure what the state holds."""
        self._alerts.set(sum(1 for alert in tx.latest() if alert.status == "open"))
        self._outbox.clear()
        for channel, counts in tx.depth().items():
            for status, count in counts.items():
                self._outbox.labels(channel, status).set(count)
        self._failing.clear()
        for what in failing(tx):
            self._failing.labels(what).set(1)

    def sent(self, counts: Mapping[str, int]) -> None:
        """Count what became of messages."""
        for outcome, count in counts.items():
            self._sent.labels(outcome).inc(count)


def pages(settings: Settings, health: Health) -> Starlette:
    """Make the application that serves them."""

    def alive(_: Request) -> Response:
        return _answer("alive" if health.alive else "the main loop stands still", ok=health.alive)

    def ready(_: Request) -> Response:
        try:
            with State.open(settings.state, create=False) as state, state.reading() as tx:
                wrong = failing(tx)
        except TalentwatchError as exc:
            return _answer(str(exc), ok=False)
        if not health.ready:
            return _answer("the first run has not ended yet", ok=False)
        return _answer("ready" if "run" not in wrong else wrong["run"].error, ok="run" not in wrong)

    def metrics(_: Request) -> Response:
        try:
            with State.open(settings.state, create=False) as state, state.reading() as tx:
                health.look(tx)
        except TalentwatchError as exc:
            return _answer(str(exc), ok=False)
        return Response(generate_latest(health.registry), media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", metrics)]
    )


def _answer(text: str, *, ok: bool) -> Response:
    return PlainTextResponse(f"{text}\n", status_code=200 if ok else 503)
