"""What is shipped for operators is valid: units, manifests, the image, and their page."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.base.settings import load_settings


@pytest.mark.needs("systemd-analyze")
def test_systemd_accepts_the_units(root, tmp_path):
    """They are verified as systemd reads them, with a command that is on this machine."""
    command = shutil.which("true") or "/bin/true"
    units = []
    for path in sorted((root / "deploy").glob("talentwatch*")):
        unit = tmp_path / path.name
        text = path.read_text(encoding="utf-8").replace("/usr/local/bin/talentwatch", command)
        unit.write_text(re.sub(r"(?m)^(User|Group)=.*\n", "", text), encoding="utf-8")
        units.append(str(unit))
    assert len(units) == 3
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],  # noqa: S607 -- wherever it is installed
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "talentwatch" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.needs("systemd-analyze")
@pytest.mark.parametrize("unit", ["talentwatch.service", "talentwatch-run.service"])
def test_systemd_finds_little_that_a_service_could_harm(root, unit):
    """Its own rating, without asking a running systemd: 0 is nothing at all, 10 is everything."""
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=25", f"deploy/{unit}"],  # noqa: S607 -- wherever it is installed
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-200:]


def containers(document: dict[str, Any]) -> Any:
    spec = document["spec"]
    pod = spec["jobTemplate"]["spec"]["template"] if "jobTemplate" in spec else spec["template"]
    assert pod["spec"]["securityContext"]["runAsNonRoot"] is True
    return pod["spec"]["containers"]


def test_the_manifests_run_commands_that_exist_without_rights(root):
    """No root, no writable root, nothing to gain; one at a time."""
    with (root / "deploy" / "kubernetes.yaml").open(encoding="utf-8") as file:
        kinds = {one["kind"]: one for one in yaml.safe_load_all(file)}
    assert set(kinds) == {"PersistentVolumeClaim", "Deployment", "CronJob"}
    assert kinds["Deployment"]["spec"]["replicas"] == 1
    assert kinds["CronJob"]["spec"]["concurrencyPolicy"] == "Forbid"
    for kind, arguments in (("Deployment", ["serve"]), ("CronJob", ["run"])):
        (one,) = containers(kinds[kind])
        assert one["args"] == arguments
        assert one["securityContext"]["readOnlyRootFilesystem"] is True
        assert one["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def test_the_cluster_of_the_manifests_is_that_of_the_page_about_scale(root, tmp_path):
    """Master and workers run Spark's own classes, without rights; the configuration fits them."""
    with (root / "deploy" / "kubernetes-spark.yaml").open(encoding="utf-8") as file:
        documents = list(yaml.safe_load_all(file))
    deployments = [each for each in documents if each["kind"] == "Deployment"]
    for each, role in zip(deployments, ("master.Master", "worker.Worker"), strict=True):
        (container,) = containers(each)
        assert container["command"][:2] == ["spark-class", f"org.apache.spark.deploy.{role}"]
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    page = (root / "docs" / "scale.md").read_text(encoding="utf-8")
    (block,) = re.findall(
        r"^### On Kubernetes\n.*?^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL
    )
    (tmp_path / "config.toml").write_text(block, encoding="utf-8")
    cluster = load_settings(tmp_path / "config.toml").engine.limits.cluster
    assert cluster is not None
    service = next(each for each in documents if each["kind"] == "Service")
    assert cluster.master == f"spark://{service['metadata']['name']}:7077"
    assert cluster.master in containers(deployments[1])[0]["command"]
    image = (root / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    assert f"python -m venv {cluster.python.removesuffix('/bin/python')}\n" in image
    pinned = re.compile(r"pyspark==\S+ py4j==\S+")
    texts = [
        (root / name).read_text(encoding="utf-8") for name in (".ci/run", "deploy/Dockerfile.spark")
    ]
    assert len({pinned.findall(text)[0] for text in texts}) == 1


def test_compose_has_a_state_that_waits_for_its_database(root):
    """The service starts when PostgreSQL takes connections, and its password is asked for."""
    text = (root / "deploy" / "compose.yaml").read_text(encoding="utf-8")
    services = yaml.safe_load(text)["services"]
    ours = services["talentwatch"]
    assert ours["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert ours["read_only"] is True
    assert "${POSTGRES_PASSWORD:?" in ours["environment"]["TALENTWATCH_STATE"]
    assert (root / "deploy" / ours["build"]["dockerfile"].removeprefix("deploy/")).exists()


def test_the_image_copies_what_exists_and_runs_without_root(root):
    """It is built from the lock with its hashes; everything it copies is let through."""
    text = (root / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE)
    passed = (root / ".dockerignore").read_text(encoding="utf-8").split()
    for name in " ".join(copied).split():
        assert (root / name).exists(), name
        assert f"!{name}" in passed
    assert "--require-hashes" in text
    assert re.search(r"^USER 10001$", text, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK .*healthz", text, re.MULTILINE)


def test_the_configuration_of_the_operators_page_loads(root, tmp_path):
    """The blocks can be pasted, one after the other, and say what the page says of them."""
    page = (root / "docs" / "operations.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    path = Path(tmp_path / "config.toml")
    path.write_text("".join(blocks), encoding="utf-8")
    settings = load_settings(path)
    schedule = settings.sources["press"].due
    assert schedule is not None
    assert schedule.timezone == "America/New_York"
    assert settings.sources["press"].stale_after == "7d"
    assert settings.serve.port == 9464
    assert settings.traces is not None
