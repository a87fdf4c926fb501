"""Two million profiles, from Parquet to alerts: on a cluster whose worker dies, and without one."""

from datetime import date
from pathlib import Path

import duckdb
import pytest
from command_line import run_here
from spark_clusters import LOOPBACK, killed, needs_spark, standalone
from test_many_looks import TABLES
from test_spark_cluster import worker

from monitor.base.machine.limits import in_force, obey

PROFILES = 2_000_000
FIRST_DAY = date(2024, 1, 1)
MARKET = (Path(__file__).resolve().parent / "market.sql").read_text(encoding="utf-8")
RULE = """
id = "five"
title = "Five from one to one"

[flow]
from = "*"
to = "*"
group_by = ["from.organization", "to.organization"]
people = 5
within = "90d"
"""


@pytest.fixture(autouse=True)
def _limits():
    """Let other tests keep to what they kept to."""
    before = in_force()
    yield
    obey(before)


def write_days(inbox: Path) -> None:
    """Write two days of a market, of whose people one in a hundred moves in between."""
    inbox.mkdir()
    for day in (0, 2):
        with duckdb.connect() as bare:
            path = inbox / f"{date(2024, 1, 1 + day)}.parquet"
            bare.execute(
                MARKET.replace("{path}", str(path)),
                {"day": day, "profiles": PROFILES, "organizations": 2_000, "first": FIRST_DAY},
            )


def ledger(folder: Path, inbox: Path, engine: str) -> str:
    """Run once over the market, and return its alerts."""
    (folder / "rules").mkdir(parents=True)
    (folder / "rules" / "five.toml").write_text(RULE, encoding="utf-8")
    config = folder / "config.toml"
    config.write_text(
        f'operations = ["alerts"]\n[channels.alerts]\nkind = "file"\npath = "alerts.jsonl"\n'
        f'[sources.market]\nkind = "files"\npath = "{inbox}/*.parquet"\n{engine}',
        encoding="utf-8",
    )
    done = run_here("run", "--now", "2024-01-04", "--config", str(config))
    assert done.returncode == 0, done.stdout + done.stderr
    return run_here("alerts", "--json", "--config", str(config)).stdout


def different_tables(here: Path, there: Path) -> list[str]:
    """Return the derived tables of which one folder has rows that the other lacks."""
    with duckdb.connect() as both:
        for name, folder in (("here", here), ("there", there)):
            both.execute(
                f"ATTACH '{folder / 'snapshots' / 'derived.duckdb'}' AS {name} (READ_ONLY)"
            )
        both.execute("USE here")
        tables = [table for (table,) in both.execute(TABLES).fetchall()]
        assert "moves" in tables or "profile_moves" in tables
        one_way = "SELECT count(*) FROM (FROM {}.{} EXCEPT ALL FROM {}.{})"
        return [
            table
            for table in tables
            for one, other in (("here", "there"), ("there", "here"))
            if both.execute(one_way.format(one, table, other, table)).fetchone() != (0,)
        ]


@pytest.mark.long
def test_two_million_profiles_on_a_cluster_whose_worker_dies_make_the_same_alerts(
    tmp_path, monkeypatch, record_property
):
    """From Parquet to alerts, in the buckets that a run takes: all rows of all derived tables."""
    needs_spark()
    write_days(tmp_path / "inbox")
    whole = ledger(tmp_path / "here", tmp_path / "inbox", "")
    assert whole.count("\n") >= PROFILES // 100_000
    killed(monkeypatch, tmp_path / "marks", worker)
    with standalone() as master:
        options = "".join(f'"{name}" = "{value}"\n' for name, value in LOOPBACK.items())
        spark = f'[engine.spark]\nmaster = "{master}"\nanswer_seconds = 300\n'
        engine = f'[engine]\nkind = "spark"\n{spark}[engine.spark.options]\n{options}'
        assert ledger(tmp_path / "there", tmp_path / "inbox", engine) == whole
    assert len(list((tmp_path / "marks").iterdir())) == 1
    assert different_tables(tmp_path / "here", tmp_path / "there") == []
    record_property(
        "proof",
        f"{PROFILES:,} profiles of two days, a worker of two killed:"
        f" {whole.count(chr(10))} equal alerts, all rows of all derived tables equal",
    )
