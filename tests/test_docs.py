"""What the documents say is so: commands, files, examples, reasons."""

import ast
import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from reference import generated
from typer.core import TyperGroup
from typer.main import get_command
from typer.testing import CliRunner

import monitor
from monitor.cli.entry import app

ROOT = Path(__file__).resolve().parent.parent
PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"]
PAGES += sorted(str(page.relative_to(ROOT)) for page in (ROOT / "docs").rglob("*.md"))
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
TOML = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#]+)")


def read(root: Path, name: str) -> str:
    return (root / name).read_text(encoding="utf-8")


def named(block: str) -> str | None:
    """Return the file that a TOML block is meant for: its first line is `# config.toml`, say."""
    mark = re.match(r"# ((?:rules/)?[a-z0-9-]+\.toml)\n", block)
    return mark[1] if mark else None


def commands(command: object, path: tuple[str, ...] = ()) -> Iterator[str]:
    if not isinstance(command, TyperGroup):
        yield " ".join(path)
        return
    if command.invoke_without_command and path:
        yield " ".join(path)
    for name, part in command.commands.items():
        if not part.hidden:
            yield from commands(part, (*path, name))


def test_the_readme_names_every_command(root):
    """Whoever reads the README has met each command."""
    text = read(root, "README.md")
    every = list(commands(get_command(app)))
    assert [name for name in every if not re.search(rf"`(talentwatch )?{name}\b", text)] == []


def test_the_readme_names_no_command_that_does_not_exist(root):
    """A command shown as `talentwatch ...` can be typed."""
    known = {path.split()[0] for path in commands(get_command(app))}
    page = read(root, "README.md")
    blocks = "\n".join(re.findall(r"^```\n(.*?)^```$", page, re.MULTILINE | re.DOTALL))
    shown = {*re.findall(r"[`/]talentwatch ([a-z]+)", page)}
    shown |= {*re.findall(r"^talentwatch ([a-z]+)", blocks, re.MULTILINE)}
    assert shown <= known


def test_the_readme_is_at_most_250_lines_and_begins_with_one_picture(root):
    """A reader sees what it does on the first screen; all else has a page of its own."""
    lines = read(root, "README.md").splitlines()
    assert len(lines) <= 250
    assert any("channels" in line and "gates" in line for line in lines[:15])


def test_every_toml_block_of_the_readme_is_toml(root):
    """An example can be pasted."""
    for block in TOML.findall(read(root, "README.md")):
        assert tomllib.loads(block)


def test_the_configuration_and_the_rules_of_the_readme_are_valid(root, tmp_path):
    """The blocks that are named after a file make, together, a configuration that is accepted."""
    found = TOML.findall(read(root, "README.md"))
    blocks = {name: block for block in found if (name := named(block))}
    assert "config.toml" in blocks
    assert any(name.startswith("rules/") for name in blocks)
    (tmp_path / "rules").mkdir()
    shutil.copy(root / "organizations.toml", tmp_path)
    for name, block in blocks.items():
        (tmp_path / name).write_text(block, encoding="utf-8")
    answer = CliRunner().invoke(app, ["rules", "check", "--config", str(tmp_path / "config.toml")])
    assert answer.exit_code == 0, answer.output


def test_every_file_that_a_page_links_to_exists(root):
    """No link leads nowhere."""
    links = [(page, target) for page in PAGES for target in LINK.findall(read(root, page))]
    assert [link for link in links if not ((root / link[0]).parent / link[1]).exists()] == []


def test_every_heading_that_a_page_links_to_exists(root):
    """A link into a page lands at its heading."""
    for page in PAGES:
        links = re.findall(r"\]\((?!https?://)([^)#]*)#([^)]+)\)", read(root, page))
        for target, anchor in links:
            text = ((root / page).parent / target if target else root / page).read_text("utf-8")
            assert anchor in {slug(title) for title in HEADING.findall(text)}, (page, anchor)


def slug(title: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def test_every_target_that_a_page_names_is_in_the_makefile(root):
    """A `make` that is shown can be typed."""
    targets = set(re.findall(r"^([a-z]+):", read(root, "Makefile"), re.MULTILINE))
    for page in PAGES:
        shown = set(re.findall(r"(?:^|`)make ([a-z]+)", read(root, page), re.MULTILINE))
        assert shown <= targets, page


def test_every_dependency_has_its_reason(root):
    """Whoever wonders why a package is there finds a line for it, and none for one that is gone."""
    project = tomllib.loads(read(root, "pyproject.toml"))["project"]
    extras = project["optional-dependencies"].values()
    lines = [*project["dependencies"], *(line for extra in extras for line in extra)]
    page = read(root, "docs/decisions/dependencies.md")
    reasons = re.findall(r"^\| `([a-z0-9-]+)` \| \S", page, re.MULTILINE)
    assert sorted(reasons) == sorted(Requirement(line).name for line in lines)


def test_the_index_of_decisions_lists_each_with_its_title_date_and_status(root):
    """Whoever looks for a decision finds it in one table, as its own file states it."""
    lines = [
        line
        for line in read(root, "docs/decisions/README.md").splitlines()
        if re.match(r"\| \[\d", line)
    ]
    assert lines == [index_line(page) for page in DECISIONS]


def index_line(page: Path) -> str:
    text = page.read_text(encoding="utf-8")
    found = re.match(
        r"# (\d{4}): (.+)\n\nDate: (\d{4}-\d\d-\d\d)\. Status: (accepted|superseded by \d{4})\.\n"
        r"\n## Context\n.+\n## Choice\n.+\n## Cost\n.",
        text,
        re.DOTALL,
    )
    assert found, f"{page.name} has not the form of a decision"
    number, title, day, status = found.groups()
    return f"| [{number}]({page.name}) | {title} | {day} | {status} |"


def test_the_newest_release_of_the_changelog_is_this_version(root):
    """Whoever reads the version of the program finds what it brought, under its day."""
    page = read(root, "CHANGELOG.md")
    released = re.findall(r"^## (\d\S+) - \d{4}-\d\d-\d\d$", page, re.MULTILINE)
    assert released[0] == monitor.__version__
    assert re.search(r"^## Unreleased$", page.partition(f"## {released[0]}")[0], re.MULTILINE)


def test_the_release_notes_name_every_migration_of_the_state(root):
    """Nobody upgrades a database one way without a line that says how to go back."""
    notes = re.findall(r"^\| (\d{4}) \| \S", read(root, "CHANGELOG.md"), re.MULTILINE)
    versions = {file.name[1:5] for file in (root / "monitor").rglob("versions/v[0-9]*.py")}
    assert sorted(notes) == sorted(versions - {"0001"})


def test_schemas_and_pages_of_reference_are_what_the_code_says():
    """A default, a limit or a relation stands in one place; `make reference` writes the others."""
    behind = [path.name for path, text in generated().items() if path.read_text("utf-8") != text]
    assert behind == [], "call `make reference`"


def test_every_test_says_in_a_sentence_what_it_promises():
    """A test that fails can be understood from its first lines."""
    for page in sorted(Path(__file__).parent.glob("test_*.py")):
        for node in ast.parse(page.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                assert (ast.get_docstring(node) or "").endswith("."), f"{page.name}:{node.lineno}"
