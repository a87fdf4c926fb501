"""How much of a test runs where: `make test` at a desk, `make slow` on CI, all by `make prove`."""

import os
from typing import Any

import pytest

CI = os.environ.get("CI") == "true"


def examples(most: int) -> int:
    """Return how many random examples to try: all of them on CI, a quarter of them at a desk."""
    return most if CI else -(-most // 4)


def slow(*values: Any) -> Any:
    """Mark one row as slow: another row shows the same behaviour to `make test`."""
    return pytest.param(*values, marks=pytest.mark.slow)


def first_quick(values: Any) -> list[Any]:
    """Mark every row but the first one as slow, where each row plays the same story."""
    first, *others = values
    return [first, *(slow(*_row(other)) for other in others)]


def long(*values: Any) -> Any:
    """Mark one row as long: another row shows the same behaviour to CI."""
    return pytest.param(*values, marks=pytest.mark.long)


def first_slow(values: Any) -> list[Any]:
    """Mark every row of a slow test but the first one as long: each row plays the same story."""
    first, *others = values
    return [first, *(long(*_row(other)) for other in others)]


def _row(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)
