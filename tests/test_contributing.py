"""The first change that CONTRIBUTING.md offers can still be made, as it says."""

import re
import textwrap
from typing import Any
from unittest.mock import patch

import pytest
import test_exports

from monitor.intake.sources import vocabulary

BLOCK = re.compile(r"^   ```python\n(.*?)^   ```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def first_test(root) -> Any:
    """Return the test that the page tells its reader to write."""
    (block,) = BLOCK.findall((root / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    namespace: dict[str, Any] = {**vars(test_exports)}
    exec(textwrap.dedent(block), namespace)  # noqa: S102 -- the reader runs it too
    return namespace["test_a_cost_centre_is_a_team"]


def test_the_first_test_fails_as_the_page_says(first_test, tmp_path):
    """Nobody has made the change yet, so the reader has something to do."""
    with pytest.raises(KeyError, match="team"):
        first_test(tmp_path)


def test_the_first_change_makes_it_pass(first_test, tmp_path):
    """One more word for the team is the whole change."""
    words = f"{vocabulary.WORDS['team']} costcentre"
    with patch.dict(vocabulary.WORDS, {"team": words}):
        first_test(tmp_path)
