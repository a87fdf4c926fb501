"""Answers of services: records of people wrapped in lists and objects, taken apart."""

from collections.abc import Collection, Iterator
from typing import Protocol

from monitor.base.records import Json

WRAPPERS = (
    *("data", "results", "items", "records", "hits", "people", "profiles"),
    *("result", "value", "rows", "content"),
)
"""Keys of an answer under which services put their records."""
_MAY_BE_OF_A_PERSON = frozenset({"people", "profiles"})
"""An empty list under one of these may be somebody's."""
_WRAPPED = 3
"""So deep are records at most in answers: a list of answers that each have a list."""
_LOOKED_AT = 20
"""How many records of an answer say whether it is one."""
_LEAST_KEYED = 3
"""How many objects of one kind, each under its id, are a list of records."""


class PersonTest(Protocol):
    """What tells somebody's record from an answer that has records in it."""

    def telling(self, record: Json) -> tuple[bool, bool]:
        """Whether a record says where somebody is, and who: of two, the larger is the person."""


def unwrapped(
    record: Json, keys: Collection[str], people: PersonTest | None, *, deep: int = _WRAPPED
) -> Iterator[Json]:
    """Take an answer of a service apart: the records under one of the keys, or the one there."""
    inside = inside_of(record, keys) if keys and deep else None
    others = _beside(record, inside, keys, people) if inside is not None else []
    if inside is None and keys and deep and people is not None:
        inside = _found_inside(record, people)
    if inside is None and keys and deep == _WRAPPED and _has_nobody(record, keys, people):
        return
    if inside is None or is_person(record, inside, people):
        yield record
        return
    for item in [*inside, *others]:
        yield from unwrapped(item, keys, people, deep=deep - 1)


def _beside(
    record: Json, inside: list[Json], keys: Collection[str], people: PersonTest | None
) -> list[Json]:
    """The people of an answer in lists beside the one that was found, if nobody named a key."""
    if people is None or len(keys) == 1 or not isinstance(record, dict):
        return []
    others = [value for value in record.values() if value is not inside]
    return [one for value in others if _are_people(value, people) for one in value]


def _are_people(value: Json, people: PersonTest) -> bool:
    """Whether a value is a list of records that mostly say who somebody is, and where."""
    looked_at = value[:_LOOKED_AT] if isinstance(value, list) and _are_objects(value) else []
    return 2 * sum(people.telling(one) == (True, True) for one in looked_at) > len(looked_at)


def _has_nobody(record: Json, keys: Collection[str], people: PersonTest | None) -> bool:
    """Whether an answer says of an empty list that there is nobody in it, and is nobody itself."""
    if not isinstance(record, dict) or (people is not None and any(people.telling(record))):
        return False
    return any(under(record, key) == [] for key in keys)


def under(record: Json, key: str) -> Json:
    """Return what is under a key of an object, with dots between keys; None if nothing is."""
    for part in key.split("."):
        record = record.get(part) if isinstance(record, dict) else None
    return record


def inside_of(record: Json, keys: Collection[str]) -> list[Json] | None:
    """What is in a list, or under the first of the keys that has records; None if nothing is."""
    if isinstance(record, list):
        return record
    if not isinstance(record, dict):
        return None
    for key in keys:
        inside = under(record, key)
        if isinstance(inside, dict):
            return [inside]
        if inside == [] and key in _MAY_BE_OF_A_PERSON:
            continue
        if isinstance(inside, list) and (not inside or _are_objects(inside)):
            return inside
    return None


def is_person(record: Json, inside: list[Json], people: PersonTest | None) -> bool:
    """Whether a record with others in it is somebody's: it says no less than they do."""
    if people is None or not isinstance(record, dict):
        return False
    there, who = people.telling(record)
    if there or not who:
        return who
    return not any(people.telling(item) == (True, True) for item in inside[:_LOOKED_AT])


def _found_inside(record: Json, people: PersonTest) -> list[Json] | None:
    """The records of an answer that has them under a key of another name; None if it has none.

    They are its one list of objects, or those of several that say who and where, or all that it
    has, each under its id. That they say who, and it does not, tells them from the positions of a
    person.
    """
    if not isinstance(record, dict) or people.telling(record)[1]:
        return None
    lists = [value for value in record.values() if _are_objects(value)]
    if len(lists) == 1:
        looked_at = lists[0][:_LOOKED_AT]
        said = sum(people.telling(one)[1] for one in looked_at)
        return lists[0] if 2 * said > len(looked_at) else None
    if lists:
        several = [one for value in lists if _are_people(value, people) for one in value]
        return several or None
    if _is_keyed(record):
        return [{"id": key, **person} for key, person in record.items()]
    # One object may wrap what is sought; of several none does for certain.
    objects = [one for one in record.values() if isinstance(one, dict)]
    wraps = [one for one in objects if _found_inside(one, people)]
    return wraps if len(wraps) == 1 else None


def _are_objects(value: Json) -> bool:
    """Whether a value is a list of records: a null or a number among them loses no other."""
    if not isinstance(value, list) or any(isinstance(item, str | list) for item in value):
        return False
    return 2 * sum(isinstance(item, dict) for item in value) > len(value)


def _is_keyed(record: dict[str, Json]) -> bool:
    """Whether an object has nothing but objects of one kind: more than half of their keys alike."""
    values = list(record.values())
    if len(values) < _LEAST_KEYED or not all(isinstance(value, dict) and value for value in values):
        return False
    looked_at = values[:_LOOKED_AT]
    common = set.intersection(*map(set, looked_at))
    return 2 * len(common) > max(map(len, looked_at))
