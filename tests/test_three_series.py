"""Three series as cities, governments and parliaments publish them, begun and run by default.

They are made here in the documented shape of such lists, with invented people: a yearly list of all
who are employed, a quarterly list of posts, and a monthly list of members.
"""

import csv
import json
import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from test_init import talentwatch

PEOPLE = 120
Row = tuple[int, str]
"""A person by number, and the place where that person is."""
AGENCIES = ("Police", "Fire", "Parks & Recreation", "Water", "Public Works", "Library", "Health")
UNITS = ("Finance Group", "Digital", "Policy", "Legal Advisers", "Estates", "People", "Strategy")
PARTIES = ("Civic Union", "Greens", "Labour", "Liberals", "National Party", "Centre")


def name_of(person: int) -> str:
    """Make up a name that nobody else has."""
    given = ("Ada", "Bo", "Cleo", "Dan", "Eva", "Fay", "Gus", "Hal", "Ina", "Jon", "Kay", "Leo")
    family = ("Abel", "Brandt", "Castro", "Dunn", "Eklund", "Fisch", "Grant", "Holm", "Ivers")
    return f"{given[person % 12]} {family[person // 12 % 9]}{'sen' * (person // 108)}"


def yearly(day: str, rows: Sequence[Row]) -> list[list[str]]:
    """Lay a list out as a city's open data does: names alone, the day of the hire, the pay."""
    heading = ["NAME", "JOB_TITLE", "AGENCY", "HIRE_DATE", "ANNUAL_SALARY"]
    below = [
        [
            ", ".join(reversed(name_of(person).upper().split())),
            ("CLERK", "OFFICER", "ENGINEER")[person % 3],
            place,
            f"{person % 12 + 1:02}/{person % 28 + 1:02}/{1990 + person % 30}",
            f"${31000 + 250 * (person % 90) + int(day[3]) * 900:,}.00",
        ]
        for person, place in rows
    ]
    return [heading, *below]


def quarterly(_day: str, rows: Sequence[Row]) -> list[list[str]]:
    """Lay it out as a government's organogram: posts by reference, some of which are vacant."""
    heading = [
        *("Post Unique Reference", "Name", "Grade", "Job Title", "Parent Department"),
        *("Organisation", "Unit", "Contact Phone"),
    ]
    below = [
        [
            *(str(70000 + person), name_of(person), ("SCS1", "SCS2")[person % 2]),
            *(("Director", "Deputy Director", "Head")[person % 3], "Ministry of Examples", place),
            *(f"Team {person % 4}", "0300 000 0000"),
        ]
        for person, place in rows
    ]
    vacant = ["79999", "Vacant", "SCS1", "Director", "Ministry of Examples", "Digital", "", ""]
    return [heading, *below, vacant]


def monthly(_day: str, rows: Sequence[Row]) -> list[list[str]]:
    """Lay it out as a list of members: an id, the group, the area, links."""
    heading = ["id", "name", "sort_name", "email", "group", "area", "chamber", "term", "wikidata"]
    below = [
        [
            *(f"m-{person:04}", name_of(person), " ".join(reversed(name_of(person).split()))),
            *(f"{person}@parliament.example", place, f"Area {person % 40}", "Assembly", "12"),
            f"Q{900000 + person}",
        ]
        for person, place in rows
    ]
    return [heading, *below]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("days", "places", "lay_out", "replaced", "options"),
    [
        ([f"{2018 + n}-06-30" for n in range(5)], AGENCIES, yearly, 26, ()),
        (
            ["2023-03-31", "2023-06-30", "2023-09-30", "2023-12-31", "2024-03-31"],
            *(UNITS, quarterly, 17, ()),
        ),
        (
            [f"2024-{n + 1:02}-01" for n in range(8)],
            *(PARTIES, monthly, 1, ("--column", "organization=group")),
        ),
    ],
    ids=["a yearly list of a city", "a quarterly list of posts", "a monthly list of members"],
)
def test_a_published_series_speaks_by_default_and_its_moves_are_found(
    days: Sequence[str],
    places: Sequence[str],
    lay_out: Callable[[str, Sequence[Row]], list[list[str]]],
    replaced: int,
    options: Sequence[str],
    tmp_path: Path,
) -> None:
    """Every list is taken in, and exactly the people who were moved have moved, to the day."""
    chance = random.Random(len(days))
    at = {person: places[person % len(places)] for person in range(PEOPLE)}
    newest, expected = PEOPLE, set()
    watch = tmp_path / "watch"
    for number, day in enumerate(days):
        if number:
            for person in chance.sample(sorted(at), replaced):
                del at[person]
            for person in range(newest, newest + replaced):
                at[person] = chance.choice(places)
            newest += replaced
            movers = chance.sample([person for person in at if person < newest - replaced], 2)
            for person in movers if number < 3 else movers[: number == 3]:
                former = at[person]
                at[person] = chance.choice([place for place in places if place != former])
                between = (date.fromisoformat(days[number - 1]) + timedelta(1)).isoformat()
                expected.add((name_of(person).lower(), former, at[person], between, day))
        rows = lay_out(day, list(at.items()))
        path = tmp_path / f"{day}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
        if number == 0:
            talentwatch("init", watch, "--from", path, *options)
        else:
            path.rename(watch / "inbox" / "people" / path.name)
    done = talentwatch("run", "--config", watch / "config.toml", "--now", days[-1])
    assert "suspect" not in done.output
    assert done.output.count("accepted") == len(days) - 1
    listed = talentwatch("moves", "--json", "--config", watch / "config.toml")
    found = {
        (
            " ".join(reversed(move["name"].split(", "))).lower(),
            *(move["from"]["name"], move["to"]["name"]),
            *(move["joined"]["earliest"], move["joined"]["latest"]),
        )
        for move in map(json.loads, listed.output.splitlines())
        if move["from"]
    }
    assert len(expected) == 5
    assert found == expected
