"""The evidence of one alert as one archive that a lawyer or an editor can keep.

It holds what the profiles said before and after, where that came from with its checksums, the rule,
the entries of the directory that were used, and the program's version. The same alert gives the
same bytes, on every machine and at any time.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import orjson

from monitor import __version__
from monitor.base.config_files.toml_files import read
from monitor.base.engine import Engine
from monitor.base.private_files import atomic_write
from monitor.base.records import Alert, AlertStatus, Json, Person
from monitor.base.settings import Settings
from monitor.delivery.messages import Subject, body, text
from monitor.identity.organizations import BIGGEST_FILE, Directory
from monitor.intake.snapshots.store import Store
from monitor.rules.language import Rule

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment that an archive can name
_UNIX = 3
_READABLE = 0o100644 << 16
_README = """The evidence of alert {alert} of the rule {rule}, as talentwatch {version} has it.

alert.txt         the alert in words
alert.json        the same with all that is known of each person
revisions.jsonl   how it became known, one revision a line
records/          what each profile said before and after: one file per source and day of
                  observation, one profile a line, with its line in the file that was collected
snapshots.json    those files: their names and checksums (SHA-256) as they were collected, and
                  the checksums of what was stored of them
rule.toml         the rule as it is written; rule.json has its version
directory.json    what the directory of organisations says about those that are named here
program.json      which program made this
SHA256SUMS        the checksums of all of these files: `sha256sum --check SHA256SUMS`
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleContents:
    """What an archive is made from."""

    revisions: Sequence[Alert]
    """All revisions of the alert, in order."""
    subject: Subject
    rule: Rule | None
    """None if there is no such rule any more, or if it is broken."""
    version: str | None
    """The version of the rule by which the ledger was last written; None if it is not known."""
    directory: Directory
    settings: Settings


def bundle(evidence: BundleContents, engine: Engine, store: Store) -> bytes:
    """Make the archive. What the store no longer has is named as missing."""
    latest = evidence.revisions[-1]
    # Who was counted before everything was taken back is evidence too.
    shown = next((revision for revision in reversed(evidence.revisions) if revision.people), latest)
    files = {
        "README.txt": _README.format(
            alert=latest.alert, rule=latest.rule, version=__version__
        ).encode(),
        **_alert_files(evidence, shown),
        **_records(engine, store, _moves(evidence.revisions)),
        **_rule(evidence),
        "directory.json": _json(_entries(evidence, _people(evidence.revisions))),
        "program.json": _json({"program": "talentwatch", "version": __version__}),
    }
    sums = "".join(f"{_sha256(files[name])}  {name}\n" for name in sorted(files))
    return _archive({**files, "SHA256SUMS": sums.encode()})


def _alert_files(evidence: BundleContents, shown: Alert) -> dict[str, bytes]:
    latest = evidence.revisions[-1]
    document = body(latest, subject=evidence.subject)
    if latest.status in {AlertStatus.WITHDRAWN, AlertStatus.MERGED}:
        document = body(latest, subject=evidence.subject, before=shown)
    lines = (orjson.dumps(asdict(revision)) for revision in evidence.revisions)
    return {
        "alert.txt": text(document).encode() + b"\n",
        "alert.json": _json(document),
        "revisions.jsonl": b"".join(line + b"\n" for line in lines),
    }


def _records(engine: Engine, store: Store, moves: Sequence[str]) -> dict[str, bytes]:
    """Read what the profiles said, and where it came from."""
    wanted: dict[tuple[str, date], list[str]] = {}
    for source, day, profile in engine.rows("evidence_looks", moves=list(moves)):
        wanted.setdefault((source, day), []).append(profile)
    files: dict[str, bytes] = {}
    snapshots: list[Json] = []
    for (source, day), profiles in sorted(wanted.items()):
        manifest = store.manifests(source).get(day)
        if manifest is None:
            snapshots.append({"source": source, "observed_on": day, "missing": True})
            continue
        snapshots.append(asdict(manifest))
        records = _profiles(engine, store, source, day, profiles)
        files[f"records/{source}/{day.isoformat()}.jsonl"] = b"".join(
            orjson.dumps(record) + b"\n" for record in records
        )
    return {**files, "snapshots.json": _json(snapshots)}


def _profiles(
    engine: Engine, store: Store, source: str, day: date, wanted: list[str]
) -> list[dict[str, Json]]:
    rows = engine.records(
        "stored_profiles", profiles=str(store.profiles(source, day)), wanted=wanted
    )
    positions: dict[str, list[Json]] = {row["id"]: [] for row in rows}
    for row in engine.records(
        "stored_positions", positions=str(store.positions(source, day)), wanted=wanted
    ):
        profile = row.pop("profile")
        positions[profile].append(_written(row))
    return [
        {"line": row.pop("line"), **_written(row), "positions": positions[row["id"]]}
        for row in rows
    ]


def _written(row: Mapping[str, Json]) -> dict[str, Json]:
    """Leave out what the profile does not say."""
    return {key: value for key, value in row.items() if value is not None}


def _rule(evidence: BundleContents) -> dict[str, bytes]:
    """Return the rule as it is now, and the version by which the alert was found."""
    of_alert = {"rule": evidence.revisions[-1].rule, "version_of_the_alert": evidence.version}
    if evidence.rule is None:
        return {"rule.json": _json({**of_alert, "file": "the rule cannot be read any more"})}
    content = evidence.rule.file.read_bytes()
    of_alert |= {"version_of_the_file": evidence.rule.meaning, "file_sha256": _sha256(content)}
    return {"rule.toml": content, "rule.json": _json(of_alert)}


def _entries(evidence: BundleContents, people: Iterable[Person]) -> dict[str, Json]:
    """Return the entries of the organisations that the people were at, and of what those are in."""
    path = evidence.settings.organizations
    if not path.exists():
        return {"organizations": {}, "groups": {}}
    content = read(path, "organizations", biggest=BIGGEST_FILE).content
    listed: Mapping[str, Json] = content.get("organizations", {})
    used = set(evidence.revisions[-1].group.values())
    for person in people:
        for side in (person.origin, person.destination):
            if side is not None:
                meant = evidence.directory.resolve(side.name)
                used |= {side.organization, meant.unit, meant.root}
    groups = content.get("groups", {})
    return {
        "file_sha256": _sha256(path.read_bytes()),
        "organizations": {
            organization: listed[organization] for organization in sorted(used & listed.keys())
        },
        "groups": {name: ids for name, ids in sorted(groups.items()) if used & {*ids}},
    }


def _people(revisions: Iterable[Alert]) -> list[Person]:
    return [
        person
        for revision in revisions
        for person in (*revision.people, *revision.possible_people, *revision.left_out)
    ]


def _moves(revisions: Iterable[Alert]) -> list[str]:
    return sorted({person.move for person in _people(revisions)})


def _json(value: Json) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _archive(files: Mapping[str, bytes]) -> bytes:
    """Pack files so that equal ones make equal bytes: sorted, of one day, uncompressed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=_EARLIEST)
            entry.create_system = _UNIX
            entry.external_attr = _READABLE
            archive.writestr(entry, files[name])
    return packed.getvalue()


def write_bundle(path: Path, content: bytes) -> None:
    """Write an archive to a file, whole or not at all."""
    with atomic_write(path, private=True) as unfinished:
        unfinished.write_bytes(content)
