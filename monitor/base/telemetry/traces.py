"""Traces for those who want them: each span of the work goes to a collector, by OpenTelemetry.

Off, and nothing of OpenTelemetry imported, unless `[traces]` or the standard environment variables
name a collector. One that does not answer delays the end by some seconds, and is only logged.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from monitor import __version__
from monitor.base.errors import UsageError
from monitor.base.settings import Settings, Traces
from monitor.base.telemetry import logs
from monitor.base.telemetry.timing import Note, opened_by

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

EXTRA = "pip install 'talentwatch[traces]'"
_PATH = "/v1/traces"
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_TIMEOUTS = ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT")
_SECONDS = 5


def asked_for(traces: Traces | None, environment: Mapping[str, str]) -> bool:
    """Say whether traces are wanted, by the configuration or by the standard variables.

    >>> asked_for(None, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"})
    True
    >>> asked_for(Traces(), {"OTEL_SDK_DISABLED": "true"})
    False
    """
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    if environment.get("OTEL_TRACES_EXPORTER", "otlp").strip() != "otlp":
        return False
    return traces is not None or any(environment.get(name) for name in _ENDPOINTS)


@contextmanager
def traced(settings: Settings) -> Iterator[None]:
    """Send the spans of the block to the collector, if one is asked for.

    Raises UsageError if [traces] is there and what it needs is not installed; variables alone,
    which may be meant for other programs, are no reason to fail.
    """
    if not asked_for(settings.traces, os.environ):
        yield
        return
    try:
        provider = _provider(settings.traces or Traces())
    except ModuleNotFoundError as exc:
        if settings.traces is not None:
            raise UsageError(f"[traces] needs {exc.name}, which is not there: {EXTRA}") from exc
        logs.warning("no traces", missing=exc.name, install=EXTRA)
        yield
        return
    # Within the block, so that a complaint about the last spans is logged as ours.
    with _complaints():
        try:
            with opened_by(_opener(provider)):
                yield
        finally:
            provider.shutdown()


def _provider(traces: Traces) -> "TracerProvider":
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 -- an extra
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    attributes = {"service.version": __version__}
    if not os.environ.get("OTEL_SERVICE_NAME"):
        attributes["service.name"] = "talentwatch"
    base = None if traces.endpoint is None else traces.endpoint.reveal().rstrip("/")
    exporter = OTLPSpanExporter(
        endpoint=None if base is None else f"{base.removesuffix(_PATH)}{_PATH}",
        headers={name: value.reveal() for name, value in traces.headers.items()} or None,
        timeout=None if any(map(os.environ.get, _TIMEOUTS)) else _SECONDS,
    )
    # The end of the process is ours to see to: a killed run tells nobody anyway.
    provider = TracerProvider(resource=Resource.create(attributes), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider


def _opener(provider: "TracerProvider") -> Callable[[str], AbstractContextManager[Note]]:
    from opentelemetry.trace import StatusCode  # noqa: PLC0415 -- an extra

    tracer = provider.get_tracer("talentwatch", __version__)

    @contextmanager
    def opener(name: str) -> Iterator[Note]:
        # What an error says may quote a receiver's answer, and people in it: only its kind is sent.
        with tracer.start_as_current_span(
            name, record_exception=False, set_status_on_exception=False
        ) as span:

            def note(**known: object) -> None:
                for key, value in known.items():
                    plain = value if isinstance(value, bool | int | float) else str(value)
                    span.set_attribute(f"talentwatch.{key}", plain)

            try:
                yield note
            except BaseException as exc:
                span.set_status(StatusCode.ERROR)
                span.set_attribute("error.type", type(exc).__name__)
                raise

    return opener


@contextmanager
def _complaints() -> Iterator[None]:
    """Log what OpenTelemetry complains of as we log, without the address, which may be secret."""
    import logging  # noqa: PLC0415 -- only who traces needs it

    class _Complaint(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            logs.warning("traces", error="the collector did not take them", by=record.name)

    theirs, handler = logging.getLogger("opentelemetry"), _Complaint(logging.WARNING)
    propagated, theirs.propagate = theirs.propagate, False
    theirs.addHandler(handler)
    try:
        yield
    finally:
        theirs.removeHandler(handler)
        theirs.propagate = propagated
