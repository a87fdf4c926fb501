"""What a source writes into many profiles at once, and what no person did.

A history that is pasted into several profiles, and a second employer that nearly all people of an
organisation get beside it. Both are held until the operator decides.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.base.profile import is_stand_in
from monitor.base.records import Json, Notice
from monitor.moves.gates.quality import COLLECTIVE_SHARE

PASTED, SECOND = "pasted", "second"
"""The kinds of such changes in `holds`."""
KINDS = frozenset({PASTED, SECOND})
PASTED_PROFILES = 3
"""How many profiles with one block of two dated stays at one look cannot all have lived it."""
_NAMED = 10
"""How many profiles are named in a notice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JointListing:
    """Two organisations that one look shows together in several profiles.

    A row of `pasted_histories.sql`, where `ended_on` is the last day at the first, or None if the
    second was written in its place; or of `second_employers.sql`, where people of the first are
    now at the second, too.
    """

    from_root: str
    to_root: str
    from_name: str
    to_name: str
    people: int
    profiles: Sequence[str]
    ended_on: date | None = None
    of_people: int | None = None
    """How many were at the first organisation; None of a pasted history."""

    def row(self) -> dict[str, object]:
        """The columns of `holds`, but for its source and day."""
        pasted = self.of_people is None
        reason = (
            f"one history, {_stays(self.from_name, self.to_name, self.ended_on)}, was new in"
            f" {self.people} profiles at one look"
            if pasted
            else f"{self.people} of {self.of_people} people of {self.from_root} were listed at"
            f" {self.to_root}, too, at one look"
        )
        return {
            "from_root": self.from_root,
            "to_root": self.to_root,
            "from_name": self.from_name,
            "to_name": self.to_name,
            "kind": PASTED if pasted else SECOND,
            "ended_on": self.ended_on,
            "moved": self.people,
            "of_people": self.people if self.of_people is None else self.of_people,
            "existed": True,
            "examples": [profile for profile in self.profiles if not is_stand_in(profile)][:_NAMED],
            "reason": reason,
        }


def held_listings(listings: Iterable[JointListing]) -> Iterator[JointListing]:
    """Yield those that are held: pasted histories, and what nearly all people of a place got."""
    for listing in listings:
        if listing.of_people is None or listing.people >= COLLECTIVE_SHARE * listing.of_people:
            yield listing


def listing_notices(rows: Iterable[Mapping[str, Json]]) -> Iterator[Notice]:
    """One notice for each change; a history of more than two stays is one. Rows are of `holds`."""
    histories: dict[tuple[Json, ...], list[Mapping[str, Json]]] = defaultdict(list)
    for row in rows:
        if row["kind"] == SECOND:
            yield _second_notice(row)
        else:
            key = (row["source"], row["observed_on"], row["moved"], *row["examples"])
            histories[key].append(row)
    for some in histories.values():
        yield _pasted_notice(some)


def _pasted_notice(rows: Sequence[Mapping[str, Json]]) -> Notice:
    first = rows[0]
    source, day, profiles = first["source"], first["observed_on"], first["moved"]
    stays = "; ".join(_stays(row["from_name"], row["to_name"], row["ended_on"]) for row in rows)
    more = profiles - len(first["examples"])
    named = " and ".join(
        filter(None, [", ".join(first["examples"]), f"{more} more" if more > 0 else ""])
    )
    return Notice(
        key=f"pasted:{source}:{day}:{first['from_root']}:{first['to_root']}:{first['ended_on']}",
        title=f"One history stands in {profiles} profiles of {source} since {day}",
        text=f"{stays}: the same days in {named}. This looks like a history that was copied:"
        f" {_HELD} {_decide(first)}",
        on=day,
        facts={"flows": [[row["from_root"], row["to_root"], row["moved"]] for row in rows]},
        examples=tuple(first["examples"]),
    )


def _stays(first: Json, second: Json, ended_on: Json) -> str:
    if ended_on is None:
        return f"a time at {second} in the place of {first}"
    return f"{first} until {ended_on} and then {second}"


def _second_notice(row: Mapping[str, Json]) -> Notice:
    source, day = row["source"], row["observed_on"]
    return Notice(
        key=f"second:{source}:{day}:{row['from_root']}:{row['to_root']}",
        title=f"{row['moved']} people of {row['from_name']} are listed at {row['to_name']}, too",
        text=f"{row['moved']} of {row['of_people']} people of {row['from_root']} got"
        f" {row['to_root']} as a second employer on {day} in {source}, without a date. This looks"
        f" like a change of the organisations or of the source: {_HELD} {_decide(row)}",
        on=day,
        facts={name: row[name] for name in ("from_root", "to_root", "moved", "of_people")},
        examples=tuple(row["examples"]),
    )


_HELD = "the moves that follow from it are held and count in no rule."


def _decide(row: Mapping[str, Json]) -> str:
    return (
        f"If they are real, count them with `talentwatch organizations decide {row['from_root']}"
        f" {row['to_root']} real`."
    )
