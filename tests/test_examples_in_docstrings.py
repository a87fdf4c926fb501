"""The examples in docstrings of the package are true."""

import doctest
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def modules_with_examples() -> list[str]:
    """Return the name of each module whose docstrings show what is typed and what comes back."""
    files = sorted((ROOT / "monitor").rglob("*.py"))
    shown = [path for path in files if ">>> " in path.read_text(encoding="utf-8")]
    paths = [path.relative_to(ROOT).with_suffix("") for path in shown]
    return [".".join(path.parts).removesuffix(".__init__") for path in paths]


def test_every_example_in_a_docstring_comes_out_as_it_says():
    """Whoever tries one in a shell sees what the docstring shows."""
    outcomes = {
        name: doctest.testmod(import_module(name), optionflags=doctest.ELLIPSIS)
        for name in modules_with_examples()
    }
    assert sum(outcome.attempted for outcome in outcomes.values()) > 100
    assert [name for name, outcome in outcomes.items() if outcome.failed] == []
