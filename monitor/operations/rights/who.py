"""Who is meant by an id: every profile that is certainly that person's, and who may be the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.base.engine import Engine
from monitor.base.errors import UsageError
from monitor.base.profile import is_stand_in
from monitor.identity.people.clusters import People
from monitor.identity.people.membership import LIKELY, certain_persons
from monitor.intake.forgetting.forgotten import Forgotten, Link
from monitor.intake.forgetting.stored_rows import with_ids
from monitor.intake.profiles.ids import canonical_id, canonical_key
from monitor.intake.snapshots.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A person: all keys (SOURCE:ID) that are certainly theirs, and those that likely are."""

    keys: frozenset[str]
    doubles: tuple[str, ...] = ()


def find_person(  # noqa: PLR0913 -- all that says who is who
    engine: Engine,
    store: Store,
    people: People,
    wanted: str,
    *,
    forgotten: Forgotten,
    again: bool = False,
) -> Found:
    """Find a person by an id, alone or as SOURCE:ID; with `again`, also who was erased already.

    Raises UsageError where nothing is known of it, or where several people have it.
    """
    named = wanted.strip()
    if is_stand_in(named.rpartition(":")[2]):
        raise UsageError(f"{named} stands in the place of somebody who was erased already")
    links = persons_of(engine, people, forgotten.links)
    keys = _keys_of(store, links, named)
    if not keys and again:
        own = {f"{source}:{canonical_id(named)}" for source in store.sources()}
        keys = {key for key in own if forgotten.knows(key)}
    persons = {links.get(key, key) for key in keys}
    if not keys:
        raise UsageError(
            f"nothing is stored of {named!r}: name a profile as SOURCE:ID, as `talentwatch moves"
            " --json` shows them"
        )
    if len(persons) > 1:
        raise UsageError(
            f"{named!r} is the id of several people: name one of {', '.join(sorted(keys))}"
        )
    cluster = _cluster(links, keys)
    return with_doubles(engine, frozenset(key for key in cluster if not _is_number(key)))


def persons_of(engine: Engine, people: People, numbered: Sequence[Link] = ()) -> dict[str, str]:
    """Name the person of each profile that certainly is one with others now.

    `numbered` are the links of those who were erased: most of them are likely ones.
    """
    links = engine.rows("certain_edges", likely=[*LIKELY, "erased"])
    links += [(one, other, "decided") for one, other in people.pairs]
    links += [(link.one, link.other, "erased") for link in numbered if link.certain]
    return certain_persons(links, people.different)


def with_doubles(engine: Engine, keys: frozenset[str]) -> Found:
    """Add who is likely the same person, by what the derived tables say."""
    rows = engine.rows("clusters_with_keys", keys=sorted(keys))
    near = {row[0] for row in rows if not _is_number(row[0])}
    return Found(keys=keys, doubles=tuple(sorted(near - keys)))


def _is_number(key: str) -> bool:
    """Whether a key is that of a number: of the person, and nothing that is known of them."""
    return is_stand_in(key.rpartition(":")[2])


def _cluster(links: dict[str, str], keys: Iterable[str]) -> frozenset[str]:
    own = {*keys}
    persons = {links[key] for key in own if key in links}
    return frozenset(own | {key for key, person in links.items() if person in persons})


def _keys_of(store: Store, links: dict[str, str], named: str) -> set[str]:
    """The keys that an id may mean; that of a source comes before an id which begins so."""
    source, _, rest = named.partition(":")
    key = f"{source}:{canonical_id(rest)}" if source in store.sources() else canonical_key(named)
    if key in links:
        return {key}
    alone, at_source = canonical_id(named), canonical_id(rest)
    ids = with_ids(store, {alone, at_source})
    if at_source in ids.get(source, ()):
        return {key}
    whole = {f"{name}:{alone}" for name, some in ids.items() if alone in some}
    return whole or ({key} if source in store.sources() else set())
