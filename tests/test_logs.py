"""What the log says, where, and of which run; and what spans make of a stretch of work."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from monitor.base.telemetry import logs
from monitor.base.telemetry.timing import Note, measured, opened_by, span, stage


@pytest.fixture
def talkative():
    """Say all there is, in one test."""
    logs.say_from("info")
    yield
    logs.say_from("warning")


def test_what_is_less_than_the_level_is_kept_back(capsys):
    """At first only warnings are said, on stderr, as JSON where nobody sits at a terminal."""
    logs.info("quiet", due=1)
    logs.warning("gap", source="press")
    out, err = capsys.readouterr()
    line = json.loads(err)
    assert out == ""
    assert (line["event"], line["source"], line["level"]) == ("gap", "press", "warning")
    assert line["timestamp"].endswith("Z")


@pytest.mark.usefixtures("talkative")
def test_what_is_bound_is_said_in_the_block_and_not_after(capsys):
    """The id of a run is on each of its lines."""
    with logs.bound(run="one"):
        logs.info("inside")
    logs.info("outside")
    inside, outside = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert inside["run"] == "one"
    assert "run" not in outside


@pytest.mark.usefixtures("talkative")
def test_a_stage_is_one_line_with_its_counts_and_seconds(capsys):
    """The seconds of stages of one name are summed."""
    with measured() as seconds:
        for _ in range(2):
            with stage("compare") as note:
                note(snapshots=3)
        with span("source", source="press"):
            pass
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (first["event"], first["snapshots"]) == ("compare", 3)
    assert seconds.keys() == {"compare"}
    assert seconds["compare"] >= first["seconds"] + second["seconds"] - 0.001


def test_who_wants_to_hears_of_each_span_and_its_parts():
    """An opener is told what is known of a span, and opens nothing once it is gone."""
    told: list[str] = []

    @contextmanager
    def opener(name: str) -> Iterator[Note]:
        told.append(f"begin {name}")
        yield lambda **known: told.append(f"{name} {known}")
        told.append(f"end {name}")

    with opened_by(opener), span("run", run="one"), stage("collect") as note:
        note(sources=2)
    with span("unheard"):
        pass
    assert told == [
        "begin run", "run {'run': 'one'}", "begin collect", "collect {}",
        "collect {'sources': 2}", "end collect", "end run",
    ]  # fmt: skip
