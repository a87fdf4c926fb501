"""Run the tests that take minutes, and write down in PROOF.md what they proved.

.venv/bin/python tests/prove/write.py [pytest arguments]

With arguments that choose some of the tests, what the others proved before stays, with its day.
"""

import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
RESULTS = ROOT / "build" / "prove.xml"
PROOF = ROOT / "PROOF.md"
HEAD = """# What the long tests proved

`make prove` wrote this; do not edit it. Minutes are those of a shared machine with two cores.

| test | result | on | minutes | proved |
|---|---|---|---|---|
"""


def main(arguments: list[str]) -> int:
    """Run, write, and leave with the exit code of pytest."""
    RESULTS.parent.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "pytest", "-m", "long", "--hypothesis-profile=prove"]
    # The older family of results has a place for what a test proved.
    results = ["-o", "junit_family=xunit1", f"--junitxml={RESULTS}"]
    done = subprocess.run([*command, *results, *arguments], cwd=ROOT, check=False)
    earlier = _rows_of(PROOF.read_text(encoding="utf-8")) if arguments and PROOF.exists() else {}
    rows = earlier | dict(_rows(f"{datetime.now(UTC):%Y-%m-%d}"))
    PROOF.write_text(
        HEAD + "".join(f"{row}\n" for _, row in sorted(rows.items())), encoding="utf-8"
    )
    return done.returncode


def _rows_of(text: str) -> dict[str, str]:
    lines = text.removeprefix(HEAD).splitlines() if text.startswith(HEAD) else []
    return {line.split(" | ")[0].removeprefix("| "): line for line in lines}


def _rows(today: str) -> Iterator[tuple[str, str]]:
    for case in ET.parse(RESULTS).iter("testcase"):  # noqa: S314 -- pytest wrote it just now
        name = case.get("name", "").removeprefix("test_").replace("_", " ")
        if not name:
            continue  # what was interrupted has no name
        wrong = [what for what in ("failure", "error", "skipped") if case.find(what) is not None]
        minutes = float(case.get("time", "0")) / 60
        proofs = "; ".join(one.get("value", "") for one in case.iter("property"))
        result = wrong[0] if wrong else "passed"
        yield name, f"| {name} | {result} | {today} | {minutes:.1f} | {proofs} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
