"""Likely doubles: profiles of one address whose names agree and that show one move at one look."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter

from monitor.base.engine import Engine
from monitor.identity.people.names import groups_of_one_person, parsed

Candidate = tuple[str, str, str, str, list[str]]
"""An address, a move, a profile, its name, and all names that were seen at the address."""


def mark_doubles(engine: Engine, source: str, day: date) -> None:
    """Give the profiles that are likely one person a match key in common, from a day on."""
    keyed = [*doubles(engine.rows("double_candidates", source=source, day=day))]
    if not keyed:
        return
    engine.run("found_doubles")
    engine.fill("found_doubles", ["profile", "match_key", "name"], keyed)
    engine.run("store_double_keys", source=source, day=day)


def doubles(candidates: Iterable[Candidate]) -> Iterator[tuple[str, str, str]]:
    """Yield profile, match key and name of each that is likely one person with another.

    `candidates` are in order of address and move. An address of several surnames is a team's page,
    where nobody is taken for somebody else.
    """
    for (page, step), rows in groupby(candidates, itemgetter(0, 1)):
        some = list(rows)
        if len({name.surname for name in map(parsed, some[0][4]) if name is not None}) > 1:
            continue
        names = {profile: name for _, _, profile, name, _ in some}
        for group in groups_of_one_person(names):
            for profile in group:
                yield profile, f"{page}|{step}|{group[0]}", names[profile]
