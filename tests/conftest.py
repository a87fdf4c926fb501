"""What every test shares: no network, an honest CI, and the Hypothesis profiles."""

import ipaddress
import os
import shutil
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from databases import new_schema
from hypothesis import settings
from tempo import CI, examples

if TYPE_CHECKING:
    from board_rows import Board
    from relations import Relations

ROOT = Path(__file__).resolve().parent.parent


def _keep_to_one_core(config: pytest.Config) -> None:
    """Give each worker a core of its own: DuckDB then starts no threads that wait for each other.

    The quick tests of CI use all cores, workers and DuckDB, as in use.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    as_in_use = CI and "not slow" in config.getoption("markexpr")
    if as_in_use or not worker or not hasattr(os, "sched_setaffinity"):
        return
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[int(worker.removeprefix("gw")) % len(cores)]})


def pytest_configure(config: pytest.Config) -> None:
    """Prepare the process before the first test."""
    _keep_to_one_core(config)


settings.register_profile("default", deadline=None, max_examples=examples(100))
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("prove", deadline=None, max_examples=2_000)
settings.load_profile("ci" if CI else "default")


def _outside(host: object) -> bool:
    """Tell whether reaching a host would leave this machine."""
    name = host.decode() if isinstance(host, bytes) else host
    if not isinstance(name, str) or name in {"", "localhost"}:
        return False
    try:
        return not ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return True


def _literal(host: object) -> bool:
    """Tell whether a host is an address already, which is looked up without asking anyone."""
    try:
        ipaddress.ip_address(str(host))
    except ValueError:
        return False
    return True


def _keep_to_this_machine(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host, refused = arguments[1][0], _outside(arguments[1][0])
    elif event == "socket.getaddrinfo":
        host, refused = arguments[0], _outside(arguments[0]) and not _literal(arguments[0])
    else:
        return
    if refused:
        raise RuntimeError(f"a test tried to reach {host!r}; tests use loopback only")


# An audit hook sees every socket of the process, whichever library opens it.
sys.addaudithook(_keep_to_this_machine)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test marked `needs("git")` where git is not installed."""
    for marker in item.iter_markers("needs"):
        for command in marker.args:
            if shutil.which(command) is None:
                pytest.skip(f"needs {command}")


def _refuse_on_ci(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip for a missing service into a failure, so that CI never passes by not looking.

    A skip for another reason stays one: data kept outside of the repository says "no ../shared".
    """
    if not (CI and report.skipped and isinstance(report.longrepr, tuple)):
        return
    reason = report.longrepr[2].removeprefix("Skipped: ")
    if reason.startswith("needs "):
        report.outcome = "failed"
        report.longrepr = f"{reason}, and CI has to have it"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Judge the skips of tests."""
    report = yield
    _refuse_on_ci(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Judge the skips of whole modules."""
    report = yield
    _refuse_on_ci(report)
    return report


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def relations() -> "Relations":
    """Return the engine that the tests of single statements share."""
    from relations import relations_of_this_process  # noqa: PLC0415 -- few tests need an engine

    return relations_of_this_process()


@pytest.fixture
def sql(relations: "Relations") -> Iterator["Relations"]:
    """Give empty tables, for rows that one statement reads."""
    with relations.emptied():
        yield relations


@pytest.fixture
def board(tmp_path: Path) -> "Board":
    """Give an empty read model, for rows that one of its statements reads."""
    from board_rows import Board  # noqa: PLC0415 -- few tests need one

    return Board(tmp_path / "board.db")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of the large real data sets, or skip where it is not beside the clone."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no ../shared/data beside the repository")
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def state_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of an empty state database: each test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new folder' / 'state.db'}"
        return
    with new_schema() as url:
        yield url
