"""What everything that lists or counts moves is asked for alike, and whether it finds the one."""

from typing import Any

PLACES_AND_DAYS: list[tuple[dict[str, Any], bool]] = [
    ({}, True),
    ({"known_on": "2020-06-01"}, True),
    ({"known_on": "2020-05-31"}, False),
    ({"origins": ["a"]}, True),
    ({"origins": ["a/x"]}, True),
    ({"origins": ["b"]}, False),
    ({"destinations": ["b"]}, True),
    ({"destinations": ["b/y"]}, True),
    ({"destinations": ["a"]}, False),
    ({"since": "2020-05-31"}, True),
    ({"since": "2020-06-01"}, False),
    ({"until": "2020-05-01"}, True),
    ({"until": "2020-04-30"}, False),
]
"""Ada went from a/x to b/y in May 2020, as is known since June."""
PEOPLE: list[tuple[dict[str, Any], bool]] = [
    ({"person": "p"}, True),
    ({"person": "s:p"}, True),
    ({"person": "ADA"}, True),
    ({"person": "bob"}, False),
]
"""Her profile is p of the source s."""
