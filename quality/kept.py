"""Keeps what was measured, so that a measurement that was stopped goes on where it was.

What is kept is found again by the world and by the content of everything that the figures follow
from: other code measures anew.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import fields
from hashlib import sha256
from pathlib import Path
from typing import Any

from simulated import Score, World, measured

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("monitor/**/*.py", "monitor/**/*.sql", "monitor/**/*.json", "quality/*.py", "*.lock")


def code_of(root: Path) -> str:
    """Equal texts are equal code."""
    found = sha256()
    for path in sorted(path for pattern in SOURCES for path in root.glob(pattern)):
        found.update(f"{path.relative_to(root)}\0".encode())
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def measured_once(world: World, folder: Path) -> Score:
    """Measure a world, or read what was measured in it before."""
    figures = figures_once(world, folder, lambda: measured(world))
    return Score(**figures | {"verdicts": Counter(figures["verdicts"])})


def figures_once(world: object, folder: Path, measure: Callable[[], Any]) -> dict[str, Any]:
    """Return the fields of the dataclass that was measured in a world, by their names.

    Worlds are told apart by their `repr`. Whoever stops a measurement leaves no half file.
    """
    path = folder / f"{sha256(repr(world).encode()).hexdigest()[:16]}.json"
    if not path.exists():
        score = measure()
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        values = {field.name: getattr(score, field.name) for field in fields(score)}
        unfinished.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
        unfinished.replace(path)
    figures: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return figures
