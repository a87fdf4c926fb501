"""Ask for known vulnerabilities of the locked packages; say so where no database can be reached.

.venv/bin/python tests/audit.py

Exit codes: 0 none is known, or nobody could be asked (which is said); 1 there are some, listed.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SERVICES = ("pypi", "osv")
NOBODY = "No database of vulnerabilities can be reached from here: NOTHING WAS AUDITED."


def main() -> int:
    """Ask one database after the other until one knows the packages."""
    for service in SERVICES:
        known = read(_ask(service))
        if known is None:
            sys.stderr.write(f"{service} knows none of the packages, or could not be asked.\n")
            continue
        sys.stdout.write("".join(f"{line}\n" for line in (f"Asked {service}.", *known[1])))
        return known[0]
    sys.stderr.write(f"{NOBODY}\n")
    return 0


def _ask(service: str) -> str:
    tool = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes"]
    lock = ["--requirement", str(ROOT / "requirements-dev.lock"), "--timeout", "15"]
    how = ["--vulnerability-service", service, "--format", "json", "--progress-spinner", "off"]
    done = subprocess.run([*tool, *lock, *how], capture_output=True, text=True, check=False)
    return done.stdout


def read(report: str) -> tuple[int, list[str]] | None:
    """Give the exit code and the words for a report; None if it is about no package at all.

    A package that the database does not know was not audited: where it knows none, a report
    without findings says nothing.
    """
    try:
        packages: list[Mapping[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError):
        return None
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    if len(unknown) == len(packages):
        return None
    found = [
        f"{package['name']} {package['version']}: {weakness['id']}, mended in"
        f" {', '.join(weakness['fix_versions']) or 'no version yet'}"
        for package in packages
        for weakness in package.get("vulns", ())
    ]
    said = [*found, f"{len(packages) - len(unknown)} packages audited, {len(found)} weaknesses."]
    if unknown:
        said.append(f"Not known there, so not audited: {', '.join(unknown)}.")
    return int(bool(found)), said


if __name__ == "__main__":
    sys.exit(main())
