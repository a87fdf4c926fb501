"""Holds what is found in the real data sets against their `truth.json`, kind by kind.

The data is kept outside of the repository; `tests/test_real_data.py` asserts the same loosely.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from simulated import UNFILTERED

from monitor.base.settings import Settings, load_settings
from monitor.cycle import collect_named, derive_moves
from monitor.identity.organizations.names import fold
from monitor.moves.derivation.derive import Derivation
from monitor.operations.backfill import backfill
from monitor.parts import Parts
from monitor.state import State
from monitor.wiring import imported_source, open_parts

INDEPENDENT = '[organizations.independent]\nname = "Independent"\n'
"""Congress has a party of that name, which is no pseudo employer there."""
Row = Mapping[str, Any]


def install(
    folder: Path, data: Path, *, organizations: str = "", rules: Mapping[str, str] | None = None
) -> Settings:
    """Set an installation up that reads a data set; return its settings."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rules").mkdir()
    (folder / "organizations.toml").write_text(organizations, encoding="utf-8")
    for name, text in (rules or {}).items():
        (folder / "rules" / f"{name}.toml").write_text(text, encoding="utf-8")
    config = f'[sources.real]\nkind = "files"\npath = "{data}/*.jsonl.zst"\n'
    (folder / "config.toml").write_text(config, encoding="utf-8")
    return load_settings(folder / "config.toml")


@contextmanager
def taken_in(settings: Settings, files: Sequence[Path]) -> Iterator[tuple[Parts, Derivation]]:
    """Take files in and compare them; nothing may go wrong."""
    fed = imported_source(settings, "real", files, observed_on=None)
    with open_parts(settings, sources=fed) as parts:
        errors = collect_named(parts)
        assert errors == []
        yield parts, derive_moves(parts)


def versions(parts: Parts) -> list[Row]:
    """List all moves as they are believed, and those that no longer are."""
    return list(parts.engine.records("listed_moves", **UNFILTERED, retracted=True))


def truth(data: Path) -> list[dict[str, Any]]:
    """Read the moves of a data set's `truth.json`."""
    moves: list[dict[str, Any]] = json.loads((data / "truth.json").read_text("utf-8"))["moves"]
    return moves


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What became of one move of the truth."""

    move: Row
    found: bool
    why: str
    """How it was found, or why not."""


def judge(parts: Parts, moves: Sequence[Row]) -> list[Finding]:
    """Look for each move of the truth among those that became known on its day."""
    rows: dict[tuple[str, date], list[Row]] = defaultdict(list)
    for row in versions(parts):
        rows[row["profile"], row["observed_on"]].append(row)
    return [_judge_one(parts, rows, move) for move in moves]


def _judge_one(parts: Parts, rows: Mapping[tuple[str, date], list[Row]], move: Row) -> Finding:
    directory = parts.directory
    sides = [
        {None if (to := directory.resolve(name)).pseudo else to.root for name in move[side]}
        for side in ("from", "to")
    ]
    seen = date.fromisoformat(move["seen"])
    here = rows.get((move["person"], seen), [])
    if not here and sides[0] != sides[1]:
        here = _told_with_others(parts, move["person"], seen)
    matching = [row for row in here if row["from_root"] in sides[0] and row["to_root"] in sides[1]]
    standing = sorted({str(row["status"]) for row in matching})
    if "counted" in standing:
        return Finding(move=move, found=True, why="counted")
    if standing:
        return Finding(move=move, found=False, why=standing[0])
    if sides[0] == sides[1]:
        return Finding(move=move, found=False, why="one organisation by its folded name")
    reported = [row for row in here if row["status"] == "counted"]
    leaves = any(row["from_root"] in sides[0] for row in reported)
    arrives = any(row["to_root"] in sides[1] for row in reported)
    # A profile that was rewritten may tell of jobs in between: two moves, or more, for one.
    if leaves and arrives:
        return Finding(move=move, found=True, why="counted in steps")
    if {None} in sides and (leaves or arrives):
        return Finding(move=move, found=True, why="counted, one side unknown")
    counted = [f"{row['from_root']} -> {row['to_root']}" for row in here]
    why = f"otherwise: {', '.join(counted)}" if counted else "no move of that person on that day"
    return Finding(move=move, found=False, why=why)


def _told_with_others(parts: Parts, profile: str, seen: date) -> list[Row]:
    """Return the moves that a profile told of on a day and that stand under another of its person.

    One that several profiles tell of is listed once, by the one that was seen first.
    """
    asked = {**UNFILTERED, "person": profile}
    found = parts.engine.records("listed_moves", **asked, retracted=True)
    return [row for row in found if seen in {one["observed_on"] for one in row["evidence"] or ()}]


def table(findings: Sequence[Finding]) -> str:
    """Print kind, how many there are in truth, how many were found, and why the others were not."""
    kinds: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        kinds[finding.move["kind"]].append(finding)
    lines = [f"{'kind':<14}{'in truth':>9}{'counted':>9}{'in steps':>9}  of the others"]
    for kind, some in sorted(kinds.items(), key=lambda each: -len(each[1])):
        found = [one for one in some if one.found]
        steps = sum(one.why == "counted in steps" for one in found)
        others = Counter(one.why.partition(":")[0] for one in some if not one.found)
        words = ", ".join(f"{count} {why}" for why, count in others.most_common())
        lines.append(f"{kind:<14}{len(some):>9}{len(found):>9}{steps:>9}  {words}")
    return "\n".join(lines)


def share(findings: Sequence[Finding], kind: str) -> float:
    """Tell which share of a kind was counted."""
    some = [finding.found for finding in findings if finding.move["kind"] == kind]
    return sum(some) / len(some)


def listed(findings: Sequence[Finding]) -> Iterator[str]:
    """List every plain move that was missed and every respelling that was counted."""
    for finding in findings:
        if finding.found == (finding.move["kind"] == "respelling") and finding.move["kind"] in (
            "plain",
            "respelling",
        ):
            names = " -> ".join(" + ".join(finding.move[side]) for side in ("from", "to"))
            words = " / ".join(fold(name) for side in ("from", "to") for name in finding.move[side])
            verb = "counted" if finding.found else "missed"
            who = f"{finding.move['person']} {finding.move['seen']}"
            yield f"{finding.move['kind']} {verb}: {who} {names} [{words}]: {finding.why}"


def congress(parts: Parts, data: Path) -> Iterator[str]:
    """List the moves between snapshots, and count those that histories brought at first sight."""
    expected = {(record["person"], record["seen"]) for record in truth(data)}
    rows = versions(parts)
    between = [row for row in rows if row["before_on"] is not None and row["status"] == "counted"]
    found = {(row["profile"], str(row["observed_on"])) for row in between}
    yield f"congress: {len(expected & found)} of {len(expected)} changes of party found"
    for row in between:
        if (row["profile"], str(row["observed_on"])) not in expected:
            yield (
                f"also: {row['name']} {row['from_root']} -> {row['to_root']}"
                f" joined {row['joined_earliest']} seen {row['observed_on']}"
            )


def evening(day: str) -> datetime:
    """The end of a day."""
    return datetime.combine(date.fromisoformat(day), time(23, 59), UTC)


TRAPS = ("respelling", "mass_rename", "pseudo", "flip", "crowded_id")
"""The kinds that are no moves of people."""
RULE = """
[flow]
from = "*"
to = "*"
within = "180d"
people = 5
group_by = ["from.organization", "to.organization"]
"""


def trapped(parts: Parts, moves: Sequence[Row]) -> Iterator[str]:
    """Tell how many of the moves that count are, by the truth, moves of nobody."""
    known = {
        (move["person"], move["seen"], origin, destination): move["kind"]
        for move in moves
        for origin in _roots(parts, move["from"])
        for destination in _roots(parts, move["to"])
    }
    kinds = {(move["person"], move["seen"]): move["kind"] for move in moves}
    counted = [
        row
        for row in versions(parts)
        if row["status"] == "counted" and row["before_on"] is not None
    ]
    ways = [
        known.get((row["profile"], str(row["observed_on"]), row["from_root"], row["to_root"]))
        for row in counted
    ]
    yield f"of {len(counted)} moves counted between snapshots, of such a kind are {_traps(ways)}"
    whole = [row for row in counted if row["from_root"] and row["to_root"]]
    some = [row for row in whole if kinds.get(_sight(row)) in TRAPS]
    yield (
        f"of {len(whole)} with both sides known, counted where the truth has such a kind that day:"
        f" {_traps([kinds.get(_sight(row)) for row in whole])}; of these"
        f" {sum(row['left_latest'] <= row['before_on'] for row in some)} state an earlier day"
    )


def _sight(row: Row) -> tuple[str, str]:
    return row["profile"], str(row["observed_on"])


def _traps(kinds: Sequence[str | None]) -> str:
    held = Counter(str(kind) for kind in kinds if kind in TRAPS)
    return f"{held.total()} ({held.total() / len(kinds):.1%}): {dict(held)}"


def _roots(parts: Parts, names: Sequence[str]) -> set[str | None]:
    found = map(parts.directory.resolve, names)
    return {None if one.pseudo else one.root for one in found}


def alerts(settings: Settings, moves: Sequence[Row]) -> Iterator[str]:
    """List the alerts that were opened, with the kinds of moves that the truth has for them."""
    kinds = {(move["person"], move["seen"]): move["kind"] for move in moves}
    with open_parts(settings, sources={}) as parts:
        backfill(
            parts,
            since=date(1900, 1, 1),
            until=None,
            rule=None,
            deliver=False,
            now=evening("2100-01-01"),
        )
    with State.open(settings.state) as state, state.reading() as tx:
        for revision in tx.revisions():
            if revision.revision == 1:
                seen = Counter(
                    kinds.get((person.person.removeprefix("real:"), str(person.after_on)), "other")
                    for person in revision.people
                )
                stated = sum(
                    person.joined.latest <= (person.before_on or date.min)
                    for person in revision.people
                )
                yield (
                    f"alert {revision.first_known_on}: {' -> '.join(revision.group.values())},"
                    f" {len(revision.people)} people, {dict(seen)}; {stated} state an earlier day"
                )


def report(folder: Path) -> str:
    """Say how the real data sets are told, kind by kind, notice by notice, alert by alert."""
    lines: list[str] = []
    with TemporaryDirectory() as scratch:
        data = folder / "congress"
        settings = install(Path(scratch) / "congress", data, organizations=INDEPENDENT)
        with taken_in(settings, sorted(data.glob("*.zst"))) as (parts, _):
            lines += congress(parts, data)
        data = folder / "developers"
        settings = install(Path(scratch) / "developers", data, rules={"five": RULE})
        with taken_in(settings, sorted(data.glob("*.zst"))) as (parts, derivation):
            findings = judge(parts, truth(data))
            lines += ["", "developers:", table(findings), *trapped(parts, truth(data))]
            lines += [f"notice {notice.on}: {notice.title}" for notice in derivation.notices]
            lines += listed(findings)
        lines += alerts(settings, truth(data))
    return "\n".join(lines)


if __name__ == "__main__":
    print(report(Path(sys.argv[1])))
