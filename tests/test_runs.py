"""Runs from cron: what is due, what is caught up, what fails and comes back, what is told."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from story import World, crowd, flow, job
from tempo import first_quick
from typer.testing import CliRunner

from monitor.base.errors import TalentwatchError, UsageError
from monitor.cli.entry import app
from monitor.cli.options import assembly
from monitor.operations.due import Due, due, gaps, last_tried
from monitor.operations.failures import Failing, failing, follow
from monitor.operations.outcomes import outcome_record
from monitor.operations.run import Done, Wanted, run_once
from monitor.parts import CycleOutcome
from monitor.state import State

BEGIN = datetime(2025, 1, 1, 7, tzinfo=UTC)


def at(day: int, hour: int = 7) -> datetime:
    """Return an hour of a day, counted from the first one as 1."""
    return BEGIN.replace(hour=hour) + timedelta(days=day - 1)


def run(world: World, moment: datetime, **wanted: object) -> Done:
    """Run once at a moment."""
    return run_once(world.settings, Wanted(assembly=assembly, clock=lambda: moment, **wanted))  # type: ignore[arg-type]


def notices(world: World) -> list[str]:
    """Return the titles of all notices that were sent, in order."""
    path = world.root / "alerts.jsonl"
    if not path.exists():
        return []
    sent = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [one["title"] for one in sent if one["type"] == "notice"]


@pytest.fixture
def world(tmp_path):
    """Return a world whose source is due at six o'clock, UTC, with one snapshot."""
    world = World(
        tmp_path,
        rules={"talent": flow("meta", "xai", people=1)},
        sources=(),
        config=(
            "[watch]\nfailures = 2\n[sources.press]\nkind = 'files'\n"
            "path = 'inbox/press/*.jsonl'\nschedule = '0 6 * * *'\nstale_after = '3d'"
        ),
    )
    world.on("2025-01-01", **crowd("Meta"), ada=[job("Meta")])
    return world


@pytest.mark.slow
def test_a_run_looks_at_what_is_due_and_at_nothing_else(world):
    """Before the next time nothing is taken in; `--all` and `--source` look all the same."""
    world.rewrite(rules={})
    assert len(run(world, at(1)).outcome.snapshots["press"]) == 1
    world.then("2025-01-02", bob=[job("xAI")])
    assert run(world, at(2, 5)).record["sources"] == {}
    assert len(run(world, at(2, 6)).record["sources"]["press"]) == 1
    world.then("2025-01-03", bob=None)
    assert len(run(world, at(3, 1), everything=True).record["sources"]["press"]) == 1
    world.then("2025-01-04", cyn=[job("xAI")])
    assert len(run(world, at(4, 1), named=("press",)).record["sources"]["press"]) == 1
    with pytest.raises(UsageError, match="there is no source 'presse'"):
        run(world, at(5), named=("presse",))


@pytest.mark.slow
def test_a_second_run_of_a_day_finds_out_cheaply_that_nothing_is_new(world):
    """No cycle takes place; a changed rule, a new day or a new file brings one."""
    run(world, at(1))
    assert run(world, at(1, 8)).outcome is None
    world.rewrite(rules={"talent": flow("meta", "xai", people=2)})
    assert run(world, at(1, 9)).outcome is not None
    assert run(world, at(1, 10)).outcome is None
    assert run(world, at(2, 1)).outcome is not None


def test_a_quiet_run_reports_the_same_keys_as_any_other(world):
    """Who reads the JSON of runs need not know that some do less."""
    first = run(world, at(1))
    quiet = run(world, at(1, 8))
    nothing = CycleOutcome(snapshots={}, moves=0, revisions=(), pending=(), notices=())
    said = outcome_record(quiet.run, nothing, quiet.deliveries, [])
    assert quiet.record == {**said, "notes": []}
    assert quiet.record.keys() == first.record.keys()


@pytest.mark.slow
def test_missed_snapshots_are_caught_up_in_order_and_once(world):
    """Cases 56: four days asleep; the days that left no file are a gap, and shown as one."""
    run(world, at(1))
    world.then("2025-01-02", ada=[job("Meta", end="2025-01-01"), job("xAI", start="2025-01-02")])
    world.then("2025-01-04", bob=[job("xAI")])
    world.then("2025-01-06", cyn=[job("xAI")])
    rows = run(world, at(6)).record["sources"]["press"]
    assert [row["observed_on"] for row in rows] == ["2025-01-02", "2025-01-04", "2025-01-06"]
    assert run(world, at(6, 8)).outcome is None
    with State.open(world.settings.state) as state, state.reading() as tx:
        assert [str(day) for day in gaps(tx)["press"]] == ["2025-01-03", "2025-01-05"]
        assert last_tried(tx) == {"press": at(6)}
    config = ["--config", str(world.root / "config.toml"), "--now", "2025-01-06"]
    shown = CliRunner().invoke(app, ["status", *config]).stdout
    assert "press was due and not looked at on 2025-01-03, 2025-01-05." in shown


@pytest.mark.slow
def test_an_outage_of_more_than_a_year_leaves_no_gap_where_there_was_something_to_see(world):
    """Case 57: all of it is caught up in order; what left no file is shown as not looked at."""
    run(world, at(1))
    days = [f"{at(1 + number):%Y-%m-%d}" for number in range(50, 401, 50)]
    for number, day in enumerate(days):
        past = [{"organization": "Meta", "end": day}, {"organization": "xAI", "start": day}]
        world.then(day, **{f"mover{number}": past})
    done = run(world, at(401))
    assert [row["observed_on"] for row in done.record["sources"]["press"]] == days
    with State.open(world.settings.state) as state, state.reading() as tx:
        missed = [str(day) for day in gaps(tx)["press"]]
    empty = [f"{at(day):%Y-%m-%d}" for day in range(2, 401)]
    assert missed == [day for day in empty if day not in days]
    assert run(world, at(401, 8)).outcome is None


@pytest.mark.slow
def test_one_failing_source_stops_no_other_and_is_told_once(world):
    """Case 66: after two failures in a row, once for a distinct error, and once on recovery."""
    world.rewrite(sources=("wire",))
    world.on("2025-01-01", "wire", **crowd("xAI"))
    run(world, at(1))
    world.on("2025-01-02", **crowd("Meta"))
    run(world, at(2))
    changed = world.root / "inbox" / "press" / "2025-01-01.jsonl"
    before = changed.read_bytes()
    changed.write_bytes(before + b'{"id": "new"}\n')
    for day in (3, 4, 5):
        world.then(f"2025-01-0{day}", "wire", ada=[job("xAI", title=str(day))])
        done = run(world, at(day))
        assert len(done.record["sources"]["wire"]) == 1
        assert len(done.errors) == 1
        assert "with other content" in done.errors[0]
    told = [title for title in notices(world) if "source press" in title]
    assert told == ["The source press fails"]
    changed.write_bytes(before)
    for day in (6, 7):
        run(world, at(day))
    told = [title for title in notices(world) if "source press" in title]
    assert told == ["The source press fails", "The source press works again"]


@pytest.mark.slow
def test_what_fails_stops_nothing_else(world):
    """A damaged source, a broken rule and a dead channel at once: the rest is as without them."""
    sides, said, wrong = {}, {}, {}
    for name in ("well", "ill"):
        here = World(
            world.root / name,
            rules={"talent": flow("meta", "xai", people=1), "other": flow("meta", None, people=1)},
            sources=("press", "wire"),
        )
        here.on("2025-01-01", **crowd("Meta"), pia=[job("Meta")])
        here.on("2025-01-01", "wire", **crowd("xAI"), ada=[job("Meta")])
        run(here, at(1))
        here.then("2025-01-02", "wire", ada=[job("xAI", start="2025-01-02")])
        if name == "ill":
            here.then("2025-01-02", pia=[job("xAI", start="2025-01-02")])
            stored = here.root / "snapshots" / "store" / "press" / "2025-01-01" / "profiles.parquet"
            stored.chmod(0o644)
            stored.write_bytes(b"scribbled over")
            hook = "[channels.hook]\nkind = 'webhook'\nurl = 'http://127.0.0.1:9/'\n"
            config = f"{hook}allow_private = true"
            here.rewrite(config=config, rules={**here.rules, "other": "[flow]\npeople = 'many'"})
        said[name] = "\n".join(run(here, at(2)).errors)
        sides[name] = here.ledger("talent"), here.moves(), here.sent()[:1]
        with State.open(here.settings.state) as state, state.reading() as tx:
            wrong[name] = {*failing(tx)}
    assert sides["ill"] == sides["well"]
    assert sides["well"][0] == ["2025-01-02 opened ada"]
    assert wrong == {"well": set(), "ill": {"source press", "rule other", "channel hook"}}
    for named in ("profiles.parquet is damaged", "other.toml", "hook"):
        assert named in said["ill"]


@pytest.mark.slow
def test_no_good_snapshot_for_long_is_told_once_and_so_is_the_next_one(world):
    """A source that brings nothing is not a quiet market."""
    for day in (1, 7, 8):
        run(world, at(day))
    world.then("2025-01-09", bob=[job("xAI")])
    run(world, at(9))
    told = [title for title in notices(world) if "supply" in title]
    assert told == ["The supply of press fails", "The supply of press works again"]


def test_a_run_without_room_on_the_disk_does_nothing_and_says_so(world):
    """It is asked for before anything is written."""
    world.rewrite(config=world.config.replace("[watch]", "[watch]\nfree_mib = 1000000"))
    with pytest.raises(TalentwatchError, match="MiB are free"):
        run(world, at(1))
    assert not (world.root / "snapshots" / "store").exists()


def test_follow_tells_each_distinct_error_once():
    """Another error in the same row of failures is told as well; the same one is not again."""
    case: Failing | None = None
    said = []
    for error in ("a", "a", "a", "b", "a", None, "a", None):
        case, tell = follow(case, error, most=2, on=BEGIN.date())
        said.append(tell)
    assert said == [None, "a", None, "b", None, "", None, None]


def test_an_error_is_told_once_though_it_names_another_person_each_day():
    """Who was the last of those whom a service refused is no news."""
    case: Failing | None = None
    said = []
    for person, status in ((1111, 403), (2222, 403), (2222, 500)):
        error = f"https://example.org/p/{person} said {status}: {person} may not be read"
        case, tell = follow(case, error, most=1, on=BEGIN.date())
        said.append(tell is not None)
    assert said == [True, False, True]


def test_due_counts_what_nobody_looked_at(world):
    """The days between the last look and this one are missed; today's is not."""
    found = due(world.settings, {"press": at(1)}, now=at(4))
    assert found.missed["press"] == (at(2).date(), at(3).date())
    assert due(world.settings, {"press": at(4)}, now=at(4, 8)) == Due(
        sources=(), missed={}, upcoming={"press": at(5, 6)}
    )


@contextmanager
def switch(status: int) -> Iterator[tuple[str, list[str]]]:
    """Serve a dead-man's switch that answers with a status, and note the paths it was called by."""
    called: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            called.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/ping/one", called
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("status", first_quick([500, 200]))
def test_a_dead_mans_switch_hears_of_the_start_and_the_end_of_each_run(world, status):
    """Case 67: by run id; what it answers is no matter, and a run that fails says so."""
    with switch(status) as (address, called):
        config = world.config.replace("[watch]", f"[watch]\nping = '{address}'")
        world.rewrite(config=config)
        run(world, at(1))
        world.rewrite(config=config.replace("[watch]", "[watch]\nfree_mib = 1000000"))
        with pytest.raises(TalentwatchError):
            run(world, at(2))
    paths = [path.partition("?rid=") for path in called]
    assert [path for path, _, _ in paths] == [
        "/ping/one/start", "/ping/one", "/ping/one/start", "/ping/one/fail",
    ]  # fmt: skip
    assert paths[0][2] == paths[1][2] != paths[2][2] == paths[3][2]
