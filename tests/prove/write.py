"""Run the tests that take minutes, and write down in PROOF.md what they proved.

.venv/bin/python tests/prove/write.py [pytest arguments]
"""

import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
RESULTS = ROOT / "build" / "prove.xml"


def main(arguments: list[str]) -> int:
    """Run, write, and leave with the exit code of pytest."""
    RESULTS.parent.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "pytest", "-m", "long", "--hypothesis-profile=prove"]
    # The older family of results has a place for what a test proved.
    results = ["-o", "junit_family=xunit1", f"--junitxml={RESULTS}"]
    done = subprocess.run([*command, *results, *arguments], cwd=ROOT, check=False)
    lines = [
        "# What the long tests proved",
        "",
        f"`make prove` wrote this on {datetime.now(UTC):%Y-%m-%d}; do not edit it.",
        "",
        "| test | result | minutes | proved |",
        "|---|---|---|---|",
        *_rows(),
    ]
    (ROOT / "PROOF.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return done.returncode


def _rows() -> Iterator[str]:
    for case in ET.parse(RESULTS).iter("testcase"):  # noqa: S314 -- pytest wrote it just now
        name = case.get("name", "").removeprefix("test_").replace("_", " ")
        wrong = [what for what in ("failure", "error", "skipped") if case.find(what) is not None]
        minutes = float(case.get("time", "0")) / 60
        proofs = [one.get("value", "") for one in case.iter("property")]
        result = wrong[0] if wrong else "passed"
        yield f"| {name} | {result} | {minutes:.1f} | {'; '.join(proofs)} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
