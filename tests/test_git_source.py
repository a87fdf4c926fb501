"""A git repository as a source: its history is the series of snapshots."""

import hashlib
import json
import os
import re
import time
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml
from command_line import run_here
from hypothesis import given
from hypothesis import strategies as st
from repositories import add, git, made
from tempo import long

from monitor.base.errors import SourceError
from monitor.base.records import Observation
from monitor.base.settings import GitSource, Layout, load_settings
from monitor.intake.snapshots.store import Store
from monitor.intake.sources.commit_days import commit_days
from monitor.intake.sources.files import Files
from monitor.intake.sources.git import Git

pytestmark = pytest.mark.needs("git")
FIRST = date(2024, 1, 1)
EMPLOYERS = ("Engines", "Looms", "Mills")
People = list[dict[str, Any]]


def people(turn: int, count: int = 8) -> People:
    """Return people of whom one moves at each turn."""
    return [
        {
            "id": f"p{who}",
            "name": f"Person {who}",
            "positions": [
                {
                    "organization": EMPLOYERS[(turn + who) // count % len(EMPLOYERS)],
                    "title": "Clerk" if turn % 5 else "Head",
                    "start": f"20{10 + who}-0{1 + who % 9}",
                }
            ],
        }
        for who in range(count)
    ]


def as_json(turn: int) -> bytes:
    return json.dumps(people(turn)).encode()


def as_yaml(turn: int) -> bytes:
    return yaml.safe_dump(people(turn)).encode()


def as_csv(turn: int) -> bytes:
    rows = [
        f"{person['id']},{person['name']},{person['positions'][0]['organization']}"
        for person in people(turn)
    ]
    return "\n".join(["id,name,organization", *rows, ""]).encode()


def as_gitdm(turn: int) -> bytes:
    lines = ["# who was where"]
    for person in people(turn):
        lines.append(f"{person['id']}: {person['id']}!example.org, x!users.noreply.github.com")
        lines.append("\tMoved from Away until 2012-01-01")
        lines.append(f"\t{person['positions'][0]['organization']} from 2012-01-01")
    return "\n".join([*lines, ""]).encode()


def day(number: int) -> str:
    return (FIRST + timedelta(days=number)).isoformat()


def history(count: int, make: Any = as_json, path: str = "data/people.json") -> Any:
    """Return commits, one every other day, of which each changes the file."""
    return [(f"{day(2 * turn)}T12:00", {path: make(turn)}) for turn in range(count)]


def source(repository: Path, path: str = "data/people.json", **more: Any) -> Git:
    settings = GitSource(repository=str(repository), path=path, **more)
    return Git(source="lab", root=repository.parent, settings=settings)


def observed(made: Git) -> list[Observation]:
    """Return the observations; an error is none that a test expects."""
    found = list(made.observations())
    assert not [error for error in found if isinstance(error, SourceError)], found
    return [observation for observation in found if isinstance(observation, Observation)]


def errors(made: Git) -> list[str]:
    return [
        str(observation)
        for observation in made.observations()
        if isinstance(observation, SourceError)
    ]


def days(made: Git) -> list[str]:
    return [str(observation.observed_on) for observation in observed(made)]


def text(observation: Observation) -> str:
    with observation.open() as stream:
        return stream.read().decode()


# -- the same as files ---------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("suffix", "make", "layout"),
    [
        (".json", as_json, {}),
        long(".yaml", as_yaml, {}),
        long(".csv", as_csv, {}),
        long(".txt", as_gitdm, {"layout": "gitdm"}),
    ],
)
def test_a_history_of_60_commits_equals_the_files_taken_out_of_it(
    tmp_path: Path, suffix: str, make: Any, layout: Mapping[str, Any]
) -> None:
    """Row for row, what is set aside among them, and the counts of each snapshot."""
    name = f"data/people{suffix}"
    repository = made(tmp_path / "lab.git", history(60, make, name))
    by_git, by_files = Store(tmp_path / "git"), Store(tmp_path / "files")
    for observation in observed(source(repository, name, **layout)):
        by_git.write(observation)
    for turn in range(60):
        path = tmp_path / f"{day(2 * turn)}{suffix}"
        path.write_bytes(make(turn))
        (of_file,) = Files(source="lab", paths=[path], layout=Layout(**layout)).observations()
        assert isinstance(of_file, Observation)
        by_files.write(of_file)
    assert len(by_files.days("lab")) == 60
    assert contents(by_git) == contents(by_files)


def contents(store: Store) -> dict[str, Any]:
    """Return all rows of a store, with what was counted."""
    return {
        str(day): (
            pq.read_table(store.profiles("lab", day)).to_pylist(),
            pq.read_table(store.positions("lab", day)).to_pylist(),
            store.rejected("lab", day).read_text(),
            {
                name: value
                for name, value in vars_of(store.manifest("lab", day)).items()
                if name not in {"origin", "origin_sha256", "files"}
            },
        )
        for day in store.days("lab")
    }


def vars_of(manifest: Any) -> dict[str, Any]:
    return {name: getattr(manifest, name) for name in manifest.__dataclass_fields__}


def test_yaml_says_what_the_same_json_says(tmp_path: Path) -> None:
    """Words that YAML 1.1 takes for others stay words; dates stay texts."""
    written = "- id: no\n  name: 'true'\n  positions: [{organization: NO, start: 2021-01-03}]\n"
    repository = made(tmp_path / "a.git", [("2024-01-01T00:00", {"p.yml": written.encode()})])
    (one,) = observed(source(repository, "p.yml"))
    assert json.loads(text(one)) == {
        "id": "no",
        "name": "true",
        "positions": [{"organization": "NO", "start": "2021-01-03"}],
    }


def test_numbers_in_yaml_that_nothing_maps_are_texts(tmp_path: Path) -> None:
    """Whoever writes a list by hand quotes no id; a mapping gets numbers as they are."""
    written = "- {id: 7, positions: [{organization: 3, start: 2021, current: true, end: }]}\n"
    repository = made(tmp_path / "a.git", [("2024-01-01T00:00", {"p.yml": written.encode()})])
    (one,) = observed(source(repository, "p.yml"))
    job = {"organization": "3", "start": "2021", "current": True, "end": None}
    assert json.loads(text(one)) == {"id": "7", "positions": [job]}
    fields = {"id": "id", "positions": "positions[?organization == `3`]", "organization": "'Three'"}
    (one,) = observed(source(repository, "p.yml", fields=fields))
    mapped = json.loads(text(one))
    assert (mapped["id"], mapped["positions"]) == ("7", [{"organization": "Three"}])


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("a: &a [1]\nb: *a\n", "line 2 has an alias"),
        ("- [1\n- 2: {", "not readable as YAML"),
        ("[" * 300, "nested more than"),
        ("- ? [a]\n  : b\n", "a key that is no text"),
    ],
)
def test_yaml_that_cannot_be_read_is_said(tmp_path: Path, written: str, said: str) -> None:
    """Aliases can stand for gigabytes, and are refused."""
    repository = made(tmp_path / "a.git", [("2024-01-01T00:00", {"p.yaml": written.encode()})])
    (one,) = observed(source(repository, "p.yaml"))
    with pytest.raises(SourceError, match=said), one.open() as stream:
        stream.read()


def test_gitdm_keeps_logins_and_dates_and_no_addresses(tmp_path: Path) -> None:
    """`until` is the day after; "from" in a name is part of it; what is of nobody is set aside."""
    written = (
        "\tLost Labs\n"
        "jo*: jo!example.org\n"
        "\tSample Labs until 2019-10-01\n"
        "\tNotFound from 2019-10-01 until 2020-01-01\n"
        "\tGifts from Us from 2020-01-01\n"
    )
    repository = made(tmp_path / "a.git", [("2024-01-01T00:00", {"d1.txt": written.encode()})])
    (one,) = observed(source(repository, "d*.txt", layout="gitdm"))
    of_nobody, jo = (json.loads(line) for line in text(one).split("\n") if line)
    assert "id" not in of_nobody
    assert jo == {
        "id": "jo",
        "name": "jo",
        "url": "https://github.com/jo",
        "positions": [
            {"organization": "Sample Labs", "end": "2019-09-30"},
            {"organization": "Not found", "start": "2019-10-01", "end": "2019-12-31"},
            {"organization": "Gifts from Us", "start": "2020-01-01"},
        ],
    }
    assert "example.org" not in text(one)


def test_csrankings_reads_all_letters_and_joins_the_names_of_one_scholar(tmp_path: Path) -> None:
    """Whoever has no page of a scholar is known by the name."""
    head = "name,affiliation,homepage,scholarid\n"
    a = head + "Ann Ex 0002,Mill,https://ann.example,s1\nAl Zed,Loom,,NOSCHOLARPAGE\n"
    b = head + "Bea Ex,Mill,https://ann.example,s1\n"
    tree = {"csrankings-a.csv": a.encode(), "csrankings-b.csv": b.encode(), "csrankings-x": b""}
    repository = made(tmp_path / "a.git", [("2024-01-01T00:00", tree)])
    (one,) = observed(source(repository, "csrankings-[a-z].csv", layout="csrankings"))
    found = [json.loads(line) for line in text(one).split("\n") if line]
    assert [(who["id"], who["name"], who["positions"]) for who in found] == [
        ("s1", "Ann Ex", [{"organization": "Mill"}]),
        ("Al Zed", "Al Zed", [{"organization": "Loom"}]),
    ]


def test_tables_of_a_pattern_are_read_as_one_if_they_have_the_same_columns(tmp_path: Path) -> None:
    """The heading of each but the first is left out; another heading is refused by name."""
    head = b"id,name,organization\n"
    tree = {"a.csv": head + b"1,Ann,Mill", "b.csv": head + b"2,Bob,Loom\n"}
    repository = made(tmp_path / "a.git", [("2024-01-01T00:00", tree)])
    (one,) = observed(source(repository, "*.csv"))
    assert [json.loads(line)["id"] for line in text(one).split("\n") if line] == ["1", "2"]
    add(repository, [("2024-01-02T00:00", {"b.csv": b"name,id\nBob,2\n"})])
    _, other = observed(source(repository, "*.csv"))
    with pytest.raises(SourceError, match=r"b\.csv has other columns"), other.open() as stream:
        stream.read()


# -- which commits, and of which day -----------------------------------------------------------


def test_a_commit_a_day_and_a_month_choose_the_last_of_each(tmp_path: Path) -> None:
    """Days are those of UTC; a commit that leaves the file alone is one only of days and months."""
    moments = ("2024-01-05T08:00", "2024-01-05T23:59", "2024-01-20T00:00", "2024-02-02T00:00")
    commits = [(moment, {"p.json": as_json(n)}) for n, moment in enumerate(moments)]
    commits.insert(3, ("2024-01-30T00:00", {"other": b"1"}))
    repository = made(tmp_path / "a.git", commits)
    made_of = {every: source(repository, "p.json", every=every) for every in ("commit", "day")}
    assert days(made_of["commit"]) == ["2024-01-05", "2024-01-20", "2024-02-02"]
    assert days(made_of["day"]) == ["2024-01-05", "2024-01-20", "2024-01-30", "2024-02-02"]
    monthly = source(repository, "p.json", every="month")
    assert days(monthly) == ["2024-01-30", "2024-02-02"]
    first = observed(made_of["commit"])[0]
    assert json.loads(text(first).split("\n")[0]) == people(1)[0]
    assert str(first.final_on) == "2024-01-06"
    assert [str(observation.final_on) for observation in observed(monthly)] == [
        "2024-02-01",
        "2024-03-01",
    ]


def test_what_was_merged_counts_from_the_merge_on(tmp_path: Path) -> None:
    """The line of the branch counts, and not the day on which a side was written."""
    repository = made(tmp_path / "a.git", [("2024-01-01T00:00", {"p.json": as_json(0)})])
    add(repository, [("2024-01-02T00:00", {"p.json": as_json(1)})], to="side")
    tree = git("rev-parse", "side^{tree}", at=repository)
    stamp = "2024-01-09T00:00:00Z"
    os.environ["GIT_COMMITTER_DATE"] = stamp
    main = git("rev-parse", "main", at=repository)
    raw = (
        f"tree {tree}\nparent {main}\nparent {git('rev-parse', 'side', at=repository)}\n"
        "author A <a@b> 1704758400 +0000\ncommitter A <a@b> 1704758400 +0000\n\nm\n"
    )
    merge = git("hash-object", "-t", "commit", "-w", "--stdin", at=repository, text=raw.encode())
    git("update-ref", "refs/heads/main", merge, at=repository)
    assert days(source(repository, "p.json")) == ["2024-01-01", "2024-01-09"]


def test_since_leaves_out_what_was_before(tmp_path: Path) -> None:
    """A history begins where the source says."""
    repository = made(tmp_path / "a.git", history(4))
    assert days(source(repository, since=day(3))) == [day(4), day(6)]


@given(st.lists(st.integers(0, 40), min_size=1, max_size=30))
def test_days_never_go_back_and_as_many_as_can_be_are_as_committed(numbers: list[int]) -> None:
    """Compared with all choices of commits that could be right."""
    found = commit_days([number * 86_400 for number in numbers])
    assert found == sorted(found)
    kept = sum(
        day == date(1970, 1, 1) + timedelta(days=number)
        for day, number in zip(found, numbers, strict=True)
    )
    best = [1] * len(numbers)
    for later, number in enumerate(numbers):
        earlier = [best[at] for at in range(later) if numbers[at] <= number]
        best[later] += max(earlier, default=0)
    assert kept >= max(best)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=30), st.integers(0, 50))
def test_a_commit_with_a_slow_clock_takes_no_day_back(numbers: list[int], late: int) -> None:
    """What was right before stays so when one more commit comes, whatever its clock says."""
    rising = sorted(numbers)
    seconds = [number * 86_400 for number in rising]
    before = commit_days(seconds)
    assert commit_days([*seconds, late * 86_400])[: len(before)] == before


@pytest.mark.parametrize("seconds", [[-1, 0], [0, 1 << 62], [-(1 << 62), 5]])
def test_a_commit_of_no_year_is_of_the_first_or_the_last_day(seconds: Sequence[int]) -> None:
    """A commit may state any number."""
    assert len(commit_days(seconds)) == 2


# -- what is wrong with a repository ------------------------------------------------------------


def test_what_is_no_repository_or_branch_or_file_is_said_with_the_way_on(tmp_path: Path) -> None:
    """One sentence each, and no snapshot."""
    (said,) = errors(source(tmp_path / "none"))
    assert "there is no such folder" in said
    (tmp_path / "plain").mkdir()
    (said,) = errors(source(tmp_path / "plain"))
    assert "no git repository" in said
    (said,) = errors(source(made(tmp_path / "empty.git")))
    assert "no commit yet" in said
    repository = made(tmp_path / "a.git", history(2))
    (said,) = errors(source(repository, branch="-x"))
    assert "no name of a branch" in said
    (said,) = errors(source(repository, branch="gone"))
    assert "no branch or tag gone" in said
    (said,) = errors(source(repository, "data/x.json"))
    assert "nor had any before" in said
    add(repository, [(f"{day(9)}T00:00", {"data/people.json": None})])
    made_of = source(repository)
    (said,) = errors(made_of)
    assert day(2) in said
    assert days(source(repository, finished=True)) == [day(0), day(2)]


def test_a_folder_inside_of_a_repository_is_none(tmp_path: Path) -> None:
    """The repository around a folder is not the one that is meant."""
    git("init", "--quiet", tmp_path)
    (tmp_path / "inner").mkdir()
    (said,) = errors(source(tmp_path / "inner"))
    assert "no git repository" in said


def test_nothing_of_a_hostile_repository_is_run_and_nothing_in_it_changes(tmp_path: Path) -> None:
    """Hooks, pagers, signatures, filters and monitors that its settings name stay unread."""
    odd = 'data/$(touch x) "\n☃.json'
    repository = tmp_path / "lab"
    git("init", "--quiet", "--initial-branch=main", repository)
    add(repository, history(3), onto=None)
    git("reset", "--quiet", "--hard", at=repository)
    quoted = repository / "data" / Path(odd).name
    quoted.write_bytes(as_json(7))
    (repository / ".gitattributes").write_text("*.json filter=evil diff=evil\n")
    git("add", "--all", at=repository)
    git("commit", "--quiet", "--message=m", at=repository)
    canary = tmp_path / "canary"
    evil = f"touch {canary}"
    for key in (
        *("core.fsmonitor", "core.pager", "pager.log", "gpg.program", "core.sshCommand"),
        *("diff.external", "diff.evil.textconv", "filter.evil.smudge", "filter.evil.clean"),
        *("alias.rev-list", "alias.cat-file", "core.editor", "core.alternateRefsCommand"),
    ):
        git("config", key, f"!{evil}" if key.startswith("alias") else evil, at=repository)
    git("config", "log.showSignature", "true", at=repository)
    hooks = repository / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-checkout", "reference-transaction", "post-index-change"):
        (hooks / name).write_text(f"#!/bin/sh\n{evil}\n")
        (hooks / name).chmod(0o755)
    before = fingerprint(repository)
    assert len(observed(source(repository))) == 3
    for observation in observed(source(repository)):
        text(observation)
    (of_odd,) = list(source(repository, "data/$*").observations())
    assert isinstance(of_odd, Observation)
    assert json.loads(text(of_odd).split("\n")[0]) == people(7)[0]
    assert "\n" not in of_odd.origin
    assert not canary.exists()
    assert fingerprint(repository) == before


def fingerprint(folder: Path) -> dict[str, str]:
    """Return a checksum of each file below a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_repository_of_somebody_else_is_read(tmp_path: Path) -> None:
    """A mirror is fetched by another account than the one that reads it."""
    repository = made(tmp_path / "a.git", history(2))
    for path in (repository, *repository.rglob("*")):
        os.chown(path, 65534, 65534)
    assert len(observed(source(repository))) == 2


def test_a_link_in_the_repository_is_not_followed(tmp_path: Path) -> None:
    """It would lead to a file of the reader's."""
    repository = tmp_path / "lab"
    git("init", "--quiet", "--initial-branch=main", repository)
    (repository / "p.json").symlink_to("/etc/passwd")
    git("add", "--all", at=repository)
    git("commit", "--quiet", "--message=m", at=repository)
    (said,) = errors(source(repository, "p.json"))
    assert "no file p.json" in said


def test_objects_that_the_clone_left_out_are_said_and_not_fetched(tmp_path: Path) -> None:
    """A clone without contents asks for them by itself, which is kept from it."""
    origin = made(tmp_path / "a.git", history(2))
    git("config", "uploadpack.allowFilter", "true", at=origin)
    clone = tmp_path / "b.git"
    git("clone", "--quiet", "--bare", "--filter=blob:none", f"file://{origin}", clone)
    one, _ = observed(source(clone))
    with pytest.raises(SourceError, match="without all objects"), one.open() as stream:
        stream.read()


# -- runs ---------------------------------------------------------------------------------------

CONFIG = """
[sources.lab]
kind = "git"
repository = "lab.git"
path = "data/people.json"
"""


def watch(tmp_path: Path, commits: Any, more: str = "") -> tuple[Path, Path]:
    """Return the configuration of a watch of a repository, and the repository."""
    repository = made(tmp_path / "lab.git", commits)
    config = tmp_path / "config.toml"
    config.write_text(CONFIG + more)
    return config, repository


def run(config: Path, now: str, code: int = 0) -> str:
    done = run_here("run", "--config", str(config), "--now", now)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def taken(config: Path) -> dict[str, tuple[str, str]]:
    """Return by day what each stored snapshot was taken from."""
    store = Store(config.parent / "snapshots" / "store")
    return {
        str(one): (manifest.origin, manifest.origin_sha256)
        for one, manifest in store.manifests("lab").items()
    }


@pytest.mark.slow
def test_a_run_takes_only_new_commits_and_no_day_that_is_not_over(tmp_path: Path) -> None:
    """A later commit of the same day would be another content for it."""
    config, repository = watch(tmp_path, history(3))
    run(config, day(4))
    assert [*taken(config)] == [day(0), day(2)]
    run(config, day(5))
    before = taken(config)
    assert [*before] == [day(0), day(2), day(4)]
    add(repository, [(f"{day(6)}T01:00", {"data/people.json": as_json(3)})])
    add(repository, [(f"{day(6)}T02:00", {"data/people.json": as_json(4)})])
    run(config, day(8))
    assert [*taken(config)] == [*before, day(6)]
    assert before.items() <= taken(config).items()
    assert "Nothing is new" in run(config, day(9))


@pytest.mark.slow
def test_a_rewritten_history_is_said_and_changes_nothing_taken_in(tmp_path: Path) -> None:
    """Newer commits go on to be taken; the command that the message names takes it as it is."""
    config, repository = watch(tmp_path, history(3))
    run(config, day(5))
    before = taken(config)
    rewritten = [
        (f"{day(1)}T00:00", {"data/people.json": as_json(11)}),
        (f"{day(2)}T00:00", {"data/people.json": as_json(12)}),
        (f"{day(8)}T00:00", {"data/people.json": as_json(13)}),
    ]
    add(repository, rewritten, onto=None)
    said = run(config, day(9), code=1)
    assert "the history was rewritten" in " ".join(said.split())
    assert {name: one for name, one in taken(config).items() if name <= day(5)} == before
    assert day(8) in taken(config)
    done = run_here("import", "lab", str(repository), "--replace", "--config", str(config))
    assert done.returncode == 0, done.stderr
    assert day(1) in taken(config)
    run(config, day(10))


@pytest.mark.slow
def test_a_pointer_of_lfs_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    """It is an error while it is the newest, and past once there is newer content."""
    commits = history(2)
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n"
    commits.append((f"{day(5)}T00:00", {"data/people.json": pointer}))
    config, repository = watch(tmp_path, commits)
    for now in (day(6), day(7)):
        assert "Git LFS" in " ".join(run(config, now, code=1).split())
    assert [*taken(config)] == [day(0), day(2)]
    add(repository, [(f"{day(8)}T00:00", {"data/people.json": as_json(3)})])
    run(config, day(9), code=1)
    run(config, day(10))
    assert [*taken(config)] == [day(0), day(2), day(8)]


@pytest.mark.slow
def test_a_shallow_clone_is_said_where_a_source_is_tried(tmp_path: Path) -> None:
    """Its history begins where the clone was cut; the rest of it comes when it is there."""
    config, repository = watch(tmp_path / "origin", history(4))
    clone = tmp_path / "lab.git"
    git("clone", "--quiet", "--bare", "--depth=2", f"file://{repository}", clone)
    config = tmp_path / "config.toml"
    config.write_text(CONFIG)
    done = run_here("sources", "test", "lab", "--config", str(config))
    assert done.returncode == 0, done.stderr
    assert "shallow clone" in " ".join(done.stdout.split())
    run(config, day(10))
    assert [*taken(config)] == [day(4), day(6)]
    git("fetch", "--quiet", "--unshallow", at=clone)
    run(config, day(11))
    assert [*taken(config)] == [day(0), day(2), day(4), day(6)]


def test_sources_test_shows_the_newest_commit_and_keeps_nothing(tmp_path: Path) -> None:
    """As for a file; a file cannot be named beside it."""
    config, _ = watch(tmp_path, history(3))
    done = run_here("sources", "test", "lab", "--config", str(config))
    assert done.returncode == 0, done.stderr
    assert "Person 1" in done.stdout
    assert day(4) in done.stdout
    assert not (tmp_path / "snapshots" / "store").exists()
    done = run_here("sources", "test", "lab", str(config), "--config", str(config))
    assert done.returncode == 2
    assert "name no file" in done.stderr


def test_the_configuration_that_the_page_shows_is_read(tmp_path: Path) -> None:
    """Each block is a source of its own, and finds what such a repository holds."""
    page = Path(__file__).parent.parent / "docs" / "sources" / "git.md"
    blocks = re.findall(
        r"^```toml\n# config.toml\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    (tmp_path / "config.toml").write_text("\n".join(blocks))
    settings = load_settings(tmp_path / "config.toml")
    assert {*settings.sources} == {"staff", "developers", "scholars", "congress"}
    term = {"type": "sen", "start": "2021-01-03", "end": "2027-01-03", "state": "WI"}
    senator = {"id": {"bioguide": "F1"}, "name": {"first": "Jo", "last": "Ex"}, "terms": [term]}
    trees = {
        "staff": {"data/people.yaml": as_yaml(0)},
        "developers": {"developers_affiliations1.txt": as_gitdm(0)},
        "scholars": {"csrankings-a.csv": b"name,affiliation,homepage,scholarid\nAl,Mill,,s1\n"},
        "congress": {
            "legislators-current.yaml": yaml.safe_dump([senator]).encode(),
            "legislators-historical.yaml": yaml.safe_dump(
                [{**senator, "id": {"bioguide": "F2"}}]
            ).encode(),
            "legislators-social-media.yaml": b"- id: {bioguide: F3}",
        },
    }
    for name, tree in trees.items():
        of_git = settings.sources[name]
        assert isinstance(of_git, GitSource)
        place = tmp_path / of_git.repository
        place.parent.mkdir(exist_ok=True)
        made(place, [("2024-01-01T00:00", tree)])
        (one,) = observed(Git(source=name, root=tmp_path, settings=of_git))
        found = [json.loads(line) for line in text(one).split("\n") if line]
        assert found[0]["positions"], name
        assert len(found) == {"staff": 8, "developers": 8, "scholars": 1, "congress": 2}[name]


def test_a_missing_repository_is_a_trouble_of_status(tmp_path: Path) -> None:
    """It is said before a run meets it."""
    config = tmp_path / "config.toml"
    config.write_text(CONFIG)
    done = run_here("status", "--config", str(config))
    assert "clone the repository" in " ".join((done.stdout + done.stderr).split())


@pytest.mark.parametrize("path", ["/etc/passwd", "../x.json", "a/../b.json", "a*/b.json"])
def test_a_path_outside_of_the_repository_is_refused(tmp_path: Path, path: str) -> None:
    """And one whose folder has a wildcard, which is not looked for."""
    config = tmp_path / "config.toml"
    config.write_text(CONFIG.replace("data/people.json", path))
    done = run_here("run", "--config", str(config))
    assert done.returncode == 2
    assert "sources.lab.path" in done.stderr


def test_1000_commits_are_listed_within_seconds(tmp_path: Path) -> None:
    """Nothing is read of what is taken already but names."""
    repository = made(tmp_path / "a.git", history(1_000))
    begun = time.monotonic()
    assert len(observed(source(repository))) == 1_000
    assert time.monotonic() - begun < 5
