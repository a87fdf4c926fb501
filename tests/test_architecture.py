"""docs/architecture.md names what is there: files, functions, statements, order of imports."""

import ast
import re
import tomllib
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from relation_graph import Node, statement_nodes

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "monitor"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
FILE = re.compile(r"`([\w/]+\.(?:py|sql))`")
FUNCTION = re.compile(r"`([\w/]+\.py)` `(\w+)\(\)`")
MOST_LINES = 400
MOST_LINES_OF_A_FUNCTION = 48
MOST_FILES = 9
SHELVES = {
    *("board/server/pages", "board/templates/pages", "cli/commands", "delivery/channels"),
    *("intake/sources", "intake/sources/nested/layouts", "intake/collecting/connectors"),
}
"""Folders with one file a page, command, channel or kind of source; so are those of statements."""
WORDS_OF_COLLECTING = {"Answer", "Bounds", "Clock", "Counts", "Limits", "Plan", "Reading"}
"""Classes of `intake/collecting/` that have a namesake elsewhere; there should be no more."""
FOLDER = re.compile(r"`([a-z_]+(?:/[a-z_]+)*/)`")
HEADER = re.compile(r"^(.+?)\. Reads (.+?)\. Exists because (.+?)\.")
ORDER_OF_STATEMENTS = PAGE.partition("## The order of the statements")[2].partition("\n## ")[0]


def files(name: str) -> list[Path]:
    """Find the files of the package that a page means by a path below it, or by a name alone."""
    if (PACKAGE / name).is_file():
        return [PACKAGE / name]
    return [] if "/" in name else sorted(PACKAGE.rglob(name))


def test_every_file_that_the_page_names_exists():
    """Whoever follows a path finds a file."""
    assert [name for name in sorted(set(FILE.findall(PAGE))) if not files(name)] == []


def test_every_function_stands_in_the_file_that_the_page_names():
    """Whoever looks for a function finds it where the page says."""
    for name, function in sorted(set(FUNCTION.findall(PAGE))):
        texts = [file.read_text(encoding="utf-8") for file in files(name)]
        assert any(f"def {function}(" in text for text in texts), f"{name}: {function}()"


def test_every_folder_of_the_pipeline_is_on_the_page():
    """No folder is left for a reader to guess, and none that is named is gone."""
    named = {f"{folder.split('/')[0]}/" for folder in FOLDER.findall(PAGE)}
    there = {f"{path.parent.name}/" for path in PACKAGE.glob("*/__init__.py")}
    assert there <= named
    house = PAGE.partition("## The house")[2].partition("\n## ")[0]
    first_cells = re.findall(r"^\| (.+?) \|", house, re.MULTILINE)
    for folder in FOLDER.findall(" ".join(first_cells)):
        assert (PACKAGE / folder).is_dir(), folder


def test_every_statement_and_relation_that_the_page_orders_is_in_the_sql():
    """A relation that was renamed or dropped is renamed or dropped here too."""
    sql = "\n".join(file.read_text(encoding="utf-8") for file in PACKAGE.rglob("*.sql"))
    relations = {file.stem for file in PACKAGE.rglob("*.sql")}
    relations |= {*re.findall(r"(?:TABLE|VIEW)(?: IF NOT EXISTS)? (\w+)", sql)}
    words = {word for word in re.findall(r"`([a-z_]+)`", ORDER_OF_STATEMENTS) if len(word) > 1}
    assert len(words) > 40
    gone = words - relations - {"sql"}
    assert not gone


def header(path: Path) -> re.Match[str] | None:
    """Find the parts of a header: what one row is, what it reads, why it exists."""
    lines = path.read_text(encoding="utf-8").splitlines()
    length = next(place for place, line in enumerate(lines) if not line.startswith("--"))
    return HEADER.search(" ".join(line.removeprefix("--").strip() for line in lines[:length]))


def returns_rows(statement: Node) -> bool:
    """Whether the last part of a file is a SELECT, or a plain FROM."""
    last = statement.steps[-1] if statement.steps else None
    return last is not None and last.makes is None and last.changes is None


def test_the_header_of_a_statement_says_what_it_makes_what_it_reads_and_why():
    """The next reader learns from it what one row is, and finds each relation that it reads."""
    statements = {statement.name: statement for statement in statement_nodes()}
    for path in sorted(PACKAGE.rglob("*.sql")):
        parts = header(path)
        assert parts, f"{path.name} says: One row is ... . Reads ... . Exists because ... ."
        has_rows = statements[path.stem].makes_temporary or returns_rows(statements[path.stem])
        if has_rows and not path.stem.startswith("store_"):
            assert re.match("(One|At most one) row ", parts[1]), f"{path.name}: what one row is"
        said = {*re.findall(r"\$?\w+", parts[2])} - {"and", "nothing"}
        assert said == statements[path.stem].reads, f"{path.name}: Reads, and what the SQL reads"


def test_the_order_of_imports_on_the_page_is_that_of_the_contract():
    """The page tells the order that `make check` verifies."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (layers,) = (
        contract["layers"]
        for contract in project["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    )
    order = [re.findall(r"[a-z]+", layer)[0] for layer in reversed(layers)]
    shown = re.findall(r"`([a-z]+)` ?<|<\s*`([a-z]+)`\.", PAGE)
    names = [first or last for first, last in shown]
    assert names == [name for name in order if name in names]
    assert len(names) > 10


def test_no_module_is_longer_than_400_lines():
    """A longer one holds two things."""
    lengths = {
        str(path.relative_to(PACKAGE)): len(path.read_text(encoding="utf-8").splitlines())
        for path in PACKAGE.rglob("*.py")
    }
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def lines_of_its_body(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines below the head and the docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.slow
def test_no_function_is_longer_than_48_lines():
    """A longer one has steps, and each step a name; heads and docstrings do not count."""
    lengths = {
        f"{path.relative_to(PACKAGE)} {node.name}()": lines_of_its_body(node)
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {
        name: length for name, length in lengths.items() if length > MOST_LINES_OF_A_FUNCTION
    } == {}


def test_a_name_of_a_class_stands_for_one_class():
    """Whoever reads a name need not ask which of two is meant; private names are of one module."""
    modules: dict[str, list[str]] = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                modules[node.name].append(str(path.relative_to(PACKAGE)))
    shared = {name for name, places in modules.items() if len(places) > 1}
    assert shared <= WORDS_OF_COLLECTING


def test_a_folder_has_at_most_nine_files():
    """What is in it is seen at a glance; more than that are several things."""
    counts: Counter[str] = Counter()
    for path in PACKAGE.rglob("*.*"):
        folder = str(path.parent.relative_to(PACKAGE))
        is_named = not path.name.startswith("__") and path.name != "py.typed" and path.is_file()
        if is_named and path.parent.name not in {"sql", "versions", "__pycache__"}:
            counts[folder] += 1
    assert len(counts) > 20
    assert {name: count for name, count in counts.items() if count > MOST_FILES} == {
        name: counts[name] for name in SHELVES
    }
