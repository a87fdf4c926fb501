"""Likely doubles: profiles of one address whose names agree and that show one move at one look."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter

from monitor.base.engine import Engine
from monitor.identity.people.names import are_of_one_family, groups_of_one_person

Candidate = tuple[str, str, str, str, list[str], date]
"""An address, a move, a profile, its name, all names that were seen at the address, and the
day of the look."""

FOUND_DOUBLE = {**dict.fromkeys(("profile", "match_key", "name"), "VARCHAR"), "day": "DATE"}


def mark_doubles(engine: Engine, source: str, since: date, day: date) -> None:
    """Give the profiles that are likely one person by a look of these days a common match key."""
    keyed = [*doubles(engine.rows("double_candidates", source=source, since=since, day=day))]
    if not keyed:
        return
    engine.hand_over("found_doubles", FOUND_DOUBLE, keyed)
    engine.run("store_double_keys", source=source)


def doubles(candidates: Iterable[Candidate]) -> Iterator[tuple[str, str, str, date]]:
    """Yield profile, match key, name and day of each that is likely one person with another.

    `candidates` are in order of address and move. An address of several families is a team's page,
    where nobody is taken for somebody else.
    """
    for (page, step), rows in groupby(candidates, itemgetter(0, 1)):
        some = list(rows)
        if not are_of_one_family(some[0][4]):
            continue
        names = {profile: name for _, _, profile, name, *_ in some}
        for group in groups_of_one_person(names):
            for profile in group:
                yield profile, f"{page}|{step}|{group[0]}", names[profile], some[0][5]
