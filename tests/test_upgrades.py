"""A state and a store that an earlier program wrote open and go on, and nothing is sent twice."""

import json
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, Table, create_engine, func, insert, select, text
from story import World, job

from monitor.base.records import Reason
from monitor.cli.options import assembly
from monitor.delivery.outbox import SILENCE, silences
from monitor.operations.failures import failing
from monitor.operations.run import Wanted, run_once
from monitor.state import State, encoded
from monitor.state.alerts.alert_people import LISTS
from monitor.state.migrations import migrate
from monitor.state.tables import ALERT_PEOPLE

UPGRADES = Path(__file__).resolve().parent / "upgrades"
VERSION = "0003"
RENAMED = {"told": "notifications"}


def _as_written(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """Turn the days and moments of JSON into what a database takes."""
    kinds = {name: table.c[name].type.python_type for name in row}
    return {
        name: datetime.fromisoformat(value).replace(tzinfo=UTC)
        if value and kinds[name] is datetime
        else date.fromisoformat(value)
        if value and kinds[name] is date
        else value
        for name, value in row.items()
    }


def _fill(url: str, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Write a state of that version, row for row."""
    engine = create_engine(url)
    with engine.begin() as connection:
        migrate(connection, to=VERSION)
        metadata = MetaData()
        metadata.reflect(connection)
        for name, rows in tables.items():
            table = metadata.tables[name]
            if rows:
                connection.execute(insert(table), [_as_written(table, row) for row in rows])
        if engine.dialect.name == "postgresql":
            for name, column in (("told", "id"), ("outbox", "number"), ("decisions", "id")):
                connection.execute(
                    text(
                        f"SELECT setval(pg_get_serial_sequence('{name}', '{column}'),"  # noqa: S608
                        f" (SELECT max({column}) FROM {name}))"
                    )
                )
    engine.dispose()


@pytest.fixture
def written(tmp_path) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of the state, by the names of tables that they had."""
    content = (UPGRADES / f"version_{VERSION}" / "state.json").read_text(encoding="utf-8")
    # Errors name files by their whole paths.
    return dict(json.loads(content.replace("@ROOT@", str(tmp_path / "world"))))


@pytest.fixture
def world(tmp_path, state_url, written) -> World:
    """Install what the earlier program left, with its state in either database."""
    root = tmp_path / "world"
    shutil.copytree(UPGRADES / f"version_{VERSION}", root)
    if state_url.startswith("sqlite"):
        Path(state_url.removeprefix("sqlite:///")).parent.mkdir(parents=True)
    _fill(state_url, written)
    files = {path: path.read_text() for path in root.rglob("*.toml")}
    config = root / "config.toml"
    settings = f'state = "{state_url}"\n{files[config]}'
    there = World(root, rules={})
    for path, content in {**files, config: settings}.items():
        path.write_text(content, encoding="utf-8")
    return there


def _run(world: World, day: str) -> dict[str, int]:
    moment = datetime.fromisoformat(f"{day}T20:00:00+00:00")
    return run_once(
        world.settings, Wanted(assembly=assembly, clock=lambda: moment, now=moment)
    ).deliveries


@pytest.mark.usefixtures("world")
def test_every_row_is_kept(state_url, written):
    """Tables get other names, and lose nothing."""
    State.open(state_url).close()
    engine = create_engine(state_url)
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        for name, rows in written.items():
            table = metadata.tables[RENAMED.get(name, name)]
            # A migration may add a row of its own.
            kept = connection.execute(select(func.count()).select_from(table)).scalar()
            assert kept is not None
            assert kept >= len(rows)
    engine.dispose()
    assert "told" not in metadata.tables


def test_revisions_and_notifications_name_the_same_people_as_before(world, written):
    """Their records moved into a table of their own, one for each person and alert."""
    before = [json.loads(row["body"]) for row in (*written["revisions"], *written["told"])]
    with world.state() as tx:
        after = [*tx.revisions(), *(each.alert for each in tx.notifications())]
        kept = tx.connection.execute(select(func.count()).select_from(ALERT_PEOPLE)).scalar()
    assert sorted(map(_whom, before)) == sorted(
        _whom(json.loads(encoded(alert))) for alert in after
    )
    assert kept == len(
        {
            (alert["alert"], json.dumps(person))
            for alert in before
            for people in LISTS
            for person in alert[people]
        }
    )


def _whom(alert: Mapping[str, Any]) -> str:
    named = {people: alert[people] for people in LISTS}
    return json.dumps([alert["alert"], alert["revision"], named], sort_keys=True)


def test_what_was_notified_and_muted_is_read_as_before(world, written):
    """The log has the same alerts, messages and reasons; a failure knows whom it was told to."""
    with world.state() as tx:
        log = tx.notifications()
        assert [each.message for each in log] == [row["message"] for row in written["told"]]
        assert [each.suppressed for each in log] == [row["suppressed"] for row in written["told"]]
        assert tx.cursor("muted") == next(
            row["value"] for row in written["cursors"] if row["name"] == "quieted"
        )
        assert [case.notified for case in failing(tx).values()] == [
            tuple(json.loads(row["value"])["told"])
            for row in written["cursors"]
            if row["name"].startswith("failing:")
        ]
        assert [each.why for each in silences(tx.decisions(SILENCE))] == ["a fair"]


@pytest.mark.slow
def test_the_next_run_sends_nothing_again(world, written):
    """The derived tables are built anew, the ledger is the same, and no channel hears of it."""
    assert _run(world, "2025-02-02") == {"sent": 0, "deferred": 0, "dead": 0}
    with world.state() as tx:
        assert [each.id for each in reversed(tx.deliveries())] == [
            row["id"] for row in written["outbox"]
        ]


@pytest.mark.slow
def test_what_is_new_is_sent_once_and_what_was_muted_when_its_silence_ends(world):
    """A channel hears of a third leaver, and of the silenced alert after its last day."""
    assert _run(world, "2025-02-02")["sent"] == 0
    people = {
        record["id"]: record
        for record in map(
            json.loads, (world.root / "inbox/press/2025-02-01.jsonl").read_text().splitlines()
        )
    }
    cyd = {**people["cyd"], "positions": [job("Meta", end="2025-01-20"), job("xAI", "2025-01-21")]}
    world.observe("2025-03-01", {**people, "cyd": cyd})
    assert _run(world, "2025-03-01")["sent"] == 1
    with world.state() as tx:
        newest = tx.notifications()[-1]
        assert (newest.alert.rule, newest.reason) == ("talent", Reason.GREW)
    assert _run(world, "2025-03-09")["sent"] == 0
    assert _run(world, "2025-03-10")["sent"] == 1
    assert _run(world, "2025-03-11")["sent"] == 0
