"""The derived tables: whether this program made them, whether all are there, and a new start."""

from datetime import date

from monitor.base.engine import Engine
from monitor.base.errors import SnapshotError
from monitor.moves.derivation.inputs import DERIVATION, DerivationInputs


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
    with Engine() as whole:
        whole.run("derived_tables")
        missing = {*whole.rows("inventory")} - {*engine.rows("inventory")}
    if missing:
        raise engine.damaged(f"{min(missing)[0]} is not the table that it was")


def prepare(engine: Engine, inputs: DerivationInputs) -> None:
    """Drop the derived tables if their grounds changed."""
    if engine.rows("derivation_fingerprint") == [(inputs.fingerprint,)]:
        _renew_links(engine, inputs)
        return
    with engine.transaction():
        engine.run("drop_derived_tables")
        engine.run("derived_tables")
        engine.run("derived_views")
        engine.fill("facts", ["name", "value"], [("grounds", inputs.fingerprint)])
        engine.fill("roots", ["unit", "root", "starts", "ends"], inputs.directory.dated_roots())
        engine.fill(
            "edges",
            ["one", "other", "kind", "match_key", "known_from"],
            [(one, other, "decided", "", date.min) for one, other in inputs.people.pairs],
        )
        _fill_links(engine, inputs)
        engine.fill("facts", ["name", "value"], [("stale_from", date.min.isoformat())])


def _renew_links(engine: Engine, inputs: DerivationInputs) -> None:
    """Bring the links of numbered profiles in step, and mark from which day on."""
    wanted = {(link.one, link.other, link.known_from, link.known_until) for link in inputs.links}
    changed = wanted ^ {*engine.rows("erased_links")}
    if changed:
        with engine.transaction():
            engine.run("store_forget_links", since=min(row[2] for row in changed))
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
    fingerprints = (
        engine.rows("derivation_fingerprint")
        if engine.rows("has_derived_tables") == [(True,)]
        else []
    )
    return str(fingerprints[0][0]) if fingerprints else ""
