"""What is installed and pinned is what the repository says."""

import re
import socket
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from command_line import run_here
from packaging.requirements import Requirement
from packaging.version import Version

import monitor

PIN = re.compile(r"^(?P<name>[a-z0-9.-]+)==(?P<version>\S+)(?: ; .*?)? \\$", re.MULTILINE)


def project(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


def pins(root: Path, lock: str) -> dict[str, Version]:
    text = (root / lock).read_text(encoding="utf-8")
    return {pin["name"]: Version(pin["version"]) for pin in PIN.finditer(text)}


def required(lines: list[str]) -> list[Requirement]:
    return [Requirement(line) for line in lines]


def test_the_wheel_carries_every_file_of_the_package(root, tmp_path):
    """Statements, schemas, migrations and the typing mark are installed with the code."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=root,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("talentwatch-*.whl")
    carried = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("monitor/")}
    written = {
        path.relative_to(root).as_posix()
        for path in (root / "monitor").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert carried == written
    assert {"monitor/py.typed", "monitor/state/migrations/env.py"} <= carried
    assert Version(wheel.name.split("-")[1]) == Version(monitor.__version__)


@pytest.mark.slow
def test_the_module_is_the_command(root):
    """`python -m monitor` says what `talentwatch` says."""
    answers = [
        subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
        for command in (
            [sys.executable, "-m", "monitor", "--help"],
            [str(Path(sys.executable).with_name("talentwatch")), "--help"],
        )
    ]
    assert "import" in answers[0]
    assert answers[0].replace("python -m monitor", "talentwatch").split() == answers[1].split()


def test_the_module_has_the_version_of_the_command(root):
    """Both are one program."""
    command = [sys.executable, "-m", "monitor", "--version"]
    module = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    assert module == run_here("--version").stdout != ""


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_file_pins_by_hash_and_names_no_place(root, lock):
    """Every line is a version with its hashes, and none says where it was taken from."""
    lines = (root / lock).read_text(encoding="utf-8").splitlines()
    for line in lines:
        assert re.match(r"^(#|    --hash=sha256:[0-9a-f]{64}( \\)?$|[a-z0-9.-]+==)", line), line
    assert "//" not in "".join(line for line in lines if not line.startswith("#"))


def test_the_lock_files_are_in_step_with_the_project(root):
    """Each requirement is pinned, to a version that it allows, the same one in both files."""
    runtime, dev = pins(root, "requirements.lock"), pins(root, "requirements-dev.lock")
    wanted, backend = project(root)["project"], project(root)["build-system"]
    for requirement in required(wanted["dependencies"]):
        assert requirement.specifier.contains(runtime[requirement.name.lower()])
    extras = wanted["optional-dependencies"]
    # There is no wheel of PySpark, and half a gigabyte is much for who needs none.
    (spark,) = required(extras.pop("spark"))
    (pinned,) = re.findall(r"pyspark==(\S+)", (root / ".ci" / "run").read_text(encoding="utf-8"))
    assert spark.specifier.contains(pinned)
    for requirement in required(
        [*(line for extra in extras.values() for line in extra), *backend["requires"]]
    ):
        assert requirement.specifier.contains(dev[requirement.name.lower()])
    assert runtime.items() <= dev.items()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reason", "ci", "outcome"),
    [
        ("needs a database", "true", "failed"),
        ("needs a database", "", "skipped"),
        ("no ../shared/data beside the repository", "true", "skipped"),
    ],
)
def test_a_skip_for_a_missing_service_fails_on_ci_only(root, tmp_path, reason, ci, outcome):
    """CI cannot pass by not looking; elsewhere, and without ../shared, a skip stays one."""
    for name in ("conftest.py", "databases.py", "tempo.py"):
        (tmp_path / name).write_bytes((root / "tests" / name).read_bytes())
    (tmp_path / "test_it.py").write_text(
        f'import pytest\n\ndef test_it():\n    pytest.skip("{reason}")\n', encoding="utf-8"
    )
    markers = ["-o", "markers=needs(command): as the project has it"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *markers, str(tmp_path)],
        cwd=tmp_path,
        env={"CI": ci},
        check=False,
        capture_output=True,
        text=True,
    )
    assert f"1 {outcome}" in run.stdout.splitlines()[-1]


def test_a_test_cannot_leave_this_machine():
    """Addresses and names other than loopback are refused before a packet is sent."""
    with pytest.raises(RuntimeError, match="loopback only"):
        socket.getaddrinfo("example.org", 443)
    with socket.socket() as there, pytest.raises(RuntimeError, match="loopback only"):
        there.connect(("192.0.2.1", 443))
    with socket.create_server(("127.0.0.1", 0)) as here:
        socket.create_connection(here.getsockname()).close()
