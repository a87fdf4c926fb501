"""An operator's decision on two organisations, written into `organizations.toml` as a person would.

All that was written there stays as it was, comments too.
"""

import hashlib
import re
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import Array, Table

from monitor.base.private_files import atomic_write
from monitor.base.records import Decided, OrganizationDecision
from monitor.identity.organizations import Directory
from monitor.identity.organizations.names import fold

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


RealFlow = tuple[str, str, date]
"""Two roots between which people really move, and the day from which on."""


def edited(
    text: str,
    decision: OrganizationDecision,
    directory: Directory,
    *,
    replaced: Collection[RealFlow] = (),
) -> str:
    """Return the file with the decision in it; `directory` is what it said before.

    `replaced` are the earlier decisions that it takes the place of: they are taken out.
    """
    document = tomlkit.parse(text)
    _take_out(document, replaced, directory)
    match decision.decided:
        case Decided.SAME:
            _rename(document, decision, directory)
        case Decided.MERGER:
            _succeed(document, decision, directory, kind="acquired")
        case Decided.REAL:
            rows = document.setdefault("real", tomlkit.aot())
            values = {"from": decision.origin, "to": decision.destination}
            row = _inline(values | ({"on": decision.on} if decision.on else {}))
            if row.unwrap() not in rows.unwrap():
                # Whoever writes rows as a list goes on with a list.
                rows.append(row if isinstance(rows, Array) else tomlkit.item(row.unwrap()))
    return tomlkit.dumps(document)


def replace_file(path: Path, text: str) -> None:
    """Put a text in the place of a file's, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")


def _take_out(
    document: tomlkit.TOMLDocument, replaced: Collection[RealFlow], directory: Directory
) -> None:
    """Take out the rows that say that people really move so."""
    rows = document.get("real", ())
    for place in reversed(range(len(rows))):
        row = rows[place]
        since = row.get("on", date.min)
        since = date.fromisoformat(since) if isinstance(since, str) else since
        sides = [directory.resolve(row[side]).root for side in ("from", "to")]
        if (*sides, since) in replaced:
            del rows[place]
    if "real" in document and not rows:
        del document["real"]


def _rename(
    document: tomlkit.TOMLDocument, decision: OrganizationDecision, directory: Directory
) -> None:
    if directory.find(decision.origin) is not None:
        _succeed(document, decision, directory, kind="renamed")
        return
    entry = _entry(document, decision.destination, directory)
    row = _inline({"from": decision.origin} | ({"on": decision.on} if decision.on else {}))
    rows = entry.setdefault("renamed", tomlkit.array())
    rows.append(row)


def _succeed(
    document: tomlkit.TOMLDocument,
    decision: OrganizationDecision,
    directory: Directory,
    *,
    kind: str,
) -> None:
    _entry(document, decision.destination, directory)
    entry = _entry(document, decision.origin, directory)
    destination, _ = _unit(decision.destination, directory)
    values: dict[str, Any] = {"organization": destination, "kind": kind}
    row = _inline(values | ({"on": decision.on} if decision.on else {}))
    before = entry.get("succeeded_by")
    if before is None:
        entry["succeeded_by"] = row
        return
    rows = tomlkit.array()
    for succession in [before] if isinstance(before, Mapping) else before:
        rows.append(_inline(dict(succession)))
    rows.append(row)
    entry["succeeded_by"] = rows


def _entry(document: tomlkit.TOMLDocument, name: str, directory: Directory) -> Table:
    """The table of an organisation, made if there is none."""
    organizations = document.setdefault("organizations", tomlkit.table(is_super_table=True))
    unit, imported = _unit(name, directory)
    if unit not in organizations:
        entry = tomlkit.table()
        entry["name"] = name
        if imported:
            entry["ids"] = [imported]
        organizations[unit] = entry
    found: Table = organizations[unit]
    return found


def _unit(name: str, directory: Directory) -> tuple[str, str | None]:
    """The id that an organisation has or gets in the file, and its id in a register, if any."""
    unit = directory.find(name)
    if unit is None or not _ID.fullmatch(unit):
        return new_id(name), unit
    return unit, None


def new_id(name: str) -> str:
    """Return the id that an organisation has had while it was not listed, if it can be written."""
    folded = fold(name)
    if _ID.fullmatch(folded):
        return folded
    return f"org-{hashlib.sha256(folded.encode()).hexdigest()[:12]}"


def _inline(values: Mapping[str, Any]) -> Any:
    row = tomlkit.inline_table()
    row.update(values)
    return row
