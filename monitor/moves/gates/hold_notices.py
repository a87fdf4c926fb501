"""What operators are told of changes that are held until they decide."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from monitor.base.records import Json, Notice
from monitor.moves.gates.listings import KINDS, listing_notices

HELD = "their moves are held and count in no rule"
RENAMED = "until you decide, people, moves and alerts go on under the name that was told"
SMALL_KINDS = frozenset({"small", "akin", "misspelt", "whole_organization"})
"""The kinds of changes that a source which tidies its names up may make hundreds of at once."""
MOST_APART = 3
"""More small organisations on one day are told of in one notice."""


def hold_notices(rows: Iterable[Mapping[str, Json]]) -> Iterator[Notice]:
    """One notice for each flow that is held; the small ones of one day in one, if there are many.

    `rows` are those of `held_flows.sql`.
    """
    small: dict[tuple[str, date], list[Mapping[str, Json]]] = defaultdict(list)
    listings: list[Mapping[str, Json]] = []
    moved = set()
    for row in rows:
        pair = row["source"], row["observed_on"], row["from_root"], row["to_root"]
        if row["kind"] == "renamed":
            if pair not in moved:
                yield _notice(row, RENAMED)
            continue
        moved.add(pair)
        if row["kind"] in KINDS:
            listings.append(row)
        elif row["kind"] in SMALL_KINDS:
            small[row["source"], row["observed_on"]].append(row)
        else:
            yield _notice(row)
    for (source, day), some in small.items():
        if len(some) <= MOST_APART:
            yield from (_notice(row) for row in some)
        else:
            yield _notice_of_many(source, day, some)
    yield from listing_notices(listings)


def _notice(row: Mapping[str, Json], consequence: str = HELD) -> Notice:
    source, day = row["source"], row["observed_on"]
    existed = "existed before" if row["existed"] else "was not known before"
    stated = f", all by {row['ended_on']}" if row["ended_on"] else ""
    return Notice(
        key=f"hold:{source}:{day}:{row['from_root']}:{row['to_root']}",
        title=f"{row['from_root']} may have become {row['to_root']}",
        text=f"{row['moved']} of {row['of_people']} people of {row['from_root']}"
        f" ({row['from_name']}) are shown at {row['to_root']} ({row['to_name']}), which {existed},"
        f" since {day} in {source}{stated}. This looks like"
        f" a rename, a merger or an acquisition: {consequence}. Decide"
        f" with `talentwatch organizations decide {row['from_root']} {row['to_root']}"
        f" same|merger|real`{_if_wrong(source, day)}",
        on=day,
        facts={
            name: value
            for name, value in row.items()
            if name not in {"source", "observed_on", "ended_on", "examples"}
        },
        examples=tuple(row["examples"]),
    )


def _if_wrong(source: str, day: date) -> str:
    """Say how to take back a file whose names are garbled, or of another list."""
    return (
        f", or, if the file is wrong, take it back with `talentwatch snapshots reject {source}"
        f" {day}`."
    )


def _notice_of_many(source: str, day: date, rows: Sequence[Mapping[str, Json]]) -> Notice:
    examples = ", ".join(f"{row['from_name']} -> {row['to_name']}" for row in rows[:MOST_APART])
    return Notice(
        key=f"holds:{source}:{day}",
        title=f"{len(rows)} small organisations may have got other names",
        text=f"On {day} all or most people of each of {len(rows)} small organisations are shown in"
        f" {source} under other names: {examples} and so on. Their moves are held and"
        " count in no rule. Decide each with `talentwatch organizations decide FROM TO"
        f" same|merger|real`{_if_wrong(source, day)}",
        on=day,
        facts={"flows": [[row["from_root"], row["to_root"], row["moved"]] for row in rows]},
    )
