"""Cells that hold the error of a formula, such as #REF!: what was there is not known."""

from typing import Any

from monitor.base.profile import DATES, FileForm
from monitor.intake.sources.cells import is_error

_TELLING = ("id", "organization")
"""Without one of these it is not known who is meant, or where they are."""


def without_errors(row: dict[str, Any], line: int, form: FileForm | None) -> dict[str, Any]:
    """Return a row without the errors of formulas, which `form` counts by field.

    A row that has one for who is meant, or where, is a misfit: an empty cell would say that
    somebody has no employer.
    """
    broken = [field for field, value in row.items() if _holds_error(field, value)]
    if not broken:
        return row
    for field in _TELLING:
        if field in broken:
            text = next(part for part in row[field].split(" ") if is_error(part))
            said = (
                f"line {line} has {text} in the place of the {field}, the error of a formula: what"
                " was there is not known; mend the formula, or paste the values, and export again"
            )
            return {"id": row.get("id", ""), "misfit": said}
    kept = {field: value for field, value in row.items() if field not in broken or field in DATES}
    if form is not None:
        counts = dict(form.errors)
        for field in broken:
            if field not in DATES:  # what is no date is said where dates are read
                counts[field] = counts.get(field, 0) + 1
        form.errors = counts
    return kept


def _holds_error(field: str, value: Any) -> bool:
    if not isinstance(value, str) or value[:1] not in {"#", "E"}:
        # Of joined cells one may be broken.
        return field == "id" and isinstance(value, str) and "#" in value and _of_parts(value)
    return is_error(value) or (field == "id" and _of_parts(value))


def _of_parts(value: str) -> bool:
    return any(is_error(part) for part in value.split(" "))
