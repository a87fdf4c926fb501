"""As much of a document as fits its schema, so that the rest can be judged as well."""

import copy
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from monitor.base.records import Json

if TYPE_CHECKING:  # slow to import, and only needed for what is wrong
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

_UNKNOWN = {"additionalProperties", "unevaluatedProperties"}
_Path = tuple[str | int, ...]


def valid_part(
    content: Mapping[str, Json], validator: "Draft202012Validator"
) -> Mapping[str, Json]:
    """This is a document without the keys that do not fit; a list that holds such goes as a whole.

    What the schema requires may be missing from it.
    """
    left = copy.deepcopy(dict(content))
    while True:
        wrong = {path for error in validator.iter_errors(left) for path in _wrong_keys(error)}
        # Outer keys go first: what was inside of them is gone with them.
        if not [path for path in sorted(wrong, key=len) if _removed(left, path)]:
            return left


def _wrong_keys(error: "ValidationError") -> Iterator[_Path]:
    path = tuple(error.absolute_path)
    if error.validator in _UNKNOWN:
        schema = error.schema if isinstance(error.schema, Mapping) else {}
        instance: Json = error.instance
        yield from ((*path, key) for key in instance if key not in schema["properties"])
    elif error.validator != "required":
        yield path


def _removed(content: Json, path: _Path) -> bool:
    """Take out the innermost key of a path, and say whether it was there."""
    while path and isinstance(path[-1], int):
        path = path[:-1]
    inside = content
    for part in path[:-1]:
        if isinstance(part, str) and part not in inside:
            return False
        inside = inside[part]
    return bool(path) and inside.pop(path[-1], None) is not None
