"""What the pages show can be typed and pasted: each command, each block, each notice."""

import ast
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_docs import PAGES
from test_help import COMMANDS
from typer.exceptions import TyperException

from monitor.base.settings import load_settings
from monitor.identity.organizations import Directory
from monitor.rules.language import load_rules

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(talentwatch [^`]+)`")
VALUES = {"DAY": "2025-01-01", "DATE": "2025-01-01", "FILE...": "FILE", "same|merger|real": "same"}
"""What stands for a placeholder that not any word can."""
CHANNELS = ("talent", "duty")
"""What blocks name that have no channels."""
FREEZE = """
[flow]
from = "*"
within = "90d"
people = 3
group_by = { organization = "from.organization" }
"""


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(language: str) -> Iterator[Any]:
    for name in PAGES:
        found = [text for kind, text in BLOCK.findall(page(name)) if kind == language]
        for number, text in enumerate(found, 1):
            yield pytest.param(text, id=f"{name} {number}")


def shown_commands(name: str) -> list[str]:
    """Return each command that a page shows, in a block or within a line."""
    text = page(name)
    lines = [line for _, block in BLOCK.findall(text) for line in block.splitlines()]
    shown = [line.strip() for line in lines if line.strip().startswith("talentwatch ")]
    shown += [" ".join(form.split()) for form in INLINE.findall(BLOCK.sub("", text))]
    return [line.partition(" # ")[0] for line in dict.fromkeys(shown)]


def test_every_command_that_a_page_shows_can_be_typed():
    """There is such a command, and it takes these arguments and options."""
    lines = [(name, line) for name in PAGES for line in shown_commands(name)]
    assert len(lines) > 100
    refusals = {f"{name}: {line}": refusal(line) for name, line in lines}
    assert {line: why for line, why in refusals.items() if why} == {}


def refusal(line: str) -> str:
    """Return why a command cannot be typed so, or nothing."""
    plain = re.sub(r"[\[\]]", "", line)  # around what may be left out
    words = [VALUES.get(word, word) for word in shlex.split(plain)[1:] if word != "COMMAND"]
    command = next((" ".join(words[:n]) for n in (2, 1) if " ".join(words[:n]) in COMMANDS), None)
    if command is None:
        groups = [[name.partition(" ")[0]] for name in COMMANDS]
        is_known = all(word.startswith("--") for word in words) or words in groups
        return "" if is_known else "no such command"
    arguments = words[len(command.split()) :]
    if not arguments or "--help" in arguments:
        return ""  # the command is named, not shown
    try:
        COMMANDS[command].make_context(command, arguments)
    except TyperException as exc:
        return str(exc) or type(exc).__name__
    return ""


def _channels(content: dict[str, Any]) -> str:
    missing = [name for name in CHANNELS if name not in content.get("channels", {})]
    return "".join(f'[channels.{name}]\nkind = "console"\n' for name in missing)


@pytest.mark.parametrize("text", list(blocks("toml")))
def test_every_block_of_toml_is_what_it_looks_like(text, tmp_path):
    """A configuration, a rule, the tests of one, or lines of one that can be put into it."""
    content = tomllib.loads(text)
    rule = {"flow", "stock", "all", "any", "ordered"} & content.keys()
    if "test" in content:
        assert all(one["expect"] for one in content["test"])
    elif rule or {"from", "within"} & content.keys():
        (tmp_path / "rules").mkdir()
        for name, words in (
            ("one", text if rule else f'[flow]\nwithin = "90d"\npeople = 3\n{text}'),
            ("hiring-freeze", FREEZE),
        ):
            (tmp_path / "rules" / f"{name}.toml").write_text(words, encoding="utf-8")
        config = tmp_path / "config.toml"
        config.write_text(_channels({}), encoding="utf-8")
        directory = Directory.load(ROOT / "organizations.toml")
        loaded = load_rules(tmp_path / "rules", directory=directory, settings=load_settings(config))
        assert [str(problem) for some in loaded.broken.values() for problem in some] == []
        assert len(loaded.rules) == 2
    else:
        path = tmp_path / "config.toml"
        path.write_text(text + _channels(content), encoding="utf-8")
        assert load_settings(path).path == path


def titles() -> Iterator[str]:
    """The title of each notice that the code can send, with a mark for what is filled in."""
    for path in sorted((ROOT / "monitor").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Notice":
                (title,) = (keyword.value for keyword in node.keywords if keyword.arg == "title")
                yield _words(title)


def _words(title: ast.expr) -> str:
    if isinstance(title, ast.Constant):
        return str(title.value)
    assert isinstance(title, ast.JoinedStr), ast.dump(title)
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else "*" for part in title.values
    )


def test_what_every_notice_asks_for_is_on_the_operators_page():
    """A notice that the code can send has its row, which says what to do."""
    rows = re.findall(r"^\| (.+?) \| .+ \|$", page("docs/operations.md"), re.MULTILINE)
    said = [re.sub(r"[A-Z]{4,}|\.\.\.", "*", notice) for notice in rows]
    sent = sorted(set(titles()))
    assert len(sent) > 10
    for title in sent:
        pattern = re.compile(re.escape(title).replace(r"\*", r".+"))
        assert any(pattern.fullmatch(notice) for notice in said), title


def test_all_that_can_fail_is_on_the_operators_page():
    """Each of them has its row, and something in the code that tells it."""
    code = [path.read_text(encoding="utf-8") for path in (ROOT / "monitor").rglob("*.py")]
    named = ("source NAME", "supply of NAME", "rule NAME", "channel NAME")
    for what in (*named, "run", "configuration"):
        assert f"| The {what} fails |" in page("docs/operations.md")
        told = what.replace("NAME", "{")
        assert any(f'"{told}' in text for text in code), what
