"""Environments of their own for programs that talentwatch does not bring."""

import subprocess
import sys
from pathlib import Path

BUILD = Path(__file__).resolve().parent.parent / "build"


def interpreter(name: str) -> Path:
    """Return the Python of an environment, which `make` made."""
    return BUILD / name / "bin" / "python"


def make(name: str, requirements: tuple[str, ...]) -> None:
    """Make an environment with these packages, unless it is there."""
    installed = BUILD / name / "installed"
    wanted = "\n".join(requirements)
    if installed.exists() and installed.read_text(encoding="utf-8") == wanted:
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(BUILD / name)], check=True)
    pip = [str(interpreter(name)), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, *requirements], check=True)
    installed.write_text(wanted, encoding="utf-8")
