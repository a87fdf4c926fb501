"""talentwatch installed as a stranger does it: from a wheel, from an sdist, as an image.

The long ones ask the package index, and skip where none answers.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import mkdtemp

import pytest
import yaml

BASE = Path(sys.base_prefix) / "bin" / "python3"
UID = 10001
VERSIONS_OF_KUBERNETES = ("1.28", "1.37")


def done(
    command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command that has to succeed, without anything of this environment of tests."""
    usual = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    run = subprocess.run(
        [str(one) for one in command],
        cwd=cwd,
        env={**usual, **(env or {})},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert run.returncode == 0, (run.stdout[-2000:], run.stderr[-2000:])
    return run


def of_everybody() -> Path:
    """Return an interpreter that another user may run, too."""
    for python in (BASE, Path("/usr/bin/python3")):
        open_to_all = all(parent.stat().st_mode & 0o001 for parent in python.resolve().parents)
        able = "import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))"
        asked = [str(python), "-c", able]
        if open_to_all and subprocess.run(asked, check=False, capture_output=True).returncode == 0:
            return python
    pytest.skip("no Python here that another user may run")


def built(root: Path, folder: Path, target: str) -> Path:
    """Build a wheel or an sdist of what is in a folder."""
    done([sys.executable, "-m", "hatchling", "build", "-t", target, "-d", folder], cwd=root)
    (made,) = folder.glob("talentwatch-*")
    return made


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel of this repository."""
    return built(root, tmp_path_factory.mktemp("wheel"), "wheel")


def works(command: Sequence[str | Path], folder: Path) -> None:
    """Try an installed command the way a new user does, and ask the wheel for all that it needs."""
    done([*command, "init", "demo"], cwd=folder)
    inbox = folder / "demo" / "inbox" / "people"
    for day, where in (("2025-01-01", "Acme"), ("2025-02-01", "Other Labs")):
        stay = [f'{{"id": "s{n}", "positions": [{{"organization": "Acme"}}]}}' for n in range(20)]
        went = [f'{{"id": "p{n}", "positions": [{{"organization": "{where}"}}]}}' for n in range(3)]
        (inbox / f"{day}.jsonl").write_text("\n".join([*stay, *went]), encoding="utf-8")
    config = ["--config", "demo/config.toml"]
    run = done([*command, "run", "--now", "2025-02-01", "--json", *config], cwd=folder)
    assert json.loads(run.stdout)["moves"] == 3
    (alert,) = done([*command, "alerts", "--json", *config], cwd=folder).stdout.splitlines()
    explained = done([*command, "explain", json.loads(alert)["alert"], *config], cwd=folder).stdout
    assert "p0" in explained
    schema = json.loads(done([*command, "rules", "schema", "alert"], cwd=folder).stdout)
    assert schema["$schema"]
    done([*command, "backup", "kept.db", *config], cwd=folder)
    done([*command, "status", *config], cwd=folder)
    (folder / "export.csv").write_text("Person ID;Company\np1;Acme\n", encoding="utf-8")
    done([*command, "init", "other", "--from", "export.csv"], cwd=folder)
    run = done([*command, "run", "--config", "other/config.toml"], cwd=folder)
    assert "1 profile, baseline" in run.stdout


@pytest.mark.slow
def test_the_wheel_alone_does_the_job(wheel, tmp_path):
    """Its code, statements, schemas and migrations are all there; only the others' are borrowed."""
    done([BASE, "-m", "venv", "--without-pip", "venv"], cwd=tmp_path)
    (packages,) = (tmp_path / "venv" / "lib").glob("python*/site-packages")
    shutil.unpack_archive(wheel, packages, "zip")
    borrowed = next(Path(one) for one in sys.path if one.endswith("site-packages"))
    (packages / "borrowed.pth").write_text(str(borrowed), encoding="utf-8")
    python = tmp_path / "venv" / "bin" / "python"
    where = "import monitor; print(monitor.__file__)"
    assert str(packages) in done([python, "-c", where], cwd=tmp_path).stdout
    works([python, "-m", "monitor"], tmp_path)


@pytest.mark.long
@pytest.mark.needs("git")
def test_the_sdist_holds_all_that_the_repository_does(root, wheel, tmp_path):
    """Whoever has it can run the tests, and builds the same wheel from it."""
    with tarfile.open(built(root, tmp_path, "sdist")) as archive:
        archive.extractall(tmp_path, filter="data")
    (unpacked,) = (table for table in tmp_path.iterdir() if table.is_dir())
    tracked = done(["git", "ls-files", "-zco", "--exclude-standard"], cwd=root).stdout.split("\0")
    written = {name for name in tracked if name and (root / name).exists()}
    carried = {
        path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()
    }
    assert written - carried == set()
    assert carried - written <= {"PKG-INFO"}
    again = built(unpacked, tmp_path / "again", "wheel")
    assert again.name == wheel.name
    assert again.stat().st_size == wheel.stat().st_size
    tests = ["tests/test_names.py", "tests/test_docs.py"]
    run = done(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests], cwd=unpacked
    )
    assert "passed" in run.stdout


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with pipx, uv and the published schemas, from the package index."""
    folder = tmp_path_factory.mktemp("tools")
    done([BASE, "-m", "venv", "venv"], cwd=folder)
    wanted = ["pipx", "uv", "kubernetes-validate", "compose-spec"]
    install = ["venv/bin/python", "-m", "pip", "install", "--quiet", *wanted]
    run = subprocess.run(install, cwd=folder, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        pytest.skip(f"no package index answers: {run.stderr.strip().splitlines()[-1]}")
    return folder / "venv" / "bin"


@pytest.mark.long
@pytest.mark.parametrize("tool", ["pipx", "uv"])
def test_it_is_installed_as_a_tool(wheel, tools, tool, tmp_path, record_property):
    """`pipx install` and `uv tool install` of the wheel give a command that does the job."""
    places = {
        "pipx": {"PIPX_HOME": "home", "PIPX_BIN_DIR": "bin", "PIPX_MAN_DIR": "man"},
        "uv": {"UV_TOOL_DIR": "home", "UV_TOOL_BIN_DIR": "bin", "UV_CACHE_DIR": "cache"},
    }[tool]
    command = {"pipx": ["install"], "uv": ["tool", "install"]}[tool]
    env = {name: str(tmp_path / place) for name, place in places.items()}
    done([tools / tool, *command, "--python", str(BASE), wheel], cwd=tmp_path, env=env)
    works([tmp_path / "bin" / "talentwatch"], tmp_path)
    record_property("proof", f"installed {wheel.name} with {tool}, and it did the job")


@pytest.mark.long
def test_the_manifests_fit_the_published_schemas(root, tools, record_property):
    """Kubernetes' own, of an old and a new version, and that of the Compose specification."""
    check = (
        "import sys, yaml, kubernetes_validate as k, compose_spec as c\n"
        "for name in ('kubernetes.yaml', 'kubernetes-spark.yaml'):\n"
        "    for one in yaml.safe_load_all(open(f'deploy/{name}', encoding='utf-8')):\n"
        "        for version in sys.argv[1:]:\n"
        "            k.validate(one, version, strict=True)\n"
        "found = c.PyCompose.from_yaml(open('deploy/compose.yaml', encoding='utf-8').read())\n"
        "found.validate()\n"
        "print(*found.service_names())\n"
    )
    run = done([tools / "python", "-c", check, *VERSIONS_OF_KUBERNETES], cwd=root)
    assert sorted(run.stdout.split()) == ["postgres", "talentwatch"]
    record_property("proof", f"Kubernetes {' and '.join(VERSIONS_OF_KUBERNETES)}, Compose")


class Image:
    """The steps of the Dockerfile, each run in a folder that stands for the root of the image."""

    def __init__(self, root: Path, folder: Path) -> None:
        self._root, self._context = folder / "root", folder / "context"
        self._cwd, self._python = self._root, of_everybody()
        self._root.mkdir()
        self.env = {"PATH": os.environ["PATH"], "TMPDIR": str(self._root / "tmp")}
        self.steps: dict[str, str] = {}
        self._let_through(root)
        text = (root / "deploy" / "Dockerfile").read_text(encoding="utf-8")
        lines = re.sub(r"\\\n\s*", " ", re.sub(r"(?m)^#.*\n", "", text)).splitlines()
        for line in filter(None, lines):
            self._step(*line.split(maxsplit=1))

    def _let_through(self, root: Path) -> None:
        """Copy what .dockerignore lets through, and nothing else."""
        self._context.mkdir()
        for line in (root / ".dockerignore").read_text(encoding="utf-8").splitlines():
            if line.startswith("!"):
                source = root / line[1:]
                copy = shutil.copytree if source.is_dir() else shutil.copy
                copy(source, self._context / line[1:])

    def placed(self, words: str) -> str:
        """Put the paths of the image below its folder."""
        return re.sub(r"(?<![\w.:/])/(?=(opt|build|wheels|data)\b)", f"{self._root}/", words)

    def _step(self, kind: str, rest: str) -> None:
        self.steps[kind] = rest
        match kind:
            case "WORKDIR":
                self._cwd = Path(self.placed(rest))
                self._cwd.mkdir(parents=True, exist_ok=True)
            case "COPY" if not rest.startswith("--from="):
                *names, to = rest.split()
                for name in names:
                    source, target = self._context / name, self._cwd / to
                    if source.is_dir():
                        shutil.copytree(source, target)
                    else:
                        shutil.copy(source, target)
            case "RUN" if "useradd" not in rest:
                python = f'python() {{ "{self._python}" "$@"; }}\n'
                done(["sh", "-ec", python + self.placed(rest)], cwd=self._cwd)
            case "ENV":
                for name, value in (pair.split("=", 1) for pair in rest.split()):
                    self.env[name] = self.placed(value).replace("$PATH", self.env["PATH"])
            case _:
                pass

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the command of the image as its user, who may write to /data and /tmp only."""
        user = {"user": UID, "group": UID, "extra_groups": []} if os.geteuid() == 0 else {}
        return subprocess.Popen(  # type: ignore[call-overload, no-any-return]  # who is not root stays himself
            [*json.loads(self.steps["ENTRYPOINT"]), *arguments],
            executable=self.placed("/opt/talentwatch/bin/talentwatch"),
            cwd=self.placed(self.steps["WORKDIR"]),
            env=self.env,
            text=True,
            **user,
        )


@pytest.fixture
def image(root: Path, tools: Path) -> Iterator[Image]:
    """Return what the steps make, in a folder that everybody may look into."""
    del tools  # it has asked whether an index answers
    folder = Path(mkdtemp(prefix="talentwatch-image-"))
    folder.chmod(0o755)
    try:
        made = Image(root, folder)
        for name in ("data", "tmp"):
            (folder / "root" / name).mkdir(exist_ok=True)
            if os.geteuid() == 0:
                os.chown(folder / "root" / name, UID, UID)
        yield made
    finally:
        shutil.rmtree(folder)


@pytest.mark.long
def test_the_steps_of_the_image_make_a_service_that_is_healthy(image, record_property):
    """Built in an empty folder; it runs without rights to anything but its data and stops well."""
    assert image.steps["USER"] == str(UID)
    assert image.start("init").wait(60) == 0
    config = Path(image.placed(image.env["TALENTWATCH_CONFIG"]))
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = str(free.getsockname()[1])
    config.write_text(
        f"{config.read_text()}\n[serve]\nport = {port}\nboard = false\n", encoding="utf-8"
    )
    assert image.start("run").wait(60) == 0
    healthy = json.loads(image.steps["HEALTHCHECK"].partition(" CMD ")[2].replace("9464", port))
    service = image.start(*json.loads(image.steps["CMD"]))
    try:
        deadline = time.monotonic() + 60
        while subprocess.run(healthy, env=image.env, capture_output=True, check=False).returncode:
            assert service.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.5)
    finally:
        service.terminate()
        assert service.wait(60) == 0
    record_property("proof", "each RUN and COPY of the Dockerfile; init, run, serve, health check")


def test_the_image_is_built_for_its_user(root):
    """What the steps above leave out: the user is made, with that number and those data."""
    text = (root / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    (line,) = re.findall(r"^RUN (useradd .*)$", text, re.MULTILINE)
    assert f"--uid {UID}" in line
    assert "install -d -o talentwatch /data" in line
    compose = yaml.safe_load((root / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
    assert "user" not in compose["services"]["talentwatch"]
