"""The derived tables: whether all are there, and how they come in step with their grounds."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from operator import itemgetter
from typing import Any

from monitor.base.engine import Engine
from monitor.base.errors import SnapshotError, StorageError
from monitor.base.statements import Reading
from monitor.intake.snapshots.store import Store
from monitor.intake.snapshots.storing.store_files import MOST_AT_HAND
from monitor.moves.derivation.inputs import DERIVATION, DerivationInputs

NAMES = ("organization", "external", "unit", "root", "pseudo")
TEAMS = ("unit", "written", "team")
ROOTS = ("unit", "root", "starts", "ends")
FACTS = ("name", "value")
REMOVED = ("source", "removed_on")
SPELLINGS = {
    **dict.fromkeys(("organization", "external", "team"), "VARCHAR"),
    "since": "DATE",
}
"""A name, or a team at it, that a changed directory reads otherwise, or judges so from a day on."""
Row = tuple[Any, ...]


def is_derived(engine: Engine) -> bool:
    """Whether moves were derived: a run that ended early leaves tables without anything in them.

    Raises SnapshotError if the derived tables were made by a talentwatch that derived otherwise,
    CacheDamaged if some of them are gone.
    """
    if is_made(engine):
        require_tables(engine)
        return True
    if _grounds(engine):
        raise SnapshotError(
            "the derived tables were made by another version of talentwatch:"
            " `talentwatch run` makes them again from the stored snapshots"
        )
    return False


def is_made(engine: Engine) -> bool:
    """Whether this program made the derived tables, as it makes them now."""
    return _grounds(engine).startswith(f"{DERIVATION}:")


def require_tables(engine: Engine) -> None:
    """Raises CacheDamaged where a table is gone: an empty one in its place would be believed."""
    missing = _whole_inventory() - {*engine.rows("inventory")}
    if missing:
        raise engine.damaged(f"{min(missing)[0]} is not the table that it was")


@cache
def _whole_inventory() -> frozenset[Row]:
    """Every column of every derived table, as this program makes them."""
    with Engine() as whole:
        whole.run("derived_tables")
        return frozenset(whole.rows("inventory"))


def facts(engine: Engine) -> dict[str, str]:
    """Return what the derived tables say of themselves: what they were built from, what is stale.

    "grounds" is the fingerprint of all that they were built from. "stale_from" is the first day
    from which on the moves do not yet follow from what profiles tell. `unfinished()` names that of
    a source which is the day from which on its snapshots are not yet followed to the end.
    """
    return dict(engine.read("facts", FACTS))


def unfinished(source: str) -> str:
    """Name the fact that the snapshots of a source are not yet followed to the end."""
    return f"unfinished:{source}"


def rewind_source(engine: Engine, source: str, day: date) -> None:
    """Take what the profiles of a source tell back to what was believed before a day."""
    engine.run("store_rewind_source", source=source, day=day, unfinished=unfinished(source))
    engine.run("store_stale_from", since=day)


def accepted_days(
    engine: Reading, source: str | None = None, *, before: date | None = None
) -> tuple[date | None, date | None]:
    """Return the days of the first and the last snapshot that may speak, of a source or of all.

    `before` leaves out the snapshots from that day on.
    """
    ((first, last),) = engine.rows("accepted_days", source=source, before=before)
    return first, last


def prepare(engine: Engine, store: Store, inputs: DerivationInputs) -> None:
    """Bring the derived tables in step with their grounds, and follow no snapshot for it.

    Where the directory changed, a source is taken back to the first day on which somebody listed a
    name or team that resolves otherwise; where links between people did, who is who is settled
    again. Where anything else did, all tables are dropped.
    """
    grounds = facts(engine)
    if grounds.get("grounds") == inputs.fingerprint:
        _renew_links(engine, inputs)
        return
    if not is_made(engine) or grounds.get("base") != inputs.base:
        with engine.transaction():
            _begin(engine, inputs)
        return
    names, teams = engine.read("names", NAMES), engine.read("teams", TEAMS)
    changed = [*_changed(engine, names, teams, inputs, grounds)]
    since = _first_listed(engine, store, changed) if changed else {}
    with engine.transaction():
        for source, day in since.items():
            rewind_source(engine, source, day)
        _renew(engine, names, teams, inputs)
        if grounds.get("people") != inputs.people.fingerprint:
            engine.run("store_forget_links", kind="decided")
            engine.run("store_stale_from", since=date.min)
            _fill_decided(engine, inputs)
        engine.run("store_forget_facts", names=[*_grounds_of(inputs)])
        engine.fill("facts", FACTS, [*_grounds_of(inputs).items()])
    _renew_links(engine, inputs)


def _begin(engine: Engine, inputs: DerivationInputs) -> None:
    engine.drop_everything()
    engine.run("derived_tables")
    engine.run("derived_views")
    engine.fill("roots", ROOTS, inputs.directory.dated_roots())
    _fill_decided(engine, inputs)
    _fill_links(engine, inputs)
    engine.fill("facts", FACTS, [*_grounds_of(inputs).items()])
    engine.fill("facts", FACTS, [("stale_from", date.min.isoformat())])


def _renew(
    engine: Engine, names: Collection[Row], teams: Collection[Row], inputs: DerivationInputs
) -> None:
    """Resolve what was met by another directory, and forget what followed from the one before."""
    engine.refill("names", NAMES, [_resolved(row, inputs) for row in names])
    engine.refill("teams", TEAMS, [_team_resolved(row, inputs) for row in teams])
    engine.refill("roots", ROOTS, inputs.directory.dated_roots())
    engine.run("store_forget_sides")


def _resolved(row: Row, inputs: DerivationInputs) -> Row:
    organization, external = row[:2]
    to = inputs.directory.resolve(organization, external or None)
    return (organization, external, to.unit, to.root, to.pseudo)


def _team_resolved(row: Row, inputs: DerivationInputs) -> Row:
    unit, team = row[:2]
    return (unit, team, inputs.directory.team(unit, team))


def _changed(
    engine: Engine,
    names: Collection[Row],
    teams: Collection[Row],
    inputs: DerivationInputs,
    grounds: Mapping[str, str],
) -> Iterator[Row]:
    """Yield what a directory reads otherwise than the one before, as rows of SPELLINGS.

    A dated succession touches the names of its unit; a decision that people really go from one
    organisation to another touches those of the second, from its day on.
    """
    directory = inputs.directory
    renewed = [_resolved(row, inputs) for row in names]
    either = {*names, *renewed}
    roots = {*engine.read("roots", ROOTS)} ^ {*directory.dated_roots()}
    units = {row[0] for row in roots}
    yield from ((*row[:2], None, date.min) for row in {*names} ^ {*renewed})
    yield from ((*row[:2], None, date.min) for row in either if row[2] in units)
    names_of: dict[str, set[str]] = {}
    for unit, text, _ in {*teams} - {_team_resolved(row, inputs) for row in teams}:
        names_of.setdefault(unit, set()).add(text)
    for row in either:
        yield from ((*row[:2], text, date.min) for text in names_of.get(row[2], ()))
    changes = {(left, to, date.fromisoformat(on)) for left, to, on in json.loads(grounds["real"])}
    first = {
        to: since
        for _, to, since in sorted(
            changes ^ directory.real_flows(), key=itemgetter(2), reverse=True
        )
    }
    for row in either:
        if row[3] in first:
            yield (*row[:2], None, first[row[3]])


def _first_listed(engine: Engine, store: Store, changed: Sequence[Row]) -> dict[str, date]:
    """Return from which day on each source has to be followed again: it reads all its positions.

    `changed` has rows of SPELLINGS. A source whose snapshots cannot be read is followed from its
    first one on, which says so.
    """
    engine.hand_over("changed_spellings", SPELLINGS, changed)
    judged: dict[str, list[date]] = {}
    for source, day, *_ in engine.rows("judged_snapshots"):
        judged.setdefault(source, []).append(day)
    firsts: dict[str, date] = {}
    for source, days in judged.items():
        try:
            since = _first_listed_at(engine, store, source)
        except (SnapshotError, StorageError):
            since = min(days)
        if since <= max(days):
            firsts[source] = since
    return firsts


def _first_listed_at(engine: Engine, store: Store, source: str) -> date:
    days, since = store.days(source), date.max
    # A store in a bucket keeps so many files at hand.
    for begin in range(0, len(days), MOST_AT_HAND):
        some = days[begin : begin + MOST_AT_HAND]
        files = {str(store.kept_positions(source, day)): day for day in some}
        rows = engine.rows("files_with_changed_spellings", positions=[*files])
        since = min((max(files[name], first) for name, first in rows), default=since)
    return since


def _fill_decided(engine: Engine, inputs: DerivationInputs) -> None:
    engine.fill(
        "edges",
        ["one", "other", "kind", "match_key", "known_from"],
        [(one, other, "decided", "", date.min) for one, other in inputs.people.pairs],
    )


def _grounds_of(inputs: DerivationInputs) -> dict[str, str]:
    """Return the facts that say what the tables are built from: all of it, and parts of it."""
    real = json.dumps(sorted(inputs.directory.real_flows()), default=date.isoformat)
    return {
        "grounds": inputs.fingerprint,
        "base": inputs.base,
        "people": inputs.people.fingerprint,
        "real": real,
    }


def _renew_links(engine: Engine, inputs: DerivationInputs) -> None:
    """Bring the links of numbered profiles in step, and mark from which day on."""
    wanted = {(link.one, link.other, link.known_from, link.known_until) for link in inputs.links}
    changed = wanted ^ {*engine.rows("erased_links")}
    if changed:
        with engine.transaction():
            engine.run("store_forget_links", kind="erased")
            engine.run("store_stale_from", since=min(row[2] for row in changed))
            _fill_links(engine, inputs)


def _fill_links(engine: Engine, inputs: DerivationInputs) -> None:
    engine.fill(
        "edges",
        ["one", "other", "kind", "match_key", "known_from", "known_until"],
        [
            (link.one, link.other, "erased", "", link.known_from, link.known_until)
            for link in inputs.links
        ],
    )


def _grounds(engine: Engine) -> str:
    """What the derived tables were built from; empty where there are none."""
    is_there = any(table == "facts" for table, *_ in engine.rows("inventory"))
    return facts(engine).get("grounds", "") if is_there else ""
