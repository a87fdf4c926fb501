"""Files that people write, with a thousand things wrong in them: each is an error in words."""

import copy
import random
import tomllib
from collections.abc import Callable, Iterator
from datetime import time
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from tempo import examples
from typer.testing import CliRunner

from monitor.base.config_files.toml_files import schema_of
from monitor.base.errors import UsageError
from monitor.cli.entry import app

ROOT = Path(__file__).resolve().parent.parent
RULES = sorted(path for path in (ROOT / "rules").rglob("*.toml") if ".test" not in path.suffixes)
CONFIG = """
snapshots = "snapshots"
rules = "rules"
organizations = "organizations.toml"
state = "sqlite:///snapshots/talentwatch.db"
timezone = "Europe/Berlin"
send_from = "2025-01-01"
operations = ["alerts"]
[sources.press]
kind = "files"
path = "in/*.jsonl"
schedule = "0 6 * * *"
quality = { missing = 0.10, rejected = 0.05 }
[channels.alerts]
kind = "file"
path = "alerts.jsonl"
[channels.internal]
kind = "webhook"
url = "http://127.0.0.1:8080/hook"
secret = { file = "hook" }
allow_private = true
"""
WRONG_TYPES: dict[type, list[Any]] = {
    str: [7, True, time(7, 32), {"x": 1}, float("nan"), float("inf"), -(10**30)],
    int: ["five", [5], {"at": 5}, float("nan"), float("-inf"), 10**40, -1],
    float: ["a tenth", [0.1], float("nan"), float("inf"), 10**40],
    bool: ["yes", 1, [True], {"on": True}],
    list: [{"x": 1}, 3, float("nan"), True],
    dict: [3, True, float("nan"), time(7, 32)],
}
FREE = {"sources", "channels", "headers", "columns", "levels", "group_by"}
"""Tables whose keys people choose."""
FREE_TEXTS = {"title", "description", "id"}

Table = dict[str, Any]
Place = tuple[Any, Any]
"""A container and the key or index in it."""


def places(value: Any) -> Iterator[Place]:
    """List every place in a document, the deeper ones after those they are in."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in list(items):
        yield value, key
        if isinstance(item, dict | list):
            yield from places(item)


def tables(value: Any, name: str = "") -> Iterator[tuple[str, Table]]:
    """List every table of a document whose keys are fixed, with its name."""
    if isinstance(value, dict):
        if name not in FREE:
            yield name, value
        for key, item in value.items():
            yield from tables(item, key if isinstance(key, str) else name)
    elif isinstance(value, list):
        for item in value:
            yield from tables(item, name)


def wrong_type(chance: random.Random, document: Table) -> None:
    """Put a value of another type, a huge number or NaN somewhere."""
    container, key = chance.choice(list(places(document)))
    kind = bool if isinstance(container[key], bool) else type(container[key])
    kind = kind if kind in WRONG_TYPES else str
    container[key] = chance.choice(WRONG_TYPES[kind])


def unknown_key(chance: random.Random, document: Table) -> None:
    """Misspell a key, or add one that nobody knows."""
    _, table = chance.choice(list(tables(document)))
    key = chance.choice([*table, "colour"])
    table[f"{key}_{chance.choice('xyz')}"] = table.get(key, 1)


def control_character(chance: random.Random, document: Table) -> None:
    """Put a character that cannot be seen into a text."""
    container, key = chance.choice(
        [(one, key) for one, key in places(document) if isinstance(one[key], str)]
    )
    text = container[key]
    cut = chance.randrange(len(text) + 1)
    container[key] = text[:cut] + chance.choice("\x00\x07\x1b\x7f\x85\u2028") + text[cut:]


def bad_text(chance: random.Random, document: Table) -> None:
    """Empty a text, or make it far longer than anybody writes."""
    found = [
        (one, key)
        for one, key in places(document)
        if isinstance(one[key], str) and key not in FREE_TEXTS
    ]
    container, key = chance.choice(found)
    container[key] = chance.choice(["   ", "", "*" * 100_000]) if key != "path" else 7


def bad_day(chance: random.Random, document: Table) -> None:
    """Write a day that no calendar has."""
    day = chance.choice(
        ["2025-02-30", "2025-13-01", "0000-01-01", "tomorrow", "-1d", "9" * 30 + "d"]
    )
    flow = document.get("flow")
    if isinstance(flow, dict):
        flow.pop("within", None)
        flow["since"] = day
    else:
        document["send_from"] = day


def both_windows(chance: random.Random, document: Table) -> None:
    """Ask for two things that exclude each other, or for nothing."""
    flow = document.get("flow")
    if isinstance(flow, dict):
        flow.pop("since", None)
        flow.pop("within", None)
        if chance.random() < 0.5:
            flow |= {"since": "year", "within": "90d"}
    else:
        document["operations"] = ["nobody"]


MUTATIONS: list[Callable[[random.Random, Table], None]] = [
    wrong_type,
    unknown_key,
    control_character,
    bad_text,
    bad_day,
    both_windows,
]


def broken_text(chance: random.Random, text: str) -> bytes:
    """Make a text that is no TOML: cut, doubled, of other bytes, or nested without end."""
    cut = text.index("=") + 1 + chance.randrange(2)
    return chance.choice(
        [
            text[:cut].encode(),
            (text + "\n[flow]\n[flow]\n").encode(),
            b"\xff\xfe" + text.encode("utf-16-le"),
            (text + "\nx = " + "[" * 5000).encode(),
            (text + "\nx = " + "9" * 10_000).encode(),
            (text + "\nx = 'unclosed").encode(),
            text.replace("=", "==", 1).encode(),
        ]
    )


def mutant(chance: random.Random, text: str) -> bytes:
    """Return a file that has something wrong."""
    if chance.random() < 0.1:
        return broken_text(chance, text)
    document = copy.deepcopy(tomllib.loads(text))
    chance.choice(MUTATIONS)(chance, document)
    return tomlkit.dumps(document).encode("utf-8", errors="surrogatepass")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return an installation whose files are well."""
    root = tmp_path_factory.mktemp("mutants")
    (root / "rules").mkdir()
    (root / "organizations.toml").write_bytes((ROOT / "organizations.toml").read_bytes())
    (root / "config.toml").write_text(CONFIG, encoding="utf-8")
    assert check(root) is None
    return root


def check(root: Path) -> UsageError | None:
    """Run `rules check`; return the error in words, and fail for any other."""
    answer = CliRunner().invoke(app, ["rules", "check", "--config", str(root / "config.toml")])
    if isinstance(answer.exception, UsageError):
        return answer.exception
    assert answer.exception is None, answer.exception
    return None


def refused(root: Path, path: Path, content: bytes) -> None:
    """Expect an error that names the file and says in printable words what was expected."""
    path.write_bytes(content)
    error = check(root)
    assert error is not None, content.decode("utf-8", errors="replace")[:2000]
    assert error.problems
    for problem in error.problems:
        assert problem.file == str(path)
        assert len(problem.expected) > 8
        assert len(str(problem)) < 4000
        assert not any(mark in str(problem) for mark in "\x00\x07\x1b\x7f\x85\u2028")


def try_mutants(root: Path, count: int, *, seed: int) -> None:
    """Try so many mutants of rules and of the configuration, one in four of the latter."""
    chance = random.Random(seed)
    rules = [path.read_text(encoding="utf-8") for path in RULES]
    for number in range(count):
        if number % 4:
            path = root / "rules" / "mutant.toml"
            refused(root, path, mutant(chance, chance.choice(rules)))
            path.unlink()
        else:
            refused(root, root / "config.toml", mutant(chance, CONFIG))
            (root / "config.toml").write_text(CONFIG, encoding="utf-8")


@pytest.mark.slow
def test_mutated_files_are_refused_in_words(folder):
    """Wrong types, unknown keys, huge numbers, NaN, bad days, control characters, broken TOML."""
    try_mutants(folder, examples(100), seed=1)


@pytest.mark.long
def test_a_thousand_mutated_files_are_refused_in_words(folder):
    """The same, a thousand times."""
    try_mutants(folder, 1000, seed=2)


@pytest.mark.parametrize(
    "rules",
    [
        {one: f'[inhibit]\nrules = ["{other}"]' for one, other in ("ab", "bc", "ca")},
        {"a": '[inhibit]\nrules = ["a"]'},
    ],
    ids=["three", "itself"],
)
def test_rules_that_go_in_a_circle_are_refused(folder, rules):
    """Each rule of the circle is named."""
    paths = {}
    for name, text in rules.items():
        paths[name] = folder / "rules" / f"{name}.toml"
        flow = '[flow]\nfrom = "meta"\nwithin = "90d"\npeople = 3\n'
        paths[name].write_text(flow + text, encoding="utf-8")
    error = check(folder)
    assert error is not None
    assert {problem.file for problem in error.problems} == {str(path) for path in paths.values()}
    for path in paths.values():
        path.unlink()


def test_organisations_that_are_parts_of_each_other_are_refused(folder):
    """A circle in the directory stops everything with its line."""
    path = folder / "organizations.toml"
    before = path.read_bytes()
    circle = b'[organizations.a]\npart_of = "b"\n[organizations.b]\npart_of = "a"\n'
    refused(folder, path, circle)
    path.write_bytes(before)


@pytest.mark.parametrize("name", ["rule", "rule_test", "config", "organizations"])
def test_every_key_of_a_schema_says_what_it_is(name):
    """An editor that completes has words for each, and so have our errors."""
    schema = schema_of(name)
    for key, value in schema["properties"].items():
        assert "$ref" in value or {"description", "enum", "type"} & value.keys(), key
