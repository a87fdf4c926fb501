"""A person of an episode, made of a version of a move or of somebody's time at a place."""

from collections.abc import Mapping
from typing import Any

from monitor.base.records import Evidence, Interval, Person, Side

UNSURE = "the dates leave open whether it falls into the window"


def side_of(root: str | None, side: Mapping[str, Any] | None) -> Side | None:
    """Return one side of a move as the derived tables keep it; None if it is unknown."""
    if root is None or side is None:
        return None
    return Side(
        organization=root,
        name=side["name"],
        team=side["team"],
        title=side["title"],
        location=side["location"],
    )


def person_of(version: Mapping[str, Any]) -> tuple[str, bool]:
    """Return the id to show for the person of a move, and whether it names another source's.

    >>> person_of({"person": "press:ada", "source": "press"})
    ('ada', False)
    >>> person_of({"person": "press:ada", "source": "web"})
    ('press:ada', True)
    """
    own = f"{version['source']}:"
    linked = not version["person"].startswith(own)
    return version["person"] if linked else version["person"].removeprefix(own), linked


def evidence_of(version: Mapping[str, Any]) -> list[Evidence]:
    """Return where a move can be checked: by its own profile, or by all that tell of it."""
    profiles: list[Mapping[str, Any]] = version["evidence"] or [version]
    return [
        Evidence(
            source=profile["source"],
            before_on=profile["before_on"],
            after_on=profile["observed_on"],
            url=profile["url"],
        )
        for profile in profiles
    ]


def _as_departure(stay: Mapping[str, Any]) -> dict[str, Any]:
    """Turn the time that somebody spent at a place into the move away from it."""
    departure = {key: value for key, value in stay["departure"].items() if key != "move"}
    move = stay["departure"]["move"] or stay["move"]
    origin = {"from_root": stay["to_root"], "from_side": stay["to_side"]}
    return {**stay, **origin, **departure, "move": move}


def episode_person(row: Mapping[str, Any], version: Mapping[str, Any]) -> Person:
    """Make a person of a row that says how they count, and of the version it rests on."""
    notes = {
        "counted": version["reason"],
        "possible": "; ".join(filter(None, (UNSURE, version["reason"]))),
        "left out": version["reason"] or version["status"],
        "back": "went back: taken off the net",
        "unassigned": "not assigned: a value that makes the groups is missing",
    }
    change = row.get("change")
    if change == "left" and version["departure"]:
        version = _as_departure(version)
    first, *further = evidence_of(version)
    person, linked = person_of({"person": version["person"], "source": first.source})
    return Person(
        person=person,
        linked=linked,
        name=version["name"] or version["profile"],
        url=first.url,
        source=first.source,
        move=version["move"],
        origin=side_of(version["from_root"], version["from_side"]),
        destination=side_of(version["to_root"], version["to_side"]),
        left=Interval(earliest=version["left_earliest"], latest=version["left_latest"]),
        joined=Interval(earliest=version["joined_earliest"], latest=version["joined_latest"]),
        before_on=first.before_on,
        after_on=first.after_on,
        certain_from=row["certain_from"],
        certain_until=row["certain_until"],
        possible_from=row["possible_from"],
        possible_until=row["possible_until"],
        note=notes[row["role"]],
        further=tuple(further),
    )
