"""Traces as a collector gets them: a real receiver of OTLP over HTTP on loopback."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from receivers import Receiver, receiver
from story import World, crowd, flow, job
from typer.testing import CliRunner, Result

from monitor.cli.entry import app

AWAY = "http://127.0.0.1:9/bottom-secret"


@pytest.fixture
def world(tmp_path):
    """Return a world in which a run takes two snapshots in and tells of one alert."""
    world = World(tmp_path, rules={"talent": flow("meta", "xai", people=1)})
    world.on("2025-01-01", **crowd("Meta"), ada=[job("Meta")])
    world.then("2025-02-01", ada=[job("Meta", end="2025-01-10"), job("xAI", start="2025-01-11")])
    return world


def run(world: World, environment: Mapping[str, str]) -> Result:
    """Run once within this process, which sends what it traced before it returns."""
    arguments = ["run", "--now", "2025-02-01", "--config", str(world.root / "config.toml")]
    return CliRunner().invoke(app, arguments, env=dict(environment), catch_exceptions=False)


def spans(collector: Receiver) -> list[Span]:
    """Return what a collector was sent, in order of beginning."""
    found: list[Span] = []
    for request in collector.requests:
        assert request.path == "/v1/traces"
        sent = ExportTraceServiceRequest.FromString(request.body)
        for resource in sent.resource_spans:
            known = {
                attribute.key: attribute.value.string_value
                for attribute in resource.resource.attributes
            }
            assert known["service.name"] == "talentwatch"
            found += [span for scope in resource.scope_spans for span in scope.spans]
    return sorted(found, key=lambda span: span.start_time_unix_nano)


@pytest.mark.slow
def test_a_run_is_one_trace_of_its_stages_sources_and_deliveries(world):
    """Each span is inside of the one that the work was part of, with the counts it noted."""
    with receiver() as collector:
        traces = f"[traces]\nendpoint = '{collector.url}'\nheaders.x-key = {{ env = 'KEY' }}"
        world.rewrite(config=traces)
        assert run(world, {"KEY": "swordfish"}).exit_code == 0
    found = spans(collector)
    names = {span.span_id: span.name for span in found}
    tree = [(names.get(span.parent_span_id), span.name) for span in found]
    assert tree == [
        (None, "run"), ("run", "collect"), ("collect", "source"), ("run", "compare"),
        ("run", "evaluate"), ("run", "record"), ("run", "publish"), ("run", "deliver"),
        ("deliver", "delivery"), ("run", "tidy"),
    ]  # fmt: skip
    assert len({span.trace_id for span in found}) == 1
    counts = {attribute.key: attribute.value for span in found for attribute in span.attributes}
    assert counts["talentwatch.snapshots"].int_value == 2
    assert counts["talentwatch.source"].string_value == "press"
    assert len(counts["talentwatch.run"].string_value) == 16
    assert {request.headers["x-key"] for request in collector.requests} == {"swordfish"}


@pytest.mark.slow
def test_a_trace_tells_the_kind_of_an_error_and_not_its_words(world):
    """Words may quote what a receiver answered, and people in it."""
    with receiver() as collector, receiver() as hook:
        hook.answers(status=503, body=b"no place for Ada")
        config = f"[traces]\nendpoint = '{collector.url}'\n[channels.hook]\nkind = 'webhook'\n"
        world.rewrite(config=f"{config}url = '{hook.url}'\nallow_private = true")
        assert run(world, {}).exit_code == 1
    failed = [span for span in spans(collector) if span.status.code == Status.STATUS_CODE_ERROR]
    assert {span.name for span in failed} == {"delivery"}
    for span in failed:
        known = {attribute.key: attribute.value.string_value for attribute in span.attributes}
        assert known["error.type"] == "DeliveryDeferred"
        assert not span.events
    assert not any(b"Ada" in request.body for request in collector.requests)


@pytest.mark.slow
def test_the_standard_variables_are_enough(world):
    """Where a platform sets them for every program, nothing has to be configured."""
    with receiver() as collector:
        variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}
        run(world, {**variables, "OTEL_SDK_DISABLED": "true"})
        assert not collector.requests
        run(world, variables)
    assert spans(collector)[0].name == "run"


@pytest.mark.slow
def test_a_collector_that_is_away_stops_nothing_and_is_only_logged(world, capfd):
    """The run ends well, soon, and its address, which may be secret, is not shown."""
    world.rewrite(config="[traces]\nendpoint = { env = 'COLLECTOR' }")
    began = time.monotonic()
    done = run(world, {"COLLECTOR": AWAY})
    assert done.exit_code == 0
    assert time.monotonic() - began < 30
    said = done.stderr + "".join(capfd.readouterr())
    assert "the collector did not take them" in said
    assert "bottom-secret" not in said
    assert len(world.sent()) == 1


WITHOUT = """
import sys
sys.modules["opentelemetry.sdk"] = None  # as if it were not installed
from monitor.cli.entry import main
sys.argv = ["talentwatch", *sys.argv[1:]]
main()
"""


@pytest.mark.slow
@pytest.mark.parametrize(("config", "code"), [("[traces]", 2), ("", 0)])
def test_without_the_extra_only_who_configured_traces_is_stopped(world, config, code):
    """The message says what to install; variables alone may be meant for other programs."""
    world.rewrite(config=config)
    path = str(world.root / "config.toml")
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, "run", "--now", "2025-02-01", "--config", path],
        env={"OTEL_EXPORTER_OTLP_ENDPOINT": AWAY},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "pip install 'talentwatch[traces]'" in done.stderr) == (code, True)
    if not code:
        logged = [line for line in done.stderr.splitlines() if line.startswith("{")]
        assert json.loads(logged[0])["event"] == "no traces"
