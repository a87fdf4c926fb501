"""Rows of a parametrized test that `make test` leaves out, beside those that it runs."""

from typing import Any

import pytest


def slow(*values: Any) -> Any:
    """Mark one row as slow: another row shows the same behaviour to `make test`."""
    return pytest.param(*values, marks=pytest.mark.slow)


def first_quick(values: Any) -> list[Any]:
    """Mark every row but the first one as slow, where each row plays the same story."""
    first, *others = values
    return [first, *(slow(*_row(other)) for other in others)]


def _row(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)
