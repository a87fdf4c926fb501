"""Real snapshots, kept beside the repository: what an independent program found is found."""

import random
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest
from real import (
    INDEPENDENT,
    Finding,
    evening,
    install,
    judge,
    listed,
    share,
    table,
    taken_in,
    truth,
    versions,
)

from monitor.base.records import Verdict
from monitor.base.settings import Settings
from monitor.cli.commands.alerts import alert_records
from monitor.cycle import collect_named, run_cycle
from monitor.moves.gates.collective import may_be_one
from monitor.operations.backfill import backfill
from monitor.state import State, encoded
from monitor.wiring import imported_source, open_parts

pytestmark = pytest.mark.slow  # real histories take minutes; the world of each other test is small

RULES = {
    "one": """
[flow]
from = "*"
to = "*"
within = "90d"
people = 1
group_by = ["from.organization", "to.organization"]
""",
    "two": """
[flow]
from = "*"
to = "*"
within = "365d"
people = 2
group_by = ["from.organization", "to.organization"]
""",
}


def files_of(data: Path) -> list[Path]:
    """List the snapshots of a data set in order of observation."""
    return sorted(data.glob("*.jsonl.zst"))


@pytest.mark.long
def test_the_party_changes_of_congress_are_found_and_nothing_else(shared_data, tmp_path):
    """Planned ends of terms, new terms, elections and retirements are no moves."""
    data = shared_data / "congress"
    settings = install(tmp_path / "congress", data, organizations=INDEPENDENT)
    with taken_in(settings, files_of(data)) as (parts, derivation):
        assert Verdict.SUSPECT not in {row.verdict for row in derivation.snapshots["real"]}
        rows = versions(parts)
    # What a history said at first sight is taken back when it is rewritten; all else stands.
    others = [row for row in rows if row["status"] != "counted"]
    assert all(row["status"] == "retracted" and row["before_on"] is None for row in others)
    assert len(others) < 5
    between = {
        (row["profile"], row["from_root"], row["to_root"], str(row["observed_on"]))
        for row in rows
        if row["before_on"] is not None
    }
    expected = {
        (record["person"], record["from"][0].lower(), record["to"][0].lower(), record["seen"])
        for record in truth(data)
    }
    assert len(expected) == 9
    # A first term got its date in 2013, and a history was rewritten in 2014.
    assert between - expected == {
        ("D000533", None, "republican", "2013-12-27"),
        ("S001177", None, "independent", "2014-09-30"),
        ("S001177", "independent", "democrat", "2014-09-30"),
    }
    assert expected - between == set()


def is_between_likely_names_of_one(finding: Finding) -> bool:
    """Whether a move of the truth goes between names of which one contains the other."""
    former, latter = finding.move["from"], finding.move["to"]
    return any(may_be_one(a, b, namesakes=0) for a, b in product(former, latter))


def test_the_moves_of_developers_are_found_one_by_one(shared_data, tmp_path):
    """Plain moves count, respellings do not, and renames are held."""
    data = shared_data / "developers"
    settings = install(tmp_path / "developers", data)
    with taken_in(settings, files_of(data)) as (parts, _):
        findings = judge(parts, truth(data))
    report = "\n".join([table(findings), *listed(findings)])
    # The truth calls a move between Juniper and Juniper Networks plain; a gate holds it.
    others = [finding for finding in findings if not is_between_likely_names_of_one(finding)]
    assert share(others, "plain") >= 0.97, report
    assert share(findings, "respelling") <= 0.02, report
    assert share(findings, "mass_rename") <= 0.02, report


def ledger(settings: Settings) -> tuple[bytes, str]:
    """Return the ledger as `alerts --json` prints it, and every revision of it."""
    with State.open(settings.state) as state, state.reading() as tx:
        revisions = tx.revisions()
    return encoded(list(alert_records(settings))).encode(), encoded(revisions)


def replayed(settings: Settings, batches: Sequence[Sequence[Path]]) -> tuple[bytes, str]:
    """Take the files in, batch by batch, and replay."""
    for batch in batches:
        with taken_in(settings, batch):
            pass
    with open_parts(settings, sources={}) as parts:
        backfill(
            parts,
            since=evening("2000-01-01").date(),
            until=None,
            rule=None,
            deliver=False,
            now=evening("2026-12-31"),
        )
    return ledger(settings)


def lived(settings: Settings, files: Sequence[Path]) -> tuple[bytes, str]:
    """Run on the day of each snapshot, when the later ones are not there yet."""
    for file in files:
        fed = imported_source(settings, "real", [file], observed_on=None)
        with open_parts(settings, sources=fed) as parts:
            assert collect_named(parts) == []
            assert run_cycle(parts, now=evening(file.name[:10])).errors == ()
    return ledger(settings)


def orders(files: Sequence[Path], parts: int) -> list[list[Path]]:
    """Put files into random batches."""
    shuffled = random.Random(1).sample(files, len(files))
    return [shuffled[start::parts] for start in range(parts)]


def same_in_all_orders(data: Path, folder: Path, files: Sequence[Path]) -> tuple[bytes, str]:
    """Live through the files, and replay them in order and out of order; all have to agree."""
    expected = lived(install(folder / "live", data, organizations=INDEPENDENT, rules=RULES), files)
    replays: dict[str, Sequence[Sequence[Path]]] = {"all": [files], "shuffled": orders(files, 3)}
    for name, batches in replays.items():
        settings = install(folder / name, data, organizations=INDEPENDENT, rules=RULES)
        for path in (settings.snapshots, settings.rules):
            path.mkdir(exist_ok=True)
        assert replayed(settings, batches) == expected, name
    return expected


@pytest.mark.long
def test_congress_gives_one_ledger_in_whatever_order_it_comes(shared_data, tmp_path):
    """As `tests/test_replay.py`, on the snapshots of three real years."""
    data = shared_data / "congress"
    assert same_in_all_orders(data, tmp_path, files_of(data)[8:19])[0].count(b'"alert"') >= 2


@pytest.mark.long
def test_all_of_congress_gives_one_ledger_in_whatever_order_it_comes(
    shared_data, tmp_path, record_property
):
    """As the short form, on all snapshots."""
    data = shared_data / "congress"
    files = files_of(data)
    alerts = same_in_all_orders(data, tmp_path, files)[0].count(b'"alert"')
    assert alerts > 9
    record_property("proof", f"{len(files)} snapshots in 3 orders, {alerts} alerts")
